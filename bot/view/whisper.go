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
	s := Plain(e.Text, 1500)
	if e.Hint != "" {
		s += " " + prose(e.Hint, 1500)
	}
	for i, c := range e.Channels {
		sep := ", "
		if i == 0 {
			sep = " "
		}
		s += sep + "<#" + c + ">"
	}
	return Message{Text: s}
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
		s += " Your reason names " + Plain(strings.Join(pings, ", "), 100) + "; it is shown, and nobody is notified by it."
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

// Rejected tells the requester why a request can't go on.
func Rejected(r approvals.Request) Message {
	return Message{Text: fmt.Sprintf("%s was turned down: %s", r.ID, prose(r.Closing, 1500))}
}

// Lapsed tells the requester that a request without a card has expired.
func Lapsed(r approvals.Request) Message {
	return Message{Text: fmt.Sprintf("%s has expired before its card could be posted. Nothing was reset. If it is still needed, ask again with `/reset-passcode`.", r.ID)}
}

// Unpostable tells the requester that the card can't be posted.
func Unpostable(r approvals.Request, why string) Message {
	return Message{Text: fmt.Sprintf("I cannot post %s in <#%s>: %s. Invite me there with `/invite @passcodebot`; I keep trying until %s.",
		r.ID, r.CardChannel, Plain(why, 100), when(r.ExpiresAt))}
}

// List renders the open requests that one person may see.
func List(rs []approvals.Request, me string, now time.Time) Message {
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
		lines = append(lines, fmt.Sprintf("• *%s* by %s, %s: %s. %s", r.ID, who, requested(r), Plain(r.Reason, 80), waits(r, me)))
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
func waits(r approvals.Request, me string) string {
	switch r.State {
	case approvals.Checking:
		return "Waits for Intune."
	case approvals.Pending:
		left := r.Quorum - r.Approvals()
		return fmt.Sprintf("Waits for %s of %s, until %s.", count(left, "approval", "approvals"), audience(r.Approvers), when(r.ExpiresAt))
	case approvals.Approved, approvals.Running:
		return "Under way."
	}
	return ""
}

// Show renders one request for one person.
func (v Renderer) Show(r approvals.Request, now time.Time) Message {
	lines := []string{"*" + title(r) + "*", "Asked by " + person(r.Requester.ID) + " " + when(r.CreatedAt) + ". Reason: " + Plain(r.Reason, 1000)}
	if s := status(r, false); s != "" {
		lines = append(lines, s)
	}
	if r.Closing != "" {
		lines = append(lines, prose(r.Closing, 1500))
	}
	for i, t := range r.Targets {
		if i == 15 {
			lines = append(lines, fmt.Sprintf("and %s more; the thread lists them.", devices(len(r.Targets)-i)))
			break
		}
		name := Plain(t.Device.Name, 60)
		if v.Page != nil {
			name = link(v.Page(t.Device.ID), name)
		}
		lines = append(lines, "• "+name+": "+phase(t))
	}
	lines = append(lines, v.leftOut(r, 5)...)
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
		lines = append(lines, "• "+strings.ReplaceAll(v.target(approvals.Request{}, target, now), "\n", " · "))
	}
	lines = append(lines, v.leftOut(approvals.Request{LeftOut: t.LeftOut, Narrowed: t.Narrowed}, 10)...)
	if len(t.Targets) > 0 || len(t.Able) > 0 {
		var able []string
		for _, p := range t.Able {
			able = append(able, Plain(p.Name, 60))
		}
		if len(able) == 0 {
			able = []string{"nobody now"}
		}
		lines = append(lines, fmt.Sprintf("It needs %s. Could approve: %s.", count(t.Quorum, "approval", "approvals"), strings.Join(able, ", ")))
	}
	return single(lines)
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
