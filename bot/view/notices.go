package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// ActionReview is the action of the button that signs a review. It carries
// the request's number as its value and nothing else.
const ActionReview = "review"

// MaxOutside is how many resets that were not asked for here one message
// tells of.
const MaxOutside = 10

// BreakGlassNotice tells others at once that a request needs fewer approvals
// than usual.
func BreakGlassNotice(r approvals.Request) Message {
	lines := append([]string{"*Break glass by* " + what(r)}, story(r)...)
	lines = append(lines, fmt.Sprintf("It needs %s; its card is in <#%s>, where it can be denied. Once something was reset I ask here for a review, by somebody who had no part in it.",
		count(r.Quorum, "approval", "approvals"), r.CardChannel))
	return single(lines)
}

// what says who asked for what and where.
func what(r approvals.Request) string {
	return person(r.Requester.ID) + " in <#" + r.Channel + ">: *" + r.ID.String() + "*, to reset " + passcodes(len(r.Targets)) + "."
}

// story is why a request broke the glass, and for which devices.
func story(r approvals.Request) []string {
	var lines []string
	for _, t := range append(statement(r), texts(r)[0]) {
		s, _ := t.brief()
		lines = append(lines, t.label+s)
	}
	if s := terms(r); s != "" {
		lines = append(lines, s)
	}
	for i, t := range r.Targets {
		if i == 5 {
			lines = append(lines, fmt.Sprintf("and %s more; the card's thread lists them.", devices(len(r.Targets)-i)))
			break
		}
		line := "• *" + Plain(t.Device.Name, nameRoom) + "* · " + owner(t.Device)
		if t.Result.Phase != approvals.Waiting && t.Result.Phase != "" {
			t.Result.GraphRequestID = ""
			line += " · " + within(summaryPhase, 80, func(limit int) string { return phase(t, limit) })
		}
		lines = append(lines, line)
	}
	return lines
}

// Review asks for the review of what a request did that broke the glass, and
// once it is signed says by whom.
func Review(r approvals.Request) Message {
	lines := append([]string{
		"*Review of " + r.ID.String() + "*, which broke the glass",
		"Asked for by " + what(r),
	}, story(r)...)
	if by := deciders(r); by != "" {
		lines = append(lines, "Approved by "+by+", "+when(r.DecidedAt)+".")
	}
	lines = append(lines, "Its card with the whole story is in <#"+r.CardChannel+">.")
	signed := r.Review.Signed.ID != ""
	if signed {
		lines = append(lines, "*Signed by* "+person(r.Review.Signed.ID)+", "+when(r.Review.At)+".")
	} else {
		lines = append(lines, "Somebody who neither asked for it nor decided on it has to look at it and sign. The review stays open until then.")
	}
	m := single(lines)
	if !signed {
		sign := slack.NewButtonBlockElement(ActionReview, strconv.FormatUint(uint64(r.ID), 10), plainText("Sign the review"))
		sign.WithStyle(slack.StylePrimary).WithConfirm(slack.NewConfirmationBlockObject(
			plainText("Sign the review of "+r.ID.String()+"?"),
			plainText("You say with your name that you have looked at what was done and why, and that it was right or is being followed up. It cannot be taken back."),
			plainText("Sign"), plainText("Not yet"),
		))
		m.Blocks = append(m.Blocks, slack.NewActionBlock("review", sign))
	}
	return m
}

// ReviewReminder reminds of a review that is open.
func ReviewReminder(r approvals.Request) Message {
	return Message{Text: fmt.Sprintf("The review of *%s* is still open, which %s asked for and which broke the glass on %s. "+
		"Somebody who neither asked for it nor decided on it has to look at it and sign it with the button on the review.", r.ID, person(r.Requester.ID), day(r.DecidedAt))}
}

// What the log calls messages on break glass that could not be posted and of
// which the thread of the request's card tells.
const (
	LostBreakGlass = "break-glass"
	LostReview     = "review"
)

// unreached says that those who are to know of break glass do not.
func unreached(e approvals.Event) string {
	s := "The channel that is told of break glass could not be reached (" + Plain(e.Data["error"], 60) + "), so "
	switch e.Data["as"] {
	case LostBreakGlass:
		return s + "nobody there knows of this: tell them yourselves."
	case LostReview:
		return s + "nobody there is asked for the review: tell them yourselves. I try again with each reminder of it."
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
	lines := []string{fmt.Sprintf("%s*%s in Intune's own tools, without a second person*", warning, count(len(events), "passcode was reset", "passcodes were reset"))}
	for _, e := range events {
		lines = append(lines, within(maxText/MaxOutside-20, 60, func(limit int) string { return v.outsideLine(e, limit) }))
	}
	lines = append(lines, "Nobody asked for "+either(len(events), "it", "them")+" here. If you do not know why, ask who did it, and look at the device in the Intune admin center.")
	m := single(lines)
	m.Text = spoken(strings.Split(m.Text, "\n"))
	return m
}

func (v Renderer) outsideLine(e approvals.Event, limit int) string {
	name := Plain(e.Data["device_name"], limit)
	if name == "" {
		name = "device " + Plain(e.Device, 40)
	}
	if v.Page != nil {
		name = link(v.Page(e.Device), name)
	}
	s := "• *" + name + "*"
	if o := e.Data["owner"]; o != "" {
		s += " of " + Plain(o, limit)
	}
	by := "by somebody whom Intune does not name"
	if who := e.Data["by"]; who != "" {
		by = "by " + Plain(who, limit)
	}
	s += ": " + by
	if at, err := time.Parse(time.RFC3339, e.Data["at"]); err == nil {
		s += ", " + when(at)
	}
	return s
}

// Anchor says how long the log was, with the line that a check of it takes.
func Anchor(e approvals.Event) Message {
	sentence := "The log of passcodebot ended with event " + Plain(e.Data["through"], 20) + " when this was written; `passcodebot audit verify` finds with this line whether anything up to it was changed:"
	return single([]string{sentence, "```" + verbatim(e.Text) + "```"})
}
