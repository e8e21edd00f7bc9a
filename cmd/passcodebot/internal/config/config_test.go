package config_test

import (
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
)

const everything = `
requesters:
  groups: [S0HELPDESK1, S0HELPDESK2]
  people:
    - U0ALICE1234
    - "W0CAROL1234"
approvers: {groups: [S0ONCALL123], people: [U0BOB123456]}
quorum: 2
time_to_live: 1h30m
max_devices: 25
max_reason: 500
channels: [C0HELPDESK1, G0PRIVATE12]
card_channel: C0APPROVALS
cloud: usgov
sweep: 0 */5 * * * *
execution_timeout: 5m
resend_after: 90s
settle_timeout: 10m
follow_up_for: 48h
retention: 9600h
endpoints: {slack: "http://localhost:9001/api/", graph: "https://proxy.example", entra: "https://[::1]:9003"}
store: bolt:/var/lib/passcodebot.db
log:
  format: json
  level: warn
stop_grace: 5s
azure: {managed_identity: true, cli: false}
slack: {entra_id_field: Xf0ENTRAID12}
limits: {requests_per_hour: 10, devices_per_hour: 50}
show_earlier: 12h
outside_resets: {channel: C0SECURITY1, every: 10m}
escalation: {groups: [S0LEADS12345], people: [U0BOB123456]}
admins: {groups: [S0ADMINS1234], people: [U0ALICE1234]}
working_hours: [{days: [mon], from: "08:00", to: "18:00", zone: UTC}]
ask_own_passcode_after: never
language: ja
languages: {G0PRIVATE12: en, C0HELPDESK1: de}
audit: {anchors: {schedule: "@every 2h", channel: C0SECURITY1, file: /var/anchors, syslog: "udp://[::1]:514"}}
break_glass:
  groups: [S0INCIDENT1]
  people: [U0ALICE1234]
  channels: [C0HELPDESK1]
  quorum: 1
  reviewers: {groups: [S0SECURITY1], people: [U0BOB123456]}
  notice_channel: C0SECURITY1
rules:
  - name: personal
    when: {ownership: [personal, unknown]}
    refuse: Not these.
  - name: all, at once
    when:
      channels: [C0HELPDESK1]
      requester_groups: [S0HELPDESK1]
      requesters: [U0ALICE1234]
      min_devices: 2
      max_devices: 20
      enrolments: [dedicated]
      selectors: [filter, id]
      times:
        - {days: [sat, sun], from: 22:00, to: "06:30", zone: Europe/Berlin, outside: true}
        - days: [mon]
          zone: UTC
      repeated: [{of: owner, times: 3, within: 48h}]
    approvers: {groups: [S0ONCALL123, S0SECURITY1], people: [U0BOB123456]}
    quorum: 3
    different_groups: 2
    time_to_live: 15m
    ticket: 'INC\d{7}|CHG\d+'
    second_reason: true
    verified: true
`

// seed is an Ed25519 key.
const seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// plainly compares what hides its fields by what it says.
var plainly = cmp.Options{
	cmp.Comparer(func(a, b *regexp.Regexp) bool {
		return (a == nil) == (b == nil) && (a == nil || a.String() == b.String())
	}),
	cmp.Comparer(func(a, b *time.Location) bool {
		return (a == nil) == (b == nil) && (a == nil || a.String() == b.String())
	}),
}

