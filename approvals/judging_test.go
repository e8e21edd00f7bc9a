package approvals_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// monday is a Monday at 9:30 in Berlin.
var monday = time.Date(2026, time.March, 2, 8, 30, 0, 0, time.UTC)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Each condition for itself, and what it looks at; several must all fit.
func TestJudge_conditions(t *testing.T) {
	t.Parallel()
	zone := berlin(t)
	phone := func(ownership, enrolment, owner string) approvals.Target {
		return approvals.Target{Device: approvals.Device{ID: "d-" + owner, Ownership: ownership, Owner: approvals.Owner{ID: owner}}, Enrollment: enrolment}
	}
	base := approvals.Case{
		Requester: rita, Groups: []string{"SNIGHT"}, Channel: "C1", At: monday,
		Targets:   []approvals.Target{phone("company", "fully managed", "alice"), phone("", "personally-owned work profile", "bob")},
		Selectors: []approvals.Selector{{Kind: approvals.BySerial, Value: "S"}, {Kind: approvals.ByFilter, Value: "F"}},
		Earlier: []approvals.Past{
			{Device: "d-alice", Owner: "alice", At: monday.Add(-time.Hour), Request: 4, By: approvals.Actor{ID: rita}},
			{Device: "d-alice", Owner: "alice", At: monday.Add(-2 * time.Hour), By: approvals.Actor{Name: "admin@contoso.com"}},
			{Device: "d-other", Owner: "bob", At: monday.Add(-30 * time.Hour), Request: 2, By: approvals.Actor{ID: hugo}},
		},
	}
	hours := func(from, to time.Duration, days ...time.Weekday) approvals.Conditions {
		return approvals.Conditions{Times: []approvals.Times{{Days: days, From: from * time.Hour, To: to * time.Hour, Zone: zone}}}
	}
	outside := func(c approvals.Conditions) approvals.Conditions { c.Times[0].Outside = true; return c }
	again := func(of approvals.RepetitionOf, times int, within time.Duration) approvals.Conditions {
		return approvals.Conditions{Repeated: []approvals.Repetition{{Of: of, Times: times, Within: within}}}
	}
	at := func(s string) func(*approvals.Case) {
		return func(c *approvals.Case) {
			parsed, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
			if err != nil {
				t.Fatal(err)
			}
			c.At = parsed
		}
	}
	for name, tt := range map[string]struct {
		when approvals.Conditions
		edit func(*approvals.Case)
		want bool
	}{
		"no condition":            {approvals.Conditions{}, nil, true},
		"the channel":             {approvals.Conditions{Channels: []string{"C0", "C1"}}, nil, true},
		"another channel":         {approvals.Conditions{Channels: []string{"C0"}}, nil, false},
		"the requester":           {approvals.Conditions{Requesters: approvals.Audience{People: []string{rita}}}, nil, true},
		"the requester's group":   {approvals.Conditions{Requesters: approvals.Audience{Groups: []string{"SDAY", "SNIGHT"}}}, nil, true},
		"another group":           {approvals.Conditions{Requesters: approvals.Audience{Groups: []string{"SDAY"}, People: []string{hugo}}}, nil, false},
		"at least two":            {approvals.Conditions{MinDevices: 2}, nil, true},
		"at least three":          {approvals.Conditions{MinDevices: 3}, nil, false},
		"at most two":             {approvals.Conditions{MaxDevices: 2}, nil, true},
		"at most one":             {approvals.Conditions{MaxDevices: 1}, nil, false},
		"one of company":          {approvals.Conditions{Ownership: []string{"company"}}, nil, true},
		"one whose is not known":  {approvals.Conditions{Ownership: []string{"unknown"}}, nil, true},
		"none is personal":        {approvals.Conditions{Ownership: []string{"personal"}}, nil, false},
		"a work profile":          {approvals.Conditions{Enrolments: []string{"dedicated", "personal-work-profile"}}, nil, true},
		"none is dedicated":       {approvals.Conditions{Enrolments: []string{"dedicated"}}, nil, false},
		"a filter":                {approvals.Conditions{Selectors: []approvals.SelectorKind{approvals.ByFilter}}, nil, true},
		"no name":                 {approvals.Conditions{Selectors: []approvals.SelectorKind{approvals.ByName}}, nil, false},
		"all of several":          {approvals.Conditions{Channels: []string{"C1"}, MinDevices: 2, Ownership: []string{"company"}}, nil, true},
		"all but one of several":  {approvals.Conditions{Channels: []string{"C1"}, MinDevices: 2, Ownership: []string{"personal"}}, nil, false},
		"in hours":                {hours(9, 17), nil, true},
		"on the minute":           {hours(9, 17), at("2026-03-02 09:00"), true},
		"at the end":              {hours(9, 17), at("2026-03-02 17:00"), false},
		"the day":                 {hours(9, 17, time.Monday, time.Tuesday), nil, true},
		"another day":             {hours(9, 17, time.Saturday), nil, false},
		"the whole day":           {hours(0, 0, time.Monday), at("2026-03-02 23:59"), true},
		"the zone's day":          {hours(0, 0, time.Monday), func(c *approvals.Case) { c.At = time.Date(2026, time.March, 1, 23, 30, 0, 0, time.UTC) }, true},
		"in summer time":          {hours(9, 17), func(c *approvals.Case) { c.At = time.Date(2026, time.July, 6, 7, 0, 0, 0, time.UTC) }, true},
		"over midnight, evening":  {hours(22, 6, time.Friday), at("2026-03-06 22:00"), true},
		"over midnight, morning":  {hours(22, 6, time.Friday), at("2026-03-07 05:59"), true},
		"the morning before":      {hours(22, 6, time.Friday), at("2026-03-06 05:59"), false},
		"over midnight, too late": {hours(22, 6, time.Friday), at("2026-03-07 06:00"), false},
		"outside of hours":        {outside(hours(9, 17)), at("2026-03-02 08:59"), true},
		"not outside of hours":    {outside(hours(9, 17)), nil, false},
		"outside on a free day":   {outside(hours(9, 17, time.Monday)), at("2026-03-01 12:00"), true},
		"the device's third":      {again(approvals.SameDevice, 3, 24*time.Hour), nil, true},
		"not yet its fourth":      {again(approvals.SameDevice, 4, 24*time.Hour), nil, false},
		"its second in the time":  {again(approvals.SameDevice, 3, 90*time.Minute), nil, false},
		"the owner's second":      {again(approvals.SameOwner, 2, 48*time.Hour), func(c *approvals.Case) { c.Targets = c.Targets[1:] }, true},
		"another owner":           {again(approvals.SameOwner, 2, 48*time.Hour), func(c *approvals.Case) { c.Targets = []approvals.Target{phone("", "", "carol")} }, false},
		"nobody's devices":        {again(approvals.SameOwner, 2, 48*time.Hour), func(c *approvals.Case) { c.Targets = []approvals.Target{phone("", "", "")}; c.Earlier[0].Owner = "" }, false},
		"the requester's third":   {again(approvals.SameRequester, 3, 24*time.Hour), nil, true}, // there are two devices
		"not the requester's 4th": {again(approvals.SameRequester, 4, 24*time.Hour), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := base
			c.Earlier = append([]approvals.Past(nil), base.Earlier...)
			if tt.edit != nil {
				tt.edit(&c)
			}
			p := approvals.Policy{Rules: []approvals.Rule{{Name: "it", When: tt.when, Refuse: "no"}}}
			if got := p.Judge(c).Rule == "it"; got != tt.want {
				t.Errorf("the rule fits: %v; want %v", got, tt.want)
			}
		})
	}
}

