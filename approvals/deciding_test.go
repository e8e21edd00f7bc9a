package approvals_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// standing returns a request of Rita's as it stands in a state, with a
// quorum of two and Ben's approval where there can be one. "overdue" before
// the state means that its time is over and no sweep has been there.
func standing(w *world, state string, now time.Time) approvals.Request {
	s, overdue := strings.CutPrefix(state, "overdue ")
	r := approvals.Request{
		State:     approvals.State(s),
		Requester: approvals.Actor{ID: rita, Name: "Rita", Team: homeTeam}, Channel: channel, CardChannel: channel,
		Reason: "forgotten", Selectors: byID(ottos), Quorum: 2, Approvers: w.policy.Approvers,
		CreatedAt: now, ExpiresAt: now.Add(time.Minute), WakeAt: now.Add(time.Minute),
	}
	if overdue {
		r.ExpiresAt = now
	}
	if r.State == approvals.Checking {
		return r
	}
	if r.State != approvals.Rejected {
		r.Targets = []approvals.Target{{
			Device: w.fleet.devices[ottos], Scope: approvals.DeviceScope, Enrollment: "fully managed",
			Result: approvals.Result{Phase: approvals.Waiting},
		}}
		r.Decisions = []approvals.Decision{{Actor: approvals.Actor{ID: ben, Name: "Ben"}, Approved: true, At: now}}
	}
	switch r.State {
	case approvals.Denied:
		r.Decisions = append(r.Decisions, approvals.Decision{Actor: approvals.Actor{ID: carl, Name: "Carl"}, At: now})
	case approvals.Approved, approvals.Running, approvals.Done:
		r.Decisions = append(r.Decisions, approvals.Decision{Actor: approvals.Actor{ID: carl, Name: "Carl"}, Approved: true, At: now})
	}
	return r
}

// Every state, every act and each sort of actor: the state that follows, or
// the code of the refusal.
func TestTransitions(t *testing.T) {
	t.Parallel()
	type by map[string]string
	all := func(code string, but by) by {
		row := by{rita: code, anna: code, ben: code, otto: code, nora: code}
		for who, want := range but {
			row[who] = want
		}
		return row
	}
	const notYours = "not-yours-to-cancel"
	checking := by{rita: "own-request", nora: "not-approver"}
	for _, row := range []struct {
		state, act string
		want       by
	}{
		{"checking", "approve", all("still-checking", checking)},
		{"checking", "deny", all("still-checking", checking)},
		{"checking", "cancel", all(notYours, by{rita: "=cancelled"})},
		{"overdue checking", "approve", all("expired", nil)},
		{"overdue checking", "deny", all("expired", nil)},
		{"overdue checking", "cancel", all(notYours, by{rita: "expired"})},

		{"pending", "approve", by{rita: "own-request", anna: "=approved", ben: "decided-by-you", otto: "owner", nora: "not-approver"}},
		{"pending", "deny", by{rita: "own-request", anna: "=denied", ben: "decided-by-you", otto: "owner", nora: "not-approver"}},
		{"pending", "cancel", all(notYours, by{rita: "=cancelled"})},
		{"overdue pending", "approve", all("expired", nil)},
		{"overdue pending", "deny", all("expired", nil)},
		{"overdue pending", "cancel", all(notYours, by{rita: "expired"})},

		{"approved", "approve", all("already-approved", nil)},
		{"approved", "deny", all("already-approved", nil)},
		{"approved", "cancel", all(notYours, by{rita: "=cancelled"})},
		{"overdue approved", "deny", all("already-approved", nil)},
		{"running", "approve", all("already-approved", nil)},
		{"running", "deny", all("already-approved", nil)},
		{"running", "cancel", all(notYours, by{rita: "already-running"})},

		{"done", "approve", all("already-ended", nil)},
		{"done", "deny", all("already-ended", nil)},
		{"done", "cancel", all(notYours, by{rita: "already-ended"})},
		{"rejected", "approve", all("already-rejected", nil)},
		{"rejected", "deny", all("already-rejected", nil)},
		{"rejected", "cancel", all(notYours, by{rita: "already-rejected"})},
		{"denied", "approve", all("already-denied", nil)},
		{"denied", "deny", all("already-denied", nil)},
		{"denied", "cancel", all(notYours, by{rita: "already-denied"})},
		{"cancelled", "approve", all("already-cancelled", nil)},
		{"cancelled", "deny", all("already-cancelled", nil)},
		{"cancelled", "cancel", all(notYours, by{rita: "already-cancelled"})},
		{"expired", "approve", all("expired", nil)},
		{"expired", "deny", all("expired", nil)},
		{"expired", "cancel", all(notYours, by{rita: "expired"})},
	} {
		for _, who := range []string{rita, anna, ben, otto, nora} {
			t.Run(fmt.Sprintf("%s/%s/%s", row.state, row.act, who), func(t *testing.T) {
				bubble(t, func(t *testing.T, w *world) { checkTransition(t, w, row.state, row.act, who, row.want[who]) })
			})
		}
	}
}

