package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// asked is everything's state as it is before anybody touched it, with
// changes.
func asked(changes map[string]object) object {
	state := object{
		"who": object{"user": ""}, "why": object{"case": ""}, "device": object{"search": ""}, "also": object{"tags": []any{}},
		"ticks": object{"devices": []any{}}, "proof": object{"how": ""}, "words": object{"text": ""}, "ticket": object{"number": ""},
	}
	for block, values := range changes {
		state[block] = values
	}
	return state
}

func TestModal_isFilledInByKeyboardAndSubmitted(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	w.click(`#composer`)
	s.modal("V1", "1", nil, everything()...)
	w.sees(`#modal[open]`)
	w.reads(`#modal-title`, "Reset passcodes")
	if got := eval[float64](w, `document.querySelector("#modal").getBoundingClientRect().width`); got != 520 {
		t.Errorf("the modal is %v pixels wide, and Slack's 520", got)
	}
	if !w.focus(`#modal [data-action="more"]`) {
		t.Error("the modal does not begin at its first element")
	}

	w.tabTo(`[data-action="user"]`)
	w.key(kb.Enter + "lind")
	w.reads(`.option-active`, "Anna Lindqvist")
	w.reads(`.option-active`, "On call")
	w.key(kb.Enter)
	w.lacks(`.popup`)
	w.reads(`[data-action="user"]`, "Anna Lindqvist")
	if !w.focus(`[data-action="user"]`) {
		t.Error("choosing did not give the focus back to the select")
	}
	w.tabTo(`[data-action="case"]`)
	w.key("lo") // typing opens it
	w.reads(`.option-active`, "Locked out")
	w.key(kb.ArrowDown + kb.Enter)
	w.reads(`[data-action="case"]`, "Lost device returned")
	w.tabTo(`[data-action="tags"]`)
	w.key(kb.ArrowDown + kb.Enter + kb.ArrowDown + kb.Enter + kb.ArrowDown + kb.Enter)
	w.key(kb.Escape) // closes the list, not the modal
	w.until(`[...document.querySelectorAll("[data-chip]")].map((c) => c.dataset.chip).join() === "a,b"`) // no more than two
	w.tabTo(`.chip-remove`, chromedp.ModifierShift)
	w.key(kb.Enter)
	w.until(`[...document.querySelectorAll("[data-chip]")].map((c) => c.dataset.chip).join() === "a"`)
	w.tabTo(`[value="lost"]`)
	w.key(" ")
	w.tabTo(`[value="call"]`)
	w.key(kb.ArrowDown)
	w.tabTo(`[data-action="text"]`)
	w.key("forgot it")
	w.reads(`.counter`, "31")
	w.tabTo(`[data-submit]`)
	w.key(kb.Enter)
	got := s.posted(1)
	want := object{"path": "/slack/submit", "as": "U1", "view_id": "V1", "state": asked(map[string]object{
		"who": {"user": "U2"}, "why": {"case": "lost"}, "also": {"tags": []any{"a"}}, "ticks": {"devices": []any{"lost"}},
		"proof": {"how": "badge"}, "words": {"text": "forgot it"},
	})}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.edit(func() { s.views["U1"] = nil })
	w.lacks(`#modal`)
	if !w.focus(`#composer`) {
		t.Error("the modal did not give the focus back")
	}
}

