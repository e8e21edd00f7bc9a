package fakeslack

import (
	"fmt"
	"iter"
	"reflect"
	"strconv"
)

// spot is where an element stands in blocks.
type spot struct{ block, action string }

// form is what one person has typed and chosen in the elements of a view or
// a message, and what was suggested to them.
type form struct {
	filled  map[spot]any    // in Slack's form, only what was touched
	kinds   map[spot]string // the type of the element that was filled
	offered map[spot][]any
	blocks  []any // as they were when they were fitted last
}

func newForm() *form {
	return &form{filled: map[spot]any{}, kinds: map[spot]string{}, offered: map[spot][]any{}}
}

// elements yields every element that acts or holds something, with its block.
func elements(blocks []any) iter.Seq2[map[string]any, map[string]any] {
	return func(yield func(map[string]any, map[string]any) bool) {
		for _, b := range blocks {
			block, _ := b.(map[string]any)
			var all []any
			switch block["type"] {
			case "actions":
				all, _ = block["elements"].([]any)
			case "section":
				all = []any{block["accessory"]}
			case "input":
				all = []any{block["element"]}
			}
			for _, e := range all {
				element, _ := e.(map[string]any)
				if element == nil || element["type"] == "image" {
					continue
				}
				if !yield(block, element) {
					return
				}
			}
		}
	}
}

// locate finds an element; an empty block id means any block.
func locate(blocks []any, blockID, actionID string) (block, element map[string]any) {
	for block, element := range elements(blocks) {
		if (blockID == "" || block["block_id"] == blockID) && element["action_id"] == actionID {
			return block, element
		}
	}
	return nil, nil
}

func spotOf(block, element map[string]any) spot {
	id, _ := block["block_id"].(string)
	action, _ := element["action_id"].(string)
	return spot{block: id, action: action}
}

// chooser is an element with what this person may choose of it.
func (f *form) chooser(at spot, element map[string]any) chooser {
	out := chooser{element: element}
	switch element["type"] {
	case "external_select", "multi_external_select":
		out.offered = append(out.offered, f.offered[at]...)
		for _, held := range []any{f.filled[at], element["initial_option"], element["initial_options"]} {
			switch held := held.(type) {
			case map[string]any:
				out.offered = append(out.offered, held)
			case []any:
				out.offered = append(out.offered, held...)
			}
		}
	}
	return out
}

// read makes Slack's form of a value for an element.
func (f *form) read(s *Server, block, element map[string]any, value any) (any, error) {
	at := spotOf(block, element)
	kind, _ := element["type"].(string)
	how, ok := fields()[kind]
	if !ok {
		return nil, fmt.Errorf("fakeslack: %s/%s is a %s, which holds nothing", at.block, at.action, kind)
	}
	v, err := how.take(s, f.chooser(at, element), value)
	if err != nil {
		return nil, fmt.Errorf("fakeslack: %s/%s: %w", at.block, at.action, err)
	}
	return v, nil
}

// take keeps what a person has typed and chosen, or nothing of it where a
// part of it is what no client could send.
func (f *form) take(s *Server, blocks []any, state State) error {
	type entry struct {
		at    spot
		kind  string
		value any
	}
	var all []entry
	for blockID, actions := range state {
		for actionID, value := range actions {
			block, element := locate(blocks, blockID, actionID)
			if element == nil {
				return fmt.Errorf("fakeslack: there is no element %s/%s", blockID, actionID)
			}
			v, err := f.read(s, block, element, value)
			if err != nil {
				return err
			}
			kind, _ := element["type"].(string)
			all = append(all, entry{at: spotOf(block, element), kind: kind, value: v})
		}
	}
	for _, e := range all {
		f.fill(e.at, e.kind, e.value)
	}
	return nil
}

// fill keeps what an element holds.
func (f *form) fill(at spot, kind string, value any) {
	f.filled[at], f.kinds[at] = value, kind
}

// holds is what an element holds now.
func (f *form) holds(block, element map[string]any) any {
	at := spotOf(block, element)
	if v, touched := f.filled[at]; touched {
		return v
	}
	kind, _ := element["type"].(string)
	return fields()[kind].start(element)
}

// values is state.values: what every element that keeps something holds.
func (f *form) values(blocks []any) answer {
	out := answer{}
	for block, element := range elements(blocks) {
		kind, _ := element["type"].(string)
		how, ok := fields()[kind]
		if !ok || how.passing {
			continue
		}
		at := spotOf(block, element)
		in, _ := out[at.block].(answer)
		if in == nil {
			in = answer{}
			out[at.block] = in
		}
		entry := answer{"type": kind, how.name: f.holds(block, element)}
		if zone, ok := element["timezone"]; ok && kind == "timepicker" {
			entry["timezone"] = zone
		}
		in[at.action] = entry
	}
	return out
}

// fit keeps, after blocks have changed, what stands in an element of the
// same block_id, action_id and type that still offers it: also what it began
// with and nobody has touched. Slack: what such an element is told to begin
// with later has no effect. The others begin with what they hold at first.
func (f *form) fit(s *Server, blocks []any) {
	f.begin(blocks)
	kept := newForm()
	kept.blocks = blocks
	for block, element := range elements(blocks) {
		at := spotOf(block, element)
		if offered, ok := f.offered[at]; ok {
			kept.offered[at] = offered
		}
		v, touched := f.filled[at]
		if kind, _ := element["type"].(string); touched && f.kinds[at] == kind {
			if again, ok := f.again(s, block, element, v); ok {
				kept.fill(at, kind, again)
			}
		}
	}
	*f = *kept
}

// begin makes what elements have begun with what they hold, where blocks that
// come in place of theirs would have them begin with something else.
func (f *form) begin(blocks []any) {
	for block, element := range elements(f.blocks) {
		at := spotOf(block, element)
		kind, _ := element["type"].(string)
		how, holds := fields()[kind]
		if _, touched := f.filled[at]; touched || !holds || how.passing || at.block == "" || at.action == "" {
			continue
		}
		_, next := locate(blocks, at.block, at.action)
		if next == nil || next["type"] != kind {
			continue
		}
		if v := how.start(element); !reflect.DeepEqual(v, how.start(next)) {
			f.fill(at, kind, v)
		}
	}
}

// again chooses once more what was chosen, as far as it is still offered. It
// is false where nothing of it is.
func (f *form) again(s *Server, block, element map[string]any, v any) (any, bool) {
	list, many := v.([]any)
	if !many {
		list = []any{v}
	}
	left := []any{}
	for _, each := range list {
		switch held := each.(type) {
		case map[string]any:
			each = held["value"]
		case int64:
			each = strconv.FormatInt(held, 10)
		}
		if _, err := f.read(s, block, element, each); err == nil {
			left = append(left, each)
		}
	}
	if len(left) == 0 && len(list) > 0 {
		return nil, false
	}
	var plain any = left
	if !many {
		plain = left[0]
	}
	out, err := f.read(s, block, element, plain)
	return out, err == nil
}
