package view

import (
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// Personal is what events of a request say to one person by direct message:
// to the requester each change that is not their own act, and to who is asked
// by name that they are. It has no text where they say nothing to that person.
// Link is the address of the card; it may be empty.
func (v Renderer) Personal(r approvals.Request, events []approvals.Event, who, link string) Message {
	if who == r.Requester.ID {
		return v.toRequester(r, events, link)
	}
	return v.toNamed(r, events, who, link, false)
}

// Cardless is Personal for a request whose card can't be reached any more.
// What its thread would say comes to the requester in other messages, so that
// the question what became of a passcode alone is left.
func (v Renderer) Cardless(r approvals.Request, events []approvals.Event, who string) Message {
	switch {
	case who != r.Requester.ID:
		return v.toNamed(r, events, who, "", true)
	case slices.ContainsFunc(events, func(e approvals.Event) bool { return e.Kind == approvals.HandoverAsked }) && r.Handover.Due:
		return v.HandoverQuestion(r, "")
	}
	return Message{}
}

func (v Renderer) toRequester(r approvals.Request, events []approvals.Event, link string) Message {
	var lines []row
	failed := false // there may be devices to ask for again
	ended := false  // the results stand above, as they are now
	for _, e := range events {
		switch e.Kind {
		case approvals.HandoverAsked:
			if r.Handover.Due && len(lines) == 0 {
				return v.HandoverQuestion(r, link)
			}
		case approvals.BecameReady:
			if r.State == approvals.Pending {
				lines = append(lines, rows([]string{v.Say("It waits for %d approvals of %s, until %s.", r.Missing(), v.audience(r.Approvers), v.when(r.ExpiresAt))})...)
			}
		case approvals.ResetAccepted, approvals.ResetFailed, approvals.ResetSkipped, approvals.ResetUnknown:
			if e.Data["found"] == "afterwards" { // what came of the others is told at the end
				lines = append(lines, rows([]string{v.line(r, e)})...)
			}
		case approvals.RunEnded:
			lines, failed, ended = append(lines, v.summary(r, "")...), true, true
		case approvals.ResetConfirmed, approvals.DeviceFailed, approvals.Unconfirmed:
			if !ended {
				lines = append(lines, rows([]string{v.line(r, e)})...)
				failed = failed || e.Kind == approvals.DeviceFailed
			}
		case approvals.WasCancelled, approvals.MessageLost, approvals.Reminded:
			// Their own act, and what changes nothing.
		default:
			if s := v.line(r, e); s != "" {
				lines = append(lines, rows([]string{s})...)
			}
		}
	}
	if len(lines) == 0 {
		return Message{}
	}
	m := v.about(r, link, lines)
	if failed {
		v.offer(&m, r)
	}
	return m
}

// about is a message on a request outside of its thread. What does not fit is
// in the thread.
func (v Renderer) about(r approvals.Request, link string, lines []row) Message {
	lines = append(rows([]string{"*" + v.linkedTitle(r, link) + "*"}), lines...)
	messages := pages(lines)
	if len(messages) > 1 {
		messages[0].Blocks = append(messages[0].Blocks, footnote(v.Say("The thread of its card has the rest.")))
		messages[0].Text += "\n" + v.Say("The thread of its card has the rest.")
	}
	return messages[0]
}

// linkedTitle is the title of a request that leads to its card.
func (v Renderer) linkedTitle(r approvals.Request, to string) string {
	title := Plain(v.title(r), 150)
	if to == "" {
		return title
	}
	return link(to, title)
}

// toNamed tells somebody who is asked by name, and not by a group, that their
// decision is waited for. Where the card is lost, they can decide in App Home.
func (v Renderer) toNamed(r approvals.Request, events []approvals.Event, who, to string, lost bool) Message {
	waits := r.State == approvals.Pending && !slices.ContainsFunc(r.Decisions, func(d approvals.Decision) bool { return d.Actor.ID == who && d.Void == "" })
	for _, e := range slices.Backward(events) {
		if !waits {
			return Message{}
		}
		asks, until := person(r.Requester.ID), v.when(r.ExpiresAt)
		switch e.Kind {
		case approvals.BecameReady, approvals.Reopened:
			where := v.Say("Approve or deny it on the card, until %s.", until)
			if lost {
				where = v.Say("Its card cannot be reached any more: approve or deny it in App Home, until %s.", until)
			}
			lines := []string{v.Say("You are asked by name to decide on this: %s asks to reset %d passcodes.", asks, len(r.Targets)), v.labelled(v.texts(r)[0])}
			lines = append(append(lines, v.borrowed(r)...), where)
			return v.about(r, to, rows(append(lines, v.Unusual(r)...)))
		case approvals.Reminded:
			waits := v.Say("%s still waits for your decision. It expires %s; approve or deny it on the card.", asks, until)
			if lost {
				waits = v.Say("%s still waits for your decision. It expires %s; its card cannot be reached any more: approve or deny it in App Home.", asks, until)
			}
			return v.about(r, to, rows([]string{waits}))
		}
	}
	return Message{}
}

// HandoverQuestion asks the requester whether the person has set a passcode of
// their own, and reminds of how the temporary one is passed on.
func (v Renderer) HandoverQuestion(r approvals.Request, to string) Message {
	m := v.about(r, to, rows(v.handover(r)))
	value := strconv.FormatUint(uint64(r.ID), 10)
	m.Blocks = append(m.Blocks, slack.NewActionBlock("handover",
		slack.NewButtonBlockElement(ActionOwn, value, plainText(v.Say("Yes, it is done"))).WithStyle(slack.StylePrimary),
		slack.NewButtonBlockElement(ActionNotOwn, value, plainText(v.Say("Not yet: ask me again"))),
	))
	m.Text += "\n" + v.Say("Answer with the buttons of this message.")
	return m
}

// handover is the question, for whom it is, and how to pass a passcode on.
func (v Renderer) handover(r approvals.Request) []string {
	var names []string
	for _, t := range r.Targets {
		if !t.Result.Phase.Taken() {
			continue
		}
		name := "*" + Plain(t.Device.Name, nameRoom) + "*"
		if o := t.Device.Owner.String(); o != "" {
			name = v.Say("%s of %s", name, Plain(o, ownerRoom))
		}
		names = append(names, name)
	}
	return []string{
		v.Say("Have the people set a passcode of their own by now? It is about %s.", v.someOf(names)),
		v.Say("The temporary passcode is on the device's page in the Intune admin center, for seven days. " +
			"Pass it on in a call in which you have verified who you speak with, not by chat or mail."),
	}
}

// HandoverAnswered is the question once it is answered.
func (v Renderer) HandoverAnswered(r approvals.Request, to string) Message {
	if r.Handover.Own {
		return v.about(r, to, rows([]string{v.Say("Thank you. It is written down that a passcode of their own is set; I do not ask again.")}))
	}
	if !r.Handover.Due {
		return v.about(r, to, rows([]string{v.Say("It is written down that no passcode of their own is set yet. I do not ask again.")}))
	}
	return v.about(r, to, rows([]string{v.Say("It is written down that no passcode of their own is set yet. I ask again in a day.")}))
}
