package approvals_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
)

// The log tells who searches the fleet, and how much they are shown; not for
// what, which can be anything that people type.
func TestLook_searchIsLogged(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var log strings.Builder
		c := w.config(w.store, w.store, w.fleet, nil)
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
		s, err := approvals.NewService(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Look(t.Context(), approvals.Look{Actor: approvals.Actor{ID: rita}, Channel: channel, Search: "bob@contoso.com"}); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`msg="devices searched" actor=%s channel=%s devices=1`, rita, channel)
		if !strings.Contains(log.String(), want) || strings.Contains(log.String(), "bob") {
			t.Errorf("the log has %s; want %s, and nothing of what was searched", log.String(), want)
		}
	})
}

// Nobody reads the fleet out key by key: one person's searches are bounded,
// and no other person's with them.
func TestLook_tooManySearches(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		s := w.service(t)
		look := func(who, search string) error {
			_, err := s.Look(t.Context(), approvals.Look{Actor: approvals.Actor{ID: who}, Channel: channel, Search: search})
			return err
		}
		for i := range approvals.MaxSearches {
			if err := look(rita, "S-ALI"); err != nil {
				t.Fatalf("search %d: %v", i+1, err)
			}
		}
		asked := len(w.fleet.finds)
		if err := look(rita, "S-ALI"); codeOf(err) != "searched-often" || approvals.KindOf(err) != approvals.Unavailable {
			t.Errorf("one more brings %v", err)
		}
		if n := len(w.fleet.finds); n != asked {
			t.Errorf("Intune was asked %d times for it", n-asked)
		}
		if err := look(rita, "S-"); err != nil {
			t.Errorf("what is no search yet brings %v", err)
		}
		if err := look(hugo, "S-ALI"); err != nil {
			t.Errorf("somebody else's search brings %v", err)
		}
		pass(time.Minute)
		if err := look(rita, "S-ALI"); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

// Who could approve is shown by what was read of them some minutes ago; who
// asks is looked at now, and nobody is turned down for what was.
func TestTerms_shownPeople(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		c := w.config(w.store, w.store, w.fleet, nil)
		c.Shown = w.people.asTheyAre()
		s, err := approvals.NewService(c)
		if err != nil {
			t.Fatal(err)
		}
		ask := approvals.Ask{Actor: approvals.Actor{ID: rita}, Channel: channel, Selectors: byID(pixel)}
		w.people.edit(ben, func(p *approvals.Person) { p.Name = "Benjamin" })
		got, err := s.Terms(t.Context(), ask)
		if names := fmt.Sprint(short(got, err).Able); names != "[Anna Ben Carl Otto]" || err != nil {
			t.Errorf("%s could approve (%v), want those of before", names, err)
		}
		w.people.edit(rita, func(p *approvals.Person) { p.Guest = true })
		if _, err := s.Terms(t.Context(), ask); codeOf(err) != "guest" {
			t.Errorf("who may no longer ask sees who could approve (%v)", err)
		}
		w.people.edit(rita, func(p *approvals.Person) { p.Guest = false })

		guests := w.people.asTheyAre()
		for id := range map[string]bool{anna: true, ben: true, carl: true, otto: true} {
			guests.edit(id, func(p *approvals.Person) { p.Guest = true })
		}
		c.Shown = guests
		if s, err = approvals.NewService(c); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Terms(t.Context(), ask); err != nil {
			t.Errorf("a request is turned down for what approvers were some minutes ago: %v", err)
		}
	})
}