func TestLoad_everyKey(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	env := good().with("AZURE_TENANT_ID", "", "AZURE_CLIENT_SECRET", "", "PASSCODEBOT_ANCHOR_KEY", seed)
	got, err := config.Load(file(t, "passcodebot.yml", everything), env.get)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Requesters: approvals.Audience{Groups: []string{"S0HELPDESK1", "S0HELPDESK2"}, People: []string{"U0ALICE1234", "W0CAROL1234"}},
		Approvers:  approvals.Audience{Groups: []string{"S0ONCALL123"}, People: []string{"U0BOB123456"}},
		Quorum:     2, TimeToLive: 90 * time.Minute, MaxDevices: 25, MaxReason: 500,
		ExecutionTimeout: 5 * time.Minute, FollowUpFor: 48 * time.Hour,
		ResendAfter: 90 * time.Second, SettleTimeout: 10 * time.Minute, Retention: 9600 * time.Hour,
		Endpoints: config.Endpoints{Slack: "http://localhost:9001/api/", Graph: "https://proxy.example", Entra: "https://[::1]:9003"},
		Channels:  []string{"C0HELPDESK1", "G0PRIVATE12"}, CardChannel: "C0APPROVALS",
		Cloud: "usgov", Sweep: "0 */5 * * * *", Store: "bolt:/var/lib/passcodebot.db", StopGrace: 5 * time.Second,
		Log:   config.Log{Format: "json", Level: slog.LevelWarn},
		Slack: config.Slack{BotToken: config.NewSecret("xoxb-12-Bot"), AppToken: config.NewSecret("xapp-1-App")},
		Azure: config.Azure{ClientID: client, ManagedIdentity: true},
		Rules: []approvals.Rule{
			{Name: "personal", When: approvals.Conditions{Ownership: []string{"personal", "unknown"}}, Refuse: "Not these."},
			{
				Name: "all, at once",
				When: approvals.Conditions{
					Channels:   []string{"C0HELPDESK1"},
					Requesters: approvals.Audience{Groups: []string{"S0HELPDESK1"}, People: []string{"U0ALICE1234"}},
					MinDevices: 2, MaxDevices: 20, Enrolments: []string{"dedicated"},
					Selectors: []approvals.SelectorKind{approvals.ByFilter, approvals.ByID},
					Times: []approvals.Times{
						{Days: []time.Weekday{time.Saturday, time.Sunday}, From: 22 * time.Hour, To: 6*time.Hour + 30*time.Minute, Zone: berlin, Outside: true},
						{Days: []time.Weekday{time.Monday}, Zone: time.UTC},
					},
					Repeated: []approvals.Repetition{{Of: approvals.SameOwner, Times: 3, Within: 48 * time.Hour}},
				},
				Terms: approvals.Terms{
					Approvers: approvals.Audience{Groups: []string{"S0ONCALL123", "S0SECURITY1"}, People: []string{"U0BOB123456"}},
					Quorum:    3, Groups: 2, TimeToLive: 15 * time.Minute, Ticket: regexp.MustCompile(`^(?:INC\d{7}|CHG\d+)$`), SecondReason: true, Verified: true,
				},
			},
		},
		BreakGlass: approvals.BreakGlass{
			Who:      approvals.Audience{Groups: []string{"S0INCIDENT1"}, People: []string{"U0ALICE1234"}},
			Channels: []string{"C0HELPDESK1"}, Quorum: 1,
			Reviewers: approvals.Audience{Groups: []string{"S0SECURITY1"}, People: []string{"U0BOB123456"}}, Notice: "C0SECURITY1",
		},
		Limits: config.Limits{RequestsPerHour: 10, DevicesPerHour: 50}, ShowEarlier: 12 * time.Hour,
		OutsideResets: config.OutsideResets{Channel: "C0SECURITY1", Every: 10 * time.Minute},
		Escalation:    approvals.Audience{Groups: []string{"S0LEADS12345"}, People: []string{"U0BOB123456"}},
		Admins:        approvals.Audience{Groups: []string{"S0ADMINS1234"}, People: []string{"U0ALICE1234"}},
		WorkingHours:  []approvals.Times{{Days: []time.Weekday{time.Monday}, From: 8 * time.Hour, To: 18 * time.Hour, Zone: time.UTC}},
		HandoverAfter: -1, Language: "ja", Languages: []config.ChannelLanguage{{Channel: "C0HELPDESK1", Language: "de"}, {Channel: "G0PRIVATE12", Language: "en"}},
		Audit: config.Audit{Anchors: config.Anchors{
			Schedule: "@every 2h", Channel: "C0SECURITY1", File: "/var/anchors", Syslog: "udp://[::1]:514",
			Key: config.SigningKey{Secret: config.NewSecret(seed)},
		}},
	}
	want.Slack.EntraIDField = "Xf0ENTRAID12"
	if diff := cmp.Diff(want, got, plainly); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	for _, option := range config.Reference() {
		name := option.Key[strings.LastIndex(option.Key, ".")+1:]
		if !strings.Contains(everything, name+":") {
			t.Errorf("the test sets no %s", option.Key)
		}
	}
}

