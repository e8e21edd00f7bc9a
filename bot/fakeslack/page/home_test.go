package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestHome_opensRendersLiveAndActs(t *testing.T) {
	t.Parallel()
	s := serve(t)
	full(s)
	w := open(t, s, "U1")
	w.tabTo(`[data-home]`)
	w.key(kb.Enter)
	w.reads(`#home`, "2 devices of @Nora Haddad")
	w.lacks(`#composer`)
	opened := object{"path": "/slack/open_home", "as": "U1"}
	s.wantPosted(opened)

	w.click(`#home [data-action="query"]`)
	w.key("R-")
	s.edit(func() {
		s.homes["U1"]["hash"], s.homes["U1"]["blocks"].([]object)[0]["text"] = "h2", plain("Nothing waits")
	})
	w.reads(`#home`, "Nothing waits")
	w.key("1" + kb.Enter)
	w.until(`document.querySelector("#announcer") && !document.querySelector("[aria-busy=true]")`)
	state := object{"query": object{"query": "R-1"}, "set": object{"dm": ""}}
	act := object{"path": "/slack/act", "as": "U1", "where": object{"home": true}, "block_id": "query", "action_id": "query", "value": "R-1", "state": state}
	s.wantPosted(opened, act)
	w.click(`#home [data-action="approve"]`)
	s.wantPosted(opened, act, object{"path": "/slack/act", "as": "U1", "where": object{"home": true}, "block_id": "r1-acts", "action_id": "approve", "state": state})

	w.click(`[data-tab-messages]`)
	w.sees(`#composer`)
	w.until(`location.hash === "#D1"`)
	w.click(`[data-tab-home]`)
	w.reads(`#home`, "Nothing waits")
	w.key("2", chromedp.ModifierAlt) // Anna has none yet
	w.reads(`#home`, "Nothing here yet")
}

func TestShortcuts_byKeyboardInChannelsAndThreads(t *testing.T) {
	t.Parallel()
	s := serve(t)
	full(s)
	card, reply := s.messages[0]["ts"], s.messages[1]["ts"]
	w := open(t, s, "U1")
	w.click(`#composer`)
	w.tabTo(`#composer-place [data-shortcuts]`, chromedp.ModifierShift)
	w.key(kb.Enter)
	w.sees(`[role="menu"]`)
	w.key(kb.ArrowDown + kb.ArrowDown) // and around
	if !w.focus(`[data-item="ask"]`) {
		t.Error("the arrow keys do not go around the menu")
	}
	w.key(kb.Escape)
	w.lacks(`[role="menu"]`)
	if !w.focus(`#composer-place [data-shortcuts]`) {
		t.Error("Escape does not give the focus back to the menu's button")
	}
	w.key(kb.ArrowUp + kb.Enter) // opens at the end
	global := object{"path": "/slack/shortcut", "as": "U1", "callback_id": "mine"}
	s.wantPosted(global)

	w.tabTo(`#messages [data-message] [data-more]`, chromedp.ModifierShift)
	eval[bool](w, `(document.querySelector("#messages [data-message] [data-more]").focus(), true)`)
	w.key(" ")
	w.reads(`[role="menu"]`, "Reset a passcode for the author")
	w.key(kb.Enter)
	first := object{"path": "/slack/message_shortcut", "as": "U1", "channel": "C1", "ts": card, "callback_id": "for-author"}
	s.wantPosted(global, first)

	w.click(`[data-thread]`)
	w.click(`#replies [data-message="` + reply.(string) + `"] [data-more]`)
	w.key(kb.Enter)
	second := object{"path": "/slack/message_shortcut", "as": "U1", "channel": "C1", "ts": reply, "callback_id": "for-author"}
	s.wantPosted(global, first, second)

	w.click(`#thread-composer`)
	w.key("@pass")
	w.reads(`#thread-composer-list`, "passcodebot")
	w.key(kb.Enter + "help" + kb.Enter)
	s.wantPosted(global, first, second, object{"path": "/slack/say", "as": "U1", "channel": "C1", "thread_ts": card, "text": "<@UBOT> help"})
}

func TestLive_leavesAloneWhatDidNotChange(t *testing.T) {
	t.Parallel()
	s := serve(t)
	full(s)
	w := open(t, s, "U1")
	w.sees(`#messages [data-action="approve"]`)
	eval[bool](w, `(() => {
		window.kept = [...document.querySelectorAll("#messages [data-action='approve'], #messages [data-action='menu'], #messages .section-text")];
		window.redrawn = 0;
		new MutationObserver((list) => { redrawn += list.reduce((n, m) => n + m.addedNodes.length, 0); }).observe(document.querySelector("#messages"), { childList: true, subtree: true });
		return true;
	})()`)
	w.click(`#messages [data-action="menu"]`)
	w.sees(`[role="menu"]`)
	// Somebody goes away, and the message's own text is edited.
	s.edit(func() {
		s.people[1]["presence"] = "away"
		s.messages[3]["blocks"].([]object)[0]["text"] = mrkdwn("*Remind me* in time")
		s.messages[0]["blocks"].([]object)[1]["text"] = mrkdwn("*Asked by* <@U1> just now")
	})
	w.reads(`#messages`, "just now")
	w.reads(`[data-person="U2"]`, "away")
	w.sees(`[role="menu"]`)
	if !w.focus(`[data-item="show"]`) {
		t.Error("the menu lost the focus")
	}
	if !eval[bool](w, `kept.length > 2 && kept.every((e) => e.isConnected)`) {
		t.Error("elements that did not change were made anew")
	}
	if n := eval[int](w, `redrawn`); n > 8 {
		t.Errorf("%d nodes were added for a few words", n)
	}
	// A press that began before a change ends on the same button.
	w.key(kb.Escape)
	eval[bool](w, `(document.querySelector("#messages [data-action='cancel']").focus(), true)`)
	s.edit(func() { s.messages[0]["blocks"].([]object)[1]["text"] = mrkdwn("*Asked by* <@U1> long ago") })
	w.reads(`#messages`, "long ago")
	if !w.focus(`[data-action="cancel"]`) {
		t.Error("the button lost the focus")
	}
}

func TestFiles_areOffered(t *testing.T) {
	t.Parallel()
	s := serve(t)
	full(s)
	w := open(t, s, "U1")
	w.reads(`[data-file="F1"]`, "Results of R-1")
	w.until(`document.querySelector("[data-file=F1]").getAttribute("href") === "/slack/file?as=U1&id=F1"`)
}

func TestRefused_isShownAsRefused(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	w.lacks(`[data-panel="refused"]`)
	full(s)
	w.click(`[data-panel="refused"]`)
	w.reads(`.refused`, "Slack would refuse this: invalid_blocks")
	w.reads(`.refused`, "must be less than 151 characters")
	w.reads(`.refused h3`, "A header that is too long")
	w.until(`document.querySelector(".refused-body").inert`)
}
