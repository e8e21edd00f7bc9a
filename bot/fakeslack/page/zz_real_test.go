package page_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"passcodebot/bot/fakeslack"
)

func TestReal(t *testing.T) {
	c := fakeslack.SampleWorkspace()
	c.PostEvery = -1
	fs, err := fakeslack.Start(c)
	if err != nil { t.Fatal(err) }
	defer fs.Close()
	t.Logf("shortcuts %+v home %v", c.App.Shortcuts, c.App.Home)
	api := func(method string, args map[string]any) map[string]any {
		v := url.Values{}
		for k, a := range args {
			if s, ok := a.(string); ok { v.Set(k, s) } else { raw, _ := json.Marshal(a); v.Set(k, string(raw)) }
		}
		req, _ := http.NewRequest("POST", fs.URL()+method, strings.NewReader(v.Encode()))
		req.Header.Set("Authorization", "Bearer "+c.App.BotToken)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r, err := http.DefaultClient.Do(req)
		if err != nil { t.Error(err); return nil }
		raw, _ := io.ReadAll(r.Body)
		r.Body.Close()
		t.Logf("%s -> %.300s", method, raw)
		var out map[string]any
		json.Unmarshal(raw, &out)
		return out
	}
	client := slack.New(c.App.BotToken, slack.OptionAppLevelToken(c.App.AppToken), slack.OptionAPIURL(fs.URL()))
	socket := socketmode.New(client)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go socket.RunContext(ctx)
	go func() {
		for e := range socket.Events {
			if e.Request == nil || e.Type == socketmode.EventTypeHello { continue }
			var p map[string]any
			json.Unmarshal(e.Request.Payload, &p)
			t.Logf("envelope %s %v %.1500s", e.Type, p["type"], e.Request.Payload)
			var ack any
			switch p["type"] {
			case "view_submission":
				ack = map[string]any{"response_action": "errors", "errors": map[string]string{"words": "Say more."}}
			case "block_suggestion":
				ack = map[string]any{"options": []object{option("d1", "Alice's Pixel"), option("d2", "Alice's Galaxy")}}
			}
			socket.Ack(*e.Request, ack)
			switch {
			case p["type"] == "shortcut" || p["type"] == "message_action":
				blocks := everything()
				blocks = append(blocks[:9], blocks[11:]...)
				api("views.open", map[string]any{"trigger_id": p["trigger_id"].(string), "view": object{"type": "modal", "callback_id": "x", "title": plain("Reset"), "submit": plain("Ask"), "close": plain("Cancel"), "notify_on_close": true, "blocks": blocks}})
			case p["type"] == "event_callback":
				api("views.publish", map[string]any{"user_id": "U0RITA", "view": object{"type": "home", "blocks": []object{{"type": "header", "text": plain("Waits for you")}, {"type": "actions", "elements": []object{{"type": "button", "action_id": "go", "text": plain("Go")}}}}}})
			}
		}
	}()
	srv := httptest.NewServer(fs.Page(nil))
	defer srv.Close()
	s := &stub{t: t, url: srv.URL}
	s.wasCut.Store(true)
	w := open(t, s, "U0RITA")
	api("chat.postMessage", map[string]any{"channel": "C0INCIDENTS", "text": "hi", "blocks": []object{{"type": "section", "block_id": "b", "text": mrkdwn("x"), "accessory": object{"type": "static_select", "action_id": "when", "options": []object{option("5", "5 minutes"), option("60", "An hour")}}}}})
	api("chat.postMessage", map[string]any{"channel": "C0INCIDENTS", "text": "hi", "blocks": []object{{"type": "header", "text": plain(strings.Repeat("x", 200))}}})
	w.click(`[data-action="when"]`)
	w.key("hour" + kb.Enter)
	w.until(`!document.querySelector("[aria-busy=true]")`)
	w.lacks(`.button-error`)

	w.reads(`.refused`, "invalid_blocks")
	w.click(`#composer-place [data-shortcuts]`)
	w.key(kb.Enter)
	w.sees(`#modal[open]`)
	w.click(`[data-submit]`)
	w.reads(`[data-error="who"]`, "required")
	w.click(`[data-action="user"]`)
	w.key("lind" + kb.Enter)
	w.click(`[data-action="search"]`)
	w.key("ali")
	w.reads(`.option-active`, "Alice")
	w.key(kb.Enter)
	w.click(`[data-action="case"]`)
	w.key(kb.Enter)
	w.click(`[value="call"]`)
	w.click(`[value="lost"]`)
	w.click(`[data-action="text"]`)
	w.key("because")
	w.click(`[data-action="number"]`)
	w.key("INC-1" + kb.Enter)
	w.until(`!document.querySelector("[aria-busy=true]")`)
	w.lacks(`.button-error`)
	w.click(`[data-submit]`)
	w.reads(`[data-error="words"]`, "Say more.")
	w.key(kb.Escape)
	w.lacks(`#modal`)
	w.click(`[data-home]`)
	w.reads(`#home`, "Waits for you")
	w.click(`#home [data-action="go"]`)
	w.until(`!document.querySelector("[aria-busy=true]")`)
	w.lacks(`.button-error`)
	w.click(`[data-channel="C0INCIDENTS"]`)
	w.click(`#messages [data-more]`)
	w.key(kb.Enter)
	w.sees(`#modal[open]`)
}
