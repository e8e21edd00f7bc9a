package approvals_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

func TestNew_missingPorts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	full := w.config(w.store, w.store, w.fleet, nil)
	for name, leave := range map[string]func(*approvals.Config){
		"no store":     func(c *approvals.Config) { c.Store = nil },
		"no devices":   func(c *approvals.Config) { c.Devices = nil },
		"no directory": func(c *approvals.Config) { c.Directory = nil },
	} {
		c := full
		leave(&c)
		if _, err := approvals.NewService(c); err == nil || err.Error() != "approvals: "+name {
			t.Errorf("%s: NewService returns %v", name, err)
		}
		if _, err := approvals.NewRunner(c, "me"); err == nil {
			t.Errorf("%s: NewRunner returns no error", name)
		}
	}
	c := full
	c.Queue = nil
	if _, err := approvals.NewRunner(c, "me"); err == nil {
		t.Error("NewRunner without a queue returns no error")
	}
	if _, err := approvals.NewRunner(full, ""); err == nil {
		t.Error("NewRunner without an owner returns no error")
	}
	if _, err := approvals.NewService(approvals.Config{Store: w.store, Devices: w.fleet, Directory: w.people}); err != nil {
		t.Errorf("NewService with the ports alone: %v", err)
	}
}

func TestAsk_stored(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.CardChannel = "CCARDS"
		now := approvals.Instant(time.Now())
		ask := approvals.Ask{
			Actor: approvals.Actor{ID: rita, Team: homeTeam}, Channel: channel, Selectors: byID(pixel),
			Reason: "forgotten <!channel>", AllOrNothing: true, Key: "trigger-1",
		}
		got, err := w.service(t).Ask(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		want := approvals.Request{
			ID: 1, Version: 1, State: approvals.Checking, Requester: ask.Actor, Channel: channel, CardChannel: "CCARDS",
			Reason: ask.Reason, Selectors: ask.Selectors, AllOrNothing: true, Quorum: 1, Approvers: w.policy.Approvers,
			CreatedAt: now, ExpiresAt: now.Add(approvals.DefaultTimeToLive), WakeAt: now,
		}
		if diff := cmp.Diff(want, got, ignoreRecorded); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
		events := []approvals.Event{{Seq: 1, At: now, Request: 1, Kind: approvals.Asked, Actor: ask.Actor, Text: ask.Reason, Data: map[string]string{"channel": channel, "selectors": pixel}}}
		if diff := cmp.Diff(events, w.store.log()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

// The same command twice is one request.
func TestAsk_sameKeyTwice(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		s := w.service(t)
		ask := approvals.Ask{Actor: approvals.Actor{ID: rita}, Channel: channel, Selectors: byID(pixel), Key: "trigger-1"}
		first, err := s.Ask(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Ask(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again, ignoreRecorded); diff != "" {
			t.Errorf("the second answer differs (-first +second):\n%s", diff)
		}
		ask.Key = "trigger-2"
		if other, err := s.Ask(t.Context(), ask); err != nil || other.ID == first.ID {
			t.Errorf("another command gave %v, %v; want a new request", other.ID, err)
		}
		if n := len(w.store.all()); n != 2 {
			t.Errorf("%d requests are stored; want 2", n)
		}
	})
}

func TestService_storeFails(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		before := w.request(id)
		p.stop()
		s := w.service(t)
		full := errors.New("no space left on device")
		w.store.setFault(func(string) error { return full })
		actor := approvals.Actor{ID: rita}
		for name, act := range map[string]func() error{
			"ask": func() error { _, err := s.Ask(t.Context(), approvals.Ask{Actor: actor}); return err },
			"approve": func() error {
				_, err := s.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "")
				return err
			},
			"cancel": func() error { _, err := s.Cancel(t.Context(), id, actor); return err },
			"show":   func() error { _, err := s.Show(t.Context(), id, actor); return err },
			"list":   func() error { _, err := s.List(t.Context(), actor); return err },
		} {
			err := act()
			if codeOf(err) != "store-failed" || approvals.KindOf(err) != approvals.Unavailable || !errors.Is(err, full) {
				t.Errorf("%s: error is %v; want store-failed with its cause", name, err)
			}
		}
		w.store.setFault(nil)
		if diff := cmp.Diff(before, w.request(id), ignoreRecorded); diff != "" {
			t.Errorf("the request changed (-before +after):\n%s", diff)
		}
	})
}

// A store that always conflicts is not asked for ever.
func TestDecide_conflictsWithoutEnd(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		saves := 0
		w.store.setFault(func(op string) error {
			if op != "save" {
				return nil
			}
			saves++
			return approvals.ErrConflict
		})
		_, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "")
		if codeOf(err) != "store-failed" || saves > 50 {
			t.Errorf("error is %v after %d saves", err, saves)
		}
	})
}

