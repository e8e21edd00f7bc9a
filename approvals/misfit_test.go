package approvals_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
)

// Each condition that does not fit says so in words, with what it wants and
// what there is.
func TestMisfit(t *testing.T) {
	t.Parallel()
	zone := berlin(t)
	c := approvals.Case{
		Requester: rita, Groups: []string{"SNIGHT"}, Channel: "C1", At: monday,
		Targets:   []approvals.Target{{Device: approvals.Device{ID: "d", Ownership: "company"}, Enrollment: "dedicated"}},
		Selectors: []approvals.Selector{{Kind: approvals.BySerial, Value: "S"}},
		Earlier:   []approvals.Past{{Device: "d", At: monday.Add(-time.Hour), Request: 4}},
	}
	for want, when := range map[string]approvals.Conditions{
		"":                               {},
		"it is for C0 or C2, not for C1": {Channels: []string{"C0", "C2"}},
		"the requester is not one of SDAY or " + hugo:       {Requesters: approvals.Audience{Groups: []string{"SDAY"}, People: []string{hugo}}},
		"it is for 3 devices or more, and this is 1 device": {MinDevices: 3},
		"no device is owned as personal or unknown":         {Ownership: []string{"personal", "unknown"}},
		"no device is enrolled as fully-managed":            {Enrolments: []string{"fully-managed"}},
		"no device is named by filter":                      {Selectors: []approvals.SelectorKind{approvals.ByFilter}},
		"it is for Sat, Sun 22:00 to 06:30 in Europe/Berlin, and it is Mon 09:30 in Europe/Berlin": {
			Times: []approvals.Times{{Days: []time.Weekday{time.Saturday, time.Sunday}, From: 22 * time.Hour, To: 6*time.Hour + 30*time.Minute, Zone: zone}},
		},
		"it is for all times but Mon in Europe/Berlin, and it is Mon 09:30 in Europe/Berlin": {
			Times: []approvals.Times{{Days: []time.Weekday{time.Monday}, Zone: zone, Outside: true}},
		},
		"this is reset 2 of the same device within 24h, and it is for 3 or more; this is reset 1 of the same requester within 1h, and it is for 2 or more": {
			Repeated: []approvals.Repetition{{Of: approvals.SameDevice, Times: 3, Within: 24 * time.Hour}, {Of: approvals.SameRequester, Times: 2, Within: time.Hour}},
		},
	} {
		if got := when.Misfit(c); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	c.Targets = append(c.Targets, c.Targets...)
	if got, want := (approvals.Conditions{MaxDevices: 1}).Misfit(c), "it is for 1 device at the most, and this is 2 devices"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is considered without asking anybody is turned down as a request would
// be, and has the ruling also then.
func TestConsider(t *testing.T) {
	t.Parallel()
	p := approvals.Policy{
		Requesters: approvals.Audience{Groups: []string{"SDESK"}, People: []string{hugo}}, Approvers: approvals.Audience{People: []string{anna}},
		Channels: []string{"C1", "C2"}, MaxDevices: 2, Quorum: 3,
		Rules:      []approvals.Rule{{Name: "all", Terms: approvals.Terms{Groups: 3, SecondReason: true}}},
		BreakGlass: approvals.BreakGlass{Who: approvals.Audience{Groups: []string{"SINC"}}, Channels: []string{"C2"}, Quorum: 2},
	}
	said := approvals.Statement{SecondReason: "the shift starts"}
	broken := approvals.Statement{SecondReason: "the shift starts", BreakGlass: "an outage"}
	for name, tt := range map[string]struct {
		edit   func(*approvals.Case)
		say    approvals.Statement
		want   string
		quorum int
	}{
		"in the group":        {func(*approvals.Case) {}, said, "", 3},
		"by name":             {func(c *approvals.Case) { c.Requester, c.Groups = hugo, nil }, said, "", 3},
		"neither":             {func(c *approvals.Case) { c.Groups = []string{"SOTHER"} }, said, "not-requester", 3},
		"another channel":     {func(c *approvals.Case) { c.Channel = "C3" }, said, "wrong-channel", 3},
		"too many":            {func(c *approvals.Case) { c.Targets = make([]approvals.Target, 3) }, said, "too-many-devices", 3},
		"nothing is said":     {func(*approvals.Case) {}, approvals.Statement{}, "needs-second-reason", 3},
		"glass elsewhere":     {func(c *approvals.Case) { c.Groups = append(c.Groups, "SINC") }, broken, "break-glass-channel", 3},
		"glass by nobody":     {func(c *approvals.Case) { c.Channel = "C2" }, broken, "break-glass-group", 3},
		"glass":               {func(c *approvals.Case) { c.Channel, c.Groups = "C2", []string{"SDESK", "SINC"} }, broken, "", 2},
		"glass, not an asker": {func(c *approvals.Case) { c.Channel, c.Groups = "C2", []string{"SINC"} }, broken, "not-requester", 2},
	} {
		c := approvals.Case{Requester: rita, Groups: []string{"SDESK"}, Channel: "C1", At: monday, Targets: make([]approvals.Target, 2)}
		tt.edit(&c)
		u, err := p.Consider(c, tt.say)
		code := ""
		if err != nil {
			code = approvals.AsError(err).Code
		}
		if code != tt.want || u.Rule != "all" || u.Terms.Quorum != tt.quorum || u.Terms.Groups != tt.quorum {
			t.Errorf("%s: got %q and %d of %d groups by %s; want %q and %d", name, code, u.Terms.Quorum, u.Terms.Groups, u.Rule, tt.want, tt.quorum)
		}
	}
}

// Who could approve now, and why others could not.
func TestElectorate(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.people.with(func(p *people) { p.groups["SA"], p.groups["SB"] = []string{anna, ben, rita, dora}, []string{ben} })
		p := approvals.Policy{Home: w.policy.Home}
		terms := approvals.Terms{Approvers: approvals.Audience{Groups: []string{"SA", "SB"}, People: []string{carl}}, Quorum: 2, Groups: 2}
		e, err := p.Electorate(t.Context(), w.people, rita, nil, terms)
		if err != nil {
			t.Fatal(err)
		}
		var able []string
		for _, who := range e.Able {
			able = append(able, who.ID)
		}
		if got := strings.Join(able, " "); got != anna+" "+ben+" "+carl || !e.Enough || len(e.Groups[ben]) != 2 {
			t.Errorf("able are %s, enough is %v, groups are %v", got, e.Enough, e.Groups)
		}
		if len(e.Barred) != 1 || e.Barred[0].Person.ID != dora || approvals.AsError(e.Barred[0].Why).Code != "deactivated" {
			t.Errorf("barred are %+v", e.Barred)
		}
		terms.Groups = 3
		if e, err := p.Electorate(t.Context(), w.people, rita, nil, terms); err != nil || e.Enough {
			t.Errorf("of three groups: enough is %v, %v", e.Enough, err)
		}
		w.people.with(func(p *people) { p.silent = context.DeadlineExceeded })
		if _, err := p.Electorate(t.Context(), w.people, rita, nil, terms); approvals.AsError(err).Code != "slack-silent" {
			t.Errorf("Slack is silent: got %v", err)
		}
	})
}
