package policycases_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/policycases"
)

// policy has a rule for each thing that a case can speak of.
func policy(t *testing.T) approvals.Policy {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	oncall := approvals.Audience{Groups: []string{"S0ONCALL123"}}
	return approvals.Policy{
		Requesters: approvals.Audience{Groups: []string{"S0HELPDESK1"}}, Approvers: oncall, Channels: []string{"C0HELPDESK1"},
		Rules: []approvals.Rule{
			{Name: "no private phones", When: approvals.Conditions{Ownership: []string{"personal"}, Enrolments: []string{"personal-work-profile"}}, Refuse: "Private phones are not reset here."},
			{Name: "again", When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameDevice, Times: 3, Within: 24 * time.Hour}, {Of: approvals.SameOwner, Times: 4, Within: 24 * time.Hour}, {Of: approvals.SameRequester, Times: 10, Within: time.Hour}}}, Terms: approvals.Terms{SecondReason: true}},
			{Name: "night", When: approvals.Conditions{Times: []approvals.Times{{From: 8 * time.Hour, To: 18 * time.Hour, Zone: berlin, Outside: true}}}, Terms: approvals.Terms{
				Quorum: 2, Groups: 2, TimeToLive: time.Hour, Verified: true, Ticket: regexp.MustCompile(`INC\d+`),
				Approvers: approvals.Audience{Groups: []string{"S0ONCALL123", "S0SECURITY1"}, People: []string{"U0BOSS"}},
			}},
			{Name: "by filter", When: approvals.Conditions{Selectors: []approvals.SelectorKind{approvals.ByFilter}}, Terms: approvals.Terms{Quorum: 3}},
		},
		BreakGlass: approvals.BreakGlass{Who: approvals.Audience{Groups: []string{"S0INCIDENT1"}}, Channels: []string{"C0HELPDESK1"}, Quorum: 1},
	}.WithDefaults()
}

const shared = `given: {requester: U0ALICE1234, requester_groups: [S0HELPDESK1], channel: C0HELPDESK1, at: 2026-03-03 10:00 Europe/Berlin}
cases:
`

