package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// clicked is what a click on the card's button posts.
func clicked(as, ts, action string) object {
	return object{"path": "/slack/click", "as": as, "channel": "C1", "ts": ts, "block_id": "decide", "action_id": action}
}

func TestConfirm_postsOnlyAfterYes(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ts := s.say(card())
	w := open(t, s, "U2")

	w.click(`#messages [data-action="approve"]`)
	w.sees(`dialog[open]`)
	w.reads(`dialog h2`, "Reset 2 passcodes?")
	w.reads(`dialog`, "It cannot be undone.")
	w.click(`[data-deny]`)
	w.lacks(`dialog[open]`)

	w.click(`#messages [data-action="approve"]`)
	w.sees(`dialog[open]`)
	w.key(kb.Escape)
	w.lacks(`dialog[open]`)
	s.wantPosted()

	w.click(`#messages [data-action="approve"]`)
	w.click(`[data-confirm]`)
	w.until(`document.querySelector("#announcer").textContent.includes("Approve: sent") && !document.querySelector("[aria-busy]")`)
	s.wantPosted(clicked("U2", ts, "approve"))
}

func TestButton_isBusyUntilAnsweredAndShowsErrors(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ts := s.say(card())
	answers := make(chan string)
	s.answer = func(object) object { return object{"error": <-answers} }
	w := open(t, s, "U1")

	w.click(`#messages [data-action="cancel"]`)
	w.sees(`[data-action="cancel"][aria-busy="true"] .spinner`)
	w.click(`#messages [data-action="cancel"]`) // no second post while busy
	answers <- "operation_timeout"
	w.reads(`.button-error[role="alert"]`, "passcodebot did not answer within 3 seconds. Try again.")
	w.lacks(`[aria-busy]`)

	w.click(`#messages [data-action="cancel"]`)
	w.sees(`.spinner`)
	answers <- ""
	w.lacks(`.spinner`)
	w.lacks(`.button-error`)
	s.wantPosted(clicked("U1", ts, "cancel"), clicked("U1", ts, "cancel"))
}

func TestEphemeral_onlyItsPersonSeesAndDismisses(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.say(object{"channel": "C1", "user": "U2", "text": "hello"})
	w := open(t, s, "U1")
	s.say(object{"channel": "C1", "user": "UBOT", "to": "U1", "text": "R-1 is stored."})
	w.reads(`#messages [data-ephemeral]`, "Only visible to you")
	w.reads(`#messages [data-ephemeral]`, "R-1 is stored.")
	w.reads(`#messages [data-ephemeral] .tag`, "APP")
	w.until(`document.querySelector("#announcer").textContent.includes("passcodebot, only visible to you: R-1 is stored.")`)

	w.click(`[data-person="U2"]`)
	w.reads(`#me`, "Anna Lindqvist")
	w.reads(`#messages`, "hello")
	w.lacks(`[data-ephemeral]`)

	w.click(`[data-person="U1"]`)
	w.click(`[data-dismiss]`)
	w.lacks(`[data-ephemeral]`)
	w.run(chromedp.Reload())
	w.reads(`#messages`, "hello")
	w.lacks(`[data-ephemeral]`)
}

func TestSwitching_makesThePageAnotherPersons(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.say(object{"channel": "C1", "user": "U2", "text": "hello"})
	s.say(object{"channel": "D1", "user": "UBOT", "text": "only Rita reads this"})
	w := open(t, s, "U1")
	w.reads(`[data-person="U1"]`, "Help desk · @on-call")
	w.reads(`[data-person="U4"]`, "Guest")
	w.reads(`.message-time`, eval[string](w, timeIn("Europe/Berlin")))
	w.sees(`[data-channel="C3"]`)
	w.click(`[data-channel="D1"]`)
	w.reads(`#messages`, "only Rita reads this")
	w.click(`[data-channel="C1"]`)
	w.click(`#composer`)
	w.key("half a thought")

	w.key("3", chromedp.ModifierAlt)
	w.sees(`[data-person="U3"][aria-pressed="true"]`)
	w.until(`location.search === "?as=U3"`)
	w.lacks(`[data-channel="C3"]`)
	w.lacks(`[data-channel="D1"]`)
	w.reads(`.message-time`, eval[string](w, timeIn("Asia/Tokyo")))
	w.until(`document.querySelector("#composer").value === ""`)
	if !w.focus("#composer") {
		t.Error("switching by key took the focus from the composer")
	}
	w.key("as Nora" + kb.Enter)
	w.until(`document.querySelector("#composer").value === ""`)

	w.key("1", chromedp.ModifierAlt)
	w.until(`document.querySelector("#composer").value === "half a thought"`)
	s.wantPosted(object{"path": "/slack/say", "as": "U3", "channel": "C1", "thread_ts": "", "text": "as Nora"})
}

