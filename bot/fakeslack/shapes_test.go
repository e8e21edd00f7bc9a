package fakeslack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Elements and blocks are checked where they stand: on which surface, in
// which block, with what.
func TestShapes(t *testing.T) {
	t.Parallel()
	a := start(t)
	const at = " [json-pointer:/view/blocks/0"
	select1 := func(kind, more string) string { return `{"type":"` + kind + `","action_id":"a"` + more + `}` }
	options := `,"options":` + choices("1", "2")
	accessory := func(element string) string {
		return `{"type":"section","text":` + plain("x") + `,"accessory":` + element + `}`
	}
	actions := func(element string) string { return `{"type":"actions","elements":[` + element + `]}` }
	group := func(n int) string {
		return `,"option_groups":[` + many(n, `{"label":`+plain("g")+`,"options":[{"text":`+plain("x")+`,"value":"%d"}]}`) + `]`
	}
	manyOptions := func(n int) string { return `,"options":[` + many(n, `{"text":`+plain("x")+`,"value":"%d"}`) + `]` }
	cases := []struct {
		name, blocks string
		want         []string // nil: allowed
	}{
		{"100 options", accessory(select1("static_select", manyOptions(100))), nil},
		{"101 options", accessory(select1("static_select", manyOptions(101))), []string{"no more than 100 items allowed" + at + "/accessory/options]"}},
		{"100 groups", accessory(select1("static_select", group(100))), nil},
		{"101 groups", accessory(select1("static_select", group(101))), []string{"no more than 100 items allowed" + at + "/accessory/option_groups]"}},
		{"options and groups", accessory(select1("static_select", options+group(1))), []string{"must define either `options` or `option_groups`" + at + "/accessory]"}},
		{"an initial option that is not offered", accessory(select1("static_select", options+`,"initial_option":`+choice("3"))), []string{"`initial_option` must match one of the options" + at + "/accessory/initial_option]"}},
		{"initial options", accessory(select1("checkboxes", options+`,"initial_options":`+choices("2"))), nil},
		{"initial options that are not offered", accessory(select1("checkboxes", options+`,"initial_options":`+choices("2", "3"))), []string{"`initial_options` must match the options" + at + "/accessory/initial_options]"}},
		{"11 boxes", accessory(select1("checkboxes", manyOptions(11))), []string{"no more than 10 items allowed" + at + "/accessory/options]"}},
		{"11 radio buttons", accessory(select1("radio_buttons", manyOptions(11))), []string{"no more than 10 items allowed" + at + "/accessory/options]"}},
		{"6 in an overflow", accessory(select1("overflow", manyOptions(6))), []string{"no more than 5 items allowed" + at + "/accessory/options]"}},
		{"a long option value", accessory(select1("static_select", `,"options":[{"text":`+plain("x")+`,"value":"`+x(151)+`"}]`)), []string{"must be less than 151 characters" + at + "/accessory/options/0/value]"}},
		{"a long description", accessory(select1("checkboxes", `,"options":[{"text":`+plain("x")+`,"value":"1","description":`+plain(x(76))+`}]`)), []string{"must be less than 76 characters" + at + "/accessory/options/0/description/text]"}},
		{"a link in a menu", accessory(select1("static_select", `,"options":[{"text":`+plain("x")+`,"value":"1","url":"https://x.example"}]`)), []string{"invalid additional property: url" + at + "/accessory/options/0]"}},
		{"mrkdwn in a menu", accessory(select1("static_select", `,"options":[{"text":{"type":"mrkdwn","text":"x"},"value":"1"}]`)), []string{"unsupported type: mrkdwn" + at + "/accessory/options/0/text/type]"}},
		{"mrkdwn in boxes", accessory(select1("checkboxes", `,"options":[{"text":{"type":"mrkdwn","text":"x"},"value":"1"}]`)), nil},
		{"a long placeholder", accessory(select1("users_select", `,"placeholder":`+plain(x(151)))), []string{"must be less than 151 characters" + at + "/accessory/placeholder/text]"}},
		{"a menu of several among actions", actions(select1("multi_users_select", "")), []string{"unsupported type: multi_users_select" + at + "/elements/0/type]"}},
		{"a field among actions", actions(typing("a", "")), []string{"unsupported type: plain_text_input" + at + "/elements/0/type]"}},
		{"a button in an input", input("b", button(""), ""), []string{"unsupported type: button" + at + "/element/type]"}},
		{"nobody can be chosen", input("b", select1("multi_users_select", `,"max_selected_items":0`), ""), []string{"must be greater than or equal to 1" + at + "/element/max_selected_items]"}},
		{"half a character", input("b", select1("external_select", `,"min_query_length":1.5`), ""), []string{"must be an integer" + at + "/element/min_query_length]"}},
		{"a long label", strings.Replace(input("b", typing("a", ""), ""), "Label", x(2001), 1), []string{"must be less than 2001 characters" + at + "/label/text]"}},
		{"a long hint", input("b", typing("a", ""), `,"hint":`+plain(x(2001))), []string{"must be less than 2001 characters" + at + "/hint/text]"}},
		{"a long field", input("b", typing("a", `,"max_length":3001`), ""), []string{"must be less than or equal to 3000" + at + "/element/max_length]"}},
		{"more than at most", input("b", typing("a", `,"min_length":5,"max_length":4`), ""), []string{"must be less than or equal to `max_length`" + at + "/element/min_length]"}},
		{"another trigger", input("b", typing("a", `,"dispatch_action_config":{"trigger_actions_on":["on_blur"]}`), ""), []string{"must be a valid enum value" + at + "/element/dispatch_action_config/trigger_actions_on/0]"}},
		{"a number without decimals or with", input("b", select1("number_input", ""), ""), []string{"missing required field: is_decimal_allowed" + at + "/element]"}},
		{"focus twice", input("b", typing("a", `,"focus_on_load":true`), "") + "," + input("c", typing("a", `,"focus_on_load":true`), ""), []string{"only one element can have `focus_on_load` [json-pointer:/view/blocks/1/element/focus_on_load]"}},
		{"markdown in a modal", `{"type":"markdown","text":"x"}`, []string{"unsupported type: markdown" + at + "/type]"}},
		{"a table in a modal", `{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}`, []string{"unsupported type: table" + at + "/type]"}},
		{"rich text", `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}},{"type":"user","user_id":"U0RITA"}]}]}]}`, nil},
		{"rich text of something else", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"button"}]}]}`, []string{"unsupported type: button" + at + "/elements/0/elements/0/type]"}},
		{"the same block twice", `{"type":"divider","block_id":"b"},{"type":"divider","block_id":"b"}`, []string{"`block_id` \"b\" already exists for another block [json-pointer:/view/blocks/1/block_id]"}},
	}
	for _, c := range cases {
		r := a.call("views.open", "trigger_id", "1.2.3", "view", modal(c.blocks, ""))
		if c.want == nil {
			if r.code() != "invalid_trigger_id" { // the view itself is good
				t.Errorf("%s: %v", c.name, r.body)
			}
			continue
		}
		var want []any
		for _, w := range c.want {
			want = append(want, "[ERROR] "+w)
		}
		if diff := cmp.Diff(want, r.at("response_metadata", "messages")); r.code() != "invalid_arguments" || diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.name, r.code(), diff)
		}
	}
}

// Messages take what modals do not, and inputs too.
func TestShapes_messages(t *testing.T) {
	t.Parallel()
	a := start(t)
	post := func(blocks string) reply {
		return a.call("chat.postMessage", "channel", incidents, "text", "x", "blocks", "["+blocks+"]")
	}
	cell := `{"type":"raw_text","text":"x"}`
	table := func(rows string) string { return `{"type":"table","rows":[` + rows + `]}` }
	for _, good := range []string{
		`{"type":"markdown","text":"**x**"}`, input("b", typing("a", ""), ""),
		table("[" + cell + `,{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}]`),
		`{"type":"table","column_settings":[null,{"align":"right","is_wrapped":true}],"rows":[[` + cell + `]]}`,
	} {
		if r := post(good); r.code() != "" {
			t.Errorf("%s: %v", good, r.body)
		}
	}
	long := `{"type":"raw_text","text":"` + x(5001) + `"}`
	for bad, want := range map[string]string{
		table(many(101, "["+cell+`,{"type":"raw_text","text":"%d"}]`)):                       "[ERROR] no more than 100 items allowed [json-pointer:/blocks/0/rows]",
		table("[" + many(21, `{"type":"raw_text","text":"%d"}`) + "]"):                       "[ERROR] no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
		table("[" + long + "," + long + "]"):                                                 "[ERROR] no more than 10000 characters allowed in all cells [json-pointer:/blocks/0/rows]",
		table(`["x"]`):                                                                       "[ERROR] must provide an object [json-pointer:/blocks/0/rows/0/0]",
		`{"type":"image","alt_text":"x","slack_file":{"id":"F1","url":"https://x.example"}}`: "[ERROR] must define either `id` or `url` [json-pointer:/blocks/0/slack_file]",
	} {
		if diff := cmp.Diff([]any{want}, post(bad).at("response_metadata", "messages")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
