package bot_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

// told is what somebody alone was told in #incidents, in a thread or outside.
func (w *world) told(who, thread string) (all []string) {
	for _, m := range w.slack.Messages(who, incidents, thread) {
		if m.Ephemeral {
			all = append(all, m.Text)
		}
	}
	return all
}

// Who mentions passcodebot is answered, and nobody else is bothered.
func TestMention_answers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.asks(pixel)
	for _, tc := range []struct{ who, says, want string }{
		{rita, "@passcodebot help", "How to ask for a passcode reset"},
		{rita, "@passcodebot list", "R-1"},
		{rita, "hey @passcodebot: show R-1", "Alice Pixel"},
		{nora, "@passcodebot show R-1", "can be seen by the person who asked for it"},
		{rita, "@passcodebot show R-77", "There is no request R-77."},
		{rita, "@passcodebot", "Open the form to ask for a passcode reset."},
		{ben, "@passcodebot reset, please", "Open the form to ask for a passcode reset."},
		{ben, "@passcodebot ask", "Open the form to ask for a passcode reset."},
		{anna, "@passcodebot reset a passcode for @alice", "Open the form to ask for a passcode reset for <@U0ALICE>."},
		{nora, "@passcodebot thank you!", "I am here for passcode resets, and did not understand that."},
		{gina, "@passcodebot what's up?", "I am here for passcode resets, and did not understand that."},
		{ben, "@passcodebot serial: reason: x", "There is nothing behind"},
		{anna, "@passcodebot dry-run " + galaxy, "Dry run: 1 passcode could be reset."},
	} {
		before := count(w.told(tc.who, ""), tc.want)
		w.says(tc.who, "", tc.says)
		w.until(tc.says+" is answered", func() bool { return count(w.told(tc.who, ""), tc.want) > before })
	}
	if n := len(w.cards()); n != 1 {
		t.Errorf("%d messages are for everybody, want the card alone: %q", n, w.said(anna, incidents, ""))
	}
}

// In a thread, where Slack has no commands, all of the syntax works: the card
// is linked with it, and the answer is in it.
func TestMention_inAThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.edit = func(c *bot.Config) { c.Space = "https://contoso.slack.com/" }
	w.start()
	w.connected()
	root := w.says(ben, "", "phones are down")
	w.says(rita, root, "@passcodebot @alice reason: forgot")
	w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
	r, _ := w.stored(1)
	link := "https://contoso.slack.com/archives/" + incidents + "/p" + strings.ReplaceAll(root, ".", "")
	if diff := cmp.Diff([]string{incidents, root, link, "forgot"}, []string{r.Channel, r.Thread, r.ThreadLink, r.Reason}); diff != "" {
		t.Errorf("the request (-want +got):\n%s", diff)
	}
	w.until("Rita is told in the thread", func() bool { return count(w.told(rita, root), "R-1 is stored.") == 1 })
	if n := len(w.told(rita, "")); n != 0 {
		t.Errorf("Rita is told outside of the thread too: %q", w.told(rita, ""))
	}
}

// A mention can't open the form; its button can, for the thread and the
// person that it was about.
func TestMention_button(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	root := w.says(ben, "", "phones are down")
	w.says(rita, root, "@passcodebot reset @alice")
	var button fakeslack.Message
	w.until("the button is there", func() bool {
		for _, m := range w.slack.Messages(rita, incidents, root) {
			if m.Ephemeral && strings.Contains(string(m.Blocks), "form_open") {
				button = m
			}
		}
		return button.TS != ""
	})
	if _, err := w.slack.Click(t.Context(), rita, incidents, button.TS, "form_open"); err != nil {
		t.Fatal(err)
	}
	m := w.opened(rita, "Alice Pixel")
	got := w.submits(rita, m, filled(field("form_reason", "forgot"), fakeslack.State{m.block("form_devices", pixel): {"form_devices": []string{pixel}}}))
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	if r, _ := w.stored(1); r.Thread != root || r.Channel != incidents {
		t.Errorf("asked in %s, thread %q", r.Channel, r.Thread)
	}
}

