package page_test

import (
	"net/http"
)

// serveSurfaces answers for modals, App Home, refused calls and the
// sandbox's controls.
func (s *stub) serveSurfaces(mux *http.ServeMux) {
	get := func(path string, answer func(as string) object) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if v := answer(r.URL.Query().Get("as")); v != nil {
				write(w, v)
				return
			}
			http.NotFound(w, r)
		})
	}
	get("/slack/views", func(as string) object {
		return object{"rev": s.rev, "stack": append([]object{}, s.views[as]...)}
	})
	get("/slack/home", func(as string) object {
		if s.homes[as] == nil {
			return object{"rev": s.rev, "view": nil}
		}
		return object{"rev": s.rev, "view": s.homes[as]}
	})
	get("/slack/refused", func(string) object { return object{"rev": s.rev, "refused": append([]object{}, s.refused...)} })
	get("/sandbox/state", func(string) object { return s.sandbox })
	get("/sandbox/audit", func(string) object { return s.audit })
	mux.HandleFunc("GET /sandbox/changes", s.changes)
}

// posted waits for the n-th post, counted from 1, and gives it back.
func (s *stub) posted(n int) object {
	s.t.Helper()
	for {
		s.mu.Lock()
		sent, arrived := s.sent, s.arrived
		s.mu.Unlock()
		if len(sent) >= n {
			return sent[n-1]
		}
		select {
		case <-arrived:
		case <-s.t.Context().Done():
			return nil
		}
	}
}

// modal opens a modal for Rita, or changes the one with that id.
func (s *stub) modal(id, hash string, more object, blocks ...object) {
	v := object{
		"id": id, "hash": hash, "type": "modal", "callback_id": "ask", "title": plain("Reset passcodes"), "submit": plain("Ask"), "close": plain("Cancel"), "blocks": blocks,
	}
	for k, with := range more {
		v[k] = with
	}
	s.edit(func() {
		if s.views == nil {
			s.views = map[string][]object{}
		}
		for i, open := range s.views["U1"] {
			if open["id"] == id {
				s.views["U1"][i] = v
				return
			}
		}
		s.views["U1"] = append(s.views["U1"], v)
	})
}

func input(block string, element object, more object) object {
	b := object{"type": "input", "block_id": block, "label": plain("Label of " + block), "element": element}
	for k, v := range more {
		b[k] = v
	}
	return b
}

func option(value, text string) object { return object{"text": plain(text), "value": value} }

// everything is a block of each kind, as a modal may have them.
func everything() []object {
	described := option("lost", "Lost device returned")
	described["description"] = plain("It is back in our hands")
	person := option("note", "*Tell* the owner")
	person["text"] = mrkdwn("*Tell* the owner")
	return []object{
		{"type": "section", "block_id": "intro", "text": mrkdwn("Which device, and why?"), "accessory": object{
			"type": "overflow", "action_id": "more", "options": []object{option("help", "What happens then?"), option("all", "Show all devices")},
		}},
		input("who", object{"type": "users_select", "action_id": "user", "placeholder": plain("Choose a person")}, object{"hint": plain("The person who has the phone.")}),
		input("why", object{"type": "static_select", "action_id": "case", "option_groups": []object{
			{"label": plain("Usual"), "options": []object{option("forgot", "Forgot passcode"), option("locked", "Locked out")}},
			{"label": plain("Other"), "options": []object{described, option("other", "Something else")}},
		}}, nil),
		input("device", object{"type": "external_select", "action_id": "search", "min_query_length": 2}, object{"optional": true}),
		input("also", object{"type": "multi_static_select", "action_id": "tags", "options": []object{option("a", "Alpha"), option("b", "Beta"), option("c", "Gamma")}, "max_selected_items": 2}, object{"optional": true}),
		input("ticks", object{"type": "checkboxes", "action_id": "devices", "options": []object{option("d1", "Alice's Pixel"), described, person}}, object{"optional": true}),
		input("proof", object{"type": "radio_buttons", "action_id": "how", "options": []object{option("call", "Called back"), option("badge", "Saw the badge")}}, nil),
		input("words", object{"type": "plain_text_input", "action_id": "text", "multiline": true, "max_length": 40, "placeholder": plain("In your words")}, nil),
		input("ticket", object{"type": "plain_text_input", "action_id": "number"}, object{"optional": true, "dispatch_action": true}),
		{"type": "divider", "block_id": "line"},
		{"type": "table", "block_id": "rows", "rows": [][]object{
			{{"type": "raw_text", "text": "Device"}, {"type": "raw_text", "text": "State"}},
			{{"type": "raw_text", "text": "Alice's Pixel"}, {"type": "raw_text", "text": "online"}},
		}},
		{"type": "rich_text", "block_id": "rich", "elements": []object{
			{"type": "rich_text_section", "elements": []object{{"type": "text", "text": "Asked: ", "style": object{"bold": true}}, {"type": "user", "user_id": "U2"}}},
			{"type": "rich_text_list", "style": "bullet", "elements": []object{{"type": "rich_text_section", "elements": []object{{"type": "text", "text": "first"}}}}},
		}},
		{"type": "context", "block_id": "foot", "elements": []object{mrkdwn("Two people can approve now."), {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "a phone"}}},
	}
}

// withSandbox gives the stub the controls of a sandbox.
func (s *stub) withSandbox() {
	now := start.UnixMilli()
	s.sandbox = object{
		"now": now, "ahead": 0, "running": true, "killed": false, "starts": 1,
		"faults": []object{
			{"name": "slack-away", "title": "Slack is away", "says": "Slack's Web API answers with errors.", "on": false},
			{"name": "graph-throttles", "title": "Graph throttles", "says": "Intune answers 429.", "on": true},
		},
		"next": []object{{"request": "R-1", "what": "reminder", "at": now + 90_000}, {"request": "R-1", "what": "expires", "at": now + 600_000}},
	}
	s.audit = object{"tampered": 0, "events": []object{
		{"seq": 1, "at": now, "kind": "requested", "request": "R-1", "actor": "U1", "text": "Rita asked for R-1.", "hash": "aaaa111122223333", "prev": "", "data": object{"devices": 2}},
		{"seq": 2, "at": now + 1000, "kind": "approved", "request": "R-1", "actor": "U2", "text": "Anna approved R-1.", "hash": "bbbb111122223333", "prev": "aaaa111122223333", "data": object{"comment": "ok"}},
	}}
}
