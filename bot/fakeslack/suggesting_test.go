package fakeslack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"passcodebot/bot/fakeslack"
)

func optionOf(value, description string) *slack.OptionBlockObject {
	plain := func(s string) *slack.TextBlockObject {
		if s == "" {
			return nil
		}
		return slack.NewTextBlockObject("plain_text", s, true, false)
	}
	return slack.NewOptionBlockObject(value, plain("Option "+value), plain(description))
}

// What was suggested can be chosen, and nothing else.
func TestSuggest(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	id := p.open(a, rita, modal(input("find", `{"type":"multi_external_select","action_id":"device","min_query_length":2}`, "")+","+
		input("why", typing("text", `,"initial_value":"lost"`), ""), ""))
	asked := func() int { return len(a.Envelopes()) }
	before := asked()
	if got, err := a.Suggest(t.Context(), rita, id, "find", "device", "p"); err != nil || got.Options != nil || asked() != before {
		t.Errorf("one character: %+v, %v", got, err)
	}
	p.on("block_suggestion", func(slack.InteractionCallback) any {
		return slack.OptionsResponse{Options: []*slack.OptionBlockObject{optionOf("1", "online"), optionOf("2", "")}}
	})
	got, err := a.Suggest(t.Context(), rita, id, "find", "device", "pix")
	want := fakeslack.Suggested{Options: []fakeslack.Option{{Text: "Option 1", Value: "1", Description: "online"}, {Text: "Option 2", Value: "2"}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, suggested (-want +got):\n%s", err, diff)
	}
	read := p.last()
	if read.Value != "pix" || read.BlockID != "find" || read.ActionID != "device" || read.View.State.Values["why"]["text"].Value != "lost" {
		t.Errorf("slack-go read %+v", read)
	}
	if got := a.payload()["container"]; !cmp.Equal(map[string]any{"type": "view", "view_id": id}, got) {
		t.Errorf("container = %v", got)
	}
	if _, err := a.Submit(t.Context(), rita, id, one("find", "device", []string{"1", "3"})); err == nil {
		t.Error("what was not suggested was chosen")
	}
	if got := a.submit(rita, id, one("find", "device", []string{"2"})); got.Error != "" {
		t.Errorf("submitted: %+v", got)
	}
	if chosen := p.last().View.State.Values["find"]["device"].SelectedOptions; len(chosen) != 1 || chosen[0].Value != "2" {
		t.Errorf("chosen = %+v", chosen)
	}
}

// An option that was chosen stays chosen when others are suggested.
func TestSuggest_keepsWhatIsChosen(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	id := p.open(a, rita, modal(input("find", `{"type":"external_select","action_id":"device","min_query_length":0}`, `,"dispatch_action":true`), ""))
	suggest := func(value string) {
		t.Helper()
		p.on("block_suggestion", func(slack.InteractionCallback) any {
			return slack.OptionGroupsResponse{OptionGroups: []*slack.OptionGroupBlockObject{
				slack.NewOptionGroupBlockElement(slack.NewTextBlockObject("plain_text", "Phones", false, false), optionOf(value, "")),
			}}
		})
		got, err := a.Suggest(t.Context(), rita, id, "find", "device", "")
		if err != nil || len(got.Options) != 1 || got.Options[0].Group != "Phones" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	suggest("1")
	if _, err := a.Act(t.Context(), rita, fakeslack.Where{ViewID: id}, "find", "device", "1", nil); err != nil {
		t.Fatal(err)
	}
	suggest("2")
	if got := a.submit(rita, id, one("find", "device", "1")); got.Error != "" {
		t.Errorf("submitted: %+v", got)
	}
}

func TestSuggest_refused(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	id := p.open(a, rita, modal(input("find", `{"type":"external_select","action_id":"device"}`, "")+","+input("text", typing("a", ""), ""), ""))
	many := map[string]any{"options": []any{}}
	for range 101 {
		many["options"] = append(many["options"].([]any), optionOf("1", ""))
	}
	long := func(text, value, description int) any {
		return map[string]any{"options": []any{map[string]any{
			"text": map[string]any{"type": "plain_text", "text": x(text)}, "value": x(value),
			"description": map[string]any{"type": "plain_text", "text": x(description)},
		}}}
	}
	for name, c := range map[string]struct {
		answer any
		detail string
	}{
		"nothing":            {nil, "must provide an object"},
		"neither":            {map[string]any{}, "must define either `options` or `option_groups`"},
		"too many":           {many, "no more than 100 items allowed"},
		"a long text":        {long(76, 1, 1), "must be less than 76 characters [json-pointer:/options/0/text/text]"},
		"a long value":       {long(1, 151, 1), "must be less than 151 characters [json-pointer:/options/0/value]"},
		"a long description": {long(1, 1, 76), "must be less than 76 characters [json-pointer:/options/0/description/text]"},
	} {
		p.on("block_suggestion", func(slack.InteractionCallback) any { return c.answer })
		got, err := a.Suggest(t.Context(), rita, id, "find", "device", "pixel")
		if err != nil || got.Error != "invalid_arguments" || got.Options != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		all := a.Refused()
		if last := all[len(all)-1]; last.Method != "block_suggestion" || !strings.Contains(strings.Join(last.Detail, "\n"), c.detail) {
			t.Errorf("%s: refused %+v", name, last)
		}
	}
	if _, err := a.Suggest(t.Context(), rita, id, "text", "a", "pixel"); err == nil {
		t.Error("a text field asked for suggestions")
	}
	a.Fail(fakeslack.Fault{Method: "socket", Error: "operation_timeout"})
	if got, err := a.Suggest(t.Context(), rita, id, "find", "device", "pixel"); err != nil || got.Error != "operation_timeout" {
		t.Errorf("not answered: %+v, %v", got, err)
	}
}
