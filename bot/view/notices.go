package view

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// MaxOutside is how many resets that were not asked for here one message
// tells of.
const MaxOutside = 10

// BreakGlassNotice tells others at once that a request needs fewer approvals
// than usual.
func (v Renderer) BreakGlassNotice(r approvals.Request) Message {
	lines := append([]string{
		v.Say("*Break glass by* %s in %s: *%s*, to reset %d passcodes.", person(r.Requester.ID), channel(r.Channel), r.ID, len(r.Targets)),
	}, v.story(r)...)
	lines = append(lines, v.Say("It needs %d approvals; its card is in %s, where it can be denied. Once something was reset I ask here for a review, by somebody who had no part in it.",
		r.Quorum, channel(r.CardChannel)))
	return v.single(lines)
}

// story is why a request broke the glass, and for which devices.
func (v Renderer) story(r approvals.Request) []string {
	var lines []string
	for _, t := range append(v.statement(r), v.texts(r)[0]) {
		s, _ := t.brief()
		lines = append(lines, t.label+s)
	}
	if s := v.terms(r); s != "" {
		lines = append(lines, s)
	}
	for i, t := range r.Targets {
		if i == 5 {
			lines = append(lines, v.Say("and %d devices more; the card's thread lists them.", len(r.Targets)-i))
			break
		}
		line := "• *" + Plain(t.Device.Name, nameRoom) + "* · " + v.owner(t.Device)
		if t.Result.Phase != approvals.Waiting && t.Result.Phase != "" {
			t.Result.GraphRequestID = ""
			line += " · " + within(summaryPhase, 80, func(limit int) string { return v.phase(t, limit) })
		}
		lines = append(lines, line)
	}
	return lines
}

// Review asks for the review of what a request did that broke the glass, and
// once it is signed says by whom.
func (v Renderer) Review(r approvals.Request) Message {
	lines := append([]string{
		v.Say("*Review of %s*, which broke the glass", r.ID),
		v.Say("Asked for by %s in %s: *%s*, to reset %d passcodes.", person(r.Requester.ID), channel(r.Channel), r.ID, len(r.Targets)),
	}, v.story(r)...)
	if by := v.deciders(r); by != "" {
		lines = append(lines, v.Say("Approved by %s, %s.", by, v.when(r.DecidedAt)))
	}
	lines = append(lines, v.Say("Its card with the whole story is in %s.", channel(r.CardChannel)))
	signed := r.Review.Signed.ID != ""
	if signed {
		lines = append(lines, v.Say("*Signed by* %s, %s.", person(r.Review.Signed.ID), v.when(r.Review.At)))
	} else {
		lines = append(lines, v.Say("Somebody who neither asked for it nor decided on it has to look at it and sign. The review stays open until then."))
	}
	m := v.single(lines)
	if !signed {
		sign := slack.NewButtonBlockElement(ActionReview, strconv.FormatUint(uint64(r.ID), 10), plainText(v.Say("Sign the review")))
		sign.WithStyle(slack.StylePrimary).WithConfirm(slack.NewConfirmationBlockObject(
			plainText(v.Say("Sign the review of %s?", r.ID)),
			plainText(v.Say("You say with your name that you have looked at what was done and why, and that it was right or is being followed up. It cannot be taken back.")),
			plainText(v.Say("Sign")), plainText(v.Say("Not yet")),
		))
		m.Blocks = append(m.Blocks, slack.NewActionBlock("review", sign))
	}
	return m
}

// ReviewReminder reminds of a review that is open.
func (v Renderer) ReviewReminder(r approvals.Request) Message {
	return Message{Text: v.Say("The review of *%s* is still open, which %s asked for and which broke the glass on %s. "+
		"Somebody who neither asked for it nor decided on it has to look at it and sign it with the button on the review.", r.ID, person(r.Requester.ID), v.day(r.DecidedAt))}
}

// What the log calls messages on break glass that could not be posted and of
// which the thread of the request's card tells.
const (
	LostBreakGlass = "break-glass"
	LostReview     = "review"
)

// unreached says that those who are to know of break glass do not.
func (v Renderer) unreached(e approvals.Event) string {
	why := Plain(e.Data["error"], 60)
	switch e.Data["as"] {
	case LostBreakGlass:
		return v.Say("The channel that is told of break glass could not be reached (%s), so nobody there knows of this: tell them yourselves.", why)
	case LostReview:
		return v.Say("The channel that is told of break glass could not be reached (%s), so nobody there is asked for the review: tell them yourselves. I try again with each reminder of it.", why)
	}
	return ""
}

// Outside tells of resets that Intune has recorded and that nobody asked for
// here, MaxOutside in a message.
func (v Renderer) Outside(events []approvals.Event) []Message {
	var out []Message
	for len(events) > 0 {
		n := min(MaxOutside, len(events))
		out = append(out, v.outside(events[:n]))
		events = events[n:]
	}
	return out
}

func (v Renderer) outside(events []approvals.Event) Message {
	lines := []string{warning + v.Say("*%d passcodes were reset in Intune's own tools, without a second person*", len(events))}
	for _, e := range events {
		lines = append(lines, within(maxText/MaxOutside-20, 60, func(limit int) string { return v.outsideLine(e, limit) }))
	}
	if len(events) == 1 {
		lines = append(lines, v.Say("Nobody asked for it here. If you do not know why, ask who did it, and look at the device in the Intune admin center."))
	} else {
		lines = append(lines, v.Say("Nobody asked for them here. If you do not know why, ask who did it, and look at the devices in the Intune admin center."))
	}
	m := v.single(lines)
	m.Text = v.spoken(strings.Split(m.Text, "\n"))
	return m
}

func (v Renderer) outsideLine(e approvals.Event, limit int) string {
	name := Plain(e.Data["device_name"], limit)
	if name == "" {
		name = v.Say("device %s", Plain(e.Device, 40))
	}
	if v.Page != nil {
		name = link(v.Page(e.Device), name)
	}
	s := "• " + v.owned(name, Plain(e.Data["owner"], limit)) + ": "
	if who := e.Data["by"]; who != "" {
		s += v.Say("reset by %s", Plain(who, limit))
	} else {
		s += v.Say("reset by somebody whom Intune does not name")
	}
	if at, err := time.Parse(time.RFC3339, e.Data["at"]); err == nil {
		s = v.list([]string{s, v.when(at)})
	}
	return s
}

// Anchor says how long the log was, with the line that a check of it takes.
func (v Renderer) Anchor(e approvals.Event) Message {
	sentence := v.Say("The log of passcodebot ended with event %s when this was written; `passcodebot audit verify` finds with this line whether anything up to it was changed:", Plain(e.Data["through"], 20))
	return v.single([]string{sentence, "```" + verbatim(e.Text) + "```"})
}
