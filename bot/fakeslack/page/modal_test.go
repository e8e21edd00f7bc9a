package page_test

import (
	"slices"
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
	w.key(kb.Escape)                                                                                     // closes the list, not the modal
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
				s.views["U1"] = slices.DeleteFunc(slices.Clone(s.views["U1"]), func(v object) bool { return v["id"] == body["view_id"] })
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

func TestModal_forgetsWhatIsNoLongerOffered(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	choice := func(options ...object) object {
		return input("why", object{"type": "static_select", "action_id": "case", "options": options}, nil)
	}
	s.modal("V1", "1", nil, choice(option("a", "Alpha"), option("b", "Beta")))
	w.click(`[data-action="case"]`)
	w.key("beta" + kb.Enter)
	w.reads(`[data-action="case"]`, "Beta")
	s.modal("V1", "2", nil, choice(option("b", "Beta"), option("c", "Gamma")))
	w.until(`document.querySelector("[data-action=case]").innerText.includes("Beta")`)
	s.modal("V1", "3", nil, choice(option("c", "Gamma")))
	w.reads(`[data-action="case"]`, "Choose an option")
	w.click(`[data-submit]`)
	want := object{"path": "/slack/submit", "as": "U1", "view_id": "V1", "state": object{"why": object{"case": ""}}}
	s.wantPosted(want)
}

func TestModal_fitsAPhone(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.withSandbox()
	full(s)
	w := open(t, s, "U1")
	w.run(chromedp.EmulateViewport(360, 740))
	fits := `document.documentElement.scrollWidth <= 360 && [...document.querySelectorAll("#app > *, #modal, #modal-body, .popup, #timeline, .side-scroll")].every((e) => !e.checkVisibility() || (e.getBoundingClientRect().right <= 360 && e.scrollWidth <= e.clientWidth + 2))`
	for _, panel := range []string{"controls", "audit", "refused", "sidebar", "chat"} {
		w.click(`#panels [data-panel="` + panel + `"]`)
		w.sees("#" + panel)
		w.until(fits)
	}
	s.modal("V1", "1", nil, everything()...)
	w.sees(`#modal[open]`)
	w.until(fits)
	w.click(`#modal [data-action="user"]`)
	w.sees(`.picker-list`)
	w.until(fits)
}
