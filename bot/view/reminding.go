package view

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// reminder calls a request to mind whose time runs out: the approvers at half
// of it, and the escalation when little is left.
func (v Renderer) reminder(r approvals.Request, e approvals.Event) string {
	if r.State != approvals.Pending {
		return "" // it was decided before this could be said
	}
	var whom approvals.Audience
	if s := e.Data["groups"]; s != "" {
		whom.Groups = strings.Split(s, ",")
	}
	if s := e.Data["people"]; s != "" {
		whom.People = strings.Split(s, ",")
	}
	who := v.audience(whom)
	missing, until := r.Missing(), v.when(r.ExpiresAt)
	switch {
	case who == "":
		return v.Say("%s still waits for %d approvals, and expires %s.", r.ID.String(), missing, until)
	case e.Data["step"] == "escalation":
		return v.Say("%s: %s has waited for %d approvals for most of its time, and expires %s. See that somebody decides on its card.", who, r.ID.String(), missing, until)
	}
	return v.Say("%s: %s still waits for %d approvals, and half of its time is over. Approve or deny it on its card until %s.", who, r.ID.String(), missing, until)
}

// origin says of which request's failed devices this one is for, and that it
// was asked for in a thread, with the way there.
func (v Renderer) origin(r approvals.Request) []string {
	var lines []string
	if r.Again != 0 {
		lines = append(lines, v.Say("It asks once more for the devices of %s whose reset failed.", r.Again.String()))
	}
	lines = append(lines, v.borrowed(r)...)
	switch {
	case r.ThreadLink != "":
		lines = append(lines, v.Say("Asked in %s.", link(r.ThreadLink, v.Say("this thread"))))
	case r.Thread != "":
		lines = append(lines, v.Say("Asked in a thread of <#%s>.", r.Channel))
	}
	return lines
}

// borrowed says whose the reason is, where it is not the requester's own.
func (v Renderer) borrowed(r approvals.Request) []string {
	if r.Borrowed.By.ID == "" {
		return nil
	}
	return []string{v.Say("The reason is that of %s, of %s.", person(r.Borrowed.By.ID), r.Borrowed.Of.String())}
}

// offer puts a button to a message with which the failed devices are asked for
// again, where there are any.
func (v Renderer) offer(m *Message, r approvals.Request) {
	if r.Count(approvals.Failed, approvals.Skipped, approvals.FailedOnDevice) == 0 {
		return
	}
	m.Blocks = append(m.Blocks, slack.NewActionBlock("again", slack.NewButtonBlockElement(
		ActionAgain, strconv.FormatUint(uint64(r.ID), 10), plainText(v.Say("Try the failed ones again")),
	)))
	m.Text += "\n" + v.Say("This message has a button to try the failed ones again.")
}
