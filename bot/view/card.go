package view

import (
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// The actions of a card's buttons. Each carries the request's number as its
// value and nothing else.
const (
	ActionApprove = "approve"
	ActionDeny    = "deny"
	ActionCancel  = "cancel"
)

// Renderer renders requests. Page gives the address of a device's page in
// the Intune admin center.
type Renderer struct {
	Page func(device string) string
}

// Card renders the one message of a request in its channel, as it stands
// now. It is never over Slack's limits: what it leaves out, it says, and
// Thread tells.
func (v Renderer) Card(r approvals.Request, now time.Time) Message {
	n := v.roomFor(r)
	reason := cardOutcome
	m := v.card(r, now, n, reason)
	// The room is for reasons of plain letters. Others take more, and are
	// whole in the thread.
	for reason > 10 && m.Size() > maxSize {
		reason = reason * 3 / 4
		m = v.card(r, now, n, reason)
	}
	return m
}

// card renders the card with as much as there is room for.
func (v Renderer) card(r approvals.Request, now time.Time, n room, reason int) Message {
	var m Message
	var text []string
	add := func(line string, b ...slack.Block) {
		m.Blocks = append(m.Blocks, b...)
		if line != "" {
			text = append(text, line)
		}
	}
	say := func(line string) { add(line, markdown(line)) }

	add(title(r), heading(title(r)))
	asked := "*Asked by* " + person(r.Requester.ID)
	if r.CardChannel != r.Channel {
		asked += " in <#" + r.Channel + ">"
	}
	say(asked + "\n" + texts(r)[0].line())
	var beside []string
	for _, t := range statement(r) {
		beside = append(beside, t.line())
	}
	if s := terms(r); s != "" {
		beside = append(beside, s)
	}
	for _, s := range sections(beside) {
		say(s)
	}
	for _, s := range sections(earlier(r, n.targets)) {
		say(s)
	}
	// The text has it early, where it is not cut, and does not mention the
	// group once more.
	if s := status(r, false); s != "" {
		text = append(text, s)
	}

	for _, t := range r.Targets[:n.targets] {
		say(v.target(r, t, reason, now))
	}
	if rest := len(r.Targets) - n.targets; rest > 0 {
		more := fmt.Sprintf("and %d more; the thread lists all %d.", rest, len(r.Targets))
		if n.targets == 0 {
			more = fmt.Sprintf("%s; the thread lists them.", devices(rest))
		}
		add(more, footnote(more))
	}
	if lines := leftOut(r.LeftOut, r.Narrowed, n.leftOut, n.narrowed, "; the thread lists them"); len(lines) > 0 {
		add("", slack.NewDividerBlock())
		for _, s := range sections(lines) {
			say(s)
		}
	}
	for _, s := range sections(voided(r)) {
		say(s)
	}
	if s := status(r, true); s != "" {
		add("", footnote(s))
	}
	if r.State == approvals.Pending {
		add("", buttons(r))
	}
	m.Text = spoken(text)
	return m
}

// sections joins lines into texts that each fit a section.
func sections(lines []string) []string {
	var out []string
	for _, m := range paragraphs(lines) {
		for _, b := range m.Blocks {
			out = append(out, b.(*slack.SectionBlock).Text.Text)
		}
	}
	return out
}

func buttons(r approvals.Request) slack.Block {
	value := strconv.FormatUint(uint64(r.ID), 10)
	button := func(action, label string) *slack.ButtonBlockElement {
		return slack.NewButtonBlockElement(action, value, plainText(label))
	}
	n := passcodes(len(r.Targets))
	approve := button(ActionApprove, "Approve").WithStyle(slack.StylePrimary).WithConfirm(slack.NewConfirmationBlockObject(
		plainText("Reset "+n+"?"),
		plainText(fmt.Sprintf("You approve %s for %s. Once enough people have approved, Intune resets at once, and it cannot be undone.", r.ID, devices(len(r.Targets)))),
		plainText("Approve for "+devices(len(r.Targets))), plainText("Not yet"),
	))
	deny := button(ActionDeny, "Deny").WithStyle(slack.StyleDanger).WithConfirm(slack.NewConfirmationBlockObject(
		plainText("Deny "+r.ID.String()+"?"), plainText("This ends the request for everybody. Nothing is reset."),
		plainText("Deny"), plainText("Not yet"),
	))
	return slack.NewActionBlock("decide", approve, deny, button(ActionCancel, "Cancel"))
}
