package approvals_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// rejectedAs returns the code with which a request was turned down; empty
// where it was not.
func (w *world) rejectedAs(id approvals.ID) string {
	for _, e := range w.store.log() {
		if e.Request == id && e.Kind == approvals.WasRejected {
			return e.Data["code"]
		}
	}
	return ""
}

// What a rule asks of the requester is asked before anybody else sees the
// request, and nothing is reset.
func TestRules_demands(t *testing.T) {
	t.Parallel()
	terms := approvals.Terms{Ticket: regexp.MustCompile(`^(?:INC\d{4}|CHG\d+)$`), SecondReason: true, Verified: true}
	whole := approvals.Statement{Ticket: "INC1234", SecondReason: "the shift starts at six", Verified: "called back"}
	for name, tt := range map[string]struct {
		refuse string
		say    func(*approvals.Statement)
		want   string
	}{
		"all is said":            {"", func(*approvals.Statement) {}, ""},
		"no ticket":              {"", func(s *approvals.Statement) { s.Ticket = "" }, "needs-ticket"},
		"another ticket":         {"", func(s *approvals.Statement) { s.Ticket = "INC12345" }, "wrong-ticket"},
		"more than a ticket":     {"", func(s *approvals.Statement) { s.Ticket = "see INC1234" }, "wrong-ticket"},
		"no second reason":       {"", func(s *approvals.Statement) { s.SecondReason = "" }, "needs-second-reason"},
		"identity not verified":  {"", func(s *approvals.Statement) { s.Verified = "" }, "needs-verified"},
		"the rule turns it down": {"Personal devices are not reset here.", func(*approvals.Statement) {}, "rule-refused"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.Rules = []approvals.Rule{{Name: "strict", Refuse: tt.refuse, Terms: terms}}
				p := w.start(t)
				said := whole
				tt.say(&said)
				id := p.request(t, approvals.Ask{Selectors: byID(pixel), Statement: said})
				r := w.request(id)
				if got := w.rejectedAs(id); got != tt.want || r.Rule != "strict" {
					t.Errorf("turned down as %q by %q; want %q by strict", got, r.Rule, tt.want)
				}
				if tt.want != "" && (r.State != approvals.Rejected || !strings.Contains(r.Closing, "strict")) {
					t.Errorf("it is %s: %s", r.State, r.Closing)
				}
				if tt.refuse != "" && !strings.HasPrefix(r.Closing, tt.refuse) {
					t.Errorf("the rule's sentence is missing: %s", r.Closing)
				}
				if tt.want == "" {
					p.approves(t, id, anna)
				}
				if sent := len(w.fleet.sent()); (sent == 1) != (tt.want == "") {
					t.Errorf("%d resets were sent", sent)
				}
			})
		})
	}
}

// Two approvals from two groups: a person stands for one group, and for
// whichever helps.
func TestRules_differentGroups(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		groups map[string][]string
		by     []string
		runs   bool
	}{
		"one of each":               {map[string][]string{"SA": {anna}, "SB": {ben}}, []string{anna, ben}, true},
		"two of one":                {map[string][]string{"SA": {anna, ben}, "SB": {carl}}, []string{anna, ben}, false},
		"two of one, then another":  {map[string][]string{"SA": {anna, ben}, "SB": {carl}}, []string{anna, ben, carl}, true},
		"one who is in both":        {map[string][]string{"SA": {anna, ben}, "SB": {ben, carl}}, []string{anna, ben}, true},
		"the other way round":       {map[string][]string{"SA": {anna, ben}, "SB": {ben, carl}}, []string{ben, anna}, true},
		"both in both":              {map[string][]string{"SA": {anna, ben}, "SB": {anna, ben}}, []string{anna, ben}, true},
		"one who is in no group":    {map[string][]string{"SA": {anna}, "SB": {ben}}, []string{anna, carl}, false},
		"alone, though in both":     {map[string][]string{"SA": {anna, ben}, "SB": {anna}}, []string{anna}, false},
		"no group, then the second": {map[string][]string{"SA": {anna}, "SB": {ben}}, []string{anna, carl, ben}, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.people.with(func(p *people) {
					for g, members := range tt.groups {
						p.groups[g] = members
					}
				})
				w.policy.Rules = []approvals.Rule{{Name: "two", Terms: approvals.Terms{
					Approvers: approvals.Audience{Groups: []string{"SA", "SB"}, People: []string{carl}}, Quorum: 2, Groups: 2,
				}}}
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				for _, who := range tt.by {
					p.approves(t, id, who)
				}
				if got := len(w.fleet.sent()) == 1; got != tt.runs {
					t.Errorf("it runs: %v; want %v (%v)", got, tt.runs, w.story(id))
				}
			})
		})
	}
}