func checkTransition(t *testing.T, w *world, state, act, who, want string) {
	t.Helper()
	before := standing(w, state, approvals.Instant(time.Now()))
	stored, err := w.store.Save(t.Context(), approvals.Change{Request: &before})
	if err != nil {
		t.Fatal(err)
	}
	s := w.service(t)
	actor := approvals.Actor{ID: who}
	var got approvals.Request
	if act == "cancel" {
		got, err = s.Cancel(t.Context(), stored.ID, actor)
	} else {
		got, err = s.Decide(t.Context(), stored.ID, actor, act == "approve", "as agreed")
	}
	after := w.request(stored.ID)
	if next, ok := strings.CutPrefix(want, "="); ok {
		if err != nil || got.State != approvals.State(next) {
			t.Fatalf("state is %q, error %v; want %q", got.State, err, next)
		}
		if diff := cmp.Diff(after, got, ignoreRecorded); diff != "" {
			t.Errorf("what is returned is not what is stored (-stored +got):\n%s", diff)
		}
		if got.Version != stored.Version+1 || got.DecidedAt.IsZero() {
			t.Errorf("version %d, decided at %v", got.Version, got.DecidedAt)
		}
		return
	}
	if codeOf(err) != want {
		t.Fatalf("error is %v (%s); want %s", err, codeOf(err), want)
	}
	if diff := cmp.Diff(stored, after, ignoreRecorded); diff != "" {
		t.Errorf("a refused act changed the request (-before +after):\n%s", diff)
	}
	events := w.store.log()
	if len(events) != 1 {
		t.Fatalf("events are %v; want the refusal alone", events)
	}
	wantEvent := approvals.Event{
		Seq: 1, At: approvals.Instant(time.Now()), Request: stored.ID, Kind: approvals.WasRefused, Actor: actor,
		Text: approvals.AsError(err).Text,
		Data: map[string]string{"act": act, "code": want, "kind": string(approvals.KindOf(err))},
	}
	if diff := cmp.Diff(wantEvent, events[0]); diff != "" {
		t.Errorf("event of the refusal (-want +got):\n%s", diff)
	}
}

// ignoreRecorded compares requests as they are stored.
var ignoreRecorded = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".recorded" || p.Last().String() == ".traced" }, cmp.Ignore())

// The rules of a decision hold in the request itself, whoever calls it.
func TestRequest_decide(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		state, who, want string
	}{
		{"pending", rita, "own-request"},
		{"pending", otto, "owner"},
		{"pending", ben, "decided-by-you"},
		{"pending", anna, ""},
		{"overdue pending", anna, "expired"},
		{"checking", anna, "still-checking"},
		{"running", anna, "already-approved"},
		{"denied", anna, "already-denied"},
	} {
		w := newWorld()
		r := standing(w, tt.state, now)
		before := standing(w, tt.state, now)
		err := r.Decide(w.people.persons[tt.who], nil, true, "", now)
		if codeOf(err) != tt.want {
			t.Errorf("%s decides on a %s request: %v; want %q", tt.who, tt.state, err, tt.want)
		}
		if err == nil {
			if len(r.Recorded()) != 2 || r.State != approvals.Approved {
				t.Errorf("%s with %v recorded", r.State, r.Recorded())
			}
			continue
		}
		if diff := cmp.Diff(before, r, ignoreRecorded); diff != "" || len(r.Recorded()) != 0 {
			t.Errorf("%s, %s: a refused decision recorded %v and changed (-before +after):\n%s", tt.who, tt.state, r.Recorded(), diff)
		}
	}
}

