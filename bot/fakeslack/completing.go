package fakeslack

import "strconv"

// completer fills in what Slack fills in: ids that were not given and the
// defaults of text objects.
type completer struct {
	id func() string
}

// completer gives ids that are the same in every run.
func (s *Server) completer() completer {
	return completer{id: func() string {
		s.serial++
		return "b" + strconv.FormatInt(int64(s.serial), 36)
	}}
}

func (c completer) block(v any) {
	b, ok := v.(map[string]any)
	if !ok {
		return
	}
	if id, _ := b["block_id"].(string); id == "" {
		b["block_id"] = c.id()
	}
	switch b["type"] {
	case "actions", "context":
		elements, _ := b["elements"].([]any)
		for _, e := range elements {
			c.element(e)
		}
	case "section":
		c.element(b["accessory"])
		fields, _ := b["fields"].([]any)
		for _, f := range fields {
			c.text(f)
		}
	case "input":
		c.element(b["element"])
	}
	for _, name := range []string{"text", "label", "hint", "title"} {
		c.text(b[name])
	}
}

// element completes an element, or a text that stands in a context block.
func (c completer) element(v any) {
	e, ok := v.(map[string]any)
	if !ok {
		return
	}
	switch e["type"] {
	case "image":
		return
	case "plain_text", "mrkdwn":
		c.text(v)
		return
	}
	if id, _ := e["action_id"].(string); id == "" {
		e["action_id"] = c.id()
	}
	c.text(e["text"])
	c.text(e["placeholder"])
	c.options(e)
	if dialog, ok := e["confirm"].(map[string]any); ok {
		for _, name := range []string{"title", "text", "confirm", "deny"} {
			c.text(dialog[name])
		}
	}
}

// options completes the options of an element, or those that an app suggests.
func (c completer) options(e map[string]any) {
	one := func(v any) {
		option, _ := v.(map[string]any)
		c.text(option["text"])
		c.text(option["description"])
	}
	one(e["initial_option"])
	for _, name := range []string{"options", "initial_options"} {
		list, _ := e[name].([]any)
		for _, o := range list {
			one(o)
		}
	}
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		c.text(group["label"])
		list, _ := group["options"].([]any)
		for _, o := range list {
			one(o)
		}
	}
}

func (c completer) text(v any) {
	t, ok := v.(map[string]any)
	if !ok {
		return
	}
	switch t["type"] {
	case "plain_text":
		if _, given := t["emoji"]; !given {
			t["emoji"] = true
		}
	case "mrkdwn":
		if _, given := t["verbatim"]; !given {
			t["verbatim"] = false
		}
	}
}
