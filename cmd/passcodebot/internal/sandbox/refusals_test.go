package sandbox_test

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/command"
)

// row is one way to be refused.
type row struct {
	name string
	code string
	do   func(*stage)
	// args fill the places of the sentence, with {R} for the request; what is
	// missing can be anything. Where no table has the sentence, says is it.
	args []string
	says string
	also string              // what stands behind it
	log  approvals.EventKind // how the log has it; act.refused where it is empty
}

// scenes are worlds with the rows that are played in each, one after the
// other, by their names.
type scenes map[string]struct {
	scene
	rows []row
}

// played is every row.
func played() scenes {
	all := scenes{}
	for _, part := range []scenes{parsing(), people(), payloads(), lives(), denying(), handovers(), secondTries(), policies(), breakGlass(), changing()} {
		maps.Copy(all, part)
	}
	return all
}

// unplayed are refusals that nobody can meet from outside, and why.
var unplayed = map[string]string{
	"still-checking": "a request has no card while it is checked, and a click on anything else is refused before",
	"log-disagrees":  "it takes a database into which somebody has written",
	"no-review":      "the message with the button is there only once a review is asked for",

	"again-too-early": "the button is in the summary, which is there only once the request is done",
	"again-nothing":   "the button is there only where a device has failed",
	"no-handover":     "the message with the buttons is there only once it is asked",
}

// unlogged are refusals that the log does not have: it can't be written, or
// there was nothing yet that anybody tried.
var unlogged = map[string]bool{"store-failed": true, "not-opened": true}

// rulings are the refusals of what was understood.
func rulings() []approvals.Refusal { return append(approvals.Refusals(), bot.Refusals()...) }

// Whatever somebody may not do, they read why and what to do instead, the
// log knows who tried what through what, and Intune gets nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, sc := range played() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := set(t, sc.scene)
			for _, r := range sc.rows {
				t.Run(r.name, func(t *testing.T) {
					s := s.on(t)
					r.do(s)
					table := rulings()
					if name == "parsing" {
						table = command.Refusals()
					}
					s.refused(r, table)
				})
			}
			// Nor does Intune get anything a little later.
			s.on(t).world.App.Stop()
			if err := s.world.App.Wait(); err != nil {
				t.Error(err)
			}
			s.untouched()
		})
	}
}

// Each sentence of the tables has a row, or an excuse.
func TestRefusals_complete(t *testing.T) {
	t.Parallel()
	parsed, ruled := map[string]bool{}, map[string]bool{}
	for name, sc := range played() {
		for _, r := range sc.rows {
			if name == "parsing" {
				parsed[r.code] = true
			} else {
				ruled[r.code] = true
			}
		}
	}
	for _, r := range command.Refusals() {
		if !parsed[r.Code] {
			t.Errorf("no row types %s", r.Code)
		}
	}
	for _, r := range rulings() {
		if _, excused := unplayed[r.Code]; excused == ruled[r.Code] {
			t.Errorf("%s: has a row: %t, is excused: %t", r.Code, ruled[r.Code], excused)
		}
	}
	for code := range unplayed {
		if !slices.ContainsFunc(rulings(), func(r approvals.Refusal) bool { return r.Code == code }) {
			t.Errorf("%s is excused, and no table has it", code)
		}
	}
}

// refused checks what has come of the last act: the sentence, the event and
// Intune's log.
func (s *stage) refused(r row, table []approvals.Refusal) {
	s.t.Helper()
	sentence := s.sentence(r, table)
	s.eventually(s.to+" reads "+sentence.String(), func() bool {
		now := map[string]int{}
		for _, m := range s.reads(s.to) {
			if now[m]++; now[m] > s.heard[m] && sentence.MatchString(m) {
				return true
			}
		}
		return false
	})
	if !unlogged[r.code] {
		s.inLog(r)
	}
	s.untouched()
}

// untouched checks that Intune has got no reset since the last act.
func (s *stage) untouched() {
	s.t.Helper()
	if posts := s.world.Intune.Posts(); len(posts) != s.posts {
		s.t.Errorf("Intune got %+v", posts[s.posts:])
	}
}

// sentence is what has to be read, whole and with its hint.
func (s *stage) sentence(r row, table []approvals.Refusal) *regexp.Regexp {
	want := r.says
	if want == "" {
		i := slices.IndexFunc(table, func(known approvals.Refusal) bool { return known.Code == r.code })
		if i < 0 {
			s.t.Fatalf("no table has %s", r.code)
		}
		want = strings.TrimSpace(table[i].Text + " " + table[i].Hint)
	}
	want = regexp.QuoteMeta(want + r.also)
	for _, arg := range r.args {
		want = strings.Replace(want, "%s", regexp.QuoteMeta(arg), 1)
	}
	want = strings.ReplaceAll(strings.ReplaceAll(want, "%s", "(.+)"), regexp.QuoteMeta("{R}"), s.request.String())
	return regexp.MustCompile(`(?s)(^|: |\n|changed\. )` + want + `($|\n)`)
}

// inLog checks that the log has the refusal once, and what it was that came
// through what.
func (s *stage) inLog(r row) {
	s.t.Helper()
	kind := cmp.Or(r.log, approvals.WasRefused)
	against := []approvals.EventKind{approvals.WasRefused, approvals.WasRejected, approvals.ResetSkipped, approvals.ResetFailed, approvals.ApprovalVoided}
	logged := func() []approvals.Event { return s.events(against...) }
	s.eventually("the log has "+r.code, func() bool { return len(logged()) > 0 })
	e := logged()[0]
	if len(logged()) != 1 || e.Kind != kind || e.Data["code"] != r.code {
		s.t.Errorf("the log has %+v, want one %s of %s", logged(), kind, r.code)
	}
	if kind != approvals.WasRefused {
		// It is passcodebot that says so; what it was about came from somebody.
		acts := s.events(approvals.Asked, approvals.GotApproval)
		if len(acts) != 1 {
			s.t.Fatalf("the log has the acts %+v, want one", acts)
		}
		e = acts[0]
	}
	if e.Actor.ID != s.by {
		s.t.Errorf("the log says that it was %q, want %s", e.Actor.ID, s.by)
	}
	came := ""
	for _, envelope := range s.world.Slack.Envelopes() {
		if envelope.ID == e.Data["envelope"] {
			came = envelope.Type
		}
	}
	want := [2]string{s.via, map[string]string{"command": "slash_commands", "button": "interactive", "modal": "interactive"}[s.via]}
	if got := [2]string{e.Data["via"], came}; got != want {
		s.t.Errorf("the log says that it came through %q, want %q", got, want)
	}
	s.logged = 0
	s.eventually("the log knows the socket", func() bool {
		return slices.ContainsFunc(s.events(approvals.SocketConnected), func(opened approvals.Event) bool {
			return e.Data["connection"] != "" && opened.Data["connection"] == e.Data["connection"]
		})
	})
}