func TestModal_errorsStandAtTheirFields(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.answering(func(object) object {
		return object{"error": "", "errors": object{"why": "Please complete this required field.", "words": "Say why."}}
	})
	w := open(t, s, "U1")
	s.modal("V1", "1", nil, everything()...)
	w.click(`[data-submit]`)
	w.reads(`[data-error="why"]`, "Please complete this required field.")
	w.until(`document.activeElement.matches("[data-action=case]")`) // the first of them
	got := eval[[]string](w, `["case", "text"].map((a) => {
		const field = document.querySelector("[data-action=" + a + "]");
		return field.getAttribute("aria-invalid") + " " + field.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id)?.textContent).join(" | ");
	})`)
	if diff := cmp.Diff([]string{"true Please complete this required field.", "true Say why. | Characters left: 40"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	s.answering(func(object) object { return object{"error": "operation_timeout", "errors": object{}} })
	w.click(`[data-submit]`)
	w.reads(`.modal-error`, "We had some trouble connecting. Try again?")
	w.lacks(`[data-error]`)
}

func TestModal_updatesKeepWhatIsTypedAndWhereOneIs(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	s.modal("V1", "1", nil, everything()...)
	w.click(`[data-action="text"]`)
	w.key("half a th")
	w.until(`document.querySelector("#modal-body").scrollTop > 0`)
	at := eval[float64](w, `document.querySelector("#modal-body").scrollTop`)
	eval[bool](w, `(window.before = document.activeElement, true)`)

	later := everything()
	later[0]["text"] = mrkdwn("Now with devices")
	later[7]["element"].(object)["initial_value"] = "not this" // the ids have stayed, so what is typed stays
	later[8] = input("ticket", object{"type": "plain_text_input", "action_id": "renamed", "initial_value": "INC-1"}, object{"optional": true})
	s.modal("V1", "2", nil, later...)
	w.reads(`#modal`, "Now with devices")
	w.key("ought")
	if got := eval[string](w, `document.activeElement === before ? document.activeElement.value : "lost"`); got != "half a thought" {
		t.Errorf("the field holds %q", got)
	}
	if got := eval[float64](w, `document.querySelector("#modal-body").scrollTop`); got != at {
		t.Errorf("the modal was scrolled from %v to %v", at, got)
	}
	w.until(`document.querySelector("[data-action=renamed]").value === "INC-1"`)

	// A list that is open stays open, with what is typed in it.
	w.click(`[data-action="case"]`)
	w.key("forg")
	later[0]["text"] = mrkdwn("Now with more")
	s.modal("V1", "3", nil, later...)
	w.reads(`#modal`, "Now with more")
	w.until(`document.querySelector(".picker-search").value === "forg"`)
	w.key(kb.Enter)
	w.reads(`[data-action="case"]`, "Forgot passcode")
}

func TestModal_stackGoesBackAndCloses(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.answering(func(body object) object {
		if body["path"] == "/slack/close" {
			s.edit(func() {
				s.views["U1"] = s.views["U1"][:len(s.views["U1"])-1]
				if body["clear"] == true {
					s.views["U1"] = nil
				}
			})
		}
		return object{"error": ""}
	})
	w := open(t, s, "U1")
	detail := object{"type": "section", "block_id": "s", "text": mrkdwn("All devices")}
	s.modal("V1", "1", nil, everything()...)
	w.click(`[data-action="text"]`)
	w.key("why")
	s.modal("V2", "1", object{"title": plain("Details"), "submit": nil}, detail)
	w.reads(`#modal`, "All devices")
	w.lacks(`[data-submit]`)
	w.click(`[data-back]`)
	w.until(`document.querySelector("[data-action=text]")?.value === "why"`)
	s.modal("V3", "1", object{"title": plain("Details"), "submit": nil}, detail)
	w.reads(`#modal`, "All devices")
	w.key(kb.Escape)
	w.reads(`#modal`, "Label of words")
	s.modal("V4", "1", object{"clear_on_close": true}, detail)
	w.reads(`#modal`, "All devices")
	w.click(`[data-cancel]`)
	w.lacks(`#modal`)
	closed := func(view string, all bool) object {
		return object{"path": "/slack/close", "as": "U1", "view_id": view, "clear": all}
	}
	s.wantPosted(closed("V2", false), closed("V3", false), closed("V4", true))
}

func TestModal_isItsPersons(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	s.modal("V1", "1", nil, everything()...)
	w.click(`[data-action="text"]`)
	w.key("mine")
	w.key("2", chromedp.ModifierAlt)
	w.lacks(`#modal`)
	w.reads(`#me`, "Anna Lindqvist")
	w.key("1", chromedp.ModifierAlt)
	w.until(`document.querySelector("#modal[open] [data-action=text]")?.value === "mine"`)
}

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
