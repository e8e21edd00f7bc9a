package fakeslack

import "strings"

// inMessages, inModals and inHomes are where blocks can stand.
const (
	inMessages = "message"
	inModals   = "modal"
	inHomes    = "home"
)

// blockShapes is every block there is, with Slack's limits.
func blockShapes() map[string]shape {
	elements := elementShapes()
	image := elements["image"]
	// of picks the elements that can stand in a kind of block.
	of := func(block string) map[string]shape {
		out := map[string]shape{}
		for kind, s := range elements {
			if strings.Contains(s.in, block) {
				out[kind] = s
			}
		}
		return out
	}
	context := of("context")
	for kind, flag := range map[string]string{"plain_text": "emoji", "mrkdwn": "verbatim"} {
		context[kind] = shape{fields: map[string]rule{"text": text(1, 3000), flag: boolean}, required: []string{"text"}}
	}
	shapes := map[string]shape{
		"divider": {},
		"header": {
			fields: map[string]rule{"text": textObject(150, true)}, required: []string{"text"},
			limits: "plain text of 150 characters",
		},
		"section": {
			fields: map[string]rule{
				"text": textObject(3000, false), "fields": list(1, 10, textObject(2000, false)),
				"accessory": typedObject(of("section")), "expand": boolean,
			},
			limits: "text of 3000 characters; 10 fields of 2000; one accessory",
			also: func(k *checker, at string, v map[string]any) {
				if v["text"] == nil && v["fields"] == nil {
					k.wrong(at, "must define either `text` or `fields`")
				}
			},
		},
		"context": {
			fields: map[string]rule{"elements": list(1, 10, typedObject(context))}, required: []string{"elements"},
			limits: "10 texts of 3000 characters, or images",
		},
		"actions": {
			fields: map[string]rule{"elements": list(1, 25, typedObject(of("actions")))}, required: []string{"elements"},
			limits: "25 elements; no menus of several choices, no text fields",
		},
		"image": image.with(map[string]rule{"title": textObject(2000, true)}),
		"input": {
			fields: map[string]rule{
				"label": textObject(2000, true), "element": typedObject(of("input")), "hint": textObject(2000, true),
				"optional": boolean, "dispatch_action": boolean,
			},
			required: []string{"label", "element"},
			limits:   "label and hint of 2000 characters; a modal with it needs submit",
		},
		"markdown": {
			fields: map[string]rule{"text": text(1, 12_000)}, required: []string{"text"}, in: inMessages,
			limits: "12000 characters",
		},
		"rich_text": {
			fields: map[string]rule{"elements": list(1, 1000, typedObject(richTextShapes()))}, required: []string{"elements"},
			limits: "sections, lists, quotes and preformatted text",
		},
		"table": tableShape(),
	}
	for kind, s := range shapes {
		s = s.with(map[string]rule{"block_id": text(0, 255)})
		if s.in == "" || kind == "image" {
			s.in = inMessages + " " + inModals + " " + inHomes
		}
		shapes[kind] = s
	}
	return shapes
}

// blocksOn picks the blocks that can stand on a kind of surface.
func blocksOn(surface string) map[string]shape {
	out := map[string]shape{}
	for kind, s := range blockShapes() {
		if surface == "" || strings.Contains(s.in, surface) {
			out[kind] = s
		}
	}
	return out
}

// maxTableText is how many characters the cells of a table hold in all.
const maxTableText = 10_000

// tableShape is the block table: one in a message.
func tableShape() shape {
	cell := typedObject(map[string]shape{
		"raw_text":  {fields: map[string]rule{"text": text(1, maxTableText)}, required: []string{"text"}},
		"rich_text": {fields: map[string]rule{"elements": list(1, 1000, typedObject(richTextShapes()))}, required: []string{"elements"}},
	})
	column := shape{fields: map[string]rule{"align": oneOf("left", "center", "right"), "is_wrapped": boolean}}
	return shape{
		fields: map[string]rule{
			"rows": list(1, 100, list(1, 20, cell)),
			"column_settings": list(1, 20, func(k *checker, at string, v any) {
				if v != nil { // null skips a column
					column.check(k, at, v)
				}
			}),
		},
		required: []string{"rows"}, in: inMessages,
		limits: "one in a message; 100 rows of 20 cells; 10000 characters in all",
		also: func(k *checker, at string, v map[string]any) {
			if k.tables++; k.tables > 1 {
				k.wrong(at, "only one table allowed")
			}
			if cellText(v["rows"]) > maxTableText {
				k.wrong(at+"/rows", "no more than %d characters allowed in all cells", maxTableText)
			}
		},
	}
}

// cellText counts the characters of every text in a value.
func cellText(v any) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, each := range v {
			n += cellText(each)
		}
	case map[string]any:
		text, _ := v["text"].(string)
		n += len([]rune(text)) + cellText(v["elements"])
	}
	return n
}
