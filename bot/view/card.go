package view

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/words"
)

// Renderer renders requests in the language that it speaks; the zero Renderer
// speaks English. Page gives the address of a device's page in the Intune
// admin center.
type Renderer struct {
	words.Speaker
	Page func(device string) string
}

// In returns the Renderer that speaks a language.
func (v Renderer) In(l words.Language) Renderer {
	v.Speaker = words.In(l)
	return v
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

// card renders the card with as much as there is room for. Its text is in
// another order than its blocks: where it is too long, what an approver needs
// most is not what is cut.
func (v Renderer) card(r approvals.Request, now time.Time, n room, reason int) Message {
	var m Message
	add := func(b ...slack.Block) { m.Blocks = append(m.Blocks, b...) }
	say := func(lines ...string) []string {
		for _, s := range sections(lines) {
			add(markdown(s))
		}
		return lines
	}

	add(heading(v.title(r)))
	asked := v.Say("*Asked by* %s", person(r.Requester.ID))
	if r.CardChannel != r.Channel {
		asked = v.Say("*Asked by* %s in %s", person(r.Requester.ID), channel(r.Channel))
	}
	why, origin := v.labelled(v.texts(r)[0]), v.origin(r)
	say(append([]string{asked, why}, origin...)...)
	first := append([]string{v.title(r), asked, why}, say(v.Unusual(r)...)...)
	var beside []string
	for _, t := range v.statement(r) {
		beside = append(beside, v.labelled(t))
	}
	terms := v.terms(r)
	if terms != "" {
		say(append(beside[:len(beside):len(beside)], terms)...)
	} else {
		say(beside...)
	}
	rest := append(append(beside, origin...), say(v.earlier(r, n.targets)...)...)
	var devices []string
	for _, t := range r.Targets[:n.targets] {
		devices = append(devices, strings.Split(say(v.target(r, t, reason, now))[0], "\n")...)
	}
	if hidden := len(r.Targets) - n.targets; hidden > 0 {
		more := v.Say("and %d more; the thread lists all %d.", hidden, len(r.Targets))
		if n.targets == 0 {
			more = v.Say("%d devices; the thread lists them.", hidden)
		}
		add(footnote(more))
		devices = append(devices, more)
	}
	if lines := v.leftOut(r.LeftOut, r.Narrowed, n.leftOut, n.narrowed, inThread); len(lines) > 0 {
		add(slack.NewDividerBlock())
		devices = append(devices, say(lines...)...)
	}
	rest = append(rest, say(v.voided(r)...)...)
	status := v.status(r, true)
	if status != "" {
		add(footnote(status))
	}
	var last []string
	if b := v.buttons(r); b != nil {
		add(b)
		if r.State == approvals.Pending {
			last = append(last, v.Say("This message has buttons to approve, to deny, to see the details and to cancel."))
		} else {
			last = append(last, v.Say("This message has a button to see the details."))
		}
	}
	for _, s := range []string{status, terms} {
		if s != "" {
			first = append(first, s)
		}
	}
	m.Text = v.spoken(append(append(first, rest...), devices...), last...)
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

// buttons are those of a card, as long as there is anything to do on it.
func (v Renderer) buttons(r approvals.Request) slack.Block {
	value := strconv.FormatUint(uint64(r.ID), 10)
	button := func(action, label string) *slack.ButtonBlockElement {
		return slack.NewButtonBlockElement(action, value, plainText(label))
	}
	details := button(ActionDetails, v.Say("Details"))
	switch r.State {
	case approvals.Approved, approvals.Running:
		return slack.NewActionBlock("decide", details)
	case approvals.Pending:
	default:
		return nil
	}
	n := len(r.Targets)
	approve := button(ActionApprove, v.Say("Approve")).WithStyle(slack.StylePrimary).WithConfirm(slack.NewConfirmationBlockObject(
		plainText(v.Say("Reset %d passcodes?", n)),
		plainText(v.Say("You approve %s for %d devices. Once enough people have approved, Intune resets at once, and it cannot be undone.", r.ID, n)),
		plainText(v.Say("Approve for %d devices", n)), plainText(v.Say("Not yet")),
	))
	// The form that Deny opens is its confirmation.
	deny := button(ActionDeny, v.Say("Deny…")).WithStyle(slack.StyleDanger)
	return slack.NewActionBlock("decide", approve, deny, details, button(ActionCancel, v.Say("Cancel")))
}
