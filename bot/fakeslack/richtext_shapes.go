package fakeslack

// richTextShapes is what stands directly in rich text.
func richTextShapes() map[string]shape {
	section := shape{
		fields: map[string]rule{"elements": list(0, 1000, typedObject(richTextParts()))}, required: []string{"elements"},
	}
	bordered := section.with(map[string]rule{"border": whole(0, 1)})
	return map[string]shape{
		"rich_text_section":      section,
		"rich_text_quote":        bordered,
		"rich_text_preformatted": bordered.with(map[string]rule{"language": text(1, 100)}),
		"rich_text_list": {
			fields: map[string]rule{
				"style": oneOf("bullet", "ordered"), "indent": whole(0, 8), "offset": whole(0, 1<<31-1), "border": whole(0, 1),
				"elements": list(1, 1000, typedObject(map[string]shape{"rich_text_section": section})),
			},
			required: []string{"style", "elements"},
		},
	}
}

// richTextParts is what a section of rich text is made of.
func richTextParts() map[string]shape {
	style := shape{fields: map[string]rule{
		"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean,
		"highlight": boolean, "client_highlight": boolean, "unlink": boolean,
	}}.check
	part := func(required string, fields map[string]rule) shape {
		return shape{fields: fields, required: []string{required}}.with(map[string]rule{"style": style})
	}
	id := text(1, 255)
	return map[string]shape{
		"text":      part("text", map[string]rule{"text": text(1, 40_000)}),
		"link":      part("url", map[string]rule{"url": text(1, 3000), "text": text(0, 40_000), "unsafe": boolean}),
		"emoji":     part("name", map[string]rule{"name": id, "unicode": text(1, 255), "skin_tone": whole(1, 6)}),
		"user":      part("user_id", map[string]rule{"user_id": id}),
		"usergroup": part("usergroup_id", map[string]rule{"usergroup_id": id}),
		"channel":   part("channel_id", map[string]rule{"channel_id": id}),
		"team":      part("team_id", map[string]rule{"team_id": id}),
		"broadcast": part("range", map[string]rule{"range": oneOf("here", "channel", "everyone")}),
		"color":     part("value", map[string]rule{"value": id}),
		"date": {
			fields: map[string]rule{
				"timestamp": whole(0, 1<<53), "format": text(1, 1000), "url": text(1, 3000), "fallback": text(1, 1000), "style": style,
			},
			required: []string{"timestamp", "format"},
		},
	}
}
