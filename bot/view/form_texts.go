package view

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// OtherReason is the code of the reason that must be put into words.
const OtherReason = "other"

// FormReasons lists the codes of the reasons that the form offers.
func FormReasons() []string {
	return []string{"forgot", "locked-out", "incident", "departing", "returned", "provisioning", OtherReason}
}

// ReasonLabel is a reason in words; empty for a code that is none.
func (v Renderer) ReasonLabel(code string) string {
	switch code {
	case "forgot":
		return v.Say("Forgot the passcode")
	case "locked-out":
		return v.Say("Locked out after failed attempts")
	case "incident":
		return v.Say("Security incident")
	case "departing":
		return v.Say("Departing employee")
	case "returned":
		return v.Say("Lost device that was returned")
	case "provisioning":
		return v.Say("Provisioning for a new user")
	case OtherReason:
		return v.Say("Other")
	}
	return ""
}

// Characters that a field takes.
const (
	maxTicket = 100
	maxField  = 3000 // Slack: of a text field
)

// formReasons asks why.
func (v Renderer) formReasons(f Form) []slack.Block {
	var options []*slack.OptionBlockObject
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText(v.Say("Choose a reason")), FormReason)
	for _, code := range FormReasons() {
		o := slack.NewOptionBlockObject(code, plainText(v.ReasonLabel(code)), nil)
		options = append(options, o)
		if code == f.Reason {
			menu.InitialOption = o
		}
	}
	menu.Options = options
	text := textField(FormText, f.Text, f.MaxReason)
	text.Multiline = true
	return []slack.Block{
		formInput(FormReason, v.Say("Reason"), "", menu),
		formInput(FormText, v.Say("In your own words"), v.Say("For who approves. Needed where the reason is “Other”."), text).WithOptional(true),
	}
}

// formTerms asks for what a rule asks for, and for what else can be said.
func (v Renderer) formTerms(f Form) []slack.Block {
	var blocks []slack.Block
	t := f.Looked.Terms
	by := v.Say("The rule “%s” asks for it.", bare(f.Looked.Rule, 60))
	if t.Ticket != nil {
		hint := v.Say("The rule “%s” asks for it, in this form: %s", bare(f.Looked.Rule, 60), ticketForm(t))
		blocks = append(blocks, formInput(FormTicket, v.Say("Ticket number"), bare(hint, 300), textField(FormTicket, f.Said.Ticket, maxTicket)))
	}
	if t.SecondReason {
		blocks = append(blocks, formInput(FormSecond, v.Say("Why now, or why so many"), by, textField(FormSecond, f.Said.SecondReason, f.MaxReason)))
	}
	if t.Verified {
		blocks = append(blocks, formInput(VerifiedBlock(f.Persons), v.Say("How you verified who the person is"), by, textField(FormVerified, f.Said.Verified, f.MaxReason)))
	}
	if f.chosen() > 1 || f.All {
		o := slack.NewOptionBlockObject("all", plainText(v.Say("All or nothing")), plainText(v.Say("If one of the devices cannot be reset, none is.")))
		box := slack.NewCheckboxGroupsBlockElement(FormAll, o)
		if f.All {
			box.InitialOptions = []*slack.OptionBlockObject{o}
		}
		blocks = append(blocks, formInput(FormAll, v.Say("Several devices"), "", box).WithOptional(true))
	}
	if f.Looked.BreakGlass {
		hint := v.Say("In an incident only: why it has to go ahead with fewer approvals. Others are told at once, and it is reviewed afterwards. Else leave it empty.")
		blocks = append(blocks, formInput(FormGlass, v.Say("Break glass"), hint, textField(FormGlass, f.Said.BreakGlass, f.MaxReason)).WithOptional(true))
	}
	return blocks
}

// VerifiedBlock is the id of the block that asks how a person was verified,
// after another person was chosen so often. Slack keeps what was typed in a
// block that stays, whatever we say that it begins with: so it must be another.
func VerifiedBlock(persons int) string {
	if persons <= 0 {
		return FormVerified
	}
	return FormVerified + "-" + strconv.Itoa(persons)
}

// VerifiedAgain is how often another person was chosen before a block with
// that id was shown; zero where it is none of VerifiedBlock.
func VerifiedAgain(block string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(block, FormVerified+"-"))
	if err != nil || VerifiedBlock(n) != block {
		return 0
	}
	return n
}

// ticketForm is the pattern of a ticket number as people know it, without
// what makes it fit the whole.
func ticketForm(t approvals.Terms) string {
	return strings.TrimSuffix(strings.TrimPrefix(t.Ticket.String(), "^(?:"), ")$")
}

func textField(id, text string, most int) *slack.PlainTextInputBlockElement {
	e := slack.NewPlainTextInputBlockElement(nil, id)
	if most <= 0 || most > maxField {
		most = maxField
	}
	e.InitialValue, e.MaxLength = approvals.Excerpt(text, most), most
	return e
}

// Missing is what stands at a field that says too little.
func (v Renderer) Missing(field string) string {
	switch field {
	case FormSearch:
		return v.Say("Choose at least one device: of a person above, or by a search here.")
	case FormText:
		return v.Say("Say in your own words why; that is needed where the reason is “Other”.")
	case FormChannel:
		return v.Say("Choose the channel in which to ask.")
	}
	return v.Say("Choose a reason.")
}

// TooMany is what stands at the search where more devices are chosen than a
// request may have.
func (v Renderer) TooMany(n, most int) string {
	return v.Say("%d devices are chosen, and a request may have %d at the most.", n, most)
}

// RefusedChoice is what stands at the search where a device is chosen that
// can't be reset.
func (v Renderer) RefusedChoice(c Choice) string {
	if c.Description == "" {
		return v.Say("%s cannot be reset. Take it out.", bare(c.Text, maxOption))
	}
	return v.Say("%s cannot be reset: %s. Take it out.", bare(c.Text, maxOption), bare(c.Description, maxOption))
}

// Reason is the reason of a request: one of FormReasons with what was said
// besides, or that alone where there is none to choose.
func (v Renderer) Reason(code, text string) string {
	label := v.ReasonLabel(code)
	switch {
	case code == OtherReason, label == "":
		return text
	case text == "":
		return label
	}
	return label + ": " + text
}

// TooLong is what stands at a text that is too long with its reason.
func (v Renderer) TooLong(n, most int) string {
	return v.Say("With its reason this has %d characters, and at most %d fit.", n, most)
}

// Unopened tells somebody that the form did not open, and what to do.
func (v Renderer) Unopened() Message {
	return Message{Text: v.Say("The form did not open: Slack gives only 3 seconds for it. Try again, or type what you ask for, such as %s.",
		code("/reset-passcode serial:R58M12ABCDE reason: forgot the PIN", 100))}
}
