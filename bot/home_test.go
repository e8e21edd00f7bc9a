package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

// opens has somebody look at App Home until it says something.
func (w *world) opens(who, says string) string {
	w.t.Helper()
	seen, err := w.slack.OpenHome(w.t.Context(), who)
	if err != nil || seen.Error != "" {
		w.t.Fatalf("%s opens App Home: %v, %s", who, err, seen.Error)
	}
	return w.sees(who, says)
}

// sees waits until App Home says something to somebody, and returns it.
func (w *world) sees(who, says string) string {
	w.t.Helper()
	w.until(fmt.Sprintf("%s sees %q in App Home, not only\n%s", who, says, w.home(who)), func() bool { return strings.Contains(w.home(who), says) })
	return w.home(who)
}

// home is what somebody sees in App Home.
func (w *world) home(who string) string {
	v, _ := w.slack.Home(who)
	return string(v.JSON)
}

// block is the id of the block of somebody's App Home in which an action is.
func (w *world) block(who, action, value string) string {
	w.t.Helper()
	var v struct {
		Blocks []struct {
			BlockID  string `json:"block_id"`
			Elements []struct {
				ActionID, Value string
			}
			Element struct {
				ActionID string `json:"action_id"`
			}
		}
	}
	raw := strings.ReplaceAll(w.home(who), `"action_id"`, `"ActionID"`)
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		w.t.Fatal(err)
	}
	for _, b := range v.Blocks {
		for _, e := range b.Elements {
			if e.ActionID == action && (value == "" || e.Value == value) {
				return b.BlockID
			}
		}
	}
	for _, line := range strings.Split(raw, `"block_id":"`)[1:] {
		if id := line[:strings.IndexByte(line, '"')]; strings.HasPrefix(id, action) {
			return id
		}
	}
	w.t.Fatalf("%s has no %s %s in App Home:\n%s", who, action, value, raw)
	return ""
}

// acts has somebody use an element of App Home.
func (w *world) acts(who, action, button string, value any) {
	w.t.Helper()
	seen, err := w.slack.Act(w.t.Context(), who, fakeslack.Where{Home: true}, w.block(who, action, button), action, value, nil)
	if err != nil || seen.Error != "" {
		w.t.Fatalf("%s uses %s: %v, %s", who, action, err, seen.Error)
	}
}

func TestHome_decide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.edit = func(c *bot.Config) { c.Space = "https://contoso.slack.com/" }
	w.start()
	w.connected()
	w.opens(anna, "Nothing waits for your decision.")
	card := w.asks(pixel)
	if got := w.sees(anna, "R-1: reset 1 passcode?"); !strings.Contains(got, "forgotten") || !strings.Contains(got, "Alice Pixel") {
		t.Errorf("she does not see what she decides on: %s", got)
	}
	w.sees(anna, "https://contoso.slack.com/archives/"+incidents+"/p"+strings.ReplaceAll(card.TS, ".", ""))
	w.acts(anna, "approve", "1", nil)
	w.until("the reset is sent", func() bool { return w.devices.sent() == 1 })
	w.sees(anna, "succeeded")
	if got := w.home(anna); strings.Contains(got, `"approve"`) || !strings.Contains(got, "Nothing waits for your decision.") {
		t.Errorf("what is decided still waits: %s", got)
	}
}

// A button that came too late is answered, where there is no message to answer
// in.
func TestHome_refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.opens(rita, "You have no open request.")
	w.asks(pixel)
	w.sees(rita, "R-1: reset 1 passcode?")
	if got := w.home(rita); strings.Contains(got, `"approve"`) || strings.Contains(got, `"deny"`) {
		t.Errorf("she could decide on her own request: %s", got)
	}
	for _, tc := range []struct {
		hash, want string
		anew       bool // she sees another view instead
	}{
		{w.homeHash(rita), "You asked for R-1 yourself", false},
		{"another's", notShown, true}, // published with the bot's token by somebody else
		{"", notShown, true},
	} {
		before := w.homeHash(rita)
		w.forges(rita, tc.hash, "approve", "1")
		w.until("she is told why not", func() bool { return w.toldAlone(rita, tc.want) })
		if tc.anew {
			w.until("she sees it anew", func() bool { return w.homeHash(rita) != before })
		}
	}
	w.acts(rita, "cancel", "1", nil)
	w.sees(rita, "cancelled")
}

// notShown is what is said of a click on a view that is not ours.
const notShown = "This App Home is not the one that I showed you last"