// Nobody waits for approvals that can't come.
func TestRules_unreachable(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		groups map[string][]string
		want   string
	}{
		"nobody in the second group":         {map[string][]string{"SA": {anna, ben}, "SB": {}}, "too-few-groups"},
		"only the requester in it":           {map[string][]string{"SA": {anna, ben}, "SB": {rita}}, "too-few-groups"},
		"only who is deactivated":            {map[string][]string{"SA": {anna, ben}, "SB": {dora}}, "too-few-groups"},
		"the same person in both, and alone": {map[string][]string{"SA": {anna}, "SB": {anna}}, "too-few-approvers"},
		"enough":                             {map[string][]string{"SA": {anna}, "SB": {anna, ben}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.people.with(func(p *people) {
					for g, members := range tt.groups {
						p.groups[g] = members
					}
				})
				w.policy.Rules = []approvals.Rule{{Name: "two", Terms: approvals.Terms{
					Approvers: approvals.Audience{Groups: []string{"SA", "SB"}}, Quorum: 2, Groups: 2,
				}}}
				p := w.start(t)
				if got := w.rejectedAs(p.asks(t, byID(pixel)...)); got != tt.want {
					t.Errorf("turned down as %q; want %q", got, tt.want)
				}
			})
		})
	}
}

// An approver of one rule is none of another, and whoever asks names nobody.
func TestRules_approvers(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Rules = []approvals.Rule{{Name: "carl alone", When: approvals.Conditions{MaxDevices: 1}, Terms: approvals.Terms{Approvers: approvals.Audience{People: []string{carl}}}}}
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		_, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "")
		if codeOf(err) != "not-approver" {
			t.Errorf("error is %v; want not-approver", err)
		}
		p.approves(t, id, carl)
		if len(w.fleet.sent()) != 1 {
			t.Errorf("sent %v", w.fleet.sent())
		}
	})
}

// Approvals are counted again at the click that would be enough: of who has
// left meanwhile, none counts.
func TestRecount_atTheClick(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		happens func(*world)
		why     string
	}{
		"left the group": {func(w *world) {
			w.people.with(func(p *people) { p.groups[approversGroup] = []string{ben} })
		}, "decision.voided by Anna: Anna is no longer in a group that may approve it"},
		"was deactivated": {func(w *world) {
			w.people.edit(anna, func(p *approvals.Person) { p.Deactivated = true })
		}, "decision.voided by Anna: Anna has been deactivated in Slack"},
		"became a guest": {func(w *world) {
			w.people.edit(anna, func(p *approvals.Person) { p.Guest = true })
		}, "decision.voided by Anna: Anna may no longer decide on it: Guests cannot ask for or decide on passcode resets"},
		"got the owner's address": {func(w *world) {
			w.people.edit(anna, func(p *approvals.Person) { p.Email = "alice@contoso.com" })
		}, "decision.voided by Anna: Anna is now the user of one of its devices"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.Quorum = 2
				p := w.start(t)
				id := p.approved(t, byID(pixel)...)
				tt.happens(w)
				p.approves(t, id, ben)
				r := w.request(id)
				if r.State != approvals.Pending || r.Missing() != 1 || count(w.story(id), tt.why) != 1 || len(w.fleet.sent()) != 0 {
					t.Fatalf("%s, %d missing, %v", r.State, r.Missing(), w.story(id))
				}
				p.approves(t, id, carl)
				if got := w.fleet.sent(); len(got) != 1 {
					t.Errorf("sent %v", got)
				}
			})
		})
	}
}

// Where Slack can't say whether an earlier approval still counts, the answer
// is no.
func TestRecount_silent(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Quorum = 2
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		w.people.with(func(p *people) { p.silent = unavailable("Slack is away.") })
		_, err := p.Decide(t.Context(), id, approvals.Actor{ID: carl}, true, "")
		if codeOf(err) != "slack-silent" || len(w.request(id).Decisions) != 1 {
			t.Errorf("error is %v, decisions %v", err, w.request(id).Decisions)
		}
	})
}

// approvedUnstarted leaves an approved request whose process has ended
// before it started, a minute ago.
func (w *world) approvedUnstarted(t *testing.T) approvals.ID {
	t.Helper()
	p := w.start(t)
	id := p.asks(t, byID(pixel)...)
	p.stop()
	if _, err := w.service(t).Decide(t.Context(), id, approvals.Actor{ID: anna}, true, ""); err != nil {
		t.Fatal(err)
	}
	pass(time.Minute)
	return id
}

