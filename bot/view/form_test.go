package view_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

func candidate(n int, name string) approvals.Candidate {
	t := target(n, name, approvals.Waiting)
	return approvals.Candidate{Device: t.Device, Eligibility: approvals.Eligibility{Scope: t.Scope, Enrollment: t.Enrollment}}
}

// iphone can't be reset.
func iphone() approvals.Candidate {
	c := candidate(3, "Alice's iPhone")
	c.Eligibility = approvals.Eligibility{Code: "not-android", Reason: "it runs iOS, and this bot resets Android passcodes only"}
	return c
}

func looked() approvals.Looked {
	return approvals.Looked{
		Terms: approvals.Terms{Quorum: 1}, Asks: approvals.Audience{Groups: []string{"S0ONCALL"}},
		Able: []approvals.Person{{ID: "U0ANNA", Name: "Anna"}, {ID: "U0BEN"}}, CardChannel: "C0HELP", MaxDevices: 100,
	}
}

// forms are the states of the form by their names.
func forms() map[string]view.Form { return formsIn(renderer) }

// formsIn are the same, as somebody has filled them in who reads a language.
func formsIn(v view.Renderer) map[string]view.Form {
	open := view.Form{Metadata: `{"c":"C0HELP"}`, Looked: looked(), MaxReason: 1000}
	looking := open
	looking.Person, looking.Looking = "U0ALICE", true
	phone, galaxy := candidate(1, "Alice's Pixel"), candidate(2, "Alice's Galaxy")
	galaxy.Open, galaxy.Device.LastCheckIn = 7, time.Time{}
	phone.Earlier = []approvals.Past{{Device: phone.Device.ID, At: noon.Add(-48 * time.Hour), Request: 3, By: actor("rita"), Reason: "forgot"}}
	listed := open
	listed.Person, listed.Candidates, listed.More = "U0ALICE", []approvals.Candidate{phone, galaxy, iphone()}, true
	listed.Ticked, listed.Active, listed.Known = []string{phone.Device.ID}, 1, true
	none := open
	none.Person = "U0NORA"
	trouble := none
	trouble.Trouble = &approvals.Error{Kind: approvals.Unavailable, Text: "Intune did not answer in time.", Hint: "Try again in a moment."}
	asked := listed
	asked.Kept = []view.Choice{v.Choice(candidate(5, "Bob's Pixel"), noon)}
	asked.Found = []view.Choice{v.Choice(candidate(7, "KIOSK-7"), noon), v.Choice(iphone(), noon)}
	asked.Reason, asked.Text, asked.All = "incident", "stolen at the airport", true
	asked.Said = approvals.Statement{Ticket: "INC1", SecondReason: "now", Verified: "called back", BreakGlass: "night"}
	asked.Looked.Rule, asked.Looked.BreakGlass = "phones of people", true
	asked.Looked.Terms = approvals.Terms{Quorum: 2, Groups: 2, Ticket: regexp.MustCompile(`^(?:INC\d+)$`), SecondReason: true, Verified: true}
	refused := listed
	refused.Problem = &approvals.Error{Kind: approvals.Forbidden, Text: "No kiosks at night", Hint: "That is what the rule “night” says; ask the people who run passcodebot if you think that it should not hold here."}
	refused.Looked.Able = nil
	picking := open
	picking.Metadata, picking.PickChannel, picking.Channel, picking.Channels = "{}", true, "C0HELP", []string{"C0HELP", "C0ELSE"}
	app := open
	app.Metadata, app.Thread, app.App = `{"c":"C0HELP","t":"1.2","a":true}`, true, true
	return map[string]view.Form{
		"open": open, "looking": looking, "listed": listed, "none": none, "trouble": trouble, "asked": asked, "refused": refused,
		"picking": picking, "app": app,
	}
}