func TestLoad_defaults(t *testing.T) {
	t.Parallel()
	for _, written := range []string{
		people,
		"\ufeff" + people, // as some editors save it
		strings.ReplaceAll(people, "\n", "\r\n"),
		"---\n" + people + "...\n",
		people + "log:\nazure:\nchannels:\n", // what stood there is commented out
	} {
		got, err := config.Parse("passcodebot.yml", []byte(written), good().get)
		if err != nil {
			t.Errorf("%q: %v", written, err)
			continue
		}
		want := config.Default()
		want.Requesters.Groups = []string{"S0HELPDESK1"}
		want.Approvers.Groups = []string{"S0ONCALL123"}
		want.Slack = config.Slack{BotToken: config.NewSecret("xoxb-12-Bot"), AppToken: config.NewSecret("xapp-1-App")}
		want.Azure = config.Azure{TenantID: tenant, ClientID: client, ClientSecret: config.NewSecret("abc8Q~the-secret")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", written, diff)
		}
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	home := approvals.Home{Team: "T0CONTOSO12", Enterprise: "E0CONTOSO12"}
	c := config.Default()
	if diff := cmp.Diff(approvals.Policy{Home: home, ShowEarlier: 24 * time.Hour, Fingerprint: c.PolicyFingerprint()}.WithDefaults(), c.Policy(home)); diff != "" {
		t.Errorf("policy by default (-want +got):\n%s", diff)
	}
	c = config.Config{
		Requesters: approvals.Audience{Groups: []string{"S1"}}, Approvers: approvals.Audience{People: []string{"U1"}},
		Quorum: 2, TimeToLive: time.Hour, MaxDevices: 5, Channels: []string{"C1"}, CardChannel: "C2",
		ExecutionTimeout: time.Minute, ResendAfter: time.Second, SettleTimeout: 2 * time.Second, FollowUpFor: time.Hour,
		Rules:      []approvals.Rule{{Name: "none", Refuse: "No."}},
		BreakGlass: approvals.BreakGlass{Quorum: 1}, ShowEarlier: time.Hour,
		Limits:     config.Limits{RequestsPerHour: 3, DevicesPerHour: 4},
		Escalation: approvals.Audience{Groups: []string{"S2"}}, Admins: approvals.Audience{People: []string{"U2"}},
		WorkingHours: []approvals.Times{{Zone: time.UTC}}, HandoverAfter: 2 * time.Hour,
	}
	want := approvals.Policy{
		Home: home, Requesters: c.Requesters, Approvers: c.Approvers,
		Quorum: 2, TimeToLive: time.Hour, MaxDevices: 5, Channels: []string{"C1"}, CardChannel: "C2",
		ExecutionTimeout: time.Minute, FollowUp: approvals.DefaultFollowUp(), FollowUpFor: time.Hour,
		ResendAfter: time.Second, SettleFor: 2 * time.Second, Rules: c.Rules, BreakGlass: c.BreakGlass, ShowEarlier: time.Hour,
		Escalation: c.Escalation, Admins: c.Admins, WorkingHours: c.WorkingHours, HandoverAfter: 2 * time.Hour,
		Many: approvals.DefaultMany, OfflineFor: approvals.DefaultOfflineFor,
		MaxRequests: 3, MaxResets: 4, Fingerprint: c.PolicyFingerprint(),
	}
	if diff := cmp.Diff(want, c.Policy(home), plainly); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	// Whatever the rules work with comes from here.
	for field, value := range reflect.ValueOf(want).Fields() {
		if value.IsZero() {
			t.Errorf("the test gives no %s", field.Name)
		}
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	var file strings.Builder // of all the examples
	var above []string
	for _, o := range config.Reference() {
		if o.Type == "" || o.Meaning == "" || o.Example == "" {
			t.Errorf("%+v is incomplete", o)
		}
		if strings.Contains(o.Key, "[]") || o.Key == "azure.cli" { // the one or the other way to sign in
			continue
		}
		path := strings.Split(o.Key, ".")
		for i, name := range path {
			switch {
			case i == len(path)-1:
				file.WriteString(strings.Repeat("  ", i) + name + ": " + o.Example + "\n")
			case i >= len(above)-1 || above[i] != name:
				file.WriteString(strings.Repeat("  ", i) + name + ":\n")
				above = nil
			}
		}
		above = path
	}
	env := good().with("AZURE_CLIENT_SECRET", "")
	if _, err := config.Parse("examples", []byte(file.String()), env.get); err != nil {
		t.Errorf("the examples are not understood: %v\n%s", err, file.String())
	}
	var names []string
	for _, o := range config.Environment() {
		if o.Type == "" || o.Meaning == "" || o.Example == "" {
			t.Errorf("%+v is incomplete", o)
		}
		names = append(names, o.Key)
	}
	want := []string{
		"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
		"AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE", "PASSCODEBOT_ANCHOR_KEY",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

// The example is good as it is, and names every key with its default.
func TestParse_example(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../../docs/passcodebot.example.yml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := config.Parse("the example", data, good().get); err != nil {
		t.Error(err)
	}
	for _, o := range config.Reference() {
		line := o.Key[strings.LastIndex(o.Key, ".")+1:] + ":"
		if o.Default != "" && !strings.Contains(o.Key, "[]") { // in a rule, what is set
			line += " " + o.Default
		}
		if !strings.Contains(string(data), line) {
			t.Errorf("the example has no %q", line)
		}
	}
	// What is commented out is what one would write.
	var all strings.Builder
	_, keys, _ := strings.Cut(string(data), "requesters:")
	for line := range strings.Lines("requesters:" + keys) {
		before, after, _ := strings.Cut(line, "# ")
		if name, _, ok := strings.Cut(strings.TrimSpace(after), ":"); ok && !strings.Contains(name, " ") && strings.TrimSpace(before) == "" {
			line = before + after
		}
		all.WriteString(line)
	}
	if _, err := config.Parse("example with all", []byte(all.String()), good().get); err != nil {
		t.Errorf("%v\n%s", err, all.String())
	}
}