// forges sends a click on a view in App Home with a hash.
func (w *world) forges(who, hash, action, value string) {
	w.t.Helper()
	v, _ := w.slack.Home(who)
	var shown map[string]any
	if err := json.Unmarshal(v.JSON, &shown); err != nil {
		w.t.Fatal(err)
	}
	shown["hash"] = hash
	p := forge(who, "", "", action, value, func(p map[string]any) {
		delete(p, "channel")
		delete(p, "message")
		p["container"] = map[string]any{"type": "view", "view_id": v.ID}
		p["view"] = shown
	})
	if _, err := w.slack.Deliver(w.t.Context(), "interactive", p); err != nil {
		w.t.Fatal(err)
	}
}

// What an earlier process published still works, by the rules alone, until it
// is replaced; and what is there then says of when it is.
func TestHome_restart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	w.connected()
	w.asks(pixel)
	w.opens(anna, "R-1: reset 1 passcode?")
	before := w.homeHash(anna)
	first.stop()
	w.until("the socket is closed", func() bool { return w.slack.Sockets() == 0 })
	w.start()
	w.connected()
	w.acts(anna, "approve", "1", nil)
	w.until("the reset is sent", func() bool { return w.devices.sent() == 1 })
	if got := w.sees(anna, "succeeded"); !strings.Contains(got, "As of ") {
		t.Errorf("it does not say of when it is: %s", got)
	}
	// Now it is known what she saw.
	w.forges(anna, before, "details", "1")
	w.until("she is told why not", func() bool { return w.toldAlone(anna, notShown) })
}

// Where Slack shows a view and its answer is lost, its buttons fail once.
func TestHome_lostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.opens(anna, "Nothing waits for your decision.")
	w.slack.Fail(fakeslack.Fault{Method: "views.publish", LoseAnswer: true, Times: 1})
	w.asks(pixel)
	w.sees(anna, "R-1: reset 1 passcode?")
	lost := w.homeHash(anna)
	w.acts(anna, "approve", "1", nil)
	w.until("she is told why not", func() bool { return w.toldAlone(anna, notShown) })
	w.until("she sees it anew", func() bool { return w.homeHash(anna) != lost })
	w.acts(anna, "approve", "1", nil)
	w.until("the reset is sent", func() bool { return w.devices.sent() == 1 })
}

// homeHash is the hash of what somebody sees in App Home.
func (w *world) homeHash(who string) string {
	v, _ := w.slack.Home(who)
	return v.Hash
}

// toldAlone says that somebody is told something in a window or a direct
// message.
func (w *world) toldAlone(who, says string) bool {
	for _, v := range w.slack.Views(who) {
		if strings.Contains(string(v.JSON), says) {
			return true
		}
	}
	return count(w.directs(who), says) > 0
}

func TestHome_search(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	for i, device := range []string{pixel, galaxy} {
		card := w.asks(device)
		w.clicks(anna, card, "approve")
		w.until("it is done", func() bool {
			return strings.Contains(w.card(card.TS), fmt.Sprintf("R-%d: reset 1 passcode – succeeded", i+1))
		})
	}
	w.opens(anna, "R-1")
	w.acts(anna, "home_search", "", "  Galaxy <!channel> ")
	w.sees(anna, "Nothing that ended in the last 30 days has all of this: Galaxy &lt;!channel&gt;")
	w.acts(anna, "home_search", "", "galaxy")
	got := w.sees(anna, "Only what has all of this is shown: galaxy")
	if strings.Contains(got, "R-1") || !strings.Contains(got, "R-2") {
		t.Errorf("the search for galaxy shows: %s", got)
	}
	w.asks(pixel)
	if got = w.sees(anna, "R-3"); !strings.Contains(got, "Only what has all of this is shown: galaxy") {
		t.Errorf("a change has undone the search: %s", got)
	}
	field := w.block(anna, "home_search", "")
	w.acts(anna, "home_clear", "home", nil)
	w.sees(anna, "R-1:")
	if w.block(anna, "home_search", "") == field {
		t.Error("the field is the same, so that what was typed stays in it")
	}
}