// timeIn is the time of the stub's first message in a zone, as the browser
// knows it.
func timeIn(zone string) string {
	return `new Intl.DateTimeFormat("en-US", { timeZone: "` + zone + `", hour: "numeric", minute: "2-digit" })
		.format(new Date(document.querySelector("#messages .message-time").dateTime)).replace(/\s/, " ")`
}

func TestComposer_showsCommandsAndTheirHint(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	w.click(`#composer`)
	w.key("/")
	w.reads(`#composer-list [role="option"][aria-selected="true"]`, "/reset-passcode <devices> reason: <why>")
	w.reads(`#composer-list`, "Reset the passcode of Android devices")
	w.key(kb.Tab)
	w.lacks(`#composer-list`)
	w.until(`document.querySelector("#composer").value === "/reset-passcode "`)
	w.reads(`#composer-hint`, "<devices> reason: <why>")

	w.key("name:x")
	w.key(kb.Enter, chromedp.ModifierShift)
	w.key("reason: y" + kb.Enter)
	w.until(`document.querySelector("#composer").value === ""`)
	w.key("hi @nor")
	w.reads(`#composer-list [aria-selected="true"]`, "Nora Haddad")
	w.key(kb.Enter + "& <you>" + kb.Enter)
	w.until(`document.querySelector("#composer").value === ""`)
	s.wantPosted(
		object{"path": "/slack/command", "as": "U1", "channel": "C1", "text": "/reset-passcode name:x\nreason: y"},
		object{"path": "/slack/say", "as": "U1", "channel": "C1", "thread_ts": "", "text": "hi <@U3> &amp; &lt;you&gt;"},
	)
}

func TestComposer_losesNothingThatFailed(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.answer = func(object) object { return object{"error": "#help-desk is archived"} }
	w := open(t, s, "U1")
	w.click(`#composer`)
	w.key("hello" + kb.Enter)
	w.reads(`#composer-notice`, "#help-desk is archived")
	w.until(`document.querySelector("#composer").value === "hello"`)
}

func TestThread_opensRepliesAndRefusesCommands(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ts := s.say(card())
	s.say(object{"channel": "C1", "user": "UBOT", "thread_ts": ts, "text": "one"})
	w := open(t, s, "U1")
	w.reads(`[data-thread]`, "1 reply")
	w.click(`[data-thread]`)
	w.reads(`#replies`, "one")
	w.reads(`#replies h3`, "R-1: reset 2 passcodes?")
	s.say(object{"channel": "C1", "user": "UBOT", "thread_ts": ts, "text": "two"})
	w.reads(`#replies`, "two")
	w.reads(`[data-thread]`, "2 replies")

	w.click(`#thread-composer`)
	w.key("/reset-passcode list " + kb.Enter)
	w.reads(`#thread-composer-notice`, "not supported in threads")
	w.key("a", chromedp.ModifierCtrl)
	w.key("thanks" + kb.Enter)
	w.until(`document.querySelector("#thread-composer").value === ""`)
	s.wantPosted(object{"path": "/slack/say", "as": "U1", "channel": "C1", "thread_ts": ts, "text": "thanks"})

	w.key(kb.Escape)
	w.lacks(`#thread`)
	if !w.focus(`[data-thread]`) {
		t.Error("closing the thread did not give the focus back to its summary")
	}
}

func TestKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.answer = func(body object) object {
		if body["path"] == "/slack/click" {
			s.edit(func() { // the decided card has no buttons
				s.messages[0]["blocks"] = []object{{"type": "header", "text": plain("R-1: done")}}
			})
		}
		return object{"error": ""}
	}
	w := open(t, s, "U1")
	w.tabTo(`#composer`)
	w.key("/res" + kb.Enter + "list" + kb.Enter)
	w.until(`document.querySelector("#composer").value === ""`)
	ts := s.say(card())
	w.sees(`[data-action="approve"]`)

	w.key("2", chromedp.ModifierAlt)
	w.reads(`#me`, "Anna Lindqvist")
	w.tabTo(`[data-action="approve"]`, chromedp.ModifierShift)
	w.key(kb.Enter)
	w.sees(`dialog[open]`)
	if !w.focus(`[data-deny]`) {
		t.Error("the dialog does not begin at the harmless answer")
	}
	w.tabTo(`[data-confirm]`)
	w.key(kb.Enter)
	w.reads(`#messages h3`, "R-1: done")
	w.until(`document.activeElement.matches("#messages [data-message]")`) // not thrown to the top of the page
	w.tabTo(`[data-toggle-offline]`)
	w.key(" ")
	w.until(`!document.querySelector(".device-acts[aria-busy]")`)
	s.wantPosted(
		object{"path": "/slack/command", "as": "U1", "channel": "C1", "text": "/reset-passcode list"},
		clicked("U2", ts, "approve"),
		object{"path": "/fleet/device", "id": s.devices[0]["id"], "offline": true},
	)
}