func TestForm_golden(t *testing.T) {
	t.Parallel()
	for _, l := range words.Languages() {
		v := renderer.In(l)
		views := map[string]any{
			"loading": v.FormLoading(`{"c":"C0HELP"}`),
			"turned-down": v.FormRefused(&approvals.Error{
				Kind: approvals.Forbidden,
				Text: "Passcode resets cannot be asked for in this channel.", Hint: "Ask in one of the channels that your admin chose:", Channels: []string{"C0HELP"},
			}, "{}"),
			"unknown": v.FormRefused(&approvals.Error{
				Kind: approvals.Unavailable, Text: "Slack did not tell who may do this, so nothing was changed.", Hint: "Try again in a moment.",
			}, "{}"),
			"suggestions": []any{
				v.Suggestions(approvals.Looked{Candidates: []approvals.Candidate{candidate(1, "Alice's Pixel")}}, noon),
				v.Suggestions(approvals.Looked{Candidates: []approvals.Candidate{candidate(1, "Alice's Pixel"), iphone()}, More: true}, noon),
				v.Suggestions(approvals.Looked{}, noon),
				v.Unanswered(&approvals.Error{Kind: approvals.Unavailable, Text: "Intune did not answer in time."}),
				v.Unanswered(&approvals.Error{Kind: approvals.Unavailable, Code: "searched-often", Text: "That was a lot of searches for one minute."}),
			},
			"mentions": []view.Message{
				v.Invitation("", ""), v.Invitation("1700000000.000100", "U0ALICE"), v.Greeting("U0PASSBOT", ""), v.Greeting("", "1.2"),
				v.NobodyHere(), v.NotYetStored(), v.Unopened(),
			},
			"errors": []string{
				v.Missing(view.FormSearch), v.Missing(view.FormText), v.Missing(view.FormChannel), v.Missing(view.FormReason), v.TooMany(101, 100),
				v.RefusedChoice(view.Choice{Text: "Old Nexus"}), v.RefusedChoice(v.Choice(iphone(), noon)), v.TooLong(1005, 1000),
				v.Reason("forgot", ""), v.Reason("forgot", "twice"), v.Reason("other", "lost"), v.Reason("", "lost"),
			},
		}
		for name, f := range formsIn(v) {
			views[name] = v.Form(f, noon)
		}
		for name, shown := range views {
			t.Run(name+"."+string(l), func(t *testing.T) {
				t.Parallel()
				if m, ok := shown.(slack.ModalViewRequest); ok {
					checkForm(t, m)
				}
				if ms, ok := shown.([]view.Message); ok {
					for _, m := range ms {
						check(t, m)
					}
				}
				golden(t, "form-"+name+"."+string(l), shown)
			})
		}
	}
}

// With the most that there can be, the form is within Slack's limits and says
// what it leaves out, and the answer to a search fits into its frame.
func TestForm_worst(t *testing.T) {
	t.Parallel()
	for name, fill := range fillings() {
		for _, l := range words.Languages() {
			if l != words.English && name != "nasty" && name != "ampersands" {
				continue
			}
			t.Run(name+"."+string(l), func(t *testing.T) {
				t.Parallel()
				f := forms()["asked"]
				f.PickChannel, f.App = true, true
				f.Candidates, f.Kept, f.Found, f.Ticked, f.Text = nil, nil, nil, nil, fill
				f.Said = approvals.Statement{Ticket: fill, SecondReason: fill, Verified: fill, BreakGlass: fill}
				f.Looked.Rule = fill
				f.Problem = &approvals.Error{Text: fill, Hint: fill}
				for i := range 90 {
					c := candidate(i+1, fill)
					c.Device.Serial, c.Device.Model = fill, fill
					if i%3 == 0 {
						c.Eligibility = approvals.Eligibility{Reason: fill}
					}
					if c.Open = approvals.ID(i); i%2 == 0 {
						c.Earlier = []approvals.Past{{Device: c.Device.ID, At: noon, Request: 3, By: actor("rita"), Reason: fill}}
					}
					f.Candidates = append(f.Candidates, c)
					f.Ticked = append(f.Ticked, c.Device.ID)
					f.Kept = append(f.Kept, renderer.Choice(candidate(i+200, fill), noon))
					found := renderer.Choice(candidate(i+400, fill), noon)
					found.Refused = i%2 == 0
					f.Found = append(f.Found, found)
					f.Channels = append(f.Channels, fmt.Sprintf("C0%08d", i))
					f.Looked.Asks.Groups = append(f.Looked.Asks.Groups, fmt.Sprintf("S0%08d", i))
				}
				m := renderer.In(l).Form(f, noon)
				checkForm(t, m)
				if l == words.English && !strings.Contains(blockText(t, view.Message{Blocks: m.Blocks.BlockSet}), "search for a device by its serial number") {
					t.Error("it does not say that there is more")
				}
				raw, err := json.Marshal(renderer.In(l).Suggestions(approvals.Looked{Candidates: f.Candidates[:approvals.MostCandidates+5]}, noon))
				if err != nil || len(raw) >= 18_000 {
					t.Errorf("an answer to a search of %d bytes (%v)", len(raw), err)
				}
			})
		}
	}
}

