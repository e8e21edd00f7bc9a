package view

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/command"
)

// Error renders the sentence of an error, for the one person whom it
// concerns.
func (v Renderer) Error(err error) Message {
	e := approvals.AsError(err)
	s := within(maxText/2, 1500, func(limit int) string { return v.stored(e.Text, limit) })
	if e.Hint != "" {
		s += " " + within(maxText/3, 1000, func(limit int) string { return v.advice(e.Hint, limit) })
	}
	return Message{Text: s + v.places(e.Channels)}
}

// FieldError is the sentence of an error as it may stand at a field of a form,
// which shows plain text.
func (v Renderer) FieldError(err error) string {
	e := approvals.AsError(err)
	s := approvals.Excerpt(visible(v.Known(e.Text), 1500), 1500)
	if e.Hint != "" {
		s += " " + approvals.Excerpt(visible(v.Known(e.Hint), 1000), 1000)
	}
	return strings.ReplaceAll(s, mark, "")
}

// places names channels behind a sentence that ends with a colon.
func (v Renderer) places(channels []string) string {
	var names []string
	for _, c := range channels {
		names = append(names, channel(c))
	}
	if len(names) == 0 {
		return ""
	}
	return " " + v.someOf(names)
}

// Stored tells the requester that a request is being looked into.
func (v Renderer) Stored(r approvals.Request, pings []string) Message {
	s := v.Say("%s is stored. I look the devices up in Intune and then post the request here, for somebody else to approve.", r.ID)
	if r.CardChannel != r.Channel {
		s = v.Say("%s is stored. I look the devices up in Intune and then post the request in %s, for somebody else to approve.", r.ID, channel(r.CardChannel))
	}
	if len(pings) > 0 {
		s += " " + v.Say("You name %s; that is shown as text, and nobody is notified by it.", Plain(v.list(pings), 100))
	}
	return Message{Text: s}
}

// Delayed tells the requester that a check is put off.
func (v Renderer) Delayed(r approvals.Request, why string) Message {
	return Message{Text: v.Say("%s waits: %s I keep trying until %s; you need do nothing.", r.ID, v.sentence(why), v.when(r.ExpiresAt))}
}

// sentence is a stored text that ends as a sentence does.
func (v Renderer) sentence(s string) string {
	s = v.stored(s, 300)
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "。") {
		return s
	}
	return v.Say("%s.", s)
}

// Rejected tells the requester why a request can't go on, and where it could
// where that is what is wrong with it.
func (v Renderer) Rejected(r approvals.Request, channels ...string) Message {
	return Message{Text: v.Say("%s was turned down: %s", r.ID, v.closing(r)) + v.places(channels)}
}

// closing says why a request ended before its time.
func (v Renderer) closing(r approvals.Request) string {
	return within(maxSection-500, 1500, func(limit int) string { return v.advice(r.Closing, limit) })
}

// Lapsed tells the requester that a request without a card has expired.
func (v Renderer) Lapsed(r approvals.Request) Message {
	return Message{Text: v.Say("%s expired before its card could be posted. Nothing was reset. If it is still needed, ask again with `/reset-passcode`.", r.ID)}
}

// Unpostable tells the requester that the card can't be posted, and why, by
// Slack's code.
func (v Renderer) Unpostable(r approvals.Request, why string) Message {
	there, until := channel(r.CardChannel), v.when(r.ExpiresAt)
	switch why {
	case "not_in_channel", "channel_not_found":
		return Message{Text: v.Say("I cannot post %s in %s: I am not in that channel. Invite me there with `/invite @passcodebot`; I keep trying until %s.", r.ID, there, until)}
	case "is_archived":
		return Message{Text: v.Say("I cannot post %s in %s: that channel is archived. Bring it back, or ask in another channel; I keep trying until %s.", r.ID, there, until)}
	}
	return Message{Text: v.Say("I cannot post %s in %s: Slack refuses it (%s). Ask an admin of the workspace to let me post there; I keep trying until %s.",
		r.ID, there, Plain(why, 100), until)}
}

// List renders the open requests that one person may see.
func (v Renderer) List(rs []approvals.Request, me string) Message {
	if len(rs) == 0 {
		return Message{Text: v.Say("No open requests. Ask with `/reset-passcode`; `/reset-passcode help` shows how.")}
	}
	lines := []string{v.Say("*%d open requests*", len(rs))}
	for i, r := range rs {
		if i == 20 {
			lines = append(lines, v.Say("and %d more.", len(rs)-i))
			break
		}
		line := v.Say("*%s* by %s, %s: %s. %s", r.ID, person(r.Requester.ID), v.requested(r), Plain(r.Reason, 80), v.waits(r))
		if r.Requester.ID == me {
			line = v.Say("*%s* by you, %s: %s. %s", r.ID, v.requested(r), Plain(r.Reason, 80), v.waits(r))
		}
		lines = append(lines, "• "+line)
	}
	return v.single(lines)
}

func (v Renderer) requested(r approvals.Request) string {
	if r.State == approvals.Checking {
		return v.Say("devices being looked up")
	}
	return v.devices(len(r.Targets))
}

// waits says who waits for whom.
func (v Renderer) waits(r approvals.Request) string {
	switch r.State {
	case approvals.Checking:
		return v.Say("Waits for Intune.")
	case approvals.Pending:
		return v.Say("Waits for %d approvals of %s, until %s.", r.Missing(), v.audience(r.Approvers), v.when(r.ExpiresAt))
	case approvals.Approved, approvals.Running:
		return v.Say("Under way.")
	}
	return ""
}

