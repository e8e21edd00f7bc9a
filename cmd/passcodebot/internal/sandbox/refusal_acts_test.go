package sandbox_test

import (
	"fmt"
	"strings"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

// types has somebody type behind /reset-passcode in a channel.
func (s *stage) types(who, channel, text string, alter ...func(map[string]any)) {
	s.t.Helper()
	s.mark(who, "command")
	seen, err := s.world.Slack.AlteredCommand(s.t.Context(), who, channel, "/reset-passcode "+text, s.altered("user_id", alter))
	if err != nil || seen.Error != "" && !s.store.fails.Load() {
		s.t.Fatalf("%s types %q: %v %s", who, text, err, seen.Error)
	}
}

// altered notes who acts as the payload has it.
func (s *stage) altered(user string, alter []func(map[string]any)) func(map[string]any) {
	return func(p map[string]any) {
		for _, a := range alter {
			a(p)
		}
		if inner, ok := p["user"].(map[string]any); ok {
			p = inner
		}
		s.by, _ = p[user].(string)
	}
}

// asks has somebody ask in #incidents, and returns the card.
func (s *stage) asks(who, what string) fakeslack.Message {
	s.t.Helper()
	return s.asksIn(incidents, who, what)
}

func (s *stage) asksIn(channel, who, what string) fakeslack.Message {
	s.t.Helper()
	s.types(who, channel, what+" reason: forgotten")
	posted := func() []approvals.Event { return s.events(approvals.CardPosted) }
	s.eventually("the card is posted", func() bool { return len(posted()) > 0 })
	s.request = posted()[0].Request
	return s.card(s.request)
}

// card is the newest card of a request.
func (s *stage) card(id approvals.ID) (card fakeslack.Message) {
	for _, c := range s.space.Channels {
		for _, m := range s.world.Slack.Messages("", c.ID, "") {
			if m.User == s.space.App.BotUser && !m.Ephemeral && strings.Contains(m.Text, id.String()+": reset ") {
				card = m
			}
		}
	}
	return card
}

// clicks has somebody press a button of a message.
func (s *stage) clicks(who string, m fakeslack.Message, action string, alter ...func(map[string]any)) {
	s.t.Helper()
	s.mark(who, "button")
	seen, err := s.world.Slack.AlteredClick(s.t.Context(), who, m.Channel, m.TS, action, s.altered("id", alter))
	if err != nil || seen.Error != "" && !s.store.fails.Load() {
		s.t.Fatalf("%s clicks %s: %v %s", who, action, err, seen.Error)
	}
}

// late has somebody press a button that their client still shows, of a card
// that has none any more: the buttons are those of another card.
func (s *stage) late(who string, m fakeslack.Message, id approvals.ID, action string, shown fakeslack.Message) {
	s.t.Helper()
	s.clicks(who, shown, action, at("container.message_ts", m.TS), at("container.channel_id", m.Channel), value(fmt.Sprint(uint64(id))))
}

// approved has somebody approve, and waits for the request's end.
func (s *stage) approved(who string, card fakeslack.Message) {
	s.t.Helper()
	s.clicks(who, card, "approve")
	s.eventually("the run has ended", func() bool { return len(s.events(approvals.RunEnded)) > 0 })
}

// reviews are the messages that ask for a review, in #security-ops.
func (s *stage) reviews() []fakeslack.Message {
	var all []fakeslack.Message
	for _, m := range s.world.Slack.Messages("", security, "") {
		if strings.Contains(string(m.Blocks), `"action_id":"review"`) {
			all = append(all, m)
		}
	}
	return all
}

// at sets what stands at a path of a payload; nil removes it.
func at(path string, value any) func(map[string]any) {
	return func(p map[string]any) {
		keys := strings.Split(path, ".")
		for _, k := range keys[:len(keys)-1] {
			inner, _ := p[k].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
				p[k] = inner
			}
			p = inner
		}
		if last := keys[len(keys)-1]; value == nil {
			delete(p, last)
		} else {
			p[last] = value
		}
	}
}

// value sets the value of the button.
func value(v any) func(map[string]any) {
	return func(p map[string]any) { p["actions"].([]any)[0].(map[string]any)["value"] = v }
}

// forges writes into the database what the log knows nothing of.
func (s *stage) forges(change func(*approvals.Request)) {
	s.t.Helper()
	r, err := s.store.Request(s.t.Context(), s.request)
	if err == nil {
		change(&r)
		_, err = s.store.Store.Save(s.t.Context(), approvals.Change{Request: &r})
	}
	if err != nil {
		s.t.Fatal(err)
	}
}