// What a person has ticked stays where the list stays, and is shown apart
// where it does not.
func TestForm_blocks(t *testing.T) {
	t.Parallel()
	blocks := func(f view.Form) (ids []string) {
		for _, b := range renderer.Form(f, noon).Blocks.BlockSet {
			if b, ok := b.(*slack.InputBlock); ok {
				ids = append(ids, b.BlockID)
			}
		}
		return ids
	}
	f := forms()["listed"]
	before := blocks(f)
	f.Ticked, f.Text, f.Looked.Terms.Verified = nil, "typed", true
	after := blocks(f)
	if diff := cmp.Diff(slices.Insert(slices.Clone(before), 5, view.FormVerified), after); diff != "" {
		t.Errorf("the fields after something was typed (-want +got):\n%s", diff)
	}
	f.Candidates = f.Candidates[:1]
	if other := blocks(f); slices.Contains(other, before[1]) {
		t.Errorf("another list has the block %s of the first", before[1])
	}
}

// An option tells all of what a reset would do, or why there is none, in each
// language: nothing of it is cut.
func TestForm_choicesFit(t *testing.T) {
	t.Parallel()
	phone := func(kind, os, version, enrolment, state string) approvals.Device {
		return approvals.Device{ID: "00000000-0000-4000-8000-000000000001", Name: "Pixel", Type: kind, OS: os, OSVersion: version, Enrollment: enrolment, State: state}
	}
	devices := []approvals.Device{
		phone("iPhone", "iOS", "17", "", "managed"), phone("x", "the system of a carrier, which nobody else has", "1", "", "managed"), phone("", "", "", "", ""),
		phone("android", "Android", "13", "", "managed"), phone("android", "Android", "6", "", "managed"), phone("android", "Android", "?", "", "managed"),
		phone("androidForWork", "AndroidForWork", "7", "", "managed"), phone("androidForWork", "AndroidForWork", "13", "", "managed"),
		phone("android", "AndroidEnterprise", "13", "unknown", "managed"),
		phone("android", "Android", "13", "androidEnterpriseFullyManaged", "unknownFutureValue, and whatever comes after it, one day"),
	}
	for _, state := range []string{"retirePending", "wipePending", "deletePending", "discovered"} {
		devices = append(devices, phone("android", "Android", "13", "androidEnterpriseFullyManaged", state))
	}
	for _, enrolment := range []string{
		"androidEnterpriseFullyManaged", "androidEnterpriseDedicatedDevice", "androidAOSPUserOwnedDeviceEnrollment",
		"androidAOSPUserlessDeviceEnrollment", "androidEnterpriseCorporateWorkProfile",
	} {
		devices = append(devices, phone("android", "Android", "13", enrolment, "managed"))
	}
	for _, d := range devices {
		for _, seen := range []time.Duration{0, 59 * time.Minute, 47 * time.Hour, 999 * 24 * time.Hour} {
			if d.LastCheckIn = noon.Add(-seen); seen == 0 {
				d.LastCheckIn = time.Time{}
			}
			for _, l := range words.Languages() {
				c := renderer.In(l).Choice(approvals.Candidate{Device: d, Eligibility: d.Check()}, noon)
				if n := utf8.RuneCountInString(c.Description); n == 0 || n > 75 || strings.Contains(c.Description, "…") {
					t.Errorf("%s: %+v is described by %q", l, d.Check(), c.Description)
				}
			}
		}
	}
}

// Each person has a block of their own for how they were verified, and only
// that counts.
func TestForm_verified(t *testing.T) {
	t.Parallel()
	f := forms()["asked"]
	for persons, want := range []string{"form_verified", "form_verified-1", "form_verified-2"} {
		f.Persons = persons
		there := slices.ContainsFunc(renderer.Form(f, noon).Blocks.BlockSet, func(b slack.Block) bool { return b.ID() == want })
		if !there || view.VerifiedAgain(want) != persons {
			t.Errorf("for person %d, the block %s is there: %v, and is read as of person %d", persons, want, there, view.VerifiedAgain(want))
		}
	}
	for _, block := range []string{"", "form_verified-", "form_verified--1", "form_verified-0", "form_verified-01", "form_ticket", "3"} {
		if n := view.VerifiedAgain(block); n != 0 {
			t.Errorf("%q is read as of person %d", block, n)
		}
	}
}

