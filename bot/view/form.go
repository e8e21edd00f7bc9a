package view

import (
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// The actions of the form that asks for a reset. Each is the id of its block
// too, but for the devices, which have a block for each few of them, and for
// how a person was verified, which has another one for each person.
const (
	FormOpen     = FormPrefix + "open"    // a button on a message; opens the form
	FormRetry    = FormPrefix + "retry"   // looks the devices of the person up again
	FormChannel  = FormPrefix + "channel" // where it is asked, where that is not known
	FormPerson   = FormPrefix + "person"
	FormDevices  = FormPrefix + "devices"
	FormSearch   = FormPrefix + "search"
	FormReason   = FormPrefix + "reason"
	FormText     = FormPrefix + "text"
	FormTicket   = FormPrefix + "ticket"
	FormSecond   = FormPrefix + "second"
	FormVerified = FormPrefix + "verified"
	FormGlass    = FormPrefix + "glass"
	FormAll      = FormPrefix + "all"
)

// Form is the form that asks for a reset, as it stands. What was typed or
// chosen in it is what its elements begin with: Slack keeps what a person has
// typed since where block and element stay the same.
type Form struct {
	Metadata string // of the view: where it was opened

	PickChannel bool     // it has to be said where it is asked
	Channel     string   // where it is asked, where that was chosen here
	Channels    []string // where people may ask; empty means anywhere
	Thread      bool     // it was opened in a thread
	App         bool     // it was opened on a message of an app

	Person     string
	Looking    bool  // the devices of Person are being looked up
	Trouble    error // why they are not known
	Candidates []approvals.Candidate
	More       bool
	Ticked     []string // ids of devices
	Kept       []Choice // what was ticked in an earlier list
	Found      []Choice // what was chosen from a search

	Reason string // a code of FormReasons; empty while none is chosen
	Text   string
	Said   approvals.Statement
	All    bool // all or nothing

	Persons int // how often another person was chosen in place of one

	Looked    approvals.Looked // by which rule, who would be asked, and where the card goes
	Problem   error            // why it would be turned down as it stands
	Active    int              // how many of who could approve are active now
	Known     bool             // whether that is known
	MaxReason int              // characters
}

// Choice is a device as an element of the form has it.
type Choice struct {
	ID          string
	Text        string
	Description string
	Refused     bool // it can't be reset
}

// chosen is how many devices are chosen.
func (f Form) chosen() int { return len(f.Ticked) + len(f.Kept) + len(f.Found) }

// Form renders the form.
func (v Renderer) Form(f Form, now time.Time) slack.ModalViewRequest {
	var blocks []slack.Block
	if f.PickChannel {
		blocks = append(blocks, v.formChannel(f)...)
	}
	if f.App {
		blocks = append(blocks, markdown(v.Say("That message is from an app, which has no devices. Choose the person whose passcode is to be reset.")))
	}
	blocks = append(blocks, v.formPerson(f))
	blocks = append(blocks, v.formDevices(f, now)...)
	blocks = append(blocks, v.formSearch(f))
	blocks = append(blocks, v.formChosen(f)...)
	blocks = append(blocks, v.formReasons(f)...)
	blocks = append(blocks, v.formTerms(f)...)
	blocks = append(blocks, slack.NewDividerBlock())
	blocks = append(blocks, v.formAsked(f)...)
	m := v.modal(blocks, f.Metadata)
	m.Submit = plainText(v.Say("Ask for approval"))
	return m
}

// FormLoading renders the form before anything is known.
func (v Renderer) FormLoading(metadata string) slack.ModalViewRequest {
	return v.modal([]slack.Block{v.lookAgain(v.Say("One moment: I look up who may ask and who can approve."))}, metadata)
}

// FormRefused renders in place of the form why there is none. What may be over
// in a moment can be looked up again.
func (v Renderer) FormRefused(err error, metadata string) slack.ModalViewRequest {
	said := v.Error(err).Text
	if approvals.KindOf(err) == approvals.Forbidden {
		return v.modal([]slack.Block{markdown(said)}, metadata)
	}
	return v.modal([]slack.Block{v.lookAgain(said)}, metadata)
}

// lookAgain is a section with the button that looks up again what is shown.
func (v Renderer) lookAgain(said string) slack.Block {
	again := slack.NewButtonBlockElement(FormRetry, "again", plainText(v.Say("Look again")))
	return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, said, false, true), nil,
		slack.NewAccessory(again), slack.SectionBlockOptionBlockID(FormRetry))
}