// Show renders one request for one person.
func (v Renderer) Show(r approvals.Request) Message {
	lines := append([]string{"*" + v.title(r) + "*"}, whole(v.Say("Asked by %s %s. Reason: ", person(r.Requester.ID), v.when(r.CreatedAt)), r.Reason)...)
	lines = append(lines, v.borrowed(r)...)
	for _, t := range v.statement(r) {
		s, _ := t.brief()
		lines = append(lines, t.label+s)
	}
	if s := v.terms(r); s != "" {
		lines = append(lines, s)
	}
	lines = append(lines, v.earlier(r, len(r.Targets))...)
	lines = append(lines, v.voided(r)...)
	if s := v.status(r, false); s != "" {
		lines = append(lines, s)
	}
	if r.Closing != "" && (r.State != approvals.Rejected || r.ReadyAt.IsZero()) { // else the status has said it
		// Of channels where it could be asked, the answer to the command told.
		lines = append(lines, strings.TrimSuffix(v.closing(r), ":"))
	}
	for i, t := range r.Targets {
		if i == 15 {
			lines = append(lines, v.Say("and %d devices more; the thread lists them.", len(r.Targets)-i))
			break
		}
		what := v.phase(t, 150)
		if t.Result.Phase == approvals.Waiting && r.State.Ended() {
			what = v.Say("not reset")
		}
		line := "• " + v.page(t.Device) + ": " + what
		if s := v.againFor(r.Earlier, t.Device, r.ReadyAt); s != "" {
			line += " · " + s
		}
		lines = append(lines, line)
	}
	lines = append(lines, v.leftOut(r.LeftOut, r.Narrowed, 5, 3, onCard)...)
	return v.single(lines)
}

// Trial renders what a dry run found.
func (v Renderer) Trial(t approvals.Trial, now time.Time) Message {
	lines := []string{v.Say("*Dry run: %d passcodes could be reset. Nothing was changed.*", len(t.Targets))}
	if t.Refusal != nil {
		lines[0] = v.Say("*Dry run: this would be turned down. Nothing was changed.* %s", v.Error(t.Refusal).Text)
	}
	for i, target := range t.Targets {
		if i == 15 {
			lines = append(lines, v.Say("and %d devices more.", len(t.Targets)-i))
			break
		}
		lines = append(lines, "• "+v.inLine(target, t.Earlier, now, now, true))
	}
	lines = append(lines, v.again(t.Earlier, t.Targets, len(t.Targets), "", now)...)
	lines = append(lines, v.leftOut(t.LeftOut, t.Narrowed, 10, 3, nowhere)...)
	if len(t.Targets) > 0 || len(t.Able) > 0 {
		needs := v.needed(t.Quorum, t.Groups)
		if t.Rule != "" {
			needs = v.Say("%s, by the rule “%s”", needs, Plain(t.Rule, 60))
		}
		lines = append(lines, v.Say("It needs %s. Could approve: %s.", needs, v.names(t.Able)))
	}
	return v.single(lines)
}

// names lists people, for one reader: nobody is notified by it.
// Slack: mentions in modals, and in what one person alone sees, notify nobody.
func (v Renderer) names(people []approvals.Person) string {
	if len(people) == 0 {
		return v.Say("nobody now")
	}
	var out []string
	for _, p := range people {
		out = append(out, person(p.ID))
	}
	return v.someOf(out)
}

// Help renders what can be typed.
func (v Renderer) Help() Message {
	lines := []string{v.Say("*How to ask for a passcode reset*")}
	for _, f := range command.Forms() {
		lines = append(lines, "• "+v.Say("%s %s Example: %s", code("/reset-passcode "+f.Usage, 200), Plain(v.Known(f.Meaning), 300), code("/reset-passcode "+f.Example, 300)))
	}
	lines = append(lines, v.Say("Type %s alone for a form to fill in; in threads, mention me with the same words.", code("/reset-passcode", 20)))
	lines = append(lines, v.Say("Somebody else has to approve; then I call Intune and report in the thread."))
	return v.single(lines)
}

// Lost tells the people of a request that its card can't be reached any more,
// and why.
func (v Renderer) Lost(r approvals.Request, why string) Message {
	s := v.Say("The card of *%s* in %s cannot be reached any more.", r.ID, channel(r.CardChannel))
	if why != "" {
		s = v.Say("The card of *%s* in %s cannot be reached any more: %s.", r.ID, channel(r.CardChannel), v.stored(why, 200))
	}
	switch {
	case r.State.Ended():
		s += " " + v.Say("I tell you here what there is still to say.")
	case r.State == approvals.Pending:
		s += " " + v.Say("On its card nobody can decide any more; in App Home they still can, until it expires. You can also cancel it with `/reset-passcode cancel %s` and ask again in another channel. I tell you here what comes of it.", r.ID)
	default:
		s += " " + v.Say("The request goes on, and I tell you here what comes of it.")
	}
	return Message{Text: s}
}

// About puts the number of its request before a message that is read
// outside of the request's thread.
func (v Renderer) About(r approvals.Request, m Message) Message {
	about := v.Say("About *%s*, whose card cannot be reached any more:", r.ID)
	blocks := m.Blocks
	if len(blocks) == maxBlocks {
		blocks = nil // the text says the same
	}
	if len(blocks) > 0 {
		blocks = append([]slack.Block{markdown(about)}, blocks...)
	}
	return Message{Text: about + "\n" + m.Text, Blocks: blocks}
}