// Who stands badly may not decide, though the group has them.
func TestDecide_standing(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]string{
		gina: "guest", robo: "bot", sam: "stranger", dora: "deactivated", "UGONE": "unknown-person", carl: "", anna: "",
	} {
		t.Run(who, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				r := standing(w, "pending", approvals.Instant(time.Now()))
				stored, err := w.store.Save(t.Context(), approvals.Change{Request: &r})
				if err != nil {
					t.Fatal(err)
				}
				_, err = w.service(t).Decide(t.Context(), stored.ID, approvals.Actor{ID: who}, true, "")
				if codeOf(err) != want {
					t.Errorf("error is %v; want %q", err, want)
				}
			})
		})
	}
}

// The right to decide is read at the click, and where it can't be read the
// answer is no.
func TestDecide_rightsAreReadAfresh(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		decide := func() string {
			_, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "")
			return codeOf(err)
		}
		w.people.with(func(p *people) { p.silent = unavailable("Slack is away.") })
		if got := decide(); got != "slack-silent" {
			t.Errorf("with a silent Slack the code is %q", got)
		}
		w.people.with(func(p *people) { p.silent = nil; p.groups[approversGroup] = []string{ben} })
		if got := decide(); got != "not-approver" {
			t.Errorf("out of the group the code is %q", got)
		}
		w.people.with(func(p *people) { p.groups[approversGroup] = []string{anna} })
		w.people.edit(anna, func(p *approvals.Person) { p.Deactivated = true })
		if got := decide(); got != "deactivated" {
			t.Errorf("deactivated the code is %q", got)
		}
		w.people.edit(anna, func(p *approvals.Person) { p.Deactivated = false })
		if got := decide(); got != "" {
			t.Errorf("in the group again the code is %q", got)
		}
		if len(w.request(id).Decisions) != 1 {
			t.Errorf("decisions are %v; want one", w.request(id).Decisions)
		}
	})
}

// Whoever uses one of the devices, by either of its addresses and in any
// case, may not decide.
func TestDecide_owner(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, mail, entra string
		owner             approvals.Owner
		want              string
	}{
		{"by principal name", "otto@contoso.com", "", approvals.Owner{UPN: "OTTO@contoso.com"}, "owner"},
		{"by mail address", "otto@contoso.com", "", approvals.Owner{UPN: "o1@contoso.com", Email: "Otto@Contoso.com"}, "owner"},
		{"by Entra id", "otto@personal.com", "ENTRA-OTTO", approvals.Owner{ID: "entra-otto", UPN: "o1@contoso.com"}, "owner"},
		{"by principal name in Slack", "otto@personal.com", "o1@contoso.com", approvals.Owner{ID: "entra-otto", UPN: "o1@contoso.com"}, "owner"},
		{"another user", "otto@contoso.com", "entra-otto", approvals.Owner{ID: "entra-anna", UPN: "anna@contoso.com", Email: "anna@contoso.com"}, ""},
		{"nobody's device and no mail address", "", "", approvals.Owner{}, ""},
		{"somebody's device and no mail address", "", "", approvals.Owner{UPN: "o1@contoso.com"}, "no-identity"},
		{"no mail address but an Entra id", "", "entra-otto", approvals.Owner{ID: "entra-anna"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.fleet.edit(ottos, func(d *approvals.Device) { d.Owner = tt.owner })
				w.people.edit(otto, func(p *approvals.Person) { p.Email, p.EntraID = tt.mail, tt.entra })
				p := w.start(t)
				id := p.asks(t, byID(kiosk, ottos)...)
				_, err := p.Decide(t.Context(), id, approvals.Actor{ID: otto}, true, "")
				if codeOf(err) != tt.want {
					t.Errorf("error is %v; want %q", err, tt.want)
				}
			})
		})
	}
}