// Each thing that can be given decides, and what comes otherwise than
// expected is told with what it is.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		given, expected string
		want            []string // key: expected → got
	}{
		"no rule":               {`{}`, `{rule: "", quorum: 1, different_groups: 1, time_to_live: 30m, needs: [], approvers: {groups: [S0ONCALL123]}}`, nil},
		"the night":             {`{at: "2026-03-03T22:30:00+01:00"}`, `{rule: night, quorum: 2, different_groups: 2, time_to_live: 1h, needs: [verified, ticket], approvers: {groups: [S0SECURITY1, S0ONCALL123], people: [U0BOSS]}}`, nil},
		"by filter":             {`{selectors: [serial, filter]}`, `{rule: by filter, quorum: 3}`, nil},
		"a private phone":       {`{devices: [{ownership: company}, {ownership: personal, enrolment: personal-work-profile}]}`, `{rule: no private phones, refused: Private phones are not reset here.}`, nil},
		"the device's third":    {`{devices: [{owner: a@b.c}], earlier: [{of: device, ago: 2h, times: 2}]}`, `{rule: again, needs: [second_reason]}`, nil},
		"long ago":              {`{earlier: [{of: device, ago: 25h, times: 2}]}`, `{rule: ""}`, nil},
		"the owner's fourth":    {`{devices: [{owner: a@b.c}], earlier: [{of: device, ago: 2h}, {of: owner, ago: 3h, times: 2, outside: true}]}`, `{rule: again}`, nil},
		"the requester's tenth": {`{earlier: [{of: requester, ago: 2m, times: 9}]}`, `{rule: again}`, nil},
		"outside of the bot":    {`{earlier: [{of: requester, ago: 2m, times: 9, outside: true}]}`, `{rule: ""}`, nil},
		"nobody of the group":   {`{requester_groups: []}`, `{refused: not-requester}`, nil},
		"another channel":       {`{channel: C0OTHER}`, `{refused: wrong-channel}`, nil},
		"too many devices":      {`{devices: [{count: 101}]}`, `{refused: too-many-devices}`, nil},
		"all is said":           {`{at: "2026-03-03T22:30:00Z", statement: {ticket: INC12, verified: called back}}`, `{rule: night, refused: false}`, nil},
		"no ticket":             {`{at: "2026-03-03T22:30:00Z", statement: {verified: called back}}`, `{refused: needs-ticket}`, nil},
		"a wrong ticket":        {`{at: "2026-03-03T22:30:00Z", statement: {ticket: CHG1, verified: called back}}`, `{refused: wrong-ticket}`, nil},
		"glass may be broken":   {`{at: "2026-03-03T22:30:00Z", requester_groups: [S0HELPDESK1, S0INCIDENT1], break_glass: true}`, `{rule: night, quorum: 1, needs: [ticket, verified]}`, nil},
		"glass may not":         {`{break_glass: true}`, `{refused: break-glass-group}`, nil},

		"another rule": {
			`{at: "2026-03-03T12:00:00+01:00"}`, `{rule: night, quorum: 2, time_to_live: 1h, needs: [ticket], approvers: {people: [U0BOSS]}, different_groups: 2}`,
			[]string{`rule: "night" → none`, "quorum: 2 → 1", "different_groups: 2 → 1", "time_to_live: 1h0m0s → 30m0s", "approvers.groups: none → S0ONCALL123", "approvers.people: U0BOSS → none", "needs: ticket → none"},
		},
		"turned down unexpectedly": {`{channel: C0OTHER}`, `{quorum: 1}`, []string{"refused: no → Passcode resets cannot be asked for in this channel. (wrong-channel)"}},
		"not turned down":          {`{}`, `{refused: true}`, []string{"refused: yes → no"}},
		"another refusal":          {`{channel: C0OTHER}`, `{refused: not-requester}`, []string{"refused: not-requester → Passcode resets cannot be asked for in this channel. (wrong-channel)"}},
		"a mistyped rule":          {`{}`, `{rule: nihgt}`, []string{`rule: "nihgt" → none`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := shared + "- name: it\n  given: " + tt.given + "\n  expected: " + tt.expected + "\n"
			cases, err := policycases.Read("c.yml", []byte(file))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range cases[0].Check(policy(t)) {
				got = append(got, fmt.Sprintf("%s: %s → %s", d.Key, d.Expected, d.Got))
				if d.Key == "rule" && d.Expected == `"night"` && d.Why != "it is for all times but every day 08:00 to 18:00 in Europe/Berlin, and it is Tue 12:00 in Europe/Berlin" {
					t.Errorf("why it is another rule: %s", d.Why)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if cases[0].Line != 3 {
				t.Errorf("the case is at line %d", cases[0].Line)
			}
		})
	}
}

// Nobody tells a ticket of one kind for devices of which each wants another:
// that is turned down also where the case leaves open what is said.
func TestCheck_mixedTickets(t *testing.T) {
	t.Parallel()
	p := approvals.Policy{
		Requesters: approvals.Audience{Groups: []string{"S0HELPDESK1"}}, Approvers: approvals.Audience{Groups: []string{"S0ONCALL123"}},
		Rules: []approvals.Rule{
			{Name: "company", When: approvals.Conditions{Ownership: []string{"company"}}, Terms: approvals.Terms{Ticket: regexp.MustCompile(`INC\d+`)}},
			{Name: "personal", When: approvals.Conditions{Ownership: []string{"personal"}}, Terms: approvals.Terms{Ticket: regexp.MustCompile(`HR\d+`)}},
		},
	}.WithDefaults()
	check(t, p, `{requester_groups: [S0HELPDESK1], devices: [{ownership: company}, {ownership: personal}]}`, `{refused: mixed-rules, rule: company + personal, needs: [ticket]}`)
	check(t, p, `{requester_groups: [S0OTHER], devices: [{ownership: company}, {ownership: personal}]}`, `{refused: not-requester}`)
	check(t, p, `{requester_groups: [S0HELPDESK1], devices: [{ownership: company}]}`, `{refused: false, rule: company, needs: [ticket]}`)
}

// Earlier resets of the device are nobody's where the requester is not said,
// and those by the requester are counted all the same.
func TestCheck_unknownRequester(t *testing.T) {
	t.Parallel()
	p := approvals.Policy{
		Requesters: approvals.Audience{Groups: []string{"S0HELPDESK1"}}, Approvers: approvals.Audience{Groups: []string{"S0ONCALL123"}},
		Rules: []approvals.Rule{{Name: "many", When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameRequester, Times: 5, Within: time.Hour}}}}},
	}.WithDefaults()
	check(t, p, `{requester_groups: [S0HELPDESK1], earlier: [{of: device, ago: 1m, times: 9}]}`, `{rule: ""}`)
	check(t, p, `{requester_groups: [S0HELPDESK1], earlier: [{of: requester, ago: 1m, times: 4}]}`, `{rule: many}`)

	// The rules themselves know that nobody is not somebody.
	unknown := approvals.Case{At: noon, Earlier: []approvals.Past{{Device: "another", At: noon, Request: 1}}}
	if n := p.Rules[0].When.Repeated[0].Count(unknown); n != 1 {
		t.Errorf("a reset by nobody counts: it is number %d", n)
	}
}

