package view

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// Slack's limits on options, and how much of a view is used for devices: it
// has 100 blocks at the most.
const (
	maxOption  = 75 // characters of an option's text, and of its description
	maxTicks   = 10 // options in a group of checkboxes
	maxListed  = 50 // devices of one person
	maxKept    = 100
	maxNotes   = 10   // lines on what can't be reset, and on what was
	maxContext = 1900 // Slack: 2000 characters in an element of a context
)

// formDevices lists the devices of the person, and what was ticked before.
func (v Renderer) formDevices(f Form, now time.Time) []slack.Block {
	var blocks []slack.Block
	switch {
	case f.Person == "":
	case f.Looking:
		blocks = append(blocks, footnote(v.Say("I look up the devices of %s in Intune.", person(f.Person))))
	case f.Trouble != nil:
		blocks = append(blocks, v.lookAgain(v.Say("The devices of %s are not known. %s", person(f.Person), v.short(f.Trouble))))
	case len(f.Candidates) == 0:
		blocks = append(blocks, footnote(v.Say("Intune knows no devices of %s by the mail address that Slack has. Search for the device below.", person(f.Person))))
	default:
		blocks = append(blocks, v.formListed(f, now)...)
	}
	kept := f.Kept[:min(len(f.Kept), maxKept)]
	return append(blocks, ticks(v.Say("Also chosen"), kept, ids(kept))...)
}

// formListed lists the devices that were found for a person.
func (v Renderer) formListed(f Form, now time.Time) []slack.Block {
	var can []Choice
	var notes []string
	listed := f.Candidates[:min(len(f.Candidates), maxListed)]
	for _, c := range listed {
		name := "*" + Plain(c.Device.Name, 60) + "*"
		switch {
		case !c.Eligibility.OK():
			notes = append(notes, v.Say("%s, serial %s, cannot be reset: %s.", name, code(c.Device.Serial, 40), Plain(v.Known(c.Eligibility.Reason), 200)))
			continue
		case c.Open != 0:
			notes = append(notes, v.Say("%s is already asked for in %s.", name, c.Open))
		}
		if s := v.againFor(c.Earlier, c.Device, now); s != "" {
			notes = append(notes, name+" · "+s)
		}
		can = append(can, v.Choice(c, now))
	}
	blocks := ticks(v.Say("Devices to reset"), can, f.Ticked)
	if f.More || len(listed) < len(f.Candidates) {
		notes = append(notes, v.Say("There are more than these %d; search for the others below.", len(listed)))
	}
	if rest := len(notes) - maxNotes; rest > 0 {
		notes = append(notes[:maxNotes:maxNotes], v.Say("and %d more lines; search for a device by its serial number.", rest))
	}
	return append(blocks, footnotes(notes)...)
}

// footnotes are lines as few blocks hold them. No line is cut.
func footnotes(lines []string) []slack.Block {
	var blocks []slack.Block
	var held []string
	room := 0
	for i, s := range lines {
		held, room = append(held, s), room+utf8.RuneCountInString(s)+1
		if i+1 == len(lines) || room+utf8.RuneCountInString(lines[i+1]) > maxContext {
			blocks = append(blocks, footnote(strings.Join(held, "\n")))
			held, room = nil, 0
		}
	}
	return blocks
}

// ticks are checkboxes for choices, as many groups as they need. A block has
// another id where it has other options: Slack keeps what was ticked in a
// block that stays.
func ticks(label string, choices []Choice, ticked []string) []slack.Block {
	var blocks []slack.Block
	for chunk := range slices.Chunk(choices, maxTicks) {
		id := fnv.New32a()
		var options, on []*slack.OptionBlockObject
		for _, c := range chunk {
			_, _ = id.Write([]byte(c.ID + c.Text))
			o := option(c)
			options = append(options, o)
			if slices.Contains(ticked, c.ID) {
				on = append(on, o)
			}
		}
		group := slack.NewCheckboxGroupsBlockElement(FormDevices, options...)
		group.InitialOptions = on
		b := formInput(fmt.Sprintf("%s-%08x", FormDevices, id.Sum32()), label, "", group)
		blocks = append(blocks, b.WithOptional(true).WithDispatchAction(true))
	}
	return blocks
}

