package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/command"
)

// Error renders the sentence of an error, for the one person whom it
// concerns.
func Error(err error) Message {
	e := approvals.AsError(err)
	s := within(maxText/2, 1500, func(limit int) string { return Plain(e.Text, limit) })
	if e.Hint != "" {
		s += " " + within(maxText/3, 1000, func(limit int) string { return prose(e.Hint, limit) })
	}
	return Message{Text: s + places(e.Channels)}
}

// places names channels behind a sentence that ends with a colon.
func places(channels []string) string {
	var names []string
	for _, c := range channels {
		names = append(names, "<#"+c+">")
	}
	if len(names) == 0 {
		return ""
	}
	return " " + someOf(names, ", ")
}

// Stored tells the requester that a request is being looked into.
func Stored(r approvals.Request, pings []string) Message {
	s := fmt.Sprintf("%s is stored. I look the devices up in Intune and then post the request", r.ID)
	if r.CardChannel != r.Channel {
		s += " in <#" + r.CardChannel + ">"
	} else {
		s += " here"
	}
	s += ", for somebody else to approve."
	if len(pings) > 0 {
		s += " You name " + Plain(strings.Join(pings, ", "), 100) + "; that is shown as text, and nobody is notified by it."
	}
	return Message{Text: s}
}

// Delayed tells the requester that a check is put off.
func Delayed(r approvals.Request, why string) Message {
	return Message{Text: fmt.Sprintf("%s waits: %s I keep trying until %s; you need do nothing.", r.ID, sentence(why), when(r.ExpiresAt))}
}

