package config

import "time"

// Option describes one key of the file, or one environment variable, for
// documentation.
type Option struct {
	Key     string // such as quorum, log.level or SLACK_BOT_TOKEN
	Type    string // what it takes, in words
	Default string // as it would be written; empty where there is none
	Meaning string
	Example string // a value as it would be written
}

// maxDevices is how many devices a card and its thread are made and tested
// for.
const maxDevices = 500

// setting is one key of the file.
type setting struct {
	key     string
	kind    kind
	meaning string
	example string
}

// settings returns all keys of the file, in the order in which the
// documentation shows them.
//
// They are bound to c: what they read goes there, and what stands there is
// what holds without them.
func settings(c *Config) []setting {
	return append(mainSettings(c), additions(c)...)
}

func mainSettings(c *Config) []setting {
	return []setting{
		{
			"requesters.groups", idList(userGroup, &c.Requesters.Groups),
			"User groups whose members may ask. At least one group or person must be named.", "[S0HELPDESK1]",
		},
		{
			"requesters.people", idList(person, &c.Requesters.People),
			"Single people who may ask.", "[U0ALICE1234]",
		},
		{
			"approvers.groups", idList(userGroup, &c.Approvers.Groups),
			"User groups whose members may approve and deny, such as an on-call group. At least one group or person must be named.", "[S0ONCALL123]",
		},
		{
			"approvers.people", idList(person, &c.Approvers.People),
			"Single people who may approve and deny.", "[U0BOB123456]",
		},
		{
			"quorum", number(1, 20, &c.Quorum),
			"How many approvals a request needs from people other than its requester.", "2",
		},
		{
			"time_to_live", duration(10*time.Second, 30*24*time.Hour, &c.TimeToLive),
			"How long a request waits for decisions before it expires.", "30m",
		},
		{
			"max_devices", number(1, maxDevices, &c.MaxDevices),
			"How many devices one request may have.", "25",
		},
		{
			"max_reason", number(20, 2000, &c.MaxReason),
			"How many characters a reason may have.", "500",
		},
		{
			"channels", idList(channel, &c.Channels),
			"The channels where people may ask. Without it they may wherever the command works.", "[C0HELPDESK1]",
		},
		{
			"card_channel", oneID(channel, &c.CardChannel),
			"The channel where the cards go, with a link back. Without it a card appears where it was asked for.", "C0APPROVALS",
		},
		{
			"cloud", choice([]string{"global", "usgov", "usdod", "china"}, &c.Cloud),
			"Which of Microsoft's clouds the tenant is in: global, usgov (GCC High), usdod, or china (21Vianet).", "usgov",
		},
		{
			"sweep", text("a schedule", checkSchedule(time.Hour), &c.Sweep),
			"When deadlines are looked at: @every with a duration, or a cron expression whose first field may be the seconds.", `"@every 15s"`,
		},
		{
			"execution_timeout", duration(10*time.Second, 24*time.Hour, &c.ExecutionTimeout),
			"How long the resets of one approved request may take.", "10m",
		},
		{
			"resend_after", duration(time.Second, time.Hour, &c.ResendAfter),
			"How long neither the device nor Intune's record of remote actions may show anything of a reset that got no answer, before it counts as not sent and is sent again.", "2m",
		},
		{
			"settle_timeout", duration(time.Second, 24*time.Hour, &c.SettleTimeout),
			"How long Intune is asked what became of a reset without a clear answer, before it is reported as unknown. It should be longer than resend_after.", "5m",
		},
		{
			"follow_up_for", duration(time.Minute, 30*24*time.Hour, &c.FollowUpFor),
			"How long Intune is asked whether the devices have carried out their resets.", "24h",
		},
		{
			"store", text("a store's address", checkStore, &c.Store),
			"Where requests are kept: bolt: and the path of the database file, which is made if it isn't there.", "bolt:/var/lib/passcodebot/passcodebot.db",
		},
		{
			"retention", duration(24*time.Hour, 20*365*24*time.Hour, &c.Retention),
			"How long requests that have ended are kept, with their part of the log. Without it nothing is purged.", "9600h",
		},
		{
			"endpoints.slack", text("an http or https address", checkEndpoint, &c.Endpoints.Slack),
			"Where Slack's Web API is, if not at Slack: for a proxy, or for tests.", "http://127.0.0.1:9001/api/",
		},
		{
			"endpoints.graph", text("an https address", checkSecureEndpoint, &c.Endpoints.Graph),
			"Where Microsoft Graph is, if not where the cloud has it.", "https://127.0.0.1:9002",
		},
		{
			"endpoints.entra", text("an https address", checkSecureEndpoint, &c.Endpoints.Entra),
			"Where Entra ID is, if not where the cloud has it.", "https://127.0.0.1:9002",
		},
		{
			"azure.managed_identity", truth(&c.Azure.ManagedIdentity),
			"Sign in as the managed identity of the machine that passcodebot runs on in Azure. AZURE_CLIENT_ID then chooses a user-assigned one.", "true",
		},
		{
			"azure.cli", truth(&c.Azure.CLI),
			"Sign in with the account of az login on this machine: for trying, not for a service.", "true",
		},
		{
			"log.format", choice([]string{"text", "json"}, &c.Log.Format),
			"How log lines are written.", "json",
		},
		{
			"log.level", level(&c.Log.Level),
			"The least important lines that are logged.", "warn",
		},
		{
			"stop_grace", duration(time.Second, 10*time.Minute, &c.StopGrace),
			"How long a stop waits for what has begun. Give whatever supervises the process a little more.", "25s",
		},
	}
}

// Reference returns every key of the file, for documentation. Those of the
// entries of a list, such as rules, stand below it as rules[].name.
func Reference() []Option {
	c := Default()
	return described("", settings(&c))
}

func described(path string, settings []setting) []Option {
	var options []Option
	for _, s := range settings {
		options = append(options, Option{
			Key: path + s.key, Type: s.kind.name, Default: s.kind.preset, Meaning: s.meaning, Example: s.example,
		})
		options = append(options, described(path+s.key+"[].", s.kind.below)...)
	}
	return options
}
