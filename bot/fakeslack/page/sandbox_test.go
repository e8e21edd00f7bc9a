package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestControls_areHiddenWithoutASandbox(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	w.lacks(`#panels button, #controls, #audit`)
	w.sees(`#fleet`)
}

func TestControls_moveTheClockMakeFaultsAndKill(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.withSandbox()
	next := s.sandbox["next"].([]object)[0]["at"].(int64)
	s.answering(func(body object) object {
		s.edit(func() {
			switch body["path"] {
			case "/sandbox/clock":
				seconds := int64(body["seconds"].(float64))
				s.sandbox["now"], s.sandbox["ahead"] = s.sandbox["now"].(int64)+seconds*1000, seconds
			case "/sandbox/fault":
				s.sandbox["faults"].([]object)[0]["on"] = body["on"]
			case "/sandbox/kill":
				s.sandbox["running"], s.sandbox["killed"] = false, true
			case "/sandbox/start":
				s.sandbox["running"], s.sandbox["killed"], s.sandbox["starts"] = true, false, 2
			}
		})
		return object{"error": ""}
	})
	w := open(t, s, "U1")
	w.tabTo(`#panels [data-panel="controls"]`)
	w.key(kb.Enter)
	w.reads(`[data-deadline="R-1"]`, "R-1 reminder")
	w.until(`document.querySelectorAll(".deadline").length === 2`)
	w.tabTo(`[data-control="clock-600"]`)
	w.key(kb.Enter)
	w.reads(`.clock-ahead`, "10 min ahead of the real time")
	if !w.focus(`[data-control="clock-600"]`) {
		t.Error("moving the clock took the focus from its button")
	}
	w.tabTo(`[data-fault="slack-away"]`)
	w.key(" ")
	w.sees(`[data-fault="slack-away"][role="switch"][aria-checked="true"]`)
	w.tabTo(`[data-control="kill"]`)
	w.key(kb.Enter)
	w.reads(`.bot-state`, "Killed. Started once.")
	w.click(`[data-control="start"]`)
	w.reads(`.bot-state`, "Running. Started 2 times.")
	s.wantPosted(
		object{"path": "/sandbox/clock", "seconds": float64(600)},
		object{"path": "/sandbox/fault", "name": "slack-away", "on": true},
		object{"path": "/sandbox/kill"},
		object{"path": "/sandbox/start"},
	)
	// To the next deadline is to where it has passed.
	s.edit(func() { s.sandbox["next"] = []object{{"request": "R-2", "what": "expires", "at": next + 3_600_000}} })
	w.reads(`.deadline`, "R-2 expires")
	w.click(`[data-control="clock-next"]`)
	moved, _ := s.posted(5)["seconds"].(float64)
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.sandbox["now"].(int64); now < next+3_600_000 || now > next+3_600_000+10_000 || moved <= 0 {
		t.Errorf("the clock stands at %d, and the deadline was %d", now, next+3_600_000)
	}
}

func TestAudit_isTamperedWithVerifiedAndMended(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.withSandbox()
	s.answering(func(body object) object {
		out := object{"error": ""}
		s.edit(func() {
			switch body["path"] {
			case "/sandbox/tamper":
				s.audit["tampered"] = 1
			case "/sandbox/mend":
				s.audit["tampered"] = 0
			case "/sandbox/verify":
				out["says"] = "2 events, and the chain is whole.\nIt begins after event 7."
				out["ok"], out["checked"], out["problems"] = s.audit["tampered"] == 0, 2, []string{}
				if s.audit["tampered"] != 0 {
					out["problems"] = []string{"event 1: its hash does not match what it says"}
				}
			}
		})
		return out
	})
	w := open(t, s, "U1")
	w.click(`#panels [data-panel="audit"]`)
	w.reads(`[data-event="2"]`, "Anna approved R-1.")
	w.reads(`[data-event="2"]`, "by Anna Lindqvist")
	w.reads(`[data-event="1"]`, "the start")
	w.click(`[data-event="2"] [data-prev]`)
	if !w.focus(`[data-event="1"]`) {
		t.Error("the hash does not lead to the event before")
	}
	w.click(`[data-event="2"] summary`)
	w.click(`[data-control="verify"]`)
	w.until(`document.querySelector("#audit-verdict").innerText.trim().split(/\n+/).join("|") === "The chain is whole: 2 events checked.|It begins after event 7."`)
	w.click(`[data-tamper="1"]`)
	w.lacks(`[data-verdict]`)
	w.click(`[data-control="verify"]`)
	w.reads(`#audit-verdict`, "event 1: its hash does not match what it says")
	w.until(`document.querySelector("[data-event='2'] details").open`) // live updates leave it open
	w.click(`[data-control="mend"]`)
	w.lacks(`[data-verdict]`)
	w.click(`[data-control="verify"]`)
	w.reads(`#audit-verdict`, "The chain is whole")
	s.wantPosted(
		object{"path": "/sandbox/verify"}, object{"path": "/sandbox/tamper", "seq": float64(1)}, object{"path": "/sandbox/verify"},
		object{"path": "/sandbox/mend"}, object{"path": "/sandbox/verify"},
	)
}

func TestAppearance_isChosenAndRemembered(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	dark := `getComputedStyle(document.body).backgroundColor === "rgb(26, 29, 33)"`
	w.tabTo(`[data-menu="workspace"]`)
	w.key(kb.Enter + "d")
	if !w.focus(`[data-item="dark"]`) {
		t.Error("a letter does not lead to the item that begins with it")
	}
	w.key(kb.Enter)
	w.until(dark)
	w.run(chromedp.Reload())
	w.sees(`html[data-ready]`)
	w.until(dark)
	w.click(`[data-menu="workspace"]`)
	w.sees(`[data-item="dark"][aria-checked="true"]`)
	w.click(`[data-item="light"]`)
	w.until(`getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)"`)
}

func TestMe_presenceAndLanguage(t *testing.T) {
	t.Parallel()
	s := serve(t)
	full(s)
	w := open(t, s, "U1")
	w.click(`[data-menu="me"]`)
	w.sees(`[data-item="active"][aria-checked="true"]`)
	w.click(`[data-item="away"]`)
	w.click(`[data-menu="me"]`)
	w.click(`[data-item="ja-JP"]`)
	s.wantPosted(
		object{"path": "/slack/presence", "as": "U1", "active": false},
		object{"path": "/slack/locale", "as": "U1", "locale": "ja-JP"},
	)
}
