package view

import (
	"encoding/json"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// maxSuggestions is how large an answer to a search may be, in bytes. Slack:
// acknowledgements of 20 KB and more are dropped silently.
const maxSuggestions = 18_000

// noAnswer is the value of an option that stands for no device.
const noAnswer = "none"

// formSearch asks for devices by what is known of them.
func (v Renderer) formSearch(f Form) slack.Block {
	menu := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeExternal, plainText(v.Say("Serial number, name, device id or mail address")), FormSearch)
	least := approvals.MinSearch
	menu.MinQueryLength = &least
	for _, c := range f.Found {
		menu.InitialOptions = append(menu.InitialOptions, option(c))
	}
	hint := v.Say("Of a name a part is enough; all else must be complete.")
	return formInput(FormSearch, v.Say("Or search for devices"), hint, menu).WithOptional(true).WithDispatchAction(true)
}

// formChosen says what is wrong with what was chosen from a search.
func (v Renderer) formChosen(f Form) []slack.Block {
	var lines []string
	for _, c := range f.Found {
		if c.Refused {
			lines = append(lines, v.Say("%s cannot be reset: %s. Take it out.", "*"+Plain(c.Text, maxOption)+"*", Plain(c.Description, maxOption)))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	if rest := len(lines) - maxNotes; rest > 0 {
		lines = append(lines[:maxNotes:maxNotes], v.Say("and %d more lines; search for a device by its serial number.", rest))
	}
	return footnotes(lines)
}

// Suggestions are the options for a search, as the acknowledgement takes them:
// as many as fit. Those that can't be reset stand apart.
func (v Renderer) Suggestions(l approvals.Looked, now time.Time) any {
	for n := len(l.Candidates); ; n-- {
		p := v.suggestions(l.Candidates[:n], l.More || n < len(l.Candidates), now)
		if raw, err := json.Marshal(p); n == 0 || err == nil && len(raw) < maxSuggestions {
			return p
		}
	}
}

func (v Renderer) suggestions(found []approvals.Candidate, more bool, now time.Time) any {
	can := []*slack.OptionBlockObject{}
	var cannot []*slack.OptionBlockObject
	for _, c := range found {
		if o := option(v.Choice(c, now)); c.Eligibility.OK() {
			can = append(can, o)
		} else {
			cannot = append(cannot, o)
		}
	}
	var groups []*slack.OptionGroupBlockObject
	add := func(label string, options []*slack.OptionBlockObject) {
		if len(options) > 0 {
			groups = append(groups, slack.NewOptionGroupBlockElement(plainText(label), options...))
		}
	}
	label := v.Say("Can be reset")
	if more {
		label = v.Say("Can be reset (there are more: type more of it)")
	}
	add(label, can)
	add(v.Say("Cannot be reset"), cannot)
	if len(cannot) == 0 && !more {
		return map[string]any{"options": can}
	}
	if groups == nil {
		return map[string]any{"options": can}
	}
	return map[string]any{"option_groups": groups}
}

// Unanswered is the answer to a search that Intune does not answer in time, or
// is not asked: Slack has no other place for such a sentence.
func (v Renderer) Unanswered(err error) any {
	label := v.Say("No answer from Intune")
	if approvals.AsError(err).Code == "searched-often" {
		label = v.Say("Too many searches")
	}
	o := slack.NewOptionBlockObject(noAnswer, plainText(v.Say("Type it again in a moment")), plainText(bare(v.Known(approvals.AsError(err).Text), maxOption)))
	group := slack.NewOptionGroupBlockElement(plainText(label), o)
	return map[string]any{"option_groups": []*slack.OptionGroupBlockObject{group}}
}
