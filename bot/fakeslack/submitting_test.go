package fakeslack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"passcodebot/bot/fakeslack"
)

// submit submits a view, which a client can.
func (a *app) submit(as, view string, state fakeslack.State) fakeslack.Submitted {
	a.t.Helper()
	got, err := a.Submit(a.t.Context(), as, view, state)
	if err != nil {
		a.t.Fatal(err)
	}
	return got
}

func TestSubmit_payload(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	id := p.open(a, rita, modal(input("why", typing("text", `,"multiline":true`), "")+","+
		input("who", `{"type":"users_select","action_id":"person"}`, `,"optional":true`)+","+
		`{"type":"section","block_id":"s","text":`+plain("x")+`,"accessory":{"type":"static_select","action_id":"pick","options":`+choices("1", "2")+`}}`,
		`,"private_metadata":"kept"`))
	got := a.submit(rita, id, fakeslack.State{"why": {"text": "a\nb"}, "s": {"pick": "2"}})
	if diff := cmp.Diff(fakeslack.Submitted{}, got); diff != "" {
		t.Errorf("submitted (-want +got):\n%s", diff)
	}
	if len(a.Views(rita)) != 0 {
		t.Error("the modal is still open")
	}
	payload := without(t, a.payload(), "trigger_id")
	view, _ := payload["view"].(map[string]any)
	delete(payload, "view")
	want := map[string]any{
		"type":       "view_submission",
		"user":       map[string]any{"id": rita, "username": "rita", "name": "rita", "team_id": "T0CONTOSO"},
		"api_app_id": "A0PASSCODE", "token": "sandbox", "enterprise": nil, "is_enterprise_install": false,
		"team": map[string]any{"id": "T0CONTOSO", "domain": "contoso"}, "response_urls": []any{},
	}
	if diff := cmp.Diff(want, payload); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	values := map[string]any{
		"why": map[string]any{"text": map[string]any{"type": "plain_text_input", "value": "a\nb"}},
		"who": map[string]any{"person": map[string]any{"type": "users_select", "selected_user": nil}},
		"s": map[string]any{"pick": map[string]any{"type": "static_select", "selected_option": map[string]any{
			"text": map[string]any{"type": "plain_text", "text": "Option 2", "emoji": true}, "value": "2",
		}}},
	}
	held, _ := view["state"].(map[string]any)
	if diff := cmp.Diff(any(values), held["values"]); diff != "" {
		t.Errorf("state.values (-want +got):\n%s", diff)
	}
	read := p.last()
	if read.Type != slack.InteractionTypeViewSubmission || read.View.PrivateMetadata != "kept" || read.View.State.Values["why"]["text"].Value != "a\nb" {
		t.Errorf("slack-go read %+v", read)
	}
}

