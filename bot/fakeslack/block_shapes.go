package fakeslack

// blockShapes is every block there is, with Slack's limits.
func blockShapes() map[string]shape {
	id := map[string]rule{"block_id": text(0, 255)}
	elements := elementShapes()
	image := elements["image"]
	interactive := map[string]shape{}
	inputs := map[string]shape{}
	for kind, s := range elements {
		if kind == "image" {
			continue
		}
		if !textInputs[kind] {
			interactive[kind] = s
		}
		if kind != "button" && kind != "overflow" {
			inputs[kind] = s
		}
	}
	context := map[string]shape{"image": image}
	for kind, most := range map[string]int{"plain_text": 3000, "mrkdwn": 3000} {
		flag := map[string]string{"plain_text": "emoji", "mrkdwn": "verbatim"}[kind]
		context[kind] = shape{fields: map[string]rule{"text": text(1, most), flag: boolean}, required: []string{"text"}}
	}
	accessory := map[string]shape{"image": image}
	for kind, s := range interactive {
		accessory[kind] = s
	}

	shapes := map[string]shape{
		"divider": {},
		"header":  {fields: map[string]rule{"text": textObject(150, true)}, required: []string{"text"}},
		"section": {
			fields: map[string]rule{
				"text": textObject(3000, false), "fields": list(1, 10, textObject(2000, false)),
				"accessory": typedObject(accessory), "expand": boolean,
			},
			also: func(k *checker, at string, v map[string]any) {
				if v["text"] == nil && v["fields"] == nil {
					k.wrong(at, "must define either `text` or `fields`")
				}
			},
		},
		"context": {fields: map[string]rule{"elements": list(1, 10, typedObject(context))}, required: []string{"elements"}},
		"actions": {fields: map[string]rule{"elements": list(1, 25, typedObject(interactive))}, required: []string{"elements"}},
		"image":   image.with(map[string]rule{"title": textObject(2000, true)}),
		"input": {
			fields: map[string]rule{
				"label": textObject(2000, true), "element": typedObject(inputs), "hint": textObject(2000, true),
				"optional": boolean, "dispatch_action": boolean,
			},
			required: []string{"label", "element"},
		},
		"markdown": {fields: map[string]rule{"text": text(1, 12_000)}, required: []string{"text"}},
		// What rich text holds is not checked further.
		"rich_text": {fields: map[string]rule{"elements": list(1, 1000, anything)}, required: []string{"elements"}},
		"table": {
			fields: map[string]rule{
				"rows": list(1, 100, list(1, 20, anything)), "column_settings": list(1, 20, anything),
			},
			required: []string{"rows"},
			also: func(k *checker, at string, _ map[string]any) {
				if k.tables++; k.tables > 1 {
					k.wrong(at, "only one table allowed")
				}
			},
		},
	}
	for kind, s := range shapes {
		shapes[kind] = s.with(id)
	}
	return shapes
}

// textInputs stand in input blocks only.
var textInputs = map[string]bool{
	"plain_text_input": true, "email_text_input": true, "url_text_input": true, "number_input": true,
}

func option(most int, plain bool) rule {
	return shape{
		fields: map[string]rule{
			"text": textObject(most, plain), "value": text(1, 150), "description": textObject(75, plain), "url": text(1, 3000),
		},
		required: []string{"text", "value"},
	}.check
}

// confirm is the dialog that an element asks before it acts.
func confirm(k *checker, at string, v any) {
	shape{
		fields: map[string]rule{
			"title": textObject(100, true), "text": textObject(300, false), "confirm": textObject(30, true),
			"deny": textObject(30, true), "style": oneOf("primary", "danger"),
		},
		required: []string{"title", "text", "confirm", "deny"},
	}.check(k, at, v)
}

