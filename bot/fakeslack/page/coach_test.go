package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// soon is a message that was said after the page was opened.
func (s *stub) soon(m object) string {
	s.edit(func() { s.last += 3600 + 60 })
	return s.say(m)
}

func TestFirstMinute_noticesWhatIsDone(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.withSandbox()
	phone := s.devices[0]["id"]
	delete(s.sandbox, "now")
	s.sandbox["now"] = start.UnixMilli() + 3_600_000
	s.say(card()) // an old one counts for nothing
	w := open(t, s, "U1")
	now := func(step string) { w.sees(`.coach-step[data-step="` + step + `"][aria-current="step"]`) }

	now("ask")
	w.tabTo(`[data-show-me]`)
	w.key(kb.Enter)
	w.until(`document.querySelector("#composer").value.startsWith("/reset-passcode user:alice@contoso.com")`)
	if !w.focus(`#composer`) {
		t.Error("the step does not lead to where it is done")
	}
	s.wantPosted() // it is the person who asks
	first := s.soon(card())
	now("switch")
	w.reads(`#coach`, "Become Anna Lindqvist, who may approve: choose the name under People, or press Alt+2.")
	w.until(`document.querySelector("#announcer").textContent.includes("Done: Ask for a reset. Step 2 of 5")`)
	w.key("3", chromedp.ModifierAlt)
	w.reads(`#me`, "Nora Haddad")
	now("switch") // she may not
	w.click(`[data-show-me]`)
	if !w.focus(`[data-person="U2"]`) {
		t.Error("the step does not lead to the person")
	}
	w.key(kb.Enter)
	now("approve")
	w.click(`[data-show-me]`)
	if !w.focus(`[data-message="` + first + `"] [data-action="approve"]`) {
		t.Error("the step does not lead to the button")
	}
	s.edit(func() {
		s.posts = append(s.posts, object{"seq": 1, "device": phone, "at": start, "status": 204})
		s.devices[0]["reset"] = object{"state": "pending"}
	})
	now("phone")
	w.reads(`#coach`, "Alice's Pixel has the command")

	// It can be left, and goes on where it was after a reload.
	w.run(chromedp.Reload())
	w.sees(`html[data-ready]`)
	now("phone")
	s.edit(func() { s.devices[0]["reset"] = object{"state": "done"} })
	now("expire")
	second := s.soon(card())
	w.reads(`#coach`, "Move the clock to the next deadline")
	w.click(`[data-show-me]`)
	if !w.focus(`[data-control="clock-next"]`) {
		t.Error("the step does not lead to the clock")
	}
	s.edit(func() {
		s.sandbox["ahead"], s.sandbox["now"] = 600, start.UnixMilli()+4*3_600_000
		for _, m := range s.messages {
			if m["ts"] == second {
				m["blocks"] = []object{{"type": "header", "text": plain("R-2: expired")}}
			}
		}
	})
	w.reads(`#coach`, "That is the whole job.")

	w.click(`[data-leave]`)
	w.lacks(`#coach`)
	if !w.focus(`#channel-name`) {
		t.Error("leaving threw the focus away")
	}
	w.run(chromedp.Reload())
	w.sees(`html[data-ready]`)
	w.lacks(`#coach`)
	w.click(`[data-menu="workspace"]`)
	w.click(`[data-item="coach"]`)
	now("ask")
	if !w.focus(`#coach-title`) {
		t.Error("starting again does not lead to it")
	}
}

func TestFirstMinute_goesBackWhereNothingCameOfIt(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	now := func(step string) { w.sees(`.coach-step[data-step="` + step + `"][aria-current="step"]`) }
	for _, end := range []struct{ head, says string }{
		{"R-1: reset 2 passcodes – denied", "It was denied. Ask once more."},
		{"R-2: 2 Passcodes zurücksetzen – zurückgezogen", "It was cancelled. Ask once more."},
		{"R-3: reset 2 passcodes – expired", "It has expired. Ask once more."},
	} {
		w.key("1", chromedp.ModifierAlt)
		now("ask")
		ts := s.soon(card())
		now("switch")
		w.key("2", chromedp.ModifierAlt)
		now("approve")
		s.edit(func() {
			for _, m := range s.messages {
				if m["ts"] == ts {
					m["blocks"] = []object{{"type": "header", "text": plain(end.head)}}
				}
			}
		})
		now("ask")
		w.reads(`#coach`, end.says)
		w.until(`document.querySelector("#announcer").textContent.includes("` + end.says + `")`)
	}
	s.soon(card())
	now("switch")
	w.lacks(`#coach:has([data-step="ask"][aria-current])`)
}
