package approvals_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// What somebody wants to be told is theirs to say, and the log knows each
// change of it.
func TestSetPreferences(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		changed := 0
		c := w.config(w.store, w.store, w.fleet, func() { changed++ })
		s, err := approvals.NewService(c)
		if err != nil {
			t.Fatal(err)
		}
		of := func(who string) approvals.Preferences {
			t.Helper()
			p, err := s.Preferences(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		quiet, half := approvals.Preferences{NoRequests: true, NoNamed: true}, approvals.Preferences{NoNamed: true}
		ctx := approvals.From(t.Context(), approvals.Source{Via: "home"})
		for _, p := range []approvals.Preferences{{}, quiet, quiet, half, {}} { // the first and the third change nothing
			if err := s.SetPreferences(ctx, approvals.Actor{ID: nora}, p); err != nil {
				t.Fatal(err)
			}
			if got := of(nora); got != p {
				t.Errorf("preferences are %+v; want %+v", got, p)
			}
		}
		if err := s.SetPreferences(ctx, approvals.Actor{ID: anna}, half); err != nil {
			t.Fatal(err)
		}
		if of(anna) != half || of(nora) != (approvals.Preferences{}) {
			t.Errorf("Anna has %+v, Nora %+v", of(anna), of(nora))
		}
		var told []map[string]string
		for _, e := range w.store.log() {
			if e.Kind != approvals.PreferencesSet || e.Request != 0 || e.Actor.Name == "" {
				t.Errorf("the log has %+v", e)
			}
			told = append(told, e.Data)
		}
		want := []map[string]string{
			{"requests": "off", "named": "off", "via": "home"},
			{"requests": "on", "named": "off", "via": "home"},
			{"requests": "on", "named": "on", "via": "home"},
			{"requests": "on", "named": "off", "via": "home"},
		}
		if diff := cmp.Diff(want, told); diff != "" || changed != len(want) {
			t.Errorf("%d changes were told of; events (-want +got):\n%s", changed, diff)
		}
	})
}

func TestSetPreferences_refused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		who   string
		spoil func(*world)
		want  string
	}{
		{dora, func(*world) {}, "deactivated"},
		{gina, func(*world) {}, "guest"},
		{sam, func(*world) {}, "stranger"},
		{"UNOBODY", func(*world) {}, "unknown-person"},
		{rita, func(w *world) { w.people.silent = unavailable("Slack is away.") }, "slack-silent"},
		{rita, func(w *world) {
			w.store.setFault(func(op string) error {
				if op == "preferences" {
					return errPlain
				}
				return nil
			})
		}, "store-failed"},
	} {
		bubbleNamed(t, tt.who+" "+tt.want, func(t *testing.T, w *world) {
			tt.spoil(w)
			s := w.service(t)
			err := s.SetPreferences(t.Context(), approvals.Actor{ID: tt.who}, approvals.Preferences{NoNamed: true})
			log := w.store.log()
			if codeOf(err) != tt.want || len(log) != 1 || log[0].Kind != approvals.WasRefused || log[0].Data["act"] != "preferences" {
				t.Errorf("got %v; the log has %+v", err, log)
			}
			if len(w.store.wishes) != 0 {
				t.Errorf("stored: %v", w.store.wishes)
			}
		})
	}
}

// bubbleNamed is bubble, as a test of its own within another.
func bubbleNamed(t *testing.T, name string, f func(*testing.T, *world)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { bubble(t, f) })
}
