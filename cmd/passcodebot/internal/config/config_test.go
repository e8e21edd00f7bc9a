package config_test

import (
	"log/slog"
	"os"
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
azure: {managed_identity: true}
`

func TestLoad_everyKey(t *testing.T) {
	t.Parallel()
	env := good().with("AZURE_TENANT_ID", "", "AZURE_CLIENT_SECRET", "")
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
	}
	if diff := cmp.Diff(want, got); diff != "" {
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
	if diff := cmp.Diff(approvals.Policy{Home: home}.WithDefaults(), c.Policy(home)); diff != "" {
		t.Errorf("policy by default (-want +got):\n%s", diff)
	}
	c = config.Config{
		Requesters: approvals.Audience{Groups: []string{"S1"}}, Approvers: approvals.Audience{People: []string{"U1"}},
		Quorum: 2, TimeToLive: time.Hour, MaxDevices: 5, Channels: []string{"C1"}, CardChannel: "C2",
		ExecutionTimeout: time.Minute, FollowUpFor: time.Hour,
	}
	want := approvals.Policy{
		Home: home, Requesters: c.Requesters, Approvers: c.Approvers,
		Quorum: 2, TimeToLive: time.Hour, MaxDevices: 5, Channels: []string{"C1"}, CardChannel: "C2",
		ExecutionTimeout: time.Minute, FollowUp: approvals.DefaultFollowUp(), FollowUpFor: time.Hour,
	}
	if diff := cmp.Diff(want, c.Policy(home)); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	var file strings.Builder // of all the examples
	above := ""
	for _, o := range config.Reference() {
		if o.Type == "" || o.Meaning == "" || o.Example == "" {
			t.Errorf("%+v is incomplete", o)
		}
		section, name, nested := strings.Cut(o.Key, ".")
		if nested && section != above {
			file.WriteString(section + ":\n")
		}
		above = section
		if nested {
			file.WriteString("  " + name + ": " + o.Example + "\n")
		} else {
			file.WriteString(o.Key + ": " + o.Example + "\n")
		}
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
		"AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

// The example is good as it is, and names every key with its default.
func TestLoad_example(t *testing.T) {
	t.Parallel()
	const path = "../../../../docs/passcodebot.example.yml"
	if _, err := config.Load(path, good().get); err != nil {
		t.Error(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range config.Reference() {
		line := o.Key[strings.LastIndex(o.Key, ".")+1:] + ":"
		if o.Default != "" {
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
		bare := strings.TrimPrefix(line, "# ")
		if name, _, ok := strings.Cut(strings.TrimSpace(bare), ":"); ok && !strings.Contains(name, " ") {
			line = bare
		}
		all.WriteString(line)
	}
	if _, err := config.Parse("example with all", []byte(all.String()), good().get); err != nil {
		t.Errorf("%v\n%s", err, all.String())
	}
}
