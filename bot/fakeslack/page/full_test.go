package page_test

// full fills a stub with what there can be: messages with blocks, a file, a
// thread, App Home, shortcuts, refused calls.
func full(s *stub) {
	ts := s.say(card())
	s.say(object{"channel": "C1", "user": "U2", "thread_ts": ts, "text": "I'll look at it."})
	s.say(object{"channel": "C1", "user": "UBOT", "text": "27 results of R-1, as a file.", "files": []object{
		{"id": "F1", "name": "R-1.csv", "title": "Results of R-1", "mimetype": "text/csv", "filetype": "csv", "size": 4096},
	}})
	s.say(object{"channel": "C1", "user": "UBOT", "text": "Choose", "blocks": []object{
		{"type": "section", "block_id": "pick", "text": mrkdwn("*Remind me* before the deadline"), "accessory": object{
			"type": "static_select", "action_id": "when", "placeholder": plain("When?"), "options": []object{option("5", "5 minutes before"), option("60", "An hour before")},
		}},
		{"type": "actions", "block_id": "more", "elements": []object{
			{"type": "users_select", "action_id": "whom", "placeholder": plain("Ask somebody")},
			{"type": "overflow", "action_id": "menu", "options": []object{option("show", "Show the devices"), option("mute", "Mute this request")}},
			{"type": "button", "action_id": "long", "text": plain("A button whose text is longer than Slack shows of it"), "value": "1"},
		}},
		{"type": "section", "block_id": "checks", "text": mrkdwn("Tell me of"), "accessory": object{
			"type": "checkboxes", "action_id": "of", "options": []object{option("all", "every change"), option("end", "the end")},
		}},
	}})
	s.say(object{"channel": "C1", "user": "UBOT", "to": "U1", "text": "Only you read this."})
	s.edit(func() {
		for _, p := range s.people {
			p["presence"], p["locale"] = "active", "en-GB"
		}
		s.people[2]["presence"] = "away"
		s.shortcuts = []object{
			{"name": "Reset a passcode", "callback_id": "ask", "type": "global", "description": "Opens a form"},
			{"name": "What waits for me", "callback_id": "mine", "type": "global", "description": "Opens a list"},
			{"name": "Reset a passcode for the author", "callback_id": "for-author", "type": "message", "description": "Opens a form"},
		}
		s.homes = map[string]object{"U1": {"type": "home", "hash": "h1", "blocks": []object{
			{"type": "header", "block_id": "h", "text": plain("Waits for you")},
			{"type": "section", "block_id": "r1", "text": mrkdwn("*R-1* · 2 devices of <@U3>"), "accessory": object{"type": "button", "action_id": "open", "text": plain("Details"), "value": "R-1"}},
			{"type": "actions", "block_id": "r1-acts", "elements": []object{
				{"type": "button", "action_id": "approve", "style": "primary", "text": plain("Approve"), "value": "R-1"}, {"type": "button", "action_id": "deny", "style": "danger", "text": plain("Deny"), "value": "R-1"},
			}},
			{"type": "divider", "block_id": "l"},
			{"type": "header", "block_id": "h2", "text": plain("Search the last 30 days")},
			input("query", object{"type": "plain_text_input", "action_id": "query", "placeholder": plain("A request, a person, a device")}, object{"dispatch_action": true}),
			{"type": "section", "block_id": "set", "text": mrkdwn("*My settings*"), "accessory": object{"type": "radio_buttons", "action_id": "dm", "options": []object{option("all", "Tell me of every change"), option("end", "Tell me of the end")}}},
		}}}
		s.refused = []object{{
			"at": start.UnixMilli(), "method": "chat.postMessage", "error": "invalid_blocks", "channel": "C1",
			"detail": []string{"must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
			"body":   []object{{"type": "header", "text": plain("A header that is too long")}, {"type": "actions", "elements": []object{{"type": "button", "action_id": "x", "text": plain("Go")}}}},
		}}
	})
}
