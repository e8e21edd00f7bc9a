package fakeslack

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// field is how a kind of element holds what a person gave it.
type field struct {
	// name is where the value stands in state.values and in actions, and
	// initial where the element says what it holds at first.
	name, initial string
	// many says that several can be chosen.
	many bool
	// passing says that nothing is kept: it is in actions alone.
	passing bool
	// read makes Slack's form of one value of the page's, and refuses what
	// no client could send.
	read func(s *Server, e chooser, v string) (any, error)
}

// chooser is an element with what it offers beside its own options.
type chooser struct {
	element map[string]any
	offered []any // what the app suggested, and what is chosen already
}

// fields is every kind of element that holds something, by its type.
func fields() map[string]field {
	return map[string]field{
		"static_select":              {name: "selected_option", initial: "initial_option", read: readOption},
		"multi_static_select":        {name: "selected_options", initial: "initial_options", many: true, read: readOption},
		"external_select":            {name: "selected_option", initial: "initial_option", read: readOption},
		"multi_external_select":      {name: "selected_options", initial: "initial_options", many: true, read: readOption},
		"users_select":               {name: "selected_user", initial: "initial_user", read: readPerson},
		"multi_users_select":         {name: "selected_users", initial: "initial_users", many: true, read: readPerson},
		"channels_select":            {name: "selected_channel", initial: "initial_channel", read: readChannel},
		"multi_channels_select":      {name: "selected_channels", initial: "initial_channels", many: true, read: readChannel},
		"conversations_select":       {name: "selected_conversation", initial: "initial_conversation", read: readConversation},
		"multi_conversations_select": {name: "selected_conversations", initial: "initial_conversations", many: true, read: readConversation},
		"checkboxes":                 {name: "selected_options", initial: "initial_options", many: true, read: readOption},
		"radio_buttons":              {name: "selected_option", initial: "initial_option", read: readOption},
		"overflow":                   {name: "selected_option", passing: true, read: readOption},
		"datepicker":                 {name: "selected_date", initial: "initial_date", read: readLayout(time.DateOnly)},
		"timepicker":                 {name: "selected_time", initial: "initial_time", read: readLayout("15:04")},
		"datetimepicker":             {name: "selected_date_time", initial: "initial_date_time", read: readInstant},
		"plain_text_input":           {name: "value", initial: "initial_value", read: readText},
		"email_text_input":           {name: "value", initial: "initial_value", read: readText},
		"url_text_input":             {name: "value", initial: "initial_value", read: readText},
		"number_input":               {name: "value", initial: "initial_value", read: readText},
	}
}

// take makes an entry of state.values of a value of the page's.
func (f field) take(s *Server, e chooser, v any) (any, error) {
	values, err := given(v)
	switch {
	case err != nil:
		return nil, err
	case !f.many && len(values) > 1:
		return nil, errors.New("only one can be chosen")
	}
	most, limited := integer(e.element["max_selected_items"])
	if limited && len(values) > most {
		return nil, fmt.Errorf("at most %d can be chosen", most)
	}
	out := []any{}
	for i, text := range values {
		if slices.Contains(values[:i], text) {
			return nil, fmt.Errorf("%q is chosen twice", text)
		}
		one, err := f.read(s, e, text)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	switch {
	case f.many:
		return out, nil
	case len(out) == 0:
		return nil, nil
	}
	return out[0], nil
}

// start is what an element holds before anybody has touched it.
func (f field) start(element map[string]any) any {
	if v, ok := element[f.initial]; ok {
		if f.name == "value" && v == "" {
			return nil
		}
		return v
	}
	if f.many {
		return []any{}
	}
	return nil
}

// given reads a value of the page's: a text, a list of texts, or nothing.
func given(v any) ([]string, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		if v == "" {
			return nil, nil
		}
		return []string{v}, nil
	case []string:
		return v, nil
	case []any:
		var out []string
		for _, each := range v {
			text, ok := each.(string)
			if !ok {
				return nil, errors.New("a value must be a text or a list of texts")
			}
			out = append(out, text)
		}
		return out, nil
	}
	return nil, errors.New("a value must be a text or a list of texts")
}

// options is every option that an element offers, those of groups included.
func (e chooser) options() []any {
	list, _ := e.element["options"].([]any)
	out := slices.Clone(list)
	groups, _ := e.element["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		more, _ := group["options"].([]any)
		out = append(out, more...)
	}
	return append(out, e.offered...)
}

func readOption(_ *Server, e chooser, v string) (any, error) {
	for _, o := range e.options() {
		if option, _ := o.(map[string]any); option["value"] == v {
			return o, nil
		}
	}
	return nil, fmt.Errorf("there is no option with the value %q", v)
}

func readPerson(s *Server, _ chooser, v string) (any, error) {
	if who := s.person(v); who == nil || who.Deactivated {
		return nil, fmt.Errorf("there is no person %q to choose", v)
	}
	return v, nil
}

func readChannel(s *Server, _ chooser, v string) (any, error) {
	if p, ok := s.place(v); !ok || p.Private {
		return nil, fmt.Errorf("there is no public channel %q to choose", v)
	}
	return v, nil
}

func readConversation(s *Server, _ chooser, v string) (any, error) {
	if _, ok := s.place(v); !ok {
		return nil, fmt.Errorf("there is no conversation %q to choose", v)
	}
	return v, nil
}

func readLayout(layout string) func(*Server, chooser, string) (any, error) {
	return func(_ *Server, _ chooser, v string) (any, error) {
		if _, err := time.Parse(layout, v); err != nil {
			return nil, fmt.Errorf("%q is not written like %s", v, layout)
		}
		return v, nil
	}
}

func readInstant(_ *Server, _ chooser, v string) (any, error) {
	seconds, err := strconv.ParseInt(v, 10, 64)
	if err != nil || len(v) != 10 {
		return nil, fmt.Errorf("%q is no time in seconds of ten digits", v)
	}
	return seconds, nil
}

// maxTyped is how many characters a field takes that names no limit.
const maxTyped = 3000

// readText keeps a text to what its field lets people type.
func readText(_ *Server, e chooser, v string) (any, error) {
	most, ok := integer(e.element["max_length"])
	if !ok {
		most = maxTyped
	}
	switch {
	case utf8.RuneCountInString(v) > most:
		return nil, fmt.Errorf("the text is longer than the %d characters that the field takes", most)
	case strings.Contains(v, "\n") && e.element["multiline"] != true:
		return nil, errors.New("the field takes one line")
	}
	return v, nil
}

// integer reads a number of JSON.
func integer(v any) (int, bool) {
	n, ok := v.(interface{ Int64() (int64, error) })
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return int(i), err == nil
}
