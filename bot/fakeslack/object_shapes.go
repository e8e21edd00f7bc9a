package fakeslack

// option is an option of a menu, of checkboxes or of radio buttons.
func option(most int, plain bool) rule {
	return shape{
		fields: map[string]rule{
			"text": textObject(most, plain), "value": text(1, 150), "description": textObject(75, plain),
		},
		required: []string{"text", "value"},
	}.check
}

// linked is an option of an overflow menu, which can be a link.
func linked(k *checker, at string, v any) {
	shape{
		fields: map[string]rule{
			"text": textObject(75, true), "value": text(1, 150), "description": textObject(75, true), "url": text(1, 3000),
		},
		required: []string{"text", "value"},
	}.check(k, at, v)
}

// groups is the option groups of a menu, each of least options or more.
func groups(least int) rule {
	return list(least, 100, shape{
		fields:   map[string]rule{"label": textObject(75, true), "options": list(least, 100, option(75, true))},
		required: []string{"label", "options"},
	}.check)
}

// eitherOptions demands options or groups of them, and that what is chosen at
// first is one of them.
func eitherOptions(k *checker, at string, v map[string]any) {
	if (v["options"] == nil) == (v["option_groups"] == nil) {
		k.wrong(at, "must define either `options` or `option_groups`")
		return
	}
	initialOffered(k, at, v)
}

// initialOffered demands that what is chosen at first is offered.
func initialOffered(k *checker, at string, v map[string]any) {
	offered := map[string]bool{}
	for _, o := range (chooser{element: v}).options() {
		offered[string(encode(o))] = true
	}
	if initial, ok := v["initial_option"]; ok && !offered[string(encode(initial))] {
		k.wrong(at+"/initial_option", "`initial_option` must match one of the options")
	}
	initial, _ := v["initial_options"].([]any)
	for _, o := range initial {
		if !offered[string(encode(o))] {
			k.wrong(at+"/initial_options", "`initial_options` must match the options")
			return
		}
	}
}

// suggestions is what may come with the acknowledgement of a
// block_suggestion.
var suggestions = shape{
	fields: map[string]rule{"options": list(0, 100, option(75, true)), "option_groups": groups(0)},
	also:   eitherOptions,
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

// filter says which conversations a menu offers.
func filter(k *checker, at string, v any) {
	shape{fields: map[string]rule{
		"include":                          list(1, 4, oneOf("im", "mpim", "private", "public")),
		"exclude_external_shared_channels": boolean, "exclude_bot_users": boolean,
	}}.check(k, at, v)
}

// dispatchConfig says on what a field in a block with dispatch_action acts.
func dispatchConfig(k *checker, at string, v any) {
	shape{fields: map[string]rule{
		"trigger_actions_on": list(1, 2, oneOf("on_enter_pressed", "on_character_entered")),
	}}.check(k, at, v)
}

// slackFile is an image that is a file of Slack's.
func slackFile(k *checker, at string, v any) {
	shape{
		fields: map[string]rule{"id": text(1, 255), "url": text(1, 3000)},
		also: func(k *checker, at string, v map[string]any) {
			if (v["id"] == nil) == (v["url"] == nil) {
				k.wrong(at, "must define either `id` or `url`")
			}
		},
	}.check(k, at, v)
}

// focus is focus_on_load, which one element of a view may set.
func focus(k *checker, at string, v any) {
	boolean(k, at, v)
	if v == true {
		if k.focused++; k.focused > 1 {
			k.wrong(at, "only one element can have `focus_on_load`")
		}
	}
}

// whole is a whole number of least to most.
func whole(least, most int) rule {
	return func(k *checker, at string, v any) {
		n, ok := integer(v)
		switch {
		case !ok:
			k.wrong(at, "must be an integer")
		case n < least:
			k.wrong(at, "must be greater than or equal to %d", least)
		case n > most:
			k.wrong(at, "must be less than or equal to %d", most)
		}
	}
}

// ids is a list of ids of people, channels or conversations.
var ids = list(1, 100, text(1, 255))