func TestBlocks_allThatAppsPost(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.say(object{"channel": "C1", "user": "UBOT", "text": "x", "edited": true, "blocks": []object{
		{"type": "header", "text": plain("*not bold* :key:")},
		{"type": "section", "text": mrkdwn("*bold*"), "fields": []object{mrkdwn("_a_"), plain("_b_")}},
		{"type": "section", "text": plain("with a link"), "accessory": object{
			"type": "button", "action_id": "open", "text": plain("Open"), "url": "https://x.example/",
		}},
		{"type": "divider"},
		{"type": "context", "elements": []object{mrkdwn("small"), {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "a phone"}}},
		{"type": "image", "image_url": "https://x.example/i.png", "alt_text": "a chart", "title": plain("Chart")},
		{"type": "video", "elements": []object{}},
		{"type": "actions", "elements": []object{{"type": "datepicker", "action_id": "s"}, {"type": "button", "action_id": "b", "style": "danger", "text": plain("Stop")}}},
	}})
	w := open(t, s, "U1")
	w.sees(`#messages .message`)
	got := eval[[]string](w, `[
		...[...document.querySelectorAll(".message-body > .block, .message-body > .block-unknown")].map((b) => b.tagName + ": " + b.innerText.replace(/\s+/g, " ").trim()),
		document.querySelector(".section-text b").textContent,
		document.querySelector(".section-field i").textContent,
		document.querySelector('[data-action="open"]').href,
		document.querySelector('[data-action="b"]').className,
		document.querySelector(".edited").textContent,
	]`)
	want := []string{
		"H3: *not bold* 🔑", "DIV: bold a _b_", "DIV: with a link Open", "HR: ", "DIV: small a phone", "FIGURE: Chart a chart",
		"DIV: Slack would show a video block here.", "DIV: Slack would show a datepicker element here. Stop",
		"bold", "a", "https://x.example/", "button button-danger", "(edited)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTimeline_groupsAndMarksWhatIsNew(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.say(object{"channel": "C1", "user": "U2", "text": "one"})
	s.say(object{"channel": "C1", "user": "U2", "text": "two"})
	s.say(object{"channel": "C1", "user": "U3", "text": "three"})
	w := open(t, s, "U1")
	w.until(`document.querySelectorAll("#messages .message").length === 3`)
	w.until(`document.querySelectorAll("#messages .message-compact").length === 1`)
	w.until(`document.querySelectorAll("#messages .timeline-day").length === 1`)
	w.lacks(`[data-unread]`)

	s.say(object{"channel": "C2", "user": "U2", "text": "over here"})
	w.sees(`[data-channel="C2"][data-unread]`)
	w.click(`[data-channel="C2"]`)
	w.reads(`#messages`, "over here")
	w.reads(`#messages .timeline-new`, "New")
	w.lacks(`[data-unread]`)
}

func TestBanner_saysThatTheBotIsAway(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	w.lacks(`#banner span`)
	s.edit(func() { s.connected = 0 })
	w.reads(`#banner`, "passcodebot is not connected")
	s.edit(func() { s.connected = 1 })
	w.lacks(`#banner span`)
}

func TestLive_connectsAgainByItself(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	s.say(object{"channel": "C1", "user": "U2", "text": "before"})
	w.reads(`#messages`, "before")
	s.cut()
	s.say(object{"channel": "C1", "user": "U2", "text": "meanwhile"})
	w.reads(`#messages`, "meanwhile")
	w.lacks(`#banner span`)
	s.stop()
	w.reads(`#banner`, "The sandbox cannot be reached")
}

func TestWindows_shareOneStreamAndHearTheSame(t *testing.T) {
	t.Parallel()
	s := serve(t)
	windows := []tab{open(t, s, "U1"), open(t, s, "U2"), open(t, s, "U3"), open(t, s, "U4")}
	s.say(object{"channel": "C1", "user": "U2", "text": "everybody hears this"})
	for _, w := range windows {
		w.reads(`#messages`, "everybody hears this")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if diff := cmp.Diff(map[string]int{"/slack/changes": 1, "/fleet/changes": 1}, s.streams); diff != "" {
		t.Errorf("a browser opens six connections to one origin, and each stream takes one (-want +got):\n%s", diff)
	}
}

func TestFleet_showsAndChangesDevices(t *testing.T) {
	t.Parallel()
	s := serve(t)
	first, second := s.devices[0]["id"].(string), s.devices[1]["id"].(string)
	w := open(t, s, "U1")
	w.reads(`[data-device="`+first+`"]`, "Google Pixel 8 · Android 15")
	w.reads(`[data-device="`+first+`"]`, "alice@contoso.com · fully managed")
	w.reads(`[data-device="`+first+`"]`, "checked in 1 hour ago")
	w.reads(`[data-device="`+second+`"]`, "bob@contoso.com · personally-owned work profile")
	w.reads(`[data-device="`+second+`"]`, "offline · never checked in")
	w.reads(`[data-device="`+second+`"] [data-state="pending"]`, "queued")

	for _, state := range []struct{ state, words string }{{"active", "on the device"}, {"done", "reset done"}, {"failed", "reset failed"}} {
		s.edit(func() { s.devices[1]["reset"] = object{"state": state.state} })
		w.reads(`[data-device="`+second+`"] [data-state="`+state.state+`"]`, state.words)
	}
	s.edit(func() { s.posts = append(s.posts, object{"seq": 1, "device": second, "at": start, "status": 204}) })
	w.reads(`[data-post="1"]`, "204 accepted")
	w.reads(`[data-post="1"]`, "Bob's Galaxy")

	w.click(`[data-device="` + first + `"] [data-insert]`)
	w.until(`document.querySelector("#composer").value === "/reset-passcode ` + first + ` "`)
	w.click(`[data-device="` + second + `"] [data-insert]`)
	w.until(`document.querySelector("#composer").value === "/reset-passcode ` + first + ` ` + second + ` "`)

	w.click(`[data-device="` + second + `"] [data-toggle-offline]`)
	w.until(`!document.querySelector(".device-acts[aria-busy]")`)
	w.click(`[data-device="` + second + `"] [data-check-in]`)
	w.until(`!document.querySelector(".device-acts[aria-busy]")`)
	eval[bool](w, `(() => {
		const select = document.querySelector("[data-device='`+second+`'] [data-outcome]");
		select.value = "fails";
		return select.dispatchEvent(new Event("change"));
	})()`)
	w.until(`!document.querySelector(".device-acts[aria-busy]")`)
	s.wantPosted(
		object{"path": "/fleet/device", "id": second, "offline": false},
		object{"path": "/fleet/device", "id": second, "check_in": true},
		object{"path": "/fleet/device", "id": second, "fails_with": float64(-2016341112), "refuses": ""},
	)

	w.click(`#filter`)
	w.key("bob failed")
	w.lacks(`[data-device="` + first + `"]`)
	w.sees(`[data-device="` + second + `"]`)
	w.reads(`#fleet-count`, "1 of 2 devices")
}

func TestExamples_fillTheComposerAndCanBeClosed(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	w.lacks(`#examples`) // the first minute comes first
	w.click(`[data-leave]`)
	w.reads(`[data-example="ask"]`, "Ask for Alice's devices")
	w.click(`[data-example="ask"]`)
	w.until(`document.querySelector("#composer").value.startsWith("/reset-passcode user:alice@contoso.com reason: ")`)
	w.click(`[data-example="stranger"]`)
	w.reads(`#me`, "Nora Haddad")
	w.until(`document.querySelector("#composer").value.startsWith("/reset-passcode user:alice@contoso.com reason: ")`)
	s.wantPosted() // nothing is sent
	w.click(`[data-close-examples]`)
	w.lacks(`#examples`)
	w.run(chromedp.Reload())
	w.sees(`html[data-ready] #composer`)
	w.lacks(`#examples`)
}

func TestNarrow_onePanelAtATime(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ts := s.say(card())
	s.say(object{"channel": "C1", "user": "UBOT", "thread_ts": ts, "text": "a reply"})
	w := open(t, s, "U1")
	w.run(chromedp.EmulateViewport(360, 740))
	for _, panel := range []struct{ tab, shown string }{{"sidebar", "#sidebar"}, {"fleet", "#fleet"}, {"chat", "#chat"}} {
		w.click(`#panels [data-panel="` + panel.tab + `"]`)
		w.sees(panel.shown)
		w.until(`[...document.querySelectorAll("#sidebar, #chat, #thread, .side-panel")].filter((e) => e.checkVisibility()).length === 1`)
		w.until(`document.documentElement.scrollWidth <= 360`)
	}
	w.click(`[data-thread]`)
	w.reads(`#replies`, "a reply")
	w.lacks(`#chat`)
	w.click(`#thread-close`)
	w.sees(`#chat`)
}
