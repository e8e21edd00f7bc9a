package view

import (
	"cmp"
	"strings"

	"github.com/slack-go/slack"
)

// Invitation offers the form to somebody who wants to ask: a mention can't
// open it by itself. The thread and the person that it is for may be empty.
func (v Renderer) Invitation(thread, who string) Message {
	s := v.Say("Open the form to ask for a passcode reset.")
	if who != "" {
		s = v.Say("Open the form to ask for a passcode reset for %s.", person(who))
	}
	return v.invite(s, thread, who)
}

// Greeting answers what is not understood.
func (v Renderer) Greeting(self, thread string) Message {
	me := "passcodebot"
	if self != "" {
		me = person(self)
	}
	return v.invite(v.Say("I am here for passcode resets, and did not understand that. You can open the form, or type `list` or `show R-7` behind %s; `help` shows all.", me), thread, "")
}

// NobodyHere answers a request in a direct message, whose card nobody else
// would see.
func (v Renderer) NobodyHere() Message {
	return v.invite(v.Say("Nobody else reads this, so nobody could approve it here. Ask in a channel, or open the form and choose one."), "", "")
}

// NotYetStored tells somebody that what they said could not be stored, and
// that Slack tells it again.
func (v Renderer) NotYetStored() Message {
	return Message{Text: v.Say("This could not be written to the database yet. Slack gives it to me again within some minutes; you need do nothing. I answer when it is done; if I do not, tell the people who run passcodebot.")}
}

// invite is a message with the button that opens the form. Its value carries
// ids and nothing that is trusted.
func (v Renderer) invite(s, thread, who string) Message {
	open := slack.NewButtonBlockElement(FormOpen, cmp.Or(strings.TrimSpace(thread+" "+who), "here"), plainText(v.Say("Open the form")))
	open.Style = slack.StylePrimary
	return Message{Text: s, Blocks: []slack.Block{markdown(s), slack.NewActionBlock("form", open)}}
}
