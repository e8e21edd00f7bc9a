package fakeslack

// In which blocks elements can stand. Slack's pages of the elements say it.
const (
	everywhere = "section actions input"
	notActions = "section input"
	inputOnly  = "input"
)

// elementShapes is every element there is, with Slack's limits.
func elementShapes() map[string]shape {
	action := map[string]rule{"action_id": text(0, 255)}
	common := map[string]rule{"action_id": text(0, 255), "confirm": confirm, "focus_on_load": focus}
	menu := shape{in: everywhere}.with(common).with(map[string]rule{"placeholder": textObject(150, true)})
	several := func(s shape, fields map[string]rule) shape {
		s = s.with(map[string]rule{"max_selected_items": whole(1, 100)}).with(fields)
		s.in, s.limits = notActions, s.limits+"; max_selected_items"
		return s
	}
	options := list(1, 100, option(75, true))
	static := menu.with(map[string]rule{"options": options, "option_groups": groups(1)})
	static.also, static.limits = eitherOptions, "100 options, or 100 groups of 100; text and description of 75 characters, value of 150"
	external := menu.with(map[string]rule{"min_query_length": whole(0, 255)})
	external.limits = "options by block_suggestion; min_query_length is 3 where it is not given"
	users := menu
	users.limits = "the people of the workspace that are not deactivated"
	channels := menu
	channels.limits = "public channels"
	conversation := menu.with(map[string]rule{"default_to_current_conversation": boolean, "filter": filter})
	conversation.limits = "default_to_current_conversation and filter are checked, not applied"
	answering := map[string]rule{"response_url_enabled": boolean}
	overflow := shape{in: "section actions", required: []string{"options"}, limits: "5 options"}.with(action)
	overflow = overflow.with(map[string]rule{"confirm": confirm, "options": list(1, 5, linked)})
	timed := shape{in: "actions input"}.with(common).with(map[string]rule{"initial_date_time": whole(1e9, 9_999_999_999)})

	all := map[string]shape{
		"button": {
			fields: map[string]rule{
				"text": textObject(75, true), "action_id": text(0, 255), "url": text(1, 3000), "value": text(1, 2000),
				"style": oneOf("primary", "danger"), "confirm": confirm, "accessibility_label": text(1, 75),
			},
			required: []string{"text"}, in: "section actions", limits: "text of 75 characters, value of 2000",
		},
		"image":                      imageShape(),
		"overflow":                   overflow,
		"static_select":              static.with(map[string]rule{"initial_option": option(75, true)}),
		"multi_static_select":        several(static, map[string]rule{"initial_options": options}),
		"external_select":            external.with(map[string]rule{"initial_option": option(75, true)}),
		"multi_external_select":      several(external, map[string]rule{"initial_options": options}),
		"users_select":               users.with(map[string]rule{"initial_user": text(1, 255)}),
		"multi_users_select":         several(users, map[string]rule{"initial_users": ids}),
		"channels_select":            channels.with(answering).with(map[string]rule{"initial_channel": text(1, 255)}),
		"multi_channels_select":      several(channels, map[string]rule{"initial_channels": ids}),
		"conversations_select":       conversation.with(answering).with(map[string]rule{"initial_conversation": text(1, 255)}),
		"multi_conversations_select": several(conversation, map[string]rule{"initial_conversations": ids}),
		"datepicker":                 menu.with(map[string]rule{"initial_date": text(10, 10)}),
		"timepicker":                 menu.with(map[string]rule{"initial_time": text(5, 5), "timezone": text(1, 100)}),
		"datetimepicker":             timed,
	}
	for kind, s := range choiceShapes(common) {
		all[kind] = s
	}
	for kind, s := range typingShapes() {
		all[kind] = s
	}
	return all
}

// choiceShapes is what is ticked.
func choiceShapes(common map[string]rule) map[string]shape {
	choices := list(1, 10, option(75, false))
	choice := shape{in: everywhere, limits: "10 options; text and description of 75 characters, mrkdwn too"}.with(common)
	choice = choice.with(map[string]rule{"options": choices})
	choice.required, choice.also = []string{"options"}, initialOffered
	return map[string]shape{
		"checkboxes":    choice.with(map[string]rule{"initial_options": choices}),
		"radio_buttons": choice.with(map[string]rule{"initial_option": option(75, false)}),
	}
}

// typingShapes is what is typed. It stands in input blocks only.
func typingShapes() map[string]shape {
	input := shape{in: inputOnly, fields: map[string]rule{
		"placeholder": textObject(150, true), "action_id": text(0, 255), "initial_value": text(0, maxTyped),
		"focus_on_load": focus, "dispatch_action_config": dispatchConfig,
	}}
	plain := input.with(map[string]rule{
		"multiline": boolean, "min_length": whole(0, maxTyped), "max_length": whole(1, maxTyped),
	})
	plain.limits = "min_length and max_length up to 3000; dispatch_action_config"
	plain.also = func(k *checker, at string, v map[string]any) {
		least, some := integer(v["min_length"])
		most, limited := integer(v["max_length"])
		if some && limited && least > most {
			k.wrong(at+"/min_length", "must be less than or equal to `max_length`")
		}
	}
	number := input.with(map[string]rule{
		"is_decimal_allowed": boolean, "min_value": text(1, 50), "max_value": text(1, 50),
	})
	number.required = []string{"is_decimal_allowed"}
	return map[string]shape{
		"plain_text_input": plain, "email_text_input": input, "url_text_input": input, "number_input": number,
	}
}

// imageShape is an image as an element; as a block it has a title too.
func imageShape() shape {
	return shape{
		fields:   map[string]rule{"image_url": text(1, 3000), "slack_file": slackFile, "alt_text": text(1, 2000)},
		required: []string{"alt_text"}, in: "section context", limits: "alt_text of 2000 characters; it is not fetched",
		also: func(k *checker, at string, v map[string]any) {
			if (v["image_url"] == nil) == (v["slack_file"] == nil) {
				k.wrong(at, "must define either `image_url` or `slack_file`")
			}
		},
	}
}