func TestService_unknownRequest(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		s := w.service(t)
		_, decideErr := s.Decide(t.Context(), 7, approvals.Actor{ID: anna}, true, "")
		_, cancelErr := s.Cancel(t.Context(), 7, approvals.Actor{ID: rita})
		_, showErr := s.Show(t.Context(), 7, approvals.Actor{ID: rita})
		for name, err := range map[string]error{"decide": decideErr, "cancel": cancelErr, "show": showErr} {
			if got := approvals.AsError(err).Text; got != "There is no request R-7." {
				t.Errorf("%s: %q", name, got)
			}
		}
		var got []approvals.Event
		for _, e := range w.store.log() {
			got = append(got, approvals.Event{Request: e.Request, Kind: e.Kind, Actor: e.Actor, Data: e.Data})
		}
		data := func(act string) map[string]string {
			return map[string]string{"act": act, "code": "unknown-request", "kind": "not found", "request": "7"}
		}
		want := []approvals.Event{
			{Kind: approvals.WasRefused, Actor: approvals.Actor{ID: anna}, Data: data("approve")},
			{Kind: approvals.WasRefused, Actor: approvals.Actor{ID: rita}, Data: data("cancel")},
			{Kind: approvals.WasRefused, Actor: approvals.Actor{ID: rita}, Data: data("show")},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestRefuse_wrongCard(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		err := p.Refuse(t.Context(), id, approvals.Actor{ID: anna, Name: "Anna"}, "approve", approvals.WrongCard(id))
		want := "This message is not the card of R-1. Use the buttons on the card itself; `/reset-passcode show R-1` tells where things stand."
		if got := approvals.AsError(err).Sentence(); got != want {
			t.Errorf("sentence is %q; want %q", got, want)
		}
		story := w.story(id)
		if got := story[len(story)-1]; got != "act.refused by Anna: This message is not the card of R-1." {
			t.Errorf("the last event is %q", got)
		}
		if w.request(id).State != approvals.Pending {
			t.Errorf("state is %s; want pending", w.request(id).State)
		}
	})
}

func TestShow_rights(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		for who, want := range map[string]string{
			rita: "", anna: "", carl: "", otto: "", nora: "not-yours-to-see", hugo: "not-yours-to-see", gina: "not-yours-to-see", "UNOBODY": "not-yours-to-see",
		} {
			r, err := p.Show(t.Context(), id, approvals.Actor{ID: who})
			if codeOf(err) != want || (err == nil) != (r.ID == id) {
				t.Errorf("%s sees %v, %v; want %q", who, r.ID, err, want)
			}
		}
		w.people.with(func(p *people) { p.silent = unavailable("Slack is away.") })
		if _, err := p.Show(t.Context(), id, approvals.Actor{ID: anna}); codeOf(err) != "slack-silent" {
			t.Errorf("with a silent Slack: %v", err)
		}
		if _, err := p.Show(t.Context(), id, approvals.Actor{ID: rita}); err != nil {
			t.Errorf("with a silent Slack Rita does not see her own: %v", err)
		}
	})
}

func TestList_rights(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		p.asks(t, byID(pixel)...)
		p.request(t, approvals.Ask{Actor: approvals.Actor{ID: hugo}, Selectors: byID(galaxy)})
		ended := p.asks(t, byID(kiosk)...)
		if _, err := p.Cancel(t.Context(), ended, approvals.Actor{ID: rita}); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string][]approvals.ID{anna: {1, 2}, hugo: {2}, nora: nil, gina: nil} {
			open, err := p.List(t.Context(), approvals.Actor{ID: who})
			if err != nil {
				t.Errorf("%s: %v", who, err)
			}
			var got []approvals.ID
			for _, r := range open {
				got = append(got, r.ID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s sees (-want +got):\n%s", who, diff)
			}
		}
		w.people.with(func(p *people) { p.silent = unavailable("Slack is away.") })
		if _, err := p.List(t.Context(), approvals.Actor{ID: hugo}); codeOf(err) != "slack-silent" {
			t.Errorf("with a silent Slack: %v", err)
		}
	})
}

// A whole life, as the log tells it.
func TestStory(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Quorum = 2
		p := w.start(t)
		id := p.asks(t, byID(pixel, iphone, galaxy)...)
		if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "she called me"); err != nil {
			t.Fatal(err)
		}
		p.approves(t, id, carl)
		w.fleet.report(pixel, approvals.ActionDone, 0)
		w.fleet.report(galaxy, approvals.ActionFailed, 7)
		pass(time.Minute)
		story := w.story(id)
		want := []string{
			"request.asked by URITA: forgotten",
			"request.ready",
			"decision.approved by Anna: she called me",
			"decision.approved by Carl",
			"request.approved",
			"run.started",
			"reset.intended", "reset.intended", "reset.accepted", "reset.accepted", // in any order
			"run.ended: succeeded",
			"reset.confirmed Alice Pixel",
			"reset.failed-on-device Bob Galaxy: the device reported that the reset failed (error 7)",
		}
		if len(story) != len(want) {
			t.Fatalf("story is %q", story)
		}
		copy(want[6:10], story[6:10])
		if diff := cmp.Diff(want, story); diff != "" {
			t.Errorf("story (-want +got):\n%s", diff)
		}
		if got := []int{count(story, "reset.intended "), count(story, "reset.accepted ")}; !cmp.Equal(got, []int{2, 2}) {
			t.Errorf("%v intents and acceptances; want 2 and 2", got)
		}
		r := w.request(id)
		if r.State != approvals.Done || r.Outcome() != approvals.Succeeded || !r.WakeAt.IsZero() {
			t.Errorf("ended as %s, %s, wakes at %v", r.State, r.Outcome(), r.WakeAt)
		}
		synctest.Wait()
	})
}

// A refusal that the log can't take is not told as if it were there.
func TestRefused_notStored(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.store.setFault(func(op string) error {
			if op == "save" {
				return errPlain
			}
			return nil
		})
		_, err := p.Decide(t.Context(), id, approvals.Actor{ID: rita}, true, "")
		if got := approvals.AsError(err).Code; got != "store-failed" {
			t.Errorf("told %q; want that it could not be stored", got)
		}
		w.store.setFault(nil)
		_, err = p.Decide(t.Context(), id, approvals.Actor{ID: rita}, true, "")
		if got := approvals.AsError(err).Code; got != "own-request" {
			t.Errorf("told %q when the store is back; want own-request", got)
		}
	})
}