// What is required is asked for by the client: the app gets nothing.
func TestSubmit_clientAsks(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	id := p.open(a, rita, modal(strings.Join([]string{
		input("text", typing("a", `,"min_length":5`), ""),
		input("empty", typing("a", ""), ""),
		input("boxes", `{"type":"checkboxes","action_id":"a","options":`+choices("1")+`}`, ""),
		input("free", typing("a", ""), `,"optional":true`),
		input("mail", `{"type":"email_text_input","action_id":"a"}`, ""),
		input("link", `{"type":"url_text_input","action_id":"a"}`, ""),
		input("number", `{"type":"number_input","action_id":"a","is_decimal_allowed":false,"max_value":"9"}`, ""),
	}, ","), ""))
	before := len(a.Envelopes())
	got := a.submit(rita, id, fakeslack.State{"text": {"a": "four"}, "mail": {"a": "rita"}, "link": {"a": "contoso"}, "number": {"a": "10"}})
	const required = "Please complete this required field."
	want := fakeslack.Submitted{Errors: map[string]string{
		"text": "Please use at least 5 characters.", "empty": required, "boxes": required,
		"mail": "Please enter a valid email address.", "link": "Please enter a valid URL.", "number": "Please enter a number of at most 9.",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("submitted (-want +got):\n%s", diff)
	}
	if len(a.Envelopes()) != before {
		t.Error("the app was asked")
	}
	if diff := cmp.Diff(want.Errors, a.Views(rita)[0].Errors); diff != "" {
		t.Errorf("errors of the view (-want +got):\n%s", diff)
	}
	// What stood there is still there: only what was wrong is given again.
	got = a.submit(rita, id, fakeslack.State{
		"text": {"a": "fives"}, "empty": {"a": "x"}, "boxes": {"a": []string{"1"}}, "mail": {"a": "rita@contoso.com"},
		"link": {"a": "https://contoso.com"}, "number": {"a": "9"},
	})
	if diff := cmp.Diff(fakeslack.Submitted{}, got); diff != "" {
		t.Errorf("submitted again (-want +got):\n%s", diff)
	}
}

func TestSubmit_responseActions(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	next := func(action, title string) any {
		return map[string]any{"response_action": action, "view": map[string]any{
			"type": "modal", "title": map[string]any{"type": "plain_text", "text": title},
			"submit": map[string]any{"type": "plain_text", "text": "Go"}, "blocks": []any{},
		}}
	}
	answer := func(v any) { p.on("view_submission", func(slack.InteractionCallback) any { return v }) }
	id := p.open(a, rita, modal(input("why", typing("text", ""), `,"optional":true`), ""))
	titles := func(want ...string) {
		t.Helper()
		var got []string
		for _, v := range a.Views(rita) {
			title, _ := state(t, v.JSON)["title"].(map[string]any)
			text, _ := title["text"].(string)
			got = append(got, text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("open (-want +got):\n%s", diff)
		}
	}

	answer(slack.NewErrorsViewSubmissionResponse(map[string]string{"why": "Say more."}))
	if diff := cmp.Diff(fakeslack.Submitted{Errors: map[string]string{"why": "Say more."}}, a.submit(rita, id, nil)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	titles("Form")
	answer(next("update", "Updated"))
	hash := a.Views(rita)[0].Hash
	a.submit(rita, id, nil)
	titles("Updated")
	if v := a.Views(rita)[0]; v.ID != id || v.Hash == hash || v.Errors != nil {
		t.Errorf("updated to %+v", v)
	}
	answer(next("push", "Second"))
	a.submit(rita, id, nil)
	titles("Updated", "Second")
	answer(nil)
	a.submit(rita, a.Views(rita)[1].ID, nil)
	titles("Updated")
	answer(next("push", "Second"))
	a.submit(rita, id, nil)
	answer(slack.NewClearViewSubmissionResponse())
	a.submit(rita, a.Views(rita)[1].ID, nil)
	titles()
	a.refused("not_found", "views.update", "view_id", id, "view", modal(section("x"), ""))
}

// What Slack can't apply leaves the modal as it is, and is kept as refused.
func TestSubmit_answersThatCannotBe(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	id := p.open(a, rita, modal(input("why", typing("text", ""), `,"optional":true`)+","+`{"type":"divider","block_id":"line"}`, ""))
	cases := []struct {
		name   string
		answer any
		code   string
		detail string
	}{
		{"no action", map[string]any{"text": "x"}, "invalid_arguments", "a response_action is needed"},
		{"another action", map[string]any{"response_action": "close"}, "invalid_arguments", "a response_action is needed"},
		{"no errors", map[string]any{"response_action": "errors"}, "invalid_arguments", "missing required field: errors"},
		{"an error at no input", slack.NewErrorsViewSubmissionResponse(map[string]string{"line": "x"}), "invalid_arguments", "there is no input block line"},
		{"no view", map[string]any{"response_action": "update"}, "invalid_arguments", "missing required field: view"},
		{"no title", map[string]any{"response_action": "push", "view": map[string]any{"type": "modal", "blocks": []any{}}}, "invalid_arguments", "missing required field: title"},
	}
	for _, c := range cases {
		p.on("view_submission", func(slack.InteractionCallback) any { return c.answer })
		if got := a.submit(rita, id, nil); got.Error != c.code || got.Errors != nil {
			t.Errorf("%s: %+v", c.name, got)
		}
		all := a.Refused()
		last := all[len(all)-1]
		if last.Method != "view_submission" || last.User != rita || !strings.Contains(strings.Join(last.Detail, "\n"), c.detail) {
			t.Errorf("%s: refused %+v", c.name, last)
		}
	}
	if got := a.Views(rita); len(got) != 1 || got[0].ID != id {
		t.Errorf("open: %+v", got)
	}
}

// Late acknowledgements, and those of 20 KB, count for nothing.
func TestSubmit_notAcknowledged(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.AckWithin = 100 * time.Millisecond })
	l := a.dial()
	choose := acting(func() (fakeslack.Seen, error) { return a.Shortcut(t.Context(), rita, "reset_passcode") })
	envelope := l.frame()
	l.ack(envelope, "")
	if _, err := choose(); err != nil {
		t.Fatal(err)
	}
	payload, _ := envelope["payload"].(map[string]any)
	trigger, _ := payload["trigger_id"].(string)
	id := a.must("views.open", "trigger_id", trigger, "view", modal(section("x"), "")).text("view", "id")
	done := acting(func() (fakeslack.Submitted, error) { return a.Submit(t.Context(), rita, id, nil) })
	l.ack(l.frame(), `{"response_action":"clear","x":"`+x(20_000)+`"}`)
	if got, err := done(); err != nil || got.Error != "operation_timeout" {
		t.Errorf("a big acknowledgement: %+v, %v", got, err)
	}
	if len(a.Views(rita)) != 1 {
		t.Error("the modal was closed")
	}
	a.CutSockets()
	if got := a.submit(rita, id, nil); got.Error != "dispatch_failed" {
		t.Errorf("without a socket: %+v", got)
	}
}

// No client sends these, so the app never gets them.
func TestSubmit_whatNoClientSends(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	id := p.open(a, rita, modal(strings.Join([]string{
		input("text", typing("a", `,"max_length":3`), ""),
		input("radio", `{"type":"radio_buttons","action_id":"a","options":`+choices("1", "2")+`}`, ""),
		input("some", `{"type":"multi_static_select","action_id":"a","max_selected_items":1,"options":`+choices("1", "2")+`}`, ""),
		input("who", `{"type":"users_select","action_id":"a"}`, ""),
		input("outside", `{"type":"external_select","action_id":"a"}`, ""),
		`{"type":"actions","block_id":"acts","elements":[` + button(`,"action_id":"a"`) + `]}`,
	}, ","), ""))
	before := len(a.Envelopes())
	a.EditPerson(ben, func(p *fakeslack.Person) { p.Deactivated = true })
	for name, state := range map[string]fakeslack.State{
		"longer than the field":  one("text", "a", "four"),
		"two lines":              one("text", "a", "a\nb"),
		"not offered":            one("radio", "a", "3"),
		"two where one is":       one("radio", "a", []string{"1", "2"}),
		"too many":               one("some", "a", []string{"1", "2"}),
		"twice":                  one("some", "a", []string{"1", "1"}),
		"nobody":                 one("who", "a", "U0NONE"),
		"deactivated":            one("who", "a", ben),
		"never suggested":        one("outside", "a", "1"),
		"no element":             one("text", "b", "x"),
		"a button holds nothing": one("acts", "a", "x"),
		"no text":                one("text", "a", 7),
	} {
		if got, err := a.Submit(t.Context(), rita, id, state); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, err := a.Submit(t.Context(), anna, id, nil); err == nil {
		t.Error("anna submitted rita's modal")
	}
	if len(a.Envelopes()) != before {
		t.Error("something was sent")
	}
}
