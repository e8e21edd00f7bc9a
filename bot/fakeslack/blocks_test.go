package fakeslack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func x(n int) string { return strings.Repeat("x", n) }

// many is n blocks or elements, made by a format with one %d.
func many(n int, format string) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(format, i))
	}
	return strings.Join(out, ",")
}

func plain(s string) string { return `{"type":"plain_text","text":"` + s + `"}` }

func button(fields string) string {
	return `{"type":"button","text":` + plain("Go") + fields + `}`
}

func section(s string) string {
	return `{"type":"section","text":{"type":"mrkdwn","text":"` + s + `"}}`
}

func TestBlocks_limits(t *testing.T) {
	t.Parallel()
	a := start(t)
	const at = " [json-pointer:/blocks/0"
	confirm := func(title, text, yes, no string) string {
		return `{"type":"actions","elements":[` + button(`,"confirm":{"title":`+plain(title)+`,"text":`+plain(text)+
			`,"confirm":`+plain(yes)+`,"deny":`+plain(no)+`}`) + `]}`
	}
	actions := func(elements string) string { return `{"type":"actions","elements":[` + elements + `]}` }
	cases := []struct {
		name, blocks string
		want         []string // nil: allowed
	}{
		{"50 blocks", many(50, `{"type":"divider","block_id":"%d"}`), nil},
		{"51 blocks", many(51, `{"type":"divider","block_id":"%d"}`), []string{"no more than 50 items allowed [json-pointer:/blocks]"}},
		{"a full header", `{"type":"header","text":` + plain(x(150)) + `}`, nil},
		{"a long header", `{"type":"header","text":` + plain(x(151)) + `}`, []string{"must be less than 151 characters" + at + "/text/text]"}},
		{"mrkdwn in a header", `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, []string{"unsupported type: mrkdwn" + at + "/text/type]"}},
		{"a full section", section(x(3000)), nil},
		{"3000 runes of several bytes", section(strings.Repeat("é", 3000)), nil},
		{"a long section", section(x(3001)), []string{"must be less than 3001 characters" + at + "/text/text]"}},
		{"an empty section text", section(""), []string{"must be more than 0 characters" + at + "/text/text]"}},
		{"a section of nothing", `{"type":"section"}`, []string{"must define either `text` or `fields`" + at + "]"}},
		{"text that is no object", `{"type":"section","text":"x"}`, []string{"must provide an object" + at + "/text]"}},
		{"text without text", `{"type":"section","text":{"type":"mrkdwn"}}`, []string{"missing required field: text" + at + "/text]"}},
		{"10 full fields", `{"type":"section","fields":[` + many(5, plain(x(2000))+`,`+plain("%d")) + `]}`, nil},
		{"11 fields", `{"type":"section","fields":[` + many(11, plain("%d")) + `]}`, []string{"no more than 10 items allowed" + at + "/fields]"}},
		{"a long field", `{"type":"section","fields":[` + plain(x(2001)) + `]}`, []string{"must be less than 2001 characters" + at + "/fields/0/text]"}},
		{"25 elements", actions(many(25, button(`,"action_id":"%d"`))), nil},
		{"26 elements", actions(many(26, button(`,"action_id":"%d"`))), []string{"no more than 25 items allowed" + at + "/elements]"}},
		{"no elements", actions(""), []string{"no fewer than 1 items allowed" + at + "/elements]"}},
		{"the same action_id twice", actions(many(2, button(`,"action_id":"a","value":"%d"`))), []string{"`action_id` \"a\" already exists" + at + "/elements/1/action_id]"}},
		{"the same action_id in two blocks", actions(button(`,"action_id":"a"`)) + "," + actions(button(`,"action_id":"a"`)), nil},
		{"the same block_id twice", `{"type":"divider","block_id":"b"},{"type":"divider","block_id":"b"}`, []string{"`block_id` \"b\" already exists for another block [json-pointer:/blocks/1/block_id]"}},
		{"a long block_id", `{"type":"divider","block_id":"` + x(256) + `"}`, []string{"must be less than 256 characters" + at + "/block_id]"}},
		{"a full button", actions(`{"type":"button","text":` + plain(x(75)) + `,"value":"` + x(2000) + `","action_id":"` + x(255) + `","style":"danger"}`), nil},
		{"a long button", actions(`{"type":"button","text":` + plain(x(76)) + `}`), []string{"must be less than 76 characters" + at + "/elements/0/text/text]"}},
		{"a long value", actions(button(`,"value":"` + x(2001) + `"`)), []string{"must be less than 2001 characters" + at + "/elements/0/value]"}},
		{"a long action_id", actions(button(`,"action_id":"` + x(256) + `"`)), []string{"must be less than 256 characters" + at + "/elements/0/action_id]"}},
		{"another style", actions(button(`,"style":"default"`)), []string{"must be a valid enum value" + at + "/elements/0/style]"}},
		{"a button of mrkdwn", actions(`{"type":"button","text":{"type":"mrkdwn","text":"x"}}`), []string{"unsupported type: mrkdwn" + at + "/elements/0/text/type]"}},
		{"a full confirm", confirm(x(100), x(300), x(30), x(30)), nil},
		{"a long confirm", confirm(x(101), x(301), x(31), x(31)), []string{
			"must be less than 31 characters" + at + "/elements/0/confirm/confirm/text]",
			"must be less than 31 characters" + at + "/elements/0/confirm/deny/text]",
			"must be less than 301 characters" + at + "/elements/0/confirm/text/text]",
			"must be less than 101 characters" + at + "/elements/0/confirm/title/text]",
		}},
		{"an empty confirm", actions(button(`,"confirm":{}`)), []string{
			"missing required field: title" + at + "/elements/0/confirm]",
			"missing required field: text" + at + "/elements/0/confirm]",
			"missing required field: confirm" + at + "/elements/0/confirm]",
			"missing required field: deny" + at + "/elements/0/confirm]",
		}},
		{"10 in a context", `{"type":"context","elements":[` + many(10, plain("%d")) + `]}`, nil},
		{"11 in a context", `{"type":"context","elements":[` + many(11, plain("%d")) + `]}`, []string{"no more than 10 items allowed" + at + "/elements]"}},
		{"a button in a context", `{"type":"context","elements":[` + button("") + `]}`, []string{"unsupported type: button" + at + "/elements/0/type]"}},
		{"an image without alt_text", `{"type":"image","image_url":"https://x.example/a.png"}`, []string{"missing required field: alt_text" + at + "]"}},
		{"a long option", actions(`{"type":"overflow","options":[{"text":` + plain(x(76)) + `,"value":"1"}]}`), []string{"must be less than 76 characters" + at + "/elements/0/options/0/text/text]"}},
		{"an unknown block", `{"type":"sections"}`, []string{"unsupported type: sections" + at + "/type]"}},
		{"no type", `{"text":"x"}`, []string{"missing required field: type" + at + "]"}},
		{"an unknown property", `{"type":"divider","colour":"red"}`, []string{"invalid additional property: colour" + at + "]"}},
		{"emoji in mrkdwn", `{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, []string{"invalid additional property: emoji" + at + "/text]"}},
		{"two tables", many(2, `{"type":"table","rows":[[{"type":"raw_text","text":"%d"}]]}`), []string{"only one table allowed [json-pointer:/blocks/1]"}},
	}
	for _, c := range cases {
		r := a.call("chat.postMessage", "channel", incidents, "text", "x", "blocks", "["+c.blocks+"]")
		if c.want == nil {
			if r.body["ok"] != true {
				t.Errorf("%s: %v", c.name, r.body)
			}
			continue
		}
		var want, errors []any
		for _, w := range c.want {
			want, errors = append(want, "[ERROR] "+w), append(errors, w)
		}
		if r.code() != "invalid_blocks" {
			t.Errorf("%s: error %q, want invalid_blocks", c.name, r.code())
		}
		if diff := cmp.Diff(want, r.at("response_metadata", "messages")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(errors, r.at("errors")); diff != "" {
			t.Errorf("%s, errors (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestBlocks_size(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.refused("msg_blocks_too_long", "chat.postMessage", "channel", incidents, "blocks", "["+many(5, section(x(2700)+"%d"))+"]")
	a.must("chat.postMessage", "channel", incidents, "blocks", "["+many(4, section(x(2700)+"%d"))+"]")
	a.refused("invalid_blocks_format", "chat.postMessage", "channel", incidents, "text", "x", "blocks", `{"blocks":[]}`)
	a.refused("invalid_blocks_format", "chat.postMessage", "channel", incidents, "text", "x", "blocks", `[`)
}

func TestBlocks_areCompleted(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.must("chat.postMessage", "channel", incidents, "blocks", `[`+section("a <b> & c")+`,{"type":"actions","block_id":"mine","elements":[`+button("")+`]}]`)
	var got []map[string]any
	if err := json.Unmarshal(a.Messages(rita, incidents, "")[0].Blocks, &got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{
		{"type": "section", "block_id": "b1", "text": map[string]any{"type": "mrkdwn", "text": "a <b> & c", "verbatim": false}},
		{"type": "actions", "block_id": "mine", "elements": []any{map[string]any{
			"type": "button", "action_id": "b2", "text": map[string]any{"type": "plain_text", "text": "Go", "emoji": true},
		}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
}

func TestView_limits(t *testing.T) {
	t.Parallel()
	a := start(t)
	view := func(title, more string) string {
		return `{"type":"modal","title":` + plain(title) + `,"blocks":[` + section("x") + `]` + more + `}`
	}
	input := `{"type":"modal","title":` + plain("T") + `,"blocks":[{"type":"input","label":` + plain("L") + `,"element":{"type":"plain_text_input"}}]}`
	cases := map[string]string{
		view(x(25), ""): "must be less than 25 characters [json-pointer:/view/title/text]",
		view("T", `,"private_metadata":"`+x(3001)+`"`):      "must be less than 3001 characters [json-pointer:/view/private_metadata]",
		view("T", `,"colour":"red"`):                        "invalid additional property: colour [json-pointer:/view]",
		input:                                               "missing required field: submit [json-pointer:/view]",
		`{"type":"modal","blocks":[]}`:                      "missing required field: title [json-pointer:/view]",
		strings.Replace(view("T", ""), "modal", "sheet", 1): "must be a valid enum value [json-pointer:/view/type]",
		`{"type":"modal","title":` + plain("T") + `,"blocks":[` + many(101, `{"type":"divider","block_id":"%d"}`) + `]}`: "no more than 100 items allowed [json-pointer:/view/blocks]",
	}
	for raw, want := range cases {
		r := a.refused("invalid_arguments", "views.open", "trigger_id", "1.2.3", "view", raw)
		if diff := cmp.Diff([]any{"[ERROR] " + want}, r.at("response_metadata", "messages")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	a.refused("view_too_large", "views.open", "trigger_id", "1.2.3", "view", view("T", strings.Repeat(" ", 250_000)))
	a.refused("invalid_trigger_id", "views.open", "trigger_id", "1.2.3", "view", view("T", ""))
}
