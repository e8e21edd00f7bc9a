package fakeslack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

// full is an option as Slack completes it.
func full(value string) map[string]any {
	return map[string]any{
		"text": map[string]any{"type": "plain_text", "text": "Option " + value, "emoji": true}, "value": value,
	}
}

// acted is the one action of the last payload, without its time.
func (a *app) acted() map[string]any {
	a.t.Helper()
	actions, _ := a.payload()["actions"].([]any)
	if len(actions) != 1 {
		a.t.Fatalf("actions = %v", actions)
	}
	action, _ := actions[0].(map[string]any)
	return without(a.t, action, "action_ts")
}

// Every kind of element acts in a message, and its value is Slack's.
func TestAct_elements(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	section := func(element string) string {
		return `{"type":"section","block_id":"b","text":` + plain("x") + `,"accessory":` + element + `}`
	}
	kind := func(kind, more string) string { return `{"type":"` + kind + `","action_id":"a"` + more + `}` }
	options := `,"options":` + choices("1", "2")
	cases := []struct {
		blocks string
		value  any
		field  string
		want   any
	}{
		{section(kind("static_select", options)), "2", "selected_option", full("2")},
		{section(kind("static_select", `,"option_groups":[{"label":`+plain("G")+options+`}]`)), "1", "selected_option", full("1")},
		{section(kind("multi_static_select", options)), []string{"2", "1"}, "selected_options", []any{full("2"), full("1")}},
		{section(kind("users_select", "")), anna, "selected_user", anna},
		{section(kind("multi_users_select", "")), []any{anna, ben}, "selected_users", []any{anna, ben}},
		{section(kind("channels_select", "")), random, "selected_channel", random},
		{section(kind("conversations_select", "")), security, "selected_conversation", security},
		{section(kind("checkboxes", options)), []string{"1"}, "selected_options", []any{full("1")}},
		{section(kind("checkboxes", options)), nil, "selected_options", []any{}},
		{section(kind("radio_buttons", options)), "1", "selected_option", full("1")},
		{section(kind("overflow", options)), "2", "selected_option", full("2")},
		{section(kind("datepicker", "")), "2026-03-02", "selected_date", "2026-03-02"},
		{section(kind("timepicker", "")), "09:30", "selected_time", "09:30"},
		{`{"type":"actions","block_id":"b","elements":[` + kind("datetimepicker", "") + `]}`, "1772442000", "selected_date_time", 1772442000.0},
		{input("b", typing("a", ""), `,"dispatch_action":true`), "typed", "value", "typed"},
	}
	for _, c := range cases {
		ts := a.must("chat.postMessage", "channel", incidents, "text", "x", "blocks", "["+c.blocks+"]").text("ts")
		if seen, err := a.Act(t.Context(), rita, fakeslack.Where{Channel: incidents, TS: ts}, "b", "a", c.value, nil); err != nil || seen.Error != "" {
			t.Errorf("%s: %+v, %v", c.blocks, seen, err)
			continue
		}
		got := a.acted()
		if diff := cmp.Diff(c.want, got[c.field]); diff != "" {
			t.Errorf("%s of %v (-want +got):\n%s", c.field, got, diff)
		}
		read := p.last()
		values := read.BlockActionState.Values["b"]["a"]
		if kept := string(values.Type) == got["type"]; kept == (got["type"] == "overflow") {
			t.Errorf("state.values of a %v: %+v", got["type"], values)
		}
		if read.ResponseURL == "" || read.Message.Timestamp != ts || read.Container.Type != "message" || read.Channel.ID != incidents {
			t.Errorf("payload = %+v", read)
		}
	}
}

// An act in a modal brings the view with everything on it, and no channel.
func TestAct_inAModal(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	id := p.open(a, rita, modal(input("who", `{"type":"users_select","action_id":"person"}`, `,"dispatch_action":true`)+","+
		input("why", typing("text", ""), ""), ""))
	where := fakeslack.Where{ViewID: id}
	if _, err := a.Act(t.Context(), rita, where, "who", "person", anna, one("why", "text", "lost")); err != nil {
		t.Fatal(err)
	}
	payload := without(t, a.payload(), "trigger_id", "user", "team")
	view, _ := payload["view"].(map[string]any)
	without(t, view, "hash", "blocks", "title", "submit")
	want := map[string]any{
		"type": "block_actions", "api_app_id": "A0PASSCODE", "token": "sandbox", "enterprise": nil, "is_enterprise_install": false,
		"container": map[string]any{"type": "view", "view_id": id},
		"view": map[string]any{
			"id": id, "type": "modal", "callback_id": "form", "private_metadata": "", "external_id": "", "team_id": "T0CONTOSO",
			"app_id": "A0PASSCODE", "bot_id": "B0PASSCODE", "app_installed_team_id": "T0CONTOSO", "root_view_id": id,
			"previous_view_id": nil, "clear_on_close": false, "notify_on_close": false, "close": nil,
			"state": map[string]any{"values": map[string]any{
				"who": map[string]any{"person": map[string]any{"type": "users_select", "selected_user": anna}},
				"why": map[string]any{"text": map[string]any{"type": "plain_text_input", "value": "lost"}},
			}},
		},
	}
	action := a.acted()
	delete(payload, "actions")
	if diff := cmp.Diff(want, payload); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"type": "users_select", "block_id": "who", "action_id": "person", "selected_user": anna}, action); diff != "" {
		t.Errorf("action (-want +got):\n%s", diff)
	}
	if _, err := a.Act(t.Context(), rita, where, "why", "text", "x", nil); err == nil || !strings.Contains(err.Error(), "dispatch_action") {
		t.Errorf("a field without dispatch_action acted: %v", err)
	}
}

// What a person chooses in a message is that person's alone, and goes with
// the options that go.
func TestAct_stateOfAMessage(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	blocks := func(values ...string) string {
		return `[{"type":"actions","block_id":"b","elements":[{"type":"static_select","action_id":"pick","options":` + choices(values...) + `},` + button(`,"action_id":"go"`) + `]}]`
	}
	ts := a.must("chat.postMessage", "channel", incidents, "text", "x", "blocks", blocks("1", "2")).text("ts")
	where := fakeslack.Where{Channel: incidents, TS: ts}
	held := func(as string) string {
		t.Helper()
		if _, err := a.Act(t.Context(), as, where, "b", "go", nil, nil); err != nil {
			t.Fatal(err)
		}
		return p.last().BlockActionState.Values["b"]["pick"].SelectedOption.Value
	}
	if _, err := a.Act(t.Context(), rita, where, "b", "pick", "2", nil); err != nil {
		t.Fatal(err)
	}
	if got := []string{held(rita), held(anna)}; !cmp.Equal([]string{"2", ""}, got) {
		t.Errorf("rita and anna hold %q", got)
	}
	a.must("chat.update", "channel", incidents, "ts", ts, "text", "x", "blocks", blocks("1", "3"))
	if got := held(rita); got != "" {
		t.Errorf("an option that is gone is held: %q", got)
	}
	for name, act := range map[string][2]any{"a button with a value": {"go", "x"}, "an option that is not there": {"pick", "9"}, "no element": {"none", nil}} {
		action, _ := act[0].(string)
		if _, err := a.Act(t.Context(), rita, where, "b", action, act[1], nil); err == nil {
			t.Errorf("%s was sent", name)
		}
	}
}