// Two people who click at the same instant have one effect, and the second
// is told who was first.
func TestDecide_atOnce(t *testing.T) {
	t.Parallel()
	for _, approve := range []bool{true, false} {
		t.Run(fmt.Sprintf("the other approves %v", approve), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				// Both read the request before either is known to be allowed.
				w.people.with(func(p *people) { p.takes = time.Second })
				w.fleet.with(func(f *fleet) { f.takes = 10 * time.Second })
				var mu sync.Mutex
				var refused []string
				var winner string
				for who, yes := range map[string]bool{anna: true, ben: approve} {
					go func() {
						_, err := p.Decide(t.Context(), id, approvals.Actor{ID: who}, yes, "")
						mu.Lock()
						defer mu.Unlock()
						if err == nil {
							winner = who
							return
						}
						refused = append(refused, codeOf(err)+": "+approvals.AsError(err).Text)
					}()
				}
				pass(time.Minute)
				r := w.request(id)
				if len(r.Decisions) != 1 || r.Decisions[0].Actor.ID != winner {
					t.Fatalf("decisions are %v and the winner is %q; want one decision, the winner's", r.Decisions, winner)
				}
				want := []string{"already-approved: " + r.Decisions[0].Actor.Name + " was first: R-1 is already approved and on its way."}
				if r.State == approvals.Denied {
					want = []string{"already-denied: " + r.Decisions[0].Actor.Name + " was first: R-1 is already denied."}
				}
				if diff := cmp.Diff(want, refused); diff != "" {
					t.Errorf("refused (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Many at once: as many decisions count as the quorum needs, no more.
func TestDecide_manyAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Quorum = 2
		ids := []string{anna, ben, carl, otto}
		s := w.service(t)
		r := standing(w, "pending", approvals.Instant(time.Now()))
		r.Decisions, r.Targets[0].Device = nil, w.fleet.devices[kiosk]
		stored, err := w.store.Save(t.Context(), approvals.Change{Request: &r})
		if err != nil {
			t.Fatal(err)
		}
		w.people.with(func(p *people) { p.takes = time.Millisecond })
		codes := make([]string, len(ids))
		var clicks sync.WaitGroup
		for i, who := range ids {
			clicks.Go(func() {
				_, err := s.Decide(t.Context(), stored.ID, approvals.Actor{ID: who}, true, "")
				codes[i] = codeOf(err)
			})
		}
		clicks.Wait()
		slices.Sort(codes)
		if diff := cmp.Diff([]string{"", "", "already-approved", "already-approved"}, codes); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
		if got := count(w.story(stored.ID), "request.approved"); got != 1 {
			t.Errorf("the quorum was reached %d times; want once", got)
		}
	})
}

// The deadline holds at the click to the microsecond, whether or not the
// sweep has been there.
func TestDecide_deadline(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		first, second := p.asks(t, byID(pixel)...), p.asks(t, byID(galaxy)...)
		end := w.request(first).ExpiresAt
		p.stop() // no sweep from here
		s := w.service(t)
		pass(time.Until(end) - time.Microsecond)
		if _, err := s.Decide(t.Context(), first, approvals.Actor{ID: anna}, true, ""); err != nil {
			t.Errorf("a microsecond before the deadline: %v", err)
		}
		pass(time.Microsecond)
		if _, err := s.Decide(t.Context(), second, approvals.Actor{ID: anna}, true, ""); codeOf(err) != "expired" || approvals.KindOf(err) != approvals.TooLate {
			t.Errorf("at the deadline: %v", err)
		}
		synctest.Wait()
	})
}