func (v Renderer) modal(blocks []slack.Block, metadata string) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: CallbackForm, PrivateMetadata: metadata,
		Title: plainText(v.Say("Reset a passcode")), Close: plainText(v.Say("Not now")),
		Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// formChannel asks where it is asked.
func (v Renderer) formChannel(f Form) []slack.Block {
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, plainText(v.Say("Choose a channel")), FormChannel)
	menu.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeBotUsers: true}
	menu.InitialConversation = f.Channel
	menu.DefaultToCurrentConversation = f.Channel == ""
	blocks := []slack.Block{formInput(FormChannel, v.Say("Channel in which to ask"), "", menu).WithDispatchAction(true)}
	if len(f.Channels) > 0 {
		var places []string
		for _, c := range f.Channels {
			places = append(places, "<#"+c+">")
		}
		blocks = append(blocks, footnote(v.Say("Passcode resets can be asked for in %s.", v.someOf(places))))
	}
	return blocks
}

// formPerson asks whose devices are meant.
func (v Renderer) formPerson(f Form) slack.Block {
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plainText(v.Say("Choose a person")), FormPerson)
	menu.InitialUser = f.Person
	return formInput(FormPerson, v.Say("Person whose passcode is to be reset"), "", menu).WithOptional(true).WithDispatchAction(true)
}

// formAsked says who would be asked, and where.
func (v Renderer) formAsked(f Form) []slack.Block {
	var lines []string
	l := f.Looked
	if f.Problem != nil {
		lines = append(lines, v.Say("*As it stands, this would be turned down.* %s", v.short(f.Problem)))
	}
	if l.Terms.Quorum > 0 {
		needs, asks := v.Say("%d approvals", l.Terms.Quorum), v.audience(l.Asks)
		if l.Rule == "" {
			lines = append(lines, v.Say("It needs %s, and %s will be asked.", needs, asks))
		} else {
			lines = append(lines, v.Say("By the rule “%s” it needs %s, and %s will be asked.", Plain(l.Rule, 60), needs, asks))
		}
		if l.Terms.Groups > 1 {
			lines = append(lines, v.Say("The approvals must come from %d different groups.", l.Terms.Groups))
		}
		lines = append(lines, v.formAble(f))
	}
	var blocks []slack.Block
	if len(lines) > 0 {
		for _, m := range paragraphs(lines) {
			blocks = append(blocks, m.Blocks...)
		}
	}
	if l.CardChannel == "" {
		return blocks
	}
	s := v.Say("The request will be posted in %s.", "<#"+l.CardChannel+">")
	if f.Thread {
		s = v.Say("The request will be posted in %s, linked with the thread in which you ask.", "<#"+l.CardChannel+">")
	}
	return append(blocks, footnote(s))
}

// formAble says how many could approve, and how many of them are active.
func (v Renderer) formAble(f Form) string {
	switch n := len(f.Looked.Able); {
	case n == 0:
		return v.Say("Nobody could approve it now.")
	case n >= approvals.MostCandidates && f.Known:
		return v.Say("At least %d people could approve it; %d of these are active now.", n, f.Active)
	case n >= approvals.MostCandidates:
		return v.Say("At least %d people could approve it.", n)
	case f.Known:
		return v.Say("%d people could approve it; %d of them active now.", n, f.Active)
	default:
		return v.Say("%d people could approve it.", n)
	}
}

// short is the sentence of an error where there is room for a part of a
// section.
func (v Renderer) short(err error) string {
	e := approvals.AsError(err)
	s := within(1200, 800, func(limit int) string { return v.stored(e.Text, limit) })
	if e.Hint != "" {
		s += " " + within(800, 500, func(limit int) string { return v.advice(e.Hint, limit) })
	}
	return s + v.places(e.Channels)
}

// formInput is an input whose block has the id of its element. The hint may
// be empty.
func formInput(id, label, hint string, element slack.BlockElement) *slack.InputBlock {
	var under *slack.TextBlockObject
	if hint != "" {
		under = plainText(hint)
	}
	return slack.NewInputBlock(id, plainText(label), under, element)
}