// A request for more devices than somebody may have in an hour can never go
// ahead, and says so before anybody asks.
func TestCheck_moreThanAnHoursDevices(t *testing.T) {
	t.Parallel()
	p := policy(t)
	p.MaxResets = 5
	given := `{requester_groups: [S0HELPDESK1], channel: C0HELPDESK1, at: 2026-03-03 10:00, devices: [{count: %d}]}`
	check(t, p, fmt.Sprintf(given, 6), `{refused: too-many-devices}`)
	check(t, p, fmt.Sprintf(given, 5), `{refused: false}`)
}

var noon = time.Date(2026, time.March, 3, 12, 0, 0, 0, time.UTC)

// check judges one made-up request by a policy.
func check(t *testing.T, p approvals.Policy, given, expected string) {
	t.Helper()
	cases, err := policycases.Read("c.yml", []byte("cases:\n- name: it\n  given: "+given+"\n  expected: "+expected+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range cases[0].Check(p) {
		t.Errorf("%s: %s: expected %s, got %s", given, d.Key, d.Expected, d.Got)
	}
}

// What a case has of its own goes before what all share, and leaves that as
// it is for the others.
func TestRead_shared(t *testing.T) {
	t.Parallel()
	cases, err := policycases.Read("c.yml", []byte(shared+`
- name: first
  given: {channel: C0OTHER, devices: [{count: 2}]}
  expected: {refused: true}
- name: second
  expected: {refused: false}
`))
	if err != nil {
		t.Fatal(err)
	}
	all := policycases.Given{Requester: "U0ALICE1234", Groups: []string{"S0HELPDESK1"}, Channel: "C0HELPDESK1", At: "2026-03-03 10:00 Europe/Berlin"}
	first := all
	first.Channel, first.Devices = "C0OTHER", []policycases.Device{{Count: 2}}
	if diff := cmp.Diff([]policycases.Given{first, all}, []policycases.Given{cases[0].Given, cases[1].Given}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A statement of a case's own is all that is said in it: what the shared one
// has beside that does not hide what is missing.
func TestRead_sharedStatement(t *testing.T) {
	t.Parallel()
	cases, err := policycases.Read("c.yml", []byte(`
given: {requester: U0ALICE1234, requester_groups: [S0HELPDESK1], channel: C0HELPDESK1, at: 2026-03-03 22:30, statement: {verified: called back, ticket: INC1}}
cases:
- name: its own
  given: {statement: {ticket: INC2}}
  expected: {refused: needs-verified}
- name: the shared one
  given: {channel: C0HELPDESK1}
  expected: {refused: false}
- name: whatever is asked for
  given: {statement: null}
  expected: {refused: false}
- name: nothing of its own
  expected: {refused: false}
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []*policycases.Statement
	for _, c := range cases {
		got = append(got, c.Given.Statement)
		for _, d := range c.Check(policy(t)) {
			t.Errorf("%s: %s: expected %s, got %s", c.Name, d.Key, d.Expected, d.Got)
		}
	}
	all := &policycases.Statement{Verified: "called back", Ticket: "INC1"}
	if diff := cmp.Diff([]*policycases.Statement{{Ticket: "INC2"}, all, nil, all}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is wrong with a file is told with its line and what to do, all at once.
func TestRead_problems(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"empty":          {"", []string{"c.yml: there is nothing in it. Write cases:"}},
		"a list":         {"- 1\n", []string{"c.yml:1: one set of keys is expected"}},
		"no cases":       {"given: {}\n", []string{"c.yml: cases: there are no cases"}},
		"not YAML":       {"cases: [\n", []string{"c.yml:1: "}},
		"unknown key":    {"casse: []\n", []string{"c.yml:1: casse: is not a known key here. Did you mean cases?"}},
		"not text":       {"\xff\xfe", []string{"c.yml: is no text in UTF-8"}},
		"given mistyped": {"given: {channel: [1]}\ncases:\n- {name: a, expected: {quorum: 1}}\n", []string{"c.yml:1: cannot unmarshal"}},
		"nested deeply":  {"given: {}\ncases: " + strings.Repeat("[", 1<<18), []string{"c.yml:2: this is nested more deeply than cases need"}},
		"in a statement": {"cases:\n- {name: a, given: {requester: U1, statement: {tiket: a}}, expected: {quorum: 1}}\n", []string{"c.yml:2: tiket: is not a known key here. Did you mean ticket?"}},
		"twice a key":    {"cases:\n- {name: a, name: b}\n", []string{"c.yml:2: "}},
		"all at once": {
			shared + `- name: a
  given: {chanel: C1}
  expected: {quorum: 1}
- name: b
  expected: {quorum: two}
- name: c
- expected: {quorum: 1}
- name: d
  given:
    devices: [{ownership: compny, enrolment: fuly-managed, count: -1}]
    selectors: [serail]
    at: yesterday
    earlier: [{of: device, ago: soon}, {of: owner, ago: 1h}, {of: person, ago: 1h}, {of: device, ago: 1h, times: -1}]
  expected: {refused: [1], time_to_live: 30, needs: [tickets]}
- name: d
  expected: {quorum: 1}
- name: e
  given: {requester: "", requester_groups: []}
  expected: {quorum: 1}
`,
			[]string{
				"c.yml:4: chanel: is not a known key here. Did you mean channel?",
				"c.yml:7: cannot unmarshal",
				`c.yml:8: expected: nothing is expected of "c", so that it could never fail.`,
				"c.yml:9: name: the case has no name.",
				`c.yml:10: expected: "d": refused: it is neither true nor false nor a text. Write true`,
				`c.yml:10: expected: "d": time_to_live: "30" is not a duration`,
				`c.yml:10: expected: "d": needs: "tickets" is not known. Did you mean ticket?`,
				`c.yml:10: given: "d": "yesterday" is not a time`,
				`c.yml:10: given: "d": selectors: "serail" is not known. Did you mean serial?`,
				`c.yml:10: given: "d": ownership: "compny" is not known. Did you mean company?`,
				`c.yml:10: given: "d": enrolment: "fuly-managed" is not known. Did you mean fully-managed?`,
				`c.yml:10: given: "d": count: -1 devices cannot be`,
				`c.yml:10: given: "d": ago: "soon" is not a duration`,
				`c.yml:10: given: "d": earlier: the first device has no owner`,
				`c.yml:10: given: "d": of: "person" is not known. Write one of device, owner, requester.`,
				`c.yml:10: given: "d": times: -1 resets cannot be`,
				`c.yml:17: name: there are two cases "d".`,
				`c.yml:19: given: nobody asks in "e".`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policycases.Read("c.yml", []byte(tt.file))
			problems, ok := errors.AsType[config.Problems](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			got := strings.Split(problems.Error(), "\n")
			for i, want := range tt.want {
				if i >= len(got) || !strings.HasPrefix(got[i], want) {
					t.Fatalf("problem %d is not %s:\n%s", i+1, want, strings.Join(got, "\n"))
				}
			}
			if len(got) != len(tt.want) {
				t.Errorf("more than %d problems:\n%s", len(tt.want), strings.Join(got, "\n"))
			}
		})
	}
}

// A case that depends on the time of the day must say it: else it would hold
// by day and fail by night.
func TestUndated(t *testing.T) {
	t.Parallel()
	cases, err := policycases.Read("c.yml", []byte("cases:\n- {name: a, given: {requester: U1}, expected: {quorum: 1}}\n- {name: b, given: {requester: U1, at: 2026-03-03 10:00}, expected: {quorum: 1}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := policy(t)
	if got := policycases.Undated(cases, p).Error(); !strings.HasPrefix(got, `c.yml:2: given: "a" does not say when it is asked, and the rule "night" looks at the time.`) || strings.Contains(got, "\n") {
		t.Errorf("got %s", got)
	}
	p.Rules = p.Rules[:1]
	if got := policycases.Undated(cases, p); got != nil {
		t.Errorf("without such a rule: %s", got)
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"2026-07-06 09:30 Europe/Berlin": "2026-07-06T07:30:00Z",
		"2026-07-06 09:30":               "2026-07-06T09:30:00Z",
		"2026-07-06T09:30:00+02:00":      "2026-07-06T07:30:00Z",
		"2026-07-06 09:30 Berlin":        "", "2026-07-06": "", "": "", "2026-13-06 09:30": "",
	} {
		at, err := policycases.ParseTime(written)
		if (err != nil) != (want == "") || err == nil && at.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: got %s, %v; want %s", written, at.UTC(), err, want)
		}
	}
}

// The cases that the documentation shows hold for the config that it shows.
func TestExample(t *testing.T) {
	t.Parallel()
	const docs = "../../../../docs/"
	settings, err := config.LoadPolicy(docs+"passcodebot.example.yml", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(docs + "policy.example.yml")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := policycases.Read("policy.example.yml", data)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 5 {
		t.Errorf("only %d cases", len(cases))
	}
	for _, c := range cases {
		for _, d := range c.Check(settings.Policy(approvals.Home{})) {
			t.Errorf("%s (line %d): %s: expected %s, got %s", c.Name, c.Line, d.Key, d.Expected, d.Got)
		}
	}
}

// Whatever a file holds, it is cases or problems, and no panic.
func FuzzRead(f *testing.F) {
	f.Add([]byte(shared + "- name: a\n  expected: {quorum: 1}\n"))
	f.Add([]byte("cases: [{name: a, given: {earlier: [{of: device, ago: 1h}], devices: [{count: 3}]}, expected: {refused: true}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cases, err := policycases.Read("c.yml", data)
		if _, ok := errors.AsType[config.Problems](err); err != nil && !ok {
			t.Fatalf("the error is a %T: %v", err, err)
		}
		for _, c := range cases {
			c.Check(approvals.Policy{}.WithDefaults())
		}
	})
}
