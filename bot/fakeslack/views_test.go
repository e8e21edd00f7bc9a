package fakeslack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"passcodebot/bot/fakeslack"
)

// one is a value at one place of a form.
func one(block, action string, value any) fakeslack.State {
	return fakeslack.State{block: {action: value}}
}

// A modal holds three views, and a further one only by a trigger from within.
func TestViews_stack(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	page := modal(`{"type":"actions","block_id":"acts","elements":[`+button(`,"action_id":"more"`)+`]}`, "")
	if _, err := a.Shortcut(t.Context(), rita, "reset_passcode"); err != nil {
		t.Fatal(err)
	}
	a.refused("invalid_trigger_id", "views.push", "trigger_id", p.last().TriggerID, "view", page)
	root := p.open(a, rita, page)
	top, previous := root, ""
	for i := range 3 {
		if _, err := a.Act(t.Context(), rita, fakeslack.Where{ViewID: top}, "acts", "more", nil, nil); err != nil {
			t.Fatal(err)
		}
		if i == 2 {
			a.refused("push_limit_reached", "views.push", "trigger_id", p.last().TriggerID, "view", page)
			break
		}
		pushed := a.must("views.push", "trigger_id", p.last().TriggerID, "view", page)
		previous, top = top, pushed.text("view", "id")
		got := []string{pushed.text("view", "root_view_id"), pushed.text("view", "previous_view_id")}
		if diff := cmp.Diff([]string{root, previous}, got); diff != "" {
			t.Errorf("root and previous (-want +got):\n%s", diff)
		}
	}
	if got := len(a.Views(rita)); got != 3 {
		t.Errorf("%d views are open", got)
	}
	if _, err := a.Act(t.Context(), rita, fakeslack.Where{ViewID: root}, "acts", "more", nil, nil); err == nil {
		t.Error("a button of a view below was pressed")
	}
	if _, err := a.Act(t.Context(), rita, fakeslack.Where{ViewID: top}, "acts", "more", nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.ClearViews(t.Context(), rita, top); err != nil {
		t.Fatal(err)
	}
	a.refused("not_found", "views.push", "trigger_id", p.last().TriggerID, "view", page)
	if got := a.Views(rita); len(got) != 0 {
		t.Errorf("after the cross %+v", got)
	}
}

// slack-go reads the view that was opened, with what its fields hold.
func TestViews_open(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	if _, err := a.Shortcut(t.Context(), rita, "reset_passcode"); err != nil {
		t.Fatal(err)
	}
	field := slack.NewInputBlock("why", slack.NewTextBlockObject("plain_text", "Why", false, false), nil,
		slack.NewPlainTextInputBlockElement(nil, "text").WithInitialValue("forgot"))
	got, err := p.OpenView(p.last().TriggerID, slack.ModalViewRequest{
		Type: slack.VTModal, Title: slack.NewTextBlockObject("plain_text", "Reset", false, false),
		Submit: slack.NewTextBlockObject("plain_text", "Ask", false, false), PrivateMetadata: "kept",
		Blocks: slack.Blocks{BlockSet: []slack.Block{field}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if held := got.State.Values["why"]["text"]; held.Value != "forgot" || held.Type != "plain_text_input" {
		t.Errorf("state = %+v", held)
	}
	views := a.Views(rita)
	if len(views) != 1 || views[0].ID != got.ID || views[0].Hash != got.Hash || got.PrivateMetadata != "kept" || got.RootViewID != got.ID {
		t.Errorf("%+v, %+v", views, got.View)
	}
}

// What was typed survives an update where the field is the same; what is not
// offered any more does not.
func TestViews_updateKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	radio := func(values ...string) string {
		return `{"type":"radio_buttons","action_id":"a","options":` + choices(values...) + `}`
	}
	boxes := func(values ...string) string {
		return `{"type":"checkboxes","action_id":"a","options":` + choices(values...) + `}`
	}
	id := p.open(a, rita, modal(input("text", typing("a", ""), `,"dispatch_action":true`)+","+input("moved", typing("a", ""), "")+","+
		input("radio", radio("1", "2"), "")+","+input("boxes", boxes("1", "2", "3"), ""), ""))
	typed := fakeslack.State{"moved": {"a": "x"}, "radio": {"a": "2"}, "boxes": {"a": []string{"1", "3"}}}
	if _, err := a.Act(t.Context(), rita, fakeslack.Where{ViewID: id}, "text", "a", "typed", typed); err != nil {
		t.Fatal(err)
	}
	a.must("views.update", "view_id", id, "view", modal(input("text", typing("a", `,"initial_value":"other"`), "")+","+
		input("moved", typing("b", `,"initial_value":"first"`), "")+","+input("radio", radio("1"), "")+","+
		input("boxes", boxes("2", "3"), ""), ""))
	want := map[string]any{
		"text":  map[string]any{"a": map[string]any{"type": "plain_text_input", "value": "typed"}},
		"moved": map[string]any{"b": map[string]any{"type": "plain_text_input", "value": "first"}},
		"radio": map[string]any{"a": map[string]any{"type": "radio_buttons", "selected_option": nil}},
		"boxes": map[string]any{"a": map[string]any{"type": "checkboxes", "selected_options": []any{
			map[string]any{"text": map[string]any{"type": "plain_text", "text": "Option 3", "emoji": true}, "value": "3"},
		}}},
	}
	if diff := cmp.Diff(want, state(t, a.Views(rita)[0].State)); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

// What an element is told to begin with has no effect once somebody has it
// before them, touched or not: a program that wants to set a value needs
// another block_id or action_id.
func TestViews_updateSetsNoValue(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	boxes := func(on string) string {
		return `{"type":"checkboxes","action_id":"a","options":` + choices("1", "2") + on + `}`
	}
	radio := func(values string) string {
		return `{"type":"radio_buttons","action_id":"a","options":` + choices("1", "2") + `,"initial_option":` + strings.Trim(choices(values), "[]") + `}`
	}
	person := func(id string) string { return `{"type":"users_select","action_id":"a","initial_user":"` + id + `"}` }
	id := p.open(a, rita, modal(input("empty", typing("a", ""), "")+","+input("text", typing("a", `,"initial_value":"old"`), "")+","+
		input("boxes", boxes(`,"initial_options":`+choices("1")), "")+","+input("radio", radio("1"), "")+","+
		input("person", person(anna), "")+","+input("other", typing("a", `,"initial_value":"old"`), ""), ""))
	for range 2 { // also where it is told again
		a.must("views.update", "view_id", id, "view", modal(input("empty", typing("a", `,"initial_value":"new"`), "")+","+
			input("text", typing("a", `,"initial_value":"new"`), "")+","+input("boxes", boxes(""), "")+","+input("radio", radio("2"), "")+","+
			input("person", person(rita), "")+","+input("other-2", typing("a", `,"initial_value":"new"`), ""), ""))
	}
	option := map[string]any{"text": map[string]any{"type": "plain_text", "text": "Option 1", "emoji": true}, "value": "1"}
	want := map[string]any{
		"empty":   map[string]any{"a": map[string]any{"type": "plain_text_input", "value": nil}},
		"text":    map[string]any{"a": map[string]any{"type": "plain_text_input", "value": "old"}},
		"boxes":   map[string]any{"a": map[string]any{"type": "checkboxes", "selected_options": []any{option}}},
		"radio":   map[string]any{"a": map[string]any{"type": "radio_buttons", "selected_option": option}},
		"person":  map[string]any{"a": map[string]any{"type": "users_select", "selected_user": anna}},
		"other-2": map[string]any{"a": map[string]any{"type": "plain_text_input", "value": "new"}},
	}
	if diff := cmp.Diff(want, state(t, a.Views(rita)[0].State)); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

func TestViews_publish(t *testing.T) {
	t.Parallel()
	a := start(t)
	home := func(text, more string) string {
		return `{"type":"home","blocks":[` + section(text) + `]` + more + `}`
	}
	if _, there := a.Home(rita); there {
		t.Error("there is an App Home before one was published")
	}
	first := a.must("views.publish", "user_id", rita, "view", home("hello", `,"external_id":"mine"`))
	hash := first.text("view", "hash")
	second := a.must("views.publish", "user_id", rita, "view", home("again", ""), "hash", hash)
	if first.text("view", "id") != second.text("view", "id") {
		t.Error("publishing again made another view")
	}
	a.refused("hash_conflict", "views.publish", "user_id", rita, "view", home("late", ""), "hash", hash)
	a.refused("hash_conflict", "views.publish", "user_id", anna, "view", home("none", ""), "hash", hash)
	a.refused("invalid_arguments", "views.publish", "view", home("x", ""))
	for _, nobody := range []string{bot, "U0NONE", "USLACKBOT"} {
		a.refused("invalid_arguments", "views.publish", "user_id", nobody, "view", home("x", ""))
	}
	a.refused("invalid_arguments", "views.publish", "user_id", rita, "view", modal(section("x"), ""))
	a.refused("invalid_arguments", "views.publish", "user_id", rita, "view", home("x", `,"title":`+plain("T")))
	got, _ := a.Home(rita)
	want := `{"blocks":[{"block_id":"b3","text":{"text":"again","type":"mrkdwn","verbatim":false},"type":"section"}],"type":"home"}`
	if compact(got.JSON) != want || got.Type != "home" || len(a.Views(rita)) != 0 {
		t.Errorf("home = %s", compact(got.JSON))
	}
	without := start(t, func(c *fakeslack.Config) { c.App.Home = false })
	without.refused("not_enabled", "views.publish", "user_id", rita, "view", home("x", ""))
	if _, err := without.OpenHome(t.Context(), rita); err == nil {
		t.Error("an App Home that is not there was opened")
	}
}

// The trigger of an act in the App Home opens a modal, within three seconds
// of the configured clock.
func TestViews_openFromHome(t *testing.T) {
	t.Parallel()
	now := newClock()
	a := start(t, now.in)
	p := a.program()
	a.must("views.publish", "user_id", rita, "view",
		`{"type":"home","blocks":[{"type":"actions","block_id":"acts","elements":[`+button(`,"action_id":"ask","value":"R-1"`)+`]}]}`)
	press := func() string {
		t.Helper()
		if _, err := a.Act(t.Context(), rita, fakeslack.Where{Home: true}, "acts", "ask", nil, nil); err != nil {
			t.Fatal(err)
		}
		return p.last().TriggerID
	}
	trigger := press()
	got := p.last()
	if got.Container.Type != "view" || got.View.Type != slack.VTHomeTab || got.ActionCallback.BlockActions[0].Value != "R-1" || got.ResponseURL != "" {
		t.Errorf("payload = %+v", got)
	}
	a.must("views.open", "trigger_id", trigger, "view", modal(section("x"), ""))
	a.refused("invalid_trigger_id", "views.push", "trigger_id", press(), "view", modal(section("x"), ""))
	late := press()
	now.forward(3*time.Second + time.Millisecond)
	a.refused("expired_trigger_id", "views.open", "trigger_id", late, "view", modal(section("x"), ""))
	if _, err := a.Act(t.Context(), anna, fakeslack.Where{Home: true}, "acts", "ask", nil, nil); err == nil {
		t.Error("anna pressed a button in rita's App Home")
	}
}