// A request that was approved a while before its start, as where the process
// has ended in between, is looked at again.
func TestRecount_beforeTheStart(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		happens func(*world)
		state   approvals.State
		sent    int
		last    string
	}{
		"nothing": {func(*world) {}, approvals.Done, 1, "run.ended: succeeded"},
		"the approver left": {func(w *world) {
			w.people.with(func(p *people) { p.groups[approversGroup] = []string{ben} })
		}, approvals.Pending, 0, "request.reopened"},
		"the requester may not ask any more, by a changed policy": {func(w *world) {
			w.policy.Requesters, w.policy.Fingerprint = approvals.Audience{People: []string{hugo}}, "2"
		}, approvals.Rejected, 0, "request.rejected: Rita, who asked for R-1, may no longer ask for resets: they are no longer in a group that may ask. Nothing was reset. If it is still needed, ask again with `/reset-passcode`."},
		"a policy that wants two": {func(w *world) {
			w.policy.Quorum, w.policy.Fingerprint = 2, "2"
		}, approvals.Pending, 0, "request.reopened"},
		"a policy that wants others": {func(w *world) {
			w.policy.Approvers, w.policy.Fingerprint = approvals.Audience{People: []string{carl}}, "2"
		}, approvals.Pending, 0, "request.reopened"},
		"a policy that refuses": {func(w *world) {
			w.policy.Rules, w.policy.Fingerprint = []approvals.Rule{{Name: "frozen", Refuse: "Nothing is reset this week."}}, "2"
		}, approvals.Rejected, 0, "request.rejected: The rules have changed since R-1 was asked for, and it cannot go ahead as it is: Nothing is reset this week. Nothing was reset. If it is still needed, ask again with `/reset-passcode`."},
		"a policy that wants a ticket": {func(w *world) {
			w.policy.Rules, w.policy.Fingerprint = []approvals.Rule{{Name: "t", Terms: approvals.Terms{Ticket: regexp.MustCompile("^I$")}}}, "2"
		}, approvals.Rejected, 0, ""},
		"a policy that allows fewer devices": {func(w *world) {
			w.policy.MaxDevices, w.policy.Fingerprint = 1, "2"
		}, approvals.Done, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				id := w.approvedUnstarted(t)
				tt.happens(w)
				w.start(t)
				synctest.Wait()
				story := w.story(id)
				if r := w.request(id); r.State != tt.state || len(w.fleet.sent()) != tt.sent || tt.last != "" && story[len(story)-1] != tt.last {
					t.Errorf("%s with %d resets: %v", r.State, len(w.fleet.sent()), story)
				}
			})
		})
	}
}

// Reopened, it can be approved by others, and expires if nobody does.
func TestRecount_reopened(t *testing.T) {
	t.Parallel()
	for name, approve := range map[string]bool{"approved by another": true, "left alone": false} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				id := w.approvedUnstarted(t)
				w.people.edit(anna, func(p *approvals.Person) { p.Deactivated = true })
				p := w.start(t)
				synctest.Wait()
				want, sent := approvals.Expired, 0
				if approve {
					p.approves(t, id, ben)
					want, sent = approvals.Done, 1
				} else {
					pass(approvals.DefaultTimeToLive)
				}
				if r := w.request(id); r.State != want || len(w.fleet.sent()) != sent {
					t.Errorf("%s with %d resets; want %s with %d", r.State, len(w.fleet.sent()), want, sent)
				}
			})
		})
	}
}

// While Slack can't be asked whether approvals still count, the request
// waits, says so once, and is given up at the end of its time.
func TestRecount_slackAway(t *testing.T) {
	t.Parallel()
	for name, back := range map[string]bool{"comes back": true, "stays away": false} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				id := w.approvedUnstarted(t)
				w.people.with(func(p *people) { p.silent = unavailable("Slack is away.") })
				w.start(t)
				pass(3 * time.Minute)
				if r := w.request(id); r.State != approvals.Approved || count(w.story(id), "run.delayed") != 1 {
					t.Fatalf("%s: %v", r.State, w.story(id))
				}
				want, sent := approvals.Rejected, 0
				if back {
					w.people.with(func(p *people) { p.silent = nil })
					want, sent = approvals.Done, 1
				}
				pass(approvals.DefaultExecutionTimeout)
				if r := w.request(id); r.State != want || len(w.fleet.sent()) != sent {
					t.Errorf("%s with %d resets; want %s with %d: %v", r.State, len(w.fleet.sent()), want, sent, w.story(id))
				}
			})
		})
	}
}

