package fakeslack

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	// maxBlocksText bounds the blocks of a message as JSON, in characters.
	// Slack does not document it.
	maxBlocksText = 13_200
	// maxView bounds a view, in bytes.
	maxView = 250_000
)

// checker collects what is wrong with blocks, in Slack's words.
type checker struct {
	errors []string
	// surface is what the blocks stand on, "" where it does not matter.
	surface string
	blocks  map[string]bool // the block_ids so far
	tables  int
	focused int
}

func (k *checker) wrong(at, format string, args ...any) {
	k.errors = append(k.errors, fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

// rule checks one value.
type rule func(k *checker, at string, v any)

// shape is an object with its known fields.
type shape struct {
	fields   map[string]rule
	required []string
	// also checks what no single field tells.
	also func(k *checker, at string, v map[string]any)
	// in is where it can stand: blocks on surfaces, elements in blocks.
	in string
	// limits is the most important of it, for people.
	limits string
}

// with returns the shape with further fields.
func (s shape) with(fields map[string]rule) shape {
	out := map[string]rule{}
	for _, from := range []map[string]rule{s.fields, fields} {
		for k, v := range from {
			out[k] = v
		}
	}
	s.fields = out
	return s
}

func (s shape) check(k *checker, at string, v any) {
	fields, ok := v.(map[string]any)
	if !ok {
		k.wrong(at, "must provide an object")
		return
	}
	for _, name := range s.required {
		if _, ok := fields[name]; !ok {
			k.wrong(at, "missing required field: %s", name)
		}
	}
	for _, name := range sorted(fields) {
		if check, known := s.fields[name]; known {
			check(k, at+"/"+name, fields[name])
		} else if name != "type" {
			k.wrong(at, "invalid additional property: %s", name)
		}
	}
	if s.also != nil {
		s.also(k, at, fields)
	}
}

func sorted(fields map[string]any) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// text is a string of least to most characters.
func text(least, most int) rule {
	return func(k *checker, at string, v any) {
		s, ok := v.(string)
		n := utf8.RuneCountInString(s)
		switch {
		case !ok:
			k.wrong(at, "must be a string")
		case n < least:
			k.wrong(at, "must be more than %d characters", least-1)
		case n > most:
			k.wrong(at, "must be less than %d characters", most+1)
		}
	}
}

func oneOf(values ...string) rule {
	return func(k *checker, at string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			k.wrong(at, "must be a valid enum value")
		}
	}
}

func boolean(k *checker, at string, v any) {
	if _, ok := v.(bool); !ok {
		k.wrong(at, "must be a boolean")
	}
}

// list is an array of least to most items.
func list(least, most int, each rule) rule {
	return func(k *checker, at string, v any) {
		items, ok := v.([]any)
		switch {
		case !ok:
			k.wrong(at, "must be an array")
			return
		case len(items) < least:
			k.wrong(at, "no fewer than %d items allowed", least)
		case len(items) > most:
			k.wrong(at, "no more than %d items allowed", most)
		}
		for i, item := range items {
			each(k, at+"/"+strconv.Itoa(i), item)
		}
	}
}

// textObject is a text object; only plain_text where plain is set.
func textObject(most int, plain bool) rule {
	shapes := map[string]shape{
		"plain_text": {fields: map[string]rule{"text": text(1, most), "emoji": boolean}, required: []string{"text"}},
		"mrkdwn":     {fields: map[string]rule{"text": text(1, most), "verbatim": boolean}, required: []string{"text"}},
	}
	if plain {
		delete(shapes, "mrkdwn")
	}
	return typedObject(shapes)
}

// typedObject is an object whose type says which shape it has.
func typedObject(shapes map[string]shape) rule {
	return func(k *checker, at string, v any) {
		fields, ok := v.(map[string]any)
		if !ok {
			k.wrong(at, "must provide an object")
			return
		}
		kind, ok := fields["type"].(string)
		if !ok {
			k.wrong(at, "missing required field: type")
			return
		}
		s, known := shapes[kind]
		if !known {
			k.wrong(at+"/type", "unsupported type: %s", kind)
			return
		}
		s.check(k, at, v)
	}
}

// checkBlocks checks blocks, at most so many.
func (k *checker) checkBlocks(at string, v any, most int) {
	k.blocks = map[string]bool{}
	shapes := blocksOn(k.surface)
	list(0, most, func(k *checker, at string, v any) {
		typedObject(shapes)(k, at, v)
		k.unique(at, v)
	})(k, at, v)
}

// unique checks the ids: a block_id stands once in a message, an action_id
// once in a block.
func (k *checker) unique(at string, v any) {
	b, ok := v.(map[string]any)
	if !ok {
		return
	}
	if id, ok := b["block_id"].(string); ok && id != "" {
		if k.blocks[id] {
			k.wrong(at+"/block_id", "`block_id` %q already exists for another block", id)
		}
		k.blocks[id] = true
	}
	if elements, ok := b["elements"].([]any); ok {
		seen := map[string]bool{}
		for i, e := range elements {
			element, _ := e.(map[string]any)
			if id, ok := element["action_id"].(string); ok && id != "" {
				if seen[id] {
					k.wrong(at+"/elements/"+strconv.Itoa(i)+"/action_id", "`action_id` %q already exists", id)
				}
				seen[id] = true
			}
		}
	}
}

// refusal is what is wrong, in an answer of Slack; nil where nothing is.
func (k *checker) refusal(code string) *refusal {
	if len(k.errors) == 0 {
		return nil
	}
	r := &refusal{code: code, extra: answer{"errors": k.errors}}
	for _, e := range k.errors {
		r.messages = append(r.messages, "[ERROR] "+e)
	}
	return r
}

// messageBlocks reads and checks the blocks of a message, and completes them
// as Slack does.
func messageBlocks(raw string, c completer) ([]any, *refusal) {
	v, err := decode(raw)
	blocks, ok := v.([]any)
	if err != nil || !ok {
		return nil, refuse("invalid_blocks_format")
	}
	k := &checker{surface: inMessages}
	k.checkBlocks("/blocks", v, maxMessageBlocks)
	if problem := k.refusal("invalid_blocks"); problem != nil {
		return nil, problem
	}
	if utf8.RuneCount(encode(v)) > maxBlocksText {
		return nil, refuse("msg_blocks_too_long")
	}
	for _, b := range blocks {
		c.block(b)
	}
	return blocks, nil
}