// An option that comes back is read as it was written, and nothing else is.
func TestReadChoice(t *testing.T) {
	t.Parallel()
	for _, c := range []approvals.Candidate{candidate(1, "Alice's Pixel"), iphone()} {
		want := renderer.Choice(c, noon)
		var options struct {
			Options []slack.OptionBlockObject `json:"options"`
			Groups  []struct {
				Options []slack.OptionBlockObject `json:"options"`
			} `json:"option_groups"`
		}
		raw, err := json.Marshal(renderer.Suggestions(approvals.Looked{Candidates: []approvals.Candidate{c}}, noon))
		if err != nil || json.Unmarshal(raw, &options) != nil {
			t.Fatal(err)
		}
		for _, g := range options.Groups {
			options.Options = append(options.Options, g.Options...)
		}
		if got, ok := view.ReadChoice(options.Options[0]); !ok || got != want {
			t.Errorf("%v is read as %v, %v", want, got, ok)
		}
	}
	for _, value := range []string{"", "none", "no:", "no:no:00000000-0000-4000-8000-000000000001", "{00000000-0000-4000-8000-000000000001}", "x"} {
		if c, ok := view.ReadChoice(slack.OptionBlockObject{Value: value}); ok {
			t.Errorf("%q is read as %v", value, c)
		}
	}
}

// checkForm holds a modal against Slack's limits, read from its JSON, and
// sees that what formats in it does nothing but what we put into it.
// Slack: 100 blocks, 250 KB and 3000 characters of private_metadata a view,
// titles 24; a block_id is there once; a label 2000, a placeholder 150; an
// option's text and description 75, value 150; 10 checkboxes.
func checkForm(t *testing.T, m slack.ModalViewRequest) {
	t.Helper()
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Blocks.BlockSet) > 100 || len(raw) > 250_000 || len(m.PrivateMetadata) > 3000 {
		t.Errorf("%d blocks, %d bytes, %d of them metadata", len(m.Blocks.BlockSet), len(raw), len(m.PrivateMetadata))
	}
	short := func(what string, o *slack.TextBlockObject, most int) {
		t.Helper()
		if o == nil {
			return
		}
		if n := utf8.RuneCountInString(o.Text); n == 0 || n > most || !utf8.ValidString(o.Text) {
			t.Errorf("%s of %d characters; want 1 to %d: %q", what, n, most, o.Text)
		}
	}
	options := func(all []*slack.OptionBlockObject, most int) {
		t.Helper()
		if len(all) > most {
			t.Errorf("%d options; want at most %d", len(all), most)
		}
		for _, o := range all {
			short("an option", o.Text, 75)
			short("a description", o.Description, 75)
			if len(o.Value) == 0 || len(o.Value) > 150 {
				t.Errorf("a value of %d characters", len(o.Value))
			}
		}
	}
	for _, o := range []*slack.TextBlockObject{m.Title, m.Submit, m.Close} {
		short("a title", o, 24)
	}
	seen := map[string]bool{}
	var rest []slack.Block
	for _, b := range m.Blocks.BlockSet {
		if id := b.ID(); id != "" && seen[id] {
			t.Errorf("the block %s is there twice", id)
		}
		seen[b.ID()] = true
		input, ok := b.(*slack.InputBlock)
		if !ok {
			rest = append(rest, b)
			continue
		}
		short("a label", input.Label, 2000)
		short("a hint", input.Hint, 2000)
		switch e := input.Element.(type) {
		case *slack.PlainTextInputBlockElement:
			if n := utf8.RuneCountInString(e.InitialValue); n > e.MaxLength || e.MaxLength > 3000 {
				t.Errorf("a field of %d characters that takes %d", n, e.MaxLength)
			}
		case *slack.SelectBlockElement:
			short("a placeholder", e.Placeholder, 150)
			options(e.Options, 100)
		case *slack.MultiSelectBlockElement:
			short("a placeholder", e.Placeholder, 150)
			options(e.InitialOptions, 100)
		case *slack.CheckboxGroupsBlockElement:
			options(e.Options, 10)
		default:
			t.Errorf("a field of type %T", e)
		}
	}
	for _, b := range rest {
		withinLimits(t, view.Message{Text: "-", Blocks: []slack.Block{b}})
	}
	text := cards.ReplaceAllString(blockText(t, view.Message{Blocks: rest}), "")
	inert(t, view.Message{Text: text})
}
