package config

import (
	"fmt"
	"slices"

	"passcodebot/approvals"
)

// people checks that somebody may ask, and that for each who may there can
// be enough who approve. What depends on a group's members is found out when
// somebody asks.
func (s scope) people() {
	c := s.config
	s.somebody("requesters", c.Requesters, "ask")
	s.somebody("approvers", c.Approvers, "approve")
	if !s.faulty("approvers", "requesters", "quorum") {
		s.enough(c.Requesters.People, c.Approvers, c.Quorum)
	}
}

func (s scope) somebody(key string, a approvals.Audience, act string) {
	if a.Empty() && !s.faulty(key) {
		s.say(key, s.place(key), "nobody may "+act, "Name user groups below "+key+".groups, or people below "+key+".people.")
	}
}

// enough checks that so many approvals can come together for each of the
// requesters that are named, where no group approves.
func (s scope) enough(requesters []string, approvers approvals.Audience, quorum int) {
	if len(approvers.Groups) > 0 {
		return
	}
	named := len(approvers.People)
	if quorum > named {
		s.wrong(fmt.Sprintf("%d approvals are more than the approvers that are named (%d)", quorum, named),
			"Name more approvers, or a user group, or lower the quorum.", "quorum", "approvers.people")
		return
	}
	for _, id := range requesters {
		if slices.Contains(approvers.People, id) && named-1 < quorum {
			s.say("approvers.people", s.place("approvers.people"),
				fmt.Sprintf("what %s asks for could never be approved: nobody approves their own request, so it would get %d of %d approvals", id, named-1, quorum),
				"Name more approvers, or a user group.")
		}
	}
}

// doubt checks that a reset that was not taken can be sent again before it is
// given up.
func (s scope) doubt() {
	c := s.config
	if c.SettleTimeout > c.ResendAfter || s.faulty("settle_timeout", "resend_after") {
		return
	}
	s.say("settle_timeout", s.place("settle_timeout", "resend_after"),
		fmt.Sprintf("%s is not longer than resend_after (%s), so that no reset without an answer would ever be sent again", approvals.Span(c.SettleTimeout), approvals.Span(c.ResendAfter)),
		"Make it longer, or resend_after shorter.")
}

// exception checks that break glass is all there, or not there at all, and
// that it makes a difference.
func (s scope) exception() {
	b := &s.config.BreakGlass
	if !s.has("break_glass") || s.faulty("break_glass") {
		return
	}
	if b.Quorum == 0 {
		b.Quorum = 1
	}
	usual := s.config.Quorum
	for _, r := range s.config.Rules {
		usual = max(usual, r.Terms.Quorum)
	}
	if b.Who.Empty() {
		s.wrong("nobody may break the glass", "Name user groups below break_glass.groups, or people below break_glass.people, or remove break_glass.", "break_glass")
	}
	if len(b.Channels) == 0 {
		s.wrong("names no channel in which the glass may be broken", "Name the incident channels below break_glass.channels.", "break_glass.channels", "break_glass")
	}
	s.askable("break_glass.channels", b.Channels)
	if b.Notice == "" {
		s.wrong("names no channel that is told at once", "Name one below break_glass, such as notice_channel: C0SECURITY1.", "break_glass.notice_channel", "break_glass")
	}
	if slices.Contains(b.Channels, b.Notice) {
		s.wrong("is one of break_glass.channels, where it is known already", "Name another channel, with people who watch over it.", "break_glass.notice_channel")
	}
	if b.Notice != "" && b.Notice == s.config.CardChannel {
		s.wrong("is card_channel too, where everybody sees the card anyway", "Name another channel, with people who watch over it.", "break_glass.notice_channel")
	}
	if b.Quorum >= usual && !s.faulty("quorum", "rules") {
		s.wrong(fmt.Sprintf("%d approvals are not fewer than the %d that a request needs anyway, so that it would change nothing", b.Quorum, usual),
			"Lower it, or raise the quorum that requests need without it.", "break_glass.quorum", "break_glass")
	}
}

// askable reports channels in which nobody may ask.
func (s scope) askable(key string, channels []string) {
	for _, id := range channels {
		if all := s.config.Channels; len(all) > 0 && !slices.Contains(all, id) {
			s.wrong(cite(id)+" is not one of the channels in which people may ask", "Add it to channels at the top, or remove it here.", key)
		}
	}
}
