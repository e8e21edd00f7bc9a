package page_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

func TestExternalSelect_asksTheApp(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.answering(func(body object) object {
		if body["query"] == "zz" {
			return object{"error": "invalid_options"}
		}
		return object{"error": "", "options": []object{option("d1", "Alice's Pixel"), option("d2", "Alice's Galaxy")}}
	})
	w := open(t, s, "U1")
	s.modal("V1", "1", nil, everything()...)
	w.click(`[data-action="search"]`)
	w.reads(`.picker-said`, "Type 2 more characters")
	w.key("z")
	w.reads(`.picker-said`, "Type 1 more character")
	w.key("z")
	w.reads(`.picker-said`, "invalid_options")
	w.key(kb.Backspace + kb.Backspace + "al")
	w.reads(`.option-active`, "Alice's Pixel")
	w.key(kb.ArrowDown + kb.Enter)
	w.reads(`[data-action="search"]`, "Alice's Galaxy")
	s.mu.Lock()
	got := s.sent[len(s.sent)-1]
	s.mu.Unlock()
	want := object{"path": "/slack/suggest", "as": "U1", "view_id": "V1", "block_id": "device", "action_id": "search", "query": "al", "state": asked(nil)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestElements_tellTheAppWhereTheyStand(t *testing.T) {
	t.Parallel()
	s := serve(t)
	full(s)
	ts := s.messages[3]["ts"]
	w := open(t, s, "U1")
	here := func(more object) object {
		return object{"path": "/slack/act", "as": "U1", "where": object{"channel": "C1", "ts": ts}, "state": object{
			"pick": object{"when": ""}, "more": object{"whom": ""}, "checks": object{"of": []any{}},
		}, "block_id": more["block_id"], "action_id": more["action_id"], "value": more["value"]}
	}
	first := here(object{"block_id": "pick", "action_id": "when", "value": "60"})
	first["state"].(object)["pick"] = object{"when": "60"}
	w.click(`[data-action="when"]`)
	w.key("hour" + kb.Enter)
	w.reads(`[data-action="when"]`, "An hour before")
	s.wantPosted(first)

	second := here(object{"block_id": "more", "action_id": "menu", "value": "mute"})
	second["state"] = first["state"]
	w.click(`[data-action="menu"]`)
	w.key(kb.ArrowDown + kb.Enter)
	s.wantPosted(first, second)

	third := here(object{"block_id": "checks", "action_id": "of", "value": []any{"end"}})
	third["state"] = object{"pick": object{"when": "60"}, "more": object{"whom": ""}, "checks": object{"of": []any{"end"}}}
	w.click(`#messages [value="end"]`)
	s.wantPosted(first, second, third)
}

func TestTextInput_tellsTheAppAtEnter(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	s.modal("V1", "1", nil, everything()...)
	w.click(`[data-action="number"]`)
	w.key("INC-7" + kb.Enter)
	got := s.posted(1)
	want := object{"path": "/slack/act", "as": "U1", "where": object{"view_id": "V1"}, "block_id": "ticket", "action_id": "number", "value": "INC-7", "state": asked(map[string]object{"ticket": {"number": "INC-7"}})}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