// Direct messages are answered where they are; nobody could approve there.
func TestMention_direct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	api, err := bot.NewAPI("xoxb-sandbox-bot", "xapp-1-A0PASSCODE-sandbox", w.slack.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	opened, _, _, err := api.OpenConversationContext(t.Context(), &slack.OpenConversationParameters{Users: []string{rita}})
	if err != nil {
		t.Fatal(err)
	}
	im := opened.ID
	for _, tc := range []struct{ says, want string }{
		{"list", "No open requests."},
		{"good morning", "I am here for passcode resets"},
		{pixel + " reason: forgot", "Nobody else reads this, so nobody could approve it here."},
	} {
		if _, err := w.slack.Say(rita, im, "", tc.says); err != nil {
			t.Fatal(err)
		}
		w.until(tc.says+" is answered", func() bool { return count(w.said(rita, im, ""), tc.want) == 1 })
	}
	if _, there := w.stored(1); there {
		t.Error("something is stored")
	}
}

// Slack delivers an event again that was not acknowledged: it has one effect,
// and one answer, also where the process is another one by then.
func TestMention_again(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	w.connected()
	event := mentionOf(rita, "Ev1", "<@U0PASSBOT> "+pixel+" reason: forgot")
	for range 3 {
		if _, err := w.slack.Deliver(t.Context(), "events_api", event); err != nil {
			t.Fatal(err)
		}
	}
	w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
	w.until("Rita is told", func() bool { return count(w.told(rita, ""), "R-1 is stored.") == 1 })
	first.stop() // when all that was begun is done
	if n := count(w.told(rita, ""), "R-1 is stored."); n != 1 {
		t.Errorf("Rita is told %d times by one process", n)
	}
	w.until("the socket is closed", func() bool { return w.slack.Sockets() == 0 })
	second := w.start()
	w.connected()
	if _, err := w.slack.Deliver(t.Context(), "events_api", event); err != nil {
		t.Fatal(err)
	}
	second.stop()
	if _, there := w.stored(2); there {
		t.Error("it is stored twice")
	}
	// What another process gets was not acknowledged by the first, which then
	// has not answered either: the answer is due.
	if n := count(w.told(rita, ""), "R-1 is stored."); n != 2 {
		t.Errorf("Rita is told %d times by two processes", n)
	}
}

// Where the store does not take a mention, it is not acknowledged, so that
// Slack gives it again, and its person is told once.
func TestMention_storeFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.AckWithin = 700 * time.Millisecond })
	w.start()
	w.connected()
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	event := mentionOf(rita, "Ev1", "<@U0PASSBOT> "+pixel+" reason: forgot")
	for range 2 {
		if seen, err := w.slack.Deliver(t.Context(), "events_api", event); err != nil || seen.Error == "" {
			t.Errorf("it is acknowledged (%v)", err)
		}
	}
	w.until("Rita is told", func() bool { return count(w.told(rita, ""), "could not be written to the database yet") == 1 })
}

// Mentions of others' apps, and of apps, are not answered.
func TestMention_foreign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.edit = func(c *bot.Config) { c.Home = w.policy.Home }
	w.start()
	w.connected()
	ask := "<@U0PASSBOT> " + pixel + " reason: forgot"
	for name, edit := range map[string]func(outer, inner map[string]any){
		"another app":       func(outer, _ map[string]any) { outer["api_app_id"] = "A0OTHER" },
		"another workspace": func(outer, _ map[string]any) { outer["team_id"] = "T0OTHER" },
		"a bot":             func(_, inner map[string]any) { inner["bot_id"] = "B0OTHER" },
		"itself":            func(_, inner map[string]any) { inner["user"] = "U0PASSBOT" },
		"nobody":            func(_, inner map[string]any) { delete(inner, "user") },
	} {
		event := mentionOf(rita, fmt.Sprintf("Ev-%s", name), ask)
		inner, _ := event["event"].(map[string]any)
		edit(event, inner)
		if _, err := w.slack.Deliver(t.Context(), "events_api", event); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r, there := w.stored(1); there {
			t.Errorf("%s: stored %v", name, r.ID)
		}
	}
}

