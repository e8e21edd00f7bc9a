package bot_test

import (
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

const entraField = "Xf0ENTRA"

// withEntra starts a workspace in which Anna's profile has an Entra id.
func withEntra(t *testing.T) (*bot.Directory, *fakeslack.Server) {
	t.Helper()
	w := newWorld(t, func(c *fakeslack.Config) { c.App.Scopes = append(c.App.Scopes, "users.profile:read") })
	w.slack.EditPerson(anna, func(p *fakeslack.Person) { p.Fields = map[string]string{entraField: " entra-anna ", "Xf0OTHER": "x"} })
	api, err := bot.NewAPI(goodBot, goodApp, w.slack.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return bot.NewDirectory(api, slog.New(slog.DiscardHandler)).WithEntraID(entraField), w.slack
}

func TestDirectory_entraID(t *testing.T) {
	t.Parallel()
	people, _ := withEntra(t)
	for id, want := range map[string]string{anna: "entra-anna", ben: ""} {
		p, err := people.Person(t.Context(), id)
		if err != nil || p.ID != id || p.EntraID != want {
			t.Errorf("%s has the Entra id %q (%v), want %q", p.ID, p.EntraID, err, want)
		}
	}
}

// It is read afresh as everything of a person is, and kept for what decides
// nothing.
func TestDirectory_entraIDAfresh(t *testing.T) {
	t.Parallel()
	people, s := withEntra(t)
	recent := people.Recent()
	if _, err := recent.Person(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	s.EditPerson(anna, func(p *fakeslack.Person) { p.Fields = map[string]string{entraField: "entra-new"} })
	kept, err := recent.Person(t.Context(), anna)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := people.Person(t.Context(), anna)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"entra-anna", "entra-new"}, []string{kept.EntraID, fresh.EntraID}); diff != "" {
		t.Errorf("Entra ids (-want +got):\n%s", diff)
	}
}

// Where it can't be read, whose devices theirs are is not known, and the
// answer is no.
func TestDirectory_entraIDUnread(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(*fakeslack.Server){
		"scope": func(s *fakeslack.Server) { s.SetScopes("users:read", "users:read.email") },
		"error": func(s *fakeslack.Server) {
			s.Fail(fakeslack.Fault{Method: "users.profile.get", Error: "internal_error"})
		},
		"unknown": func(s *fakeslack.Server) {
			s.Fail(fakeslack.Fault{Method: "users.profile.get", Error: "user_not_found"})
		},
		"cut": func(s *fakeslack.Server) { s.Fail(fakeslack.Fault{Method: "users.profile.get", Cut: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			people, s := withEntra(t)
			fail(s)
			if p, err := people.Person(t.Context(), anna); approvals.KindOf(err) != approvals.Unavailable {
				t.Errorf("%+v (%v), want Unavailable", p, err)
			}
		})
	}
}

// Each kind of person is told apart.
func TestDirectory_kinds(t *testing.T) {
	t.Parallel()
	kinds := map[string]fakeslack.Person{
		"U0DEAD":  {Deactivated: true},
		"U0GUEST": {Guest: true},
		"U0ULTRA": {UltraGuest: true},
		"U0BOT":   {Bot: true},
		"U0APP":   {AppUser: true},
		"U0FLOW":  {WorkflowBot: true},
		"U0CONN":  {ConnectorBot: true},
		"U0FAR":   {Stranger: true, Team: "T0FABRIKAM"},
		"U0OTHER": {Team: "T0FABRIKAM"},
		"U0ORG":   {Team: "T0FABRIKAM", Enterprise: "E0FABRIKAM"},
	}
	w := newWorld(t, func(c *fakeslack.Config) {
		for id, p := range kinds {
			p.ID, p.Name = id, id
			c.People = append(c.People, p)
			c.Channels[0].Members = append(c.Channels[0].Members, id)
		}
	})
	api, err := bot.NewAPI(goodBot, goodApp, w.slack.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	people := bot.NewDirectory(api, slog.New(slog.DiscardHandler))
	got := map[string]string{}
	for id := range kinds {
		p, err := people.Person(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		got[id] = approvals.AsError(w.policy.Home.Standing(p)).Code
	}
	want := map[string]string{
		"U0DEAD": "deactivated", "U0GUEST": "guest", "U0ULTRA": "guest", "U0BOT": "bot", "U0APP": "bot", "U0FLOW": "bot", "U0CONN": "bot",
		"U0FAR": "stranger", "U0OTHER": "other-workspace", "U0ORG": "other-organisation",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("refused as (-want +got):\n%s", diff)
	}
}