// The first rule that fits holds, and says only what differs from the
// policy's own settings.
func TestJudge_firstMatch(t *testing.T) {
	t.Parallel()
	all, own, ops := approvals.Audience{Groups: []string{"SALL"}}, approvals.Audience{People: []string{carl}}, approvals.Audience{Groups: []string{"SOPS"}}
	ticket := regexp.MustCompile(`^INC\d+$`)
	p := approvals.Policy{
		Approvers: all, Quorum: 1, TimeToLive: time.Hour,
		Rules: []approvals.Rule{
			{Name: "many", When: approvals.Conditions{MinDevices: 3}, Terms: approvals.Terms{Quorum: 2, Groups: 2, Ticket: ticket}},
			{Name: "two", When: approvals.Conditions{MinDevices: 2}, Terms: approvals.Terms{Approvers: ops, TimeToLive: time.Minute}},
			{Name: "two, too", When: approvals.Conditions{MinDevices: 2}, Refuse: "never reached"},
			{Name: "there", When: approvals.Conditions{Channels: []string{"C9"}}, Refuse: "not here"},
		},
	}
	p.Rules[3].Terms.Approvers = own
	want := map[string]approvals.Ruling{
		"three":       {Rule: "many", Terms: approvals.Terms{Approvers: all, Quorum: 2, Groups: 2, TimeToLive: time.Hour, Ticket: ticket}},
		"two":         {Rule: "two", Terms: approvals.Terms{Approvers: ops, Quorum: 1, TimeToLive: time.Minute}},
		"one":         {Terms: approvals.Terms{Approvers: all, Quorum: 1, TimeToLive: time.Hour}},
		"one in C9":   {Rule: "there", Refuse: "not here", Terms: approvals.Terms{Approvers: own, Quorum: 1, TimeToLive: time.Hour}},
		"three in C9": {Rule: "many", Terms: approvals.Terms{Approvers: all, Quorum: 2, Groups: 2, TimeToLive: time.Hour, Ticket: ticket}},
	}
	got := map[string]approvals.Ruling{}
	for name, c := range map[string]approvals.Case{
		"three": {Targets: make([]approvals.Target, 3)}, "two": {Targets: make([]approvals.Target, 2)}, "one": {Targets: make([]approvals.Target, 1)},
		"one in C9": {Targets: make([]approvals.Target, 1), Channel: "C9"}, "three in C9": {Targets: make([]approvals.Target, 3), Channel: "C9"},
	} {
		got[name] = p.Judge(c)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *regexp.Regexp) bool { return a == b })); diff != "" {
		t.Errorf("rulings (-want +got):\n%s", diff)
	}
}