func sentence(s string) string {
	s = Plain(s, 300)
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// Rejected tells the requester why a request can't go on, and where it could
// where that is what is wrong with it.
func Rejected(r approvals.Request, channels ...string) Message {
	return Message{Text: fmt.Sprintf("%s was turned down: %s", r.ID, closing(r)) + places(channels)}
}

// closing says why a request ended before its time.
func closing(r approvals.Request) string {
	return within(maxSection-500, 1500, func(limit int) string { return prose(r.Closing, limit) })
}

// Lapsed tells the requester that a request without a card has expired.
func Lapsed(r approvals.Request) Message {
	return Message{Text: fmt.Sprintf("%s expired before its card could be posted. Nothing was reset. If it is still needed, ask again with `/reset-passcode`.", r.ID)}
}

// Unpostable tells the requester that the card can't be posted, and why, by
// Slack's code.
func Unpostable(r approvals.Request, why string) Message {
	cause, remedy := "Slack refuses it ("+Plain(why, 100)+")", "Ask an admin of the workspace to let me post there"
	switch why {
	case "not_in_channel", "channel_not_found":
		cause, remedy = "I am not in that channel", "Invite me there with `/invite @passcodebot`"
	case "is_archived":
		cause, remedy = "that channel is archived", "Bring it back, or ask in another channel"
	}
	return Message{Text: fmt.Sprintf("I cannot post %s in <#%s>: %s. %s; I keep trying until %s.",
		r.ID, r.CardChannel, cause, remedy, when(r.ExpiresAt))}
}

// List renders the open requests that one person may see.
func List(rs []approvals.Request, me string) Message {
	if len(rs) == 0 {
		return Message{Text: "No open requests. Ask with `/reset-passcode`; `/reset-passcode help` shows how."}
	}
	lines := []string{fmt.Sprintf("*%s*", count(len(rs), "open request", "open requests"))}
	for i, r := range rs {
		if i == 20 {
			lines = append(lines, fmt.Sprintf("and %d more.", len(rs)-i))
			break
		}
		who := person(r.Requester.ID)
		if r.Requester.ID == me {
			who = "you"
		}
		lines = append(lines, fmt.Sprintf("• *%s* by %s, %s: %s. %s", r.ID, who, requested(r), Plain(r.Reason, 80), waits(r)))
	}
	return single(lines)
}

func requested(r approvals.Request) string {
	if r.State == approvals.Checking {
		return "devices being looked up"
	}
	return devices(len(r.Targets))
}

// waits says who waits for whom.
func waits(r approvals.Request) string {
	switch r.State {
	case approvals.Checking:
		return "Waits for Intune."
	case approvals.Pending:
		left := r.Missing()
		return fmt.Sprintf("Waits for %s of %s, until %s.", count(left, "approval", "approvals"), audience(r.Approvers), when(r.ExpiresAt))
	case approvals.Approved, approvals.Running:
		return "Under way."
	}
	return ""
}

// Show renders one request for one person.
func (v Renderer) Show(r approvals.Request) Message {
	lines := append([]string{"*" + title(r) + "*"}, whole("Asked by "+person(r.Requester.ID)+" "+when(r.CreatedAt)+". Reason: ", r.Reason)...)
	for _, t := range statement(r) {
		s, _ := t.brief()
		lines = append(lines, t.label+s)
	}
	if s := terms(r); s != "" {
		lines = append(lines, s)
	}
	lines = append(lines, earlier(r, len(r.Targets))...)
	lines = append(lines, voided(r)...)
	if s := status(r, false); s != "" {
		lines = append(lines, s)
	}
	if r.Closing != "" {
		// Of channels where it could be asked, the answer to the command told.
		lines = append(lines, strings.TrimSuffix(closing(r), ":"))
	}
	for i, t := range r.Targets {
		if i == 15 {
			lines = append(lines, fmt.Sprintf("and %s more; the thread lists them.", devices(len(r.Targets)-i)))
			break
		}
		what := phase(t, 150)
		if t.Result.Phase == approvals.Waiting && r.State.Ended() {
			what = "not reset"
		}
		line := "• " + v.page(t.Device) + ": " + what
		if s := againFor(r.Earlier, t.Device, r.ReadyAt); s != "" {
			line += " · " + s
		}
		lines = append(lines, line)
	}
	lines = append(lines, leftOut(r.LeftOut, r.Narrowed, 5, 3, "; the card and its thread list them")...)
	return single(lines)
}

// Trial renders what a dry run found.
func (v Renderer) Trial(t approvals.Trial, now time.Time) Message {
	lines := []string{fmt.Sprintf("*Dry run: %s could be reset. Nothing was changed.*", passcodes(len(t.Targets)))}
	if t.Refusal != nil {
		lines[0] = "*Dry run: this would be turned down. Nothing was changed.* " + Error(t.Refusal).Text
	}
	for i, target := range t.Targets {
		if i == 15 {
			lines = append(lines, fmt.Sprintf("and %s more.", devices(len(t.Targets)-i)))
			break
		}
		lines = append(lines, "• "+inLine(target, t.Earlier, now, now))
	}
	lines = append(lines, again(t.Earlier, t.Targets, len(t.Targets), "", now)...)
	lines = append(lines, leftOut(t.LeftOut, t.Narrowed, 10, 3, "")...)
	if len(t.Targets) > 0 || len(t.Able) > 0 {
		needs := needed(t.Quorum, t.Groups)
		if t.Rule != "" {
			needs += ", by the rule “" + Plain(t.Rule, 60) + "”"
		}
		lines = append(lines, fmt.Sprintf("It needs %s. Could approve: %s.", needs, names(t.Able)))
	}
	return single(lines)
}

// names lists people without mentioning them.
func names(people []approvals.Person) string {
	if len(people) == 0 {
		return "nobody now"
	}
	var out []string
	for _, p := range people {
		name := p.Name
		if name == "" {
			name = p.ID
		}
		out = append(out, Plain(name, 60))
	}
	return someOf(out, ", ")
}

// Help renders what can be typed.
func Help() Message {
	lines := []string{"*How to ask for a passcode reset*"}
	for _, f := range command.Forms() {
		lines = append(lines, "• "+code("/reset-passcode "+f.Usage, 200)+" "+Plain(f.Meaning, 300)+" Example: "+code("/reset-passcode "+f.Example, 300))
	}
	lines = append(lines, "Somebody else has to approve; then I call Intune and report in the thread.")
	return single(lines)
}

// Lost tells the people of a request that its card can't be reached any more,
// and why.
func Lost(r approvals.Request, why string) Message {
	s := "The card of *" + r.ID.String() + "* in <#" + r.CardChannel + "> cannot be reached any more"
	if why != "" {
		s += ": " + Plain(why, 200)
	}
	if r.State.Ended() {
		return Message{Text: s + ". I tell you here what there is still to say."}
	}
	if r.State == approvals.Pending {
		return Message{Text: s + ". Nobody can approve the request any more, so that it will expire: cancel it with `/reset-passcode cancel " +
			r.ID.String() + "` and ask again in another channel. I tell you here what comes of it."}
	}
	return Message{Text: s + ". The request goes on, and I tell you here what comes of it."}
}

// About puts the number of its request before a message that is read
// outside of the request's thread.
func About(r approvals.Request, m Message) Message {
	about := "About *" + r.ID.String() + "*, whose card cannot be reached any more:"
	blocks := m.Blocks
	if len(blocks) == maxBlocks {
		blocks = nil // the text says the same
	}
	if len(blocks) > 0 {
		blocks = append([]slack.Block{markdown(about)}, blocks...)
	}
	return Message{Text: about + "\n" + m.Text, Blocks: blocks}
}
