package fakeslack

// viewShape is a view of a type: modal or home.
func viewShape(kind string) shape {
	s := shape{
		fields: map[string]rule{
			"type": oneOf(kind), "private_metadata": text(0, 3000), "callback_id": text(0, 255), "external_id": text(0, 255),
			"blocks": func(k *checker, at string, v any) { k.checkBlocks(at, v, maxViewBlocks) },
		},
		required: []string{"type", "blocks"},
	}
	if kind == inHomes {
		return s
	}
	s = s.with(map[string]rule{
		"title": textObject(24, true), "close": textObject(24, true), "submit": textObject(24, true),
		"clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean,
	})
	s.required = []string{"type", "title", "blocks"}
	s.also = func(k *checker, at string, v map[string]any) {
		blocks, _ := v["blocks"].([]any)
		for _, b := range blocks {
			block, _ := b.(map[string]any)
			if block["type"] == "input" && v["submit"] == nil {
				k.wrong(at, "missing required field: submit")
				return
			}
		}
	}
	return s
}

// checkView checks a view.
func (k *checker) checkView(v any) { viewShape(k.surface).check(k, "/view", v) }
