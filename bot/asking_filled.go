package bot

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// maxChosen bounds how many devices are read from one view.
const maxChosen = 500

// filled is what somebody has typed and chosen in a form.
type filled struct {
	Channel, Person string
	Ticked, Found   []view.Choice // from lists, and from a search
	Reason, Text    string
	Statement       approvals.Statement
	All             bool

	has    map[string]bool   // the actions that the view had
	blocks map[string]string // and in which blocks
}

// readForm reads the state of a view. What is not as the form has it is left
// out.
func readForm(state *slack.ViewState) filled {
	f := filled{has: map[string]bool{}, blocks: map[string]string{}}
	if state == nil {
		return f
	}
	for block, actions := range state.Values {
		for id, a := range actions {
			f.blocks[id] = block
			f.read(id, a)
		}
	}
	slices.SortFunc(f.Ticked, byID)
	return f
}

func byID(a, b view.Choice) int { return strings.Compare(a.ID, b.ID) }

func (f *filled) read(id string, a slack.BlockAction) {
	f.has[id] = true
	switch id {
	case view.FormChannel:
		if channelID.MatchString(a.SelectedConversation) {
			f.Channel = a.SelectedConversation
		}
	case view.FormPerson:
		if personID.MatchString(a.SelectedUser) {
			f.Person = a.SelectedUser
		}
	case view.FormDevices:
		f.Ticked = choices(f.Ticked, a.SelectedOptions)
	case view.FormSearch:
		f.Found = choices(f.Found, a.SelectedOptions)
	case view.FormReason:
		if slices.Contains(view.FormReasons(), a.SelectedOption.Value) {
			f.Reason = a.SelectedOption.Value
		}
	case view.FormText:
		f.Text = a.Value
	case view.FormTicket:
		f.Statement.Ticket = strings.TrimSpace(a.Value)
	case view.FormSecond:
		f.Statement.SecondReason = a.Value
	case view.FormVerified:
		f.Statement.Verified = a.Value
	case view.FormGlass:
		f.Statement.BreakGlass = a.Value
	case view.FormAll:
		f.All = len(a.SelectedOptions) > 0
	}
}

// choices adds the devices that options stand for, each once.
func choices(to []view.Choice, options []slack.OptionBlockObject) []view.Choice {
	for _, o := range options {
		c, ok := view.ReadChoice(o)
		if ok && len(to) < maxChosen && !slices.ContainsFunc(to, func(had view.Choice) bool { return had.ID == c.ID }) {
			to = append(to, c)
		}
	}
	return to
}

// over returns f, with what its view had no field for as it was before.
func (f filled) over(before filled) filled {
	keep := func(id string, do func()) {
		if !f.has[id] {
			do()
		}
	}
	keep(view.FormChannel, func() { f.Channel = before.Channel })
	keep(view.FormPerson, func() { f.Person = before.Person })
	keep(view.FormDevices, func() { f.Ticked = before.Ticked })
	keep(view.FormSearch, func() { f.Found = before.Found })
	keep(view.FormReason, func() { f.Reason = before.Reason })
	keep(view.FormText, func() { f.Text = before.Text })
	keep(view.FormTicket, func() { f.Statement.Ticket = before.Statement.Ticket })
	keep(view.FormSecond, func() { f.Statement.SecondReason = before.Statement.SecondReason })
	keep(view.FormVerified, func() { f.Statement.Verified = before.Statement.Verified })
	keep(view.FormGlass, func() { f.Statement.BreakGlass = before.Statement.BreakGlass })
	keep(view.FormAll, func() { f.All = before.All })
	return f
}

// stated is what was said in the fields that the view had. What is kept of
// others is not said: who submits a form says what they see in it.
func (f filled) stated() (said approvals.Statement, all bool) {
	if f.has[view.FormTicket] {
		said.Ticket = f.Statement.Ticket
	}
	if f.has[view.FormSecond] {
		said.SecondReason = f.Statement.SecondReason
	}
	if f.has[view.FormVerified] {
		said.Verified = f.Statement.Verified
	}
	if f.has[view.FormGlass] {
		said.BreakGlass = f.Statement.BreakGlass
	}
	return said, f.All && f.has[view.FormAll]
}

// devices are all devices that are chosen, each once.
func (f filled) devices() []view.Choice {
	all := slices.Clone(f.Ticked)
	for _, c := range f.Found {
		if !slices.ContainsFunc(all, func(had view.Choice) bool { return had.ID == c.ID }) {
			all = append(all, c)
		}
	}
	return all
}

// metadata is a place as a view carries it.
func (p place) metadata() string {
	raw, err := json.Marshal(p)
	if err != nil {
		return ""
	}
	return string(raw)
}

// readPlace reads what a view carries; what is not as we write it is left out.
func readPlace(metadata string) place {
	var p place
	if json.Unmarshal([]byte(metadata), &p) != nil {
		return place{}
	}
	if !channelID.MatchString(p.Channel) {
		p.Channel, p.Thread = "", ""
	}
	if !timestamp.MatchString(p.Thread) {
		p.Thread = ""
	}
	return p
}