// A policy that has changed while people decide: the stricter of both holds.
func TestDecide_policyChanged(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*approvals.Policy)
		by     string
		code   string
		left   int // approvals that are missing afterwards
	}{
		"a higher quorum":             {func(p *approvals.Policy) { p.Quorum = 2 }, anna, "", 1},
		"a lower quorum changes none": {func(p *approvals.Policy) { p.Quorum = 1 }, anna, "", 0},
		"an approver of before only":  {func(p *approvals.Policy) { p.Approvers = approvals.Audience{People: []string{carl}} }, anna, "not-approver-now", 1},
		"an approver of both":         {func(p *approvals.Policy) { p.Approvers = approvals.Audience{People: []string{carl}} }, carl, "", 0},
		"an approver of today only":   {func(p *approvals.Policy) { p.Approvers.People = append(p.Approvers.People, hugo) }, hugo, "not-approver", 1},
		"a rule that refuses":         {func(p *approvals.Policy) { p.Rules = []approvals.Rule{{Name: "no", Refuse: "No."}} }, anna, "policy-changed", 1},
		"channels that exclude it":    {func(p *approvals.Policy) { p.Channels = []string{"C9"} }, anna, "policy-changed", 1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.Fingerprint = "1"
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				p.stop()
				w.policy.Fingerprint = "2"
				tt.change(&w.policy)
				p = w.start(t)
				_, err := p.Decide(t.Context(), id, approvals.Actor{ID: tt.by}, true, "")
				synctest.Wait()
				r := w.request(id)
				if codeOf(err) != tt.code || r.Missing() != tt.left || (len(w.fleet.sent()) == 1) != (tt.left == 0) {
					t.Errorf("error is %v, %d missing, sent %v", err, r.Missing(), w.fleet.sent())
				}
				if tt.code == "policy-changed" {
					if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, false, ""); err != nil {
						t.Errorf("it can't be denied: %v", err)
					}
				}
			})
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	type ask struct {
		after   time.Duration
		who     string
		devices int
		want    string
	}
	for name, tt := range map[string]struct {
		requests, resets int
		asks             []ask
	}{
		"requests": {2, 0, []ask{{0, rita, 1, ""}, {0, rita, 1, ""}, {0, rita, 1, "over-limit"}, {0, hugo, 1, ""}, {59 * time.Minute, rita, 1, "over-limit"}, {time.Minute + time.Second, rita, 1, ""}}},
		"devices":  {0, 5, []ask{{0, rita, 3, ""}, {time.Minute, rita, 3, "over-limit"}, {0, rita, 2, ""}, {0, rita, 1, "over-limit"}, {59*time.Minute + time.Second, rita, 3, ""}}},
		"at once":  {0, 5, []ask{{0, rita, 6, "too-many-devices"}, {0, rita, 5, ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.MaxRequests, w.policy.MaxResets = tt.requests, tt.resets
				all := w.fillWith(10)
				p := w.start(t)
				for i, a := range tt.asks {
					pass(a.after)
					id := p.request(t, approvals.Ask{Actor: approvals.Actor{ID: a.who}, Selectors: all[:a.devices]})
					if got := w.rejectedAs(id); got != a.want {
						t.Errorf("ask %d is turned down as %q; want %q", i, got, a.want)
					}
				}
			})
		})
	}
}

// Requests that are checked at the same moment don't pass a limit together.
func TestLimits_atOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.MaxRequests = 3
		p := w.start(t)
		w.people.with(func(p *people) { p.takes = time.Second })
		var ids []approvals.ID
		for range 10 {
			r, err := p.Ask(t.Context(), approvals.Ask{Actor: approvals.Actor{ID: rita}, Channel: channel, Selectors: byID(pixel)})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, r.ID)
		}
		pass(time.Minute)
		over := 0
		for _, id := range ids {
			if w.rejectedAs(id) == "over-limit" {
				over++
			}
		}
		if diff := cmp.Diff(7, over); diff != "" {
			t.Errorf("turned down (-want +got):\n%s", diff)
		}
	})
}

// A stored request that was made to look approved is not started, though the
// approver is one and whenever it says that it was decided on: the log knows
// nothing of it.
func TestRecount_forged(t *testing.T) {
	t.Parallel()
	for name, decided := range map[string]time.Duration{"long ago": -time.Hour, "just now": 0, "in a while": time.Minute} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				p.stop()
				now := approvals.Instant(time.Now())
				w.forges(t, w.request(id), func(r *approvals.Request) {
					r.State, r.DecidedAt, r.WakeAt = approvals.Approved, now.Add(decided), now
					r.Decisions = []approvals.Decision{{Actor: approvals.Actor{ID: anna}, Approved: true, At: now.Add(decided)}}
				})
				w.start(t)
				pass(time.Minute)
				if got := w.fleet.sent(); len(got) != 0 || w.rejectedAs(id) != "log-disagrees" {
					t.Errorf("sent %v, and it is %s", got, w.request(id).State)
				}
			})
		})
	}
}