// elementShapes is every element there is.
func elementShapes() map[string]shape {
	common := map[string]rule{"action_id": text(0, 255), "confirm": confirm, "focus_on_load": boolean}
	placeholder := map[string]rule{"placeholder": textObject(150, true)}
	options := list(1, 100, option(75, true))
	choices := list(1, 10, option(75, false))
	groups := list(1, 100, shape{
		fields: map[string]rule{"label": textObject(75, true), "options": options}, required: []string{"label", "options"},
	}.check)
	menu := shape{}.with(common).with(placeholder)
	several := map[string]rule{"max_selected_items": number}
	static := menu.with(map[string]rule{"options": options, "option_groups": groups})
	static.also = func(k *checker, at string, v map[string]any) {
		if (v["options"] == nil) == (v["option_groups"] == nil) {
			k.wrong(at, "must define either `options` or `option_groups`")
		}
	}
	conversation := menu.with(map[string]rule{
		"initial_conversation": text(1, 255), "default_to_current_conversation": boolean,
		"response_url_enabled": boolean, "filter": anything,
	})
	input := shape{}.with(placeholder).with(map[string]rule{
		"action_id": text(0, 255), "initial_value": text(0, 3000), "focus_on_load": boolean, "dispatch_action_config": anything,
	})
	number := input.with(map[string]rule{
		"is_decimal_allowed": boolean, "min_value": text(1, 50), "max_value": text(1, 50),
	})
	number.required = []string{"is_decimal_allowed"}
	choice := shape{}.with(common).with(map[string]rule{"options": choices})
	choice.required = []string{"options"}
	overflow := shape{fields: map[string]rule{"action_id": common["action_id"], "confirm": confirm, "options": list(1, 5, option(75, true))}}
	overflow.required = []string{"options"}

	return map[string]shape{
		"button": {
			fields: map[string]rule{
				"text": textObject(75, true), "action_id": text(0, 255), "url": text(1, 3000), "value": text(1, 2000),
				"style": oneOf("primary", "danger"), "confirm": confirm, "accessibility_label": text(1, 75),
			},
			required: []string{"text"},
		},
		"image": {
			fields:   map[string]rule{"image_url": text(1, 3000), "slack_file": anything, "alt_text": text(1, 2000)},
			required: []string{"alt_text"},
			also: func(k *checker, at string, v map[string]any) {
				if (v["image_url"] == nil) == (v["slack_file"] == nil) {
					k.wrong(at, "must define either `image_url` or `slack_file`")
				}
			},
		},
		"overflow":                   overflow,
		"static_select":              static.with(map[string]rule{"initial_option": option(75, true)}),
		"multi_static_select":        static.with(several).with(map[string]rule{"initial_options": options}),
		"external_select":            menu.with(map[string]rule{"initial_option": option(75, true), "min_query_length": anything}),
		"users_select":               menu.with(map[string]rule{"initial_user": text(1, 255)}),
		"multi_users_select":         menu.with(several).with(map[string]rule{"initial_users": anything}),
		"channels_select":            menu.with(map[string]rule{"initial_channel": text(1, 255), "response_url_enabled": boolean}),
		"multi_channels_select":      menu.with(several).with(map[string]rule{"initial_channels": anything}),
		"conversations_select":       conversation,
		"multi_conversations_select": conversation.with(several).with(map[string]rule{"initial_conversations": anything}),
		"datepicker":                 menu.with(map[string]rule{"initial_date": text(10, 10)}),
		"timepicker":                 menu.with(map[string]rule{"initial_time": text(5, 5), "timezone": text(1, 100)}),
		"datetimepicker":             shape{}.with(common).with(map[string]rule{"initial_date_time": anything}),
		"checkboxes":                 choice.with(map[string]rule{"initial_options": choices}),
		"radio_buttons":              choice.with(map[string]rule{"initial_option": option(75, false)}),
		"plain_text_input":           input.with(map[string]rule{"multiline": boolean, "min_length": anything, "max_length": anything}),
		"email_text_input":           input,
		"url_text_input":             input,
		"number_input":               number,
	}
}

// checkView checks a modal.
func (k *checker) checkView(v any) {
	shape{
		fields: map[string]rule{
			"title": textObject(24, true), "close": textObject(24, true), "submit": textObject(24, true),
			"private_metadata": text(0, 3000), "callback_id": text(0, 255), "external_id": text(0, 255),
			"clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean, "type": oneOf("modal"),
			"blocks": func(k *checker, at string, v any) { k.checkBlocks(at, v, maxViewBlocks) },
		},
		required: []string{"type", "title", "blocks"},
		also: func(k *checker, at string, v map[string]any) {
			blocks, _ := v["blocks"].([]any)
			for _, b := range blocks {
				block, _ := b.(map[string]any)
				if block["type"] == "input" && v["submit"] == nil {
					k.wrong(at, "missing required field: submit")
					return
				}
			}
		},
	}.check(k, "/view", v)
}