// In a channel that is shared with others, Slack's event names our workspace
// whoever speaks: people from elsewhere are neither answered nor taken for
// ours, whatever the event tells of them.
func TestMention_strangers(t *testing.T) {
	t.Parallel()
	const pat = "U0PAT"
	w := newWorld(t, func(c *fakeslack.Config) {
		c.People = append(c.People, fakeslack.Person{ID: pat, Name: "pat", Team: "T0OTHER", Stranger: true})
		for i := range c.Channels {
			c.Channels[i].Members = append(c.Channels[i].Members, pat)
		}
	})
	w.edit = func(c *bot.Config) { c.Home = w.policy.Home }
	l := w.start()
	w.connected()
	ask := "<@U0PASSBOT> " + pixel + " reason: forgot"
	for name, tells := range map[string]map[string]any{
		"all":               {"user_team": "T0OTHER", "source_team": "T0OTHER", "team": "T0OTHER"},
		"the person's team": {"user_team": "T0OTHER"},
		"the source":        {"source_team": "T0OTHER"},
		"the team":          {"team": "T0OTHER"},
		"an organisation":   {"user_team": "E0OTHER"},
		"nothing":           {},
		"a lie":             {"team": "T0CONTOSO"},
	} {
		for i, text := range []string{ask, "<@U0PASSBOT> help"} {
			event := mentionOf(pat, fmt.Sprintf("Ev-%s-%d", name, i), text)
			inner, _ := event["event"].(map[string]any)
			maps.Copy(inner, tells)
			if seen, err := w.slack.Deliver(t.Context(), "events_api", event); err != nil || seen.Error != "" {
				t.Errorf("%s: %s %v", name, seen.Error, err)
			}
			if r, there := w.stored(1); there {
				t.Fatalf("the event tells of %s, and stored is %s by %+v", name, r.ID, r.Requester)
			}
		}
	}
	w.says(pat, "", "@passcodebot help")
	w.says(rita, "", "@passcodebot "+pixel+" reason: forgot")
	w.until("Rita is answered", func() bool { return count(w.told(rita, ""), "R-1 is stored.") == 1 })
	l.stop() // when all that was begun is done
	if got := w.told(pat, ""); len(got) > 0 {
		t.Errorf("Pat is told %q", got)
	}
	if r, _ := w.stored(1); r.Requester.ID != rita || r.Requester.Team != "T0CONTOSO" {
		t.Errorf("R-1 is by %+v, want Rita of T0CONTOSO", r.Requester)
	}
}

// Where Slack does not tell who speaks, those of whom the event itself tells
// that they are ours are heard; of others it is not acknowledged, so that
// Slack gives it again.
func TestMention_unknownSpeaker(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.AckWithin = 3 * time.Second })
	w.edit = func(c *bot.Config) { c.Home = w.policy.Home }
	w.start()
	w.connected()
	w.slack.Fail(fakeslack.Fault{Method: "users.info", Error: "internal_error"})
	event := mentionOf(rita, "Ev1", "<@U0PASSBOT> "+pixel+" reason: forgot")
	if seen, err := w.slack.Deliver(t.Context(), "events_api", event); err != nil || seen.Error == "" {
		t.Errorf("it is acknowledged (%v)", err)
	}
	if _, there := w.stored(1); there {
		t.Fatal("something is stored")
	}
	inner, _ := event["event"].(map[string]any)
	inner["team"] = "T0CONTOSO"
	if seen, err := w.slack.Deliver(t.Context(), "events_api", event); err != nil || seen.Error != "" {
		t.Errorf("the second shows %q (%v)", seen.Error, err)
	}
	if _, there := w.stored(1); !there {
		t.Error("nothing is stored")
	}
}

// mentionOf is the payload of a mention in #incidents.
func mentionOf(who, id, text string) map[string]any {
	return map[string]any{
		"type": "event_callback", "api_app_id": "A0PASSCODE", "team_id": "T0CONTOSO", "token": "sandbox", "event_id": id, "event_time": 1,
		"event": map[string]any{"type": "app_mention", "user": who, "text": text, "ts": "1700000000.000100", "channel": incidents, "event_ts": "1700000000.000100"},
	}
}