func ids(choices []Choice) []string {
	var all []string
	for _, c := range choices {
		all = append(all, c.ID)
	}
	return all
}

func option(c Choice) *slack.OptionBlockObject {
	value := c.ID
	if c.Refused {
		value = refusedMark + value
	}
	o := slack.NewOptionBlockObject(value, plainText(c.Text), nil)
	if c.Description != "" {
		o.Description = plainText(c.Description)
	}
	return o
}

// refusedMark begins the value of an option for a device that can't be reset.
const refusedMark = "no:"

// ReadChoice reads the option of a device, as Slack sends it back. It is
// false for anything that is none of ours.
func ReadChoice(o slack.OptionBlockObject) (Choice, bool) {
	value, refused := strings.CutPrefix(o.Value, refusedMark)
	id, ok := approvals.ParseGUID(value)
	if !ok || id != value {
		return Choice{}, false
	}
	c := Choice{ID: id, Text: id, Refused: refused}
	if o.Text != nil && o.Text.Text != "" {
		c.Text = bare(o.Text.Text, maxOption)
	}
	if o.Description != nil {
		c.Description = bare(o.Description.Text, maxOption)
	}
	return c, true
}

// Choice describes a device in an option: by its name, serial and model, and
// by what a reset would do, or why it can't be.
func (v Renderer) Choice(c approvals.Candidate, now time.Time) Choice {
	d, e := c.Device, c.Eligibility
	name := bare(d.Name, 36)
	if name == "" {
		name = d.ID
	}
	parts := []string{name}
	if d.Serial != "" {
		parts = append(parts, bare(d.Serial, 20))
	}
	if model := strings.TrimSpace(d.Model); model != "" {
		parts = append(parts, bare(model, maxOption))
	}
	out := Choice{ID: d.ID, Text: bare(strings.Join(parts, " · "), maxOption), Refused: !e.OK()}
	if out.Refused {
		out.Description = bare(v.briefly(e), maxOption)
		return out
	}
	scope := v.Say("whole device")
	if e.Scope == approvals.WorkProfileScope {
		scope = v.Say("work profile only")
	}
	seen := v.Say("never checked in")
	if !d.LastCheckIn.IsZero() {
		seen = v.Say("checked in %s", v.ago(d.LastCheckIn, now))
	}
	out.Description = bare(strings.Join([]string{scope, seen, v.enrolled(e)}, " · "), maxOption)
	return out
}

// enrolled is how a device is enrolled, where its scope is told besides.
func (v Renderer) enrolled(e approvals.Eligibility) string {
	switch e.Enrollment {
	case "corporate-owned with work profile":
		return v.Say("corporate-owned")
	case "personally-owned work profile":
		return v.Say("personally owned")
	}
	return v.Known(e.Enrollment)
}

// briefly is why a device can't be reset, in as many characters as an option
// has: the whole sentence where that fits.
func (v Renderer) briefly(e approvals.Eligibility) string {
	whole := v.Known(e.Reason)
	if utf8.RuneCountInString(whole) <= maxOption {
		return whole
	}
	switch e.Code {
	case "not-android":
		return v.Say("it is not an Android device")
	case "not-managed":
		return v.Say("Intune does not manage it now")
	case "unknown-enrolment":
		return v.Say("how it is enrolled is not known")
	case "work-profile-too-old":
		return v.Say("it has a work profile on Android 7 or earlier")
	case "device-administrator":
		return v.Say("it has a device administrator on Android 7 or later")
	case "unknown-version":
		return v.Say("its Android version is not known")
	}
	return whole
}

// bare is what others have typed as plain text shows it, which formats
// nothing.
func bare(s string, limit int) string {
	return approvals.Excerpt(strings.ReplaceAll(visible(s, 3*limit), mark, ""), limit)
}
