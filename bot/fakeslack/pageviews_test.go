package fakeslack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// A person does everything with a modal through the page's addresses.
func TestPage_modal(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	s := a.page()
	do := func(path, body, want string) reply {
		t.Helper()
		r := a.send(s.URL+"/slack/"+path, body)
		if r.status != 200 || r.code() != want {
			t.Errorf("%s %s: %d %v, want %q", path, body, r.status, r.body, want)
		}
		return r
	}
	stack := func() []map[string]any {
		t.Helper()
		list, _ := a.get(s.URL + "/slack/views?as=" + rita).at("stack").([]any)
		var out []map[string]any
		for _, v := range list {
			view, _ := v.(map[string]any)
			out = append(out, view)
		}
		return out
	}
	do("shortcut", `{"as":"U0RITA","callback_id":"none"}`, `there is no global shortcut "none"`)
	do("shortcut", `{"as":"U0RITA","callback_id":"reset_passcode"}`, "")
	id := a.must("views.open", "trigger_id", p.last().TriggerID, "view",
		modal(input("find", `{"type":"external_select","action_id":"device"}`, `,"dispatch_action":true`)+","+input("why", typing("text", ""), ""), `,"notify_on_close":true`)).text("view", "id")
	do("submit", `{"as":"U0RITA","view_id":"none","state":{}}`, `rita has not the view "none" before them, but `+id)
	asked := do("submit", `{"as":"U0RITA","view_id":"`+id+`","state":{}}`, "")
	const required = "Please complete this required field."
	if diff := cmp.Diff(map[string]any{"find": required, "why": required}, asked.at("errors")); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(asked.at("errors"), stack()[0]["errors"]); diff != "" {
		t.Errorf("errors of the view (-want +got):\n%s", diff)
	}
	p.on("block_suggestion", func(slack.InteractionCallback) any {
		return slack.OptionsResponse{Options: []*slack.OptionBlockObject{optionOf("1", "")}}
	})
	suggested := do("suggest", `{"as":"U0RITA","view_id":"`+id+`","block_id":"find","action_id":"device","query":"pixel","state":{"why":{"text":"lost"}}}`, "")
	if diff := cmp.Diff([]any{full("1")}, suggested.at("options")); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	do("act", `{"as":"U0RITA","where":{"view_id":"`+id+`"},"block_id":"find","action_id":"device","value":"2","state":{}}`, `find/device: there is no option with the value "2"`)
	do("act", `{"as":"U0RITA","where":{"view_id":"`+id+`"},"block_id":"find","action_id":"device","value":"1","state":{}}`, "")
	want := map[string]any{"values": map[string]any{
		"find": map[string]any{"device": map[string]any{"type": "external_select", "selected_option": full("1")}},
		"why":  map[string]any{"text": map[string]any{"type": "plain_text_input", "value": "lost"}},
	}}
	if diff := cmp.Diff(any(want), stack()[0]["state"]); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	p.on("view_submission", func(slack.InteractionCallback) any { return map[string]any{"response_action": "x"} })
	if got := do("submit", `{"as":"U0RITA","view_id":"`+id+`","state":{}}`, "invalid_arguments").at("says"); got != "We had some trouble connecting. Try again?" {
		t.Errorf("says %q", got)
	}
	do("close", `{"as":"U0RITA","view_id":"`+id+`","clear":true}`, "")
	if len(stack()) != 0 || p.last().Type != slack.InteractionTypeViewClosed || !p.last().IsCleared {
		t.Errorf("after closing: %v, %+v", stack(), p.last())
	}
	do("submit", `{"as":"U0RITA","view_id":"`+id+`"}`, "rita has no modal open")
}

func TestPage_homeAndPeople(t *testing.T) {
	t.Parallel()
	now := newClock()
	a := start(t, now.in)
	p := a.program()
	s := a.page()
	do := func(path, body string) {
		t.Helper()
		if r := a.send(s.URL+"/slack/"+path, body); r.status != 200 || r.code() != "" {
			t.Errorf("%s %s: %d %v", path, body, r.status, r.body)
		}
	}
	do("open_home", `{"as":"U0RITA"}`)
	if got := a.get(s.URL + "/slack/home?as=" + rita); got.at("view") != nil || got.at("rev") == nil {
		t.Errorf("nothing was published: %v", got.body)
	}
	a.must("views.publish", "user_id", rita, "view", `{"type":"home","blocks":[{"type":"actions","block_id":"acts","elements":[`+button(`,"action_id":"go"`)+`]}]}`)
	if got := a.get(s.URL+"/slack/home?as="+rita).text("view", "type"); got != "home" {
		t.Errorf("home: %q", got)
	}
	do("act", `{"as":"U0RITA","where":{"home":true},"block_id":"acts","action_id":"go"}`)
	if got := p.last(); got.View.Type != slack.VTHomeTab || got.User.ID != rita {
		t.Errorf("payload = %+v", got)
	}
	ts := a.must("chat.postMessage", "channel", incidents, "text", "x", "blocks", buttons).text("ts")
	do("message_shortcut", `{"as":"U0RITA","channel":"C0INCIDENTS","ts":"`+ts+`","callback_id":"reset_passcode_for_author"}`)
	do("act", `{"as":"U0RITA","where":{"channel":"C0INCIDENTS","ts":"`+ts+`"},"block_id":"acts","action_id":"approve"}`)
	if got := p.last(); got.Container.MessageTs != ts || got.ActionCallback.BlockActions[0].Value != "R-1" {
		t.Errorf("payload = %+v", got)
	}

	do("presence", `{"as":"U0RITA","active":false}`)
	do("locale", `{"as":"U0RITA","locale":"ja-JP"}`)
	state := a.get(s.URL + "/slack/state?as=" + rita)
	people, _ := state.at("people").([]any)
	rita, _ := people[0].(map[string]any)
	got := []any{rita["presence"], rita["locale"], rita["real_name"], state.at("home"), state.at("now")}
	if diff := cmp.Diff([]any{"away", "ja-JP", "Rita Okafor", true, float64(now.now().UnixMilli())}, got); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	shortcuts := []any{
		map[string]any{
			"name": "Reset a passcode", "callback_id": "reset_passcode", "type": "global",
			"description": "Ask for a passcode reset on Android devices",
		},
		map[string]any{
			"name": "Reset author's passcode", "callback_id": "reset_passcode_for_author", "type": "message",
			"description": "Ask for a passcode reset on the devices of who wrote this",
		},
	}
	if diff := cmp.Diff(any(shortcuts), state.at("shortcuts")); diff != "" {
		t.Errorf("shortcuts (-want +got):\n%s", diff)
	}
}