func TestHome_settings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.start()
	w.connected()
	w.opens(anna, "Your settings")
	if got := w.ticked(anna); !slices.Equal(got, []string{"requests", "named"}) {
		t.Errorf("ticked before anything is chosen: %q", got)
	}
	w.acts(anna, "home_settings", "", []string{"named"})
	w.eventually("it is stored", func() bool {
		p, err := w.store.Preferences(t.Context(), anna)
		return err == nil && p == approvals.Preferences{NoRequests: true}
	})
	l.stop()
	w.until("the socket is closed", func() bool { return w.slack.Sockets() == 0 })
	w.start()
	w.connected()
	w.opens(anna, "Your settings")
	w.until("it is as chosen", func() bool { return slices.Equal(w.ticked(anna), []string{"named"}) })
}

// ticked are the boxes that somebody has ticked, by what is published.
func (w *world) ticked(who string) []string {
	var v struct {
		Blocks []struct {
			Elements []struct {
				Initial []struct{ Value string } `json:"initial_options"`
			}
		}
	}
	if err := json.Unmarshal([]byte(w.home(who)), &v); err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, b := range v.Blocks {
		for _, e := range b.Elements {
			for _, o := range e.Initial {
				all = append(all, o.Value)
			}
		}
	}
	return all
}

// Who may see nothing learns what this is, and nothing of what others do.
func TestHome_nobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.asks(pixel)
	for _, who := range []string{nora, gina} {
		got := w.opens(who, "ask the help desk")
		for _, secret := range []string{"R-1", "Alice", "forgotten", "Health", "form_open"} {
			if strings.Contains(got, secret) {
				t.Errorf("%s sees %s: %s", who, secret, got)
			}
		}
	}
}

func TestHome_health(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Admins = approvals.Audience{People: []string{nora}}
	w.edit = func(c *bot.Config) {
		c.Health = func(context.Context) bot.Health {
			return bot.Health{Version: "v9", Calls: 7, MaxCalls: 2000, Writes: 3, MaxWrites: 200, Window: 20 * time.Second, Verified: bot.Verified{At: w.now(), Through: 5}}
		}
	}
	w.start()
	w.connected()
	w.asks(pixel)
	w.eventually("everything is told", w.allTold)
	got := w.opens(nora, "Health")
	for _, part := range []string{
		"connected since", "everything is told", "7 of 2,000 calls and 3 of 200 resets in the last 20 seconds", "*Next to expire*: R-1,", "through event 5", "v9",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("the health does not say %q: %s", part, got)
		}
	}
	if strings.Contains(got, "Alice") {
		t.Errorf("an admin who may decide on nothing sees requests: %s", got)
	}
	// With messages that can't be posted, it says so.
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Status: 503})
	w.types(rita, galaxy+" reason: lost")
	w.sees(nora, "of 1 request something is still to be told, since")
}

// What can't be looked up in time does not keep the first view waiting, and is
// there once it can be.
func TestHome_slowSlack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	heal := w.slack.Fail(fakeslack.Fault{Method: "users.info", Delay: 4 * time.Second})
	w.opens(anna, "is being looked up")
	heal()
	w.sees(anna, "Nothing waits for your decision.")
}

// While Slack takes no views, nothing is lost but the view; the next look has
// it.
func TestHome_slackAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.opens(anna, "Nothing waits for your decision.")
	heal := w.slack.Fail(fakeslack.Fault{Method: "views.publish", Status: 503})
	w.asks(pixel)
	w.until("a view is refused", func() bool {
		return slices.ContainsFunc(w.slack.Calls(), func(c fakeslack.Call) bool { return c.Method == "views.publish" && c.Error != "" })
	})
	heal()
	w.opens(anna, "R-1: reset 1 passcode?")
}

// However much changes, a person has a view every two seconds at the most, each
// over the one before.
func TestHome_paced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.opens(anna, "Nothing waits for your decision.")
	for range 3 {
		w.types(rita, pixel+" reason: forgotten")
		w.types(rita, galaxy+" reason: forgotten")
	}
	w.sees(anna, "Waiting for you (")
	w.acts(anna, "home_refresh", "home", nil)
	w.types(rita, "cancel R-1")
	w.sees(anna, "R-1: reset 1 passcode – cancelled")
	var last time.Time
	n := 0
	for _, c := range w.slack.Calls() {
		if c.Method != "views.publish" {
			continue
		}
		if n++; n > 1 && (c.At.Sub(last) < 1900*time.Millisecond || c.Args["hash"] == "") {
			t.Errorf("view %d is %v after the one before, over the hash %q", n, c.At.Sub(last), c.Args["hash"])
		}
		last = c.At
	}
	if n < 2 || n > 6 {
		t.Errorf("there were %d views", n)
	}
}
