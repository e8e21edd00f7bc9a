package config_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/cmd/passcodebot/internal/config"
)

const (
	groupHint   = `In Slack, open Directories, User groups, the group, its menu of three dots, and copy the group's ID, such as S0ONCALL123.`
	personHint  = `In Slack, open the person's profile, its menu of three dots, and copy the member ID, such as U0ALICE1234.`
	channelHint = `In Slack, open the channel's details: its ID, such as C0HELPDESK1, stands at the bottom of the About tab.`
	renamed     = `Names can be changed and given to something else, ids cannot. `
	topKeys     = `requesters, approvers, quorum, time_to_live, max_devices, max_reason, channels, card_channel, cloud, sweep, execution_timeout, resend_after, settle_timeout, follow_up_for, store, retention, endpoints, azure, log, stop_grace, rules, break_glass, limits, show_earlier, escalation, working_hours, ask_own_passcode_after, admins, language, languages, outside_resets, audit, slack`
	hoursHint   = `Write a list of times of the week, such as [{days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", zone: Europe/Berlin}].`
	schedules   = `Write "@every 15s", or a cron expression such as "*/15 * * * * *", whose first field of six is the seconds.`
	anySecret   = `Move it to the environment: secrets are read from SLACK_BOT_TOKEN, SLACK_APP_TOKEN, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PASSWORD and PASSCODEBOT_ANCHOR_KEY, or from files that variables of these names with _FILE at the end name.`
)

// Each case adds its lines to a file that is complete with its first two.
func TestParse_oneMistake(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ written, want string }{
		// Keys.
		{"time_to_life: 30m", `3: time_to_life: is not a known key. Did you mean time_to_live?`},
		{"timeToLive: 30m", `3: timeToLive: is not a known key. Did you mean time_to_live?`},
		{"ttl: 30m", `3: ttl: is not a known key. Did you mean time_to_live?`},
		{"chanels: []", `3: chanels: is not a known key. Did you mean channels?`},
		{"theme: red", `3: theme: is not a known key. Known here are ` + topKeys + `.`},
		{"log: {colour: red}", `3: log.colour: is not a known key. Known here are format, level.`},
		{"log: {levle: info}", `3: log.levle: is not a known key. Did you mean log.level?`},
		{"log_level: info", `3: log_level: is not a known key. Did you mean log.level?`},
		{"level: info", `3: level: is not a known key here. Write level on a line of its own, indented below log.`},
		{"log.level: info", `3: log.level: is not a known key here. Write level on a line of its own, indented below log.`},
		{"? quorun\n: 1", `3: quorun: is not a known key. Did you mean quorum?`},
		{"12: 1", `3: 12: is not a known key. Known here are ` + topKeys + `.`},
		{"<<: {quorum: 1}", `3: "<<": is not a known key. Known here are ` + topKeys + `.`},
		{"quorum: 1\nquorum: 2", `4: quorum: stands here a second time, after line 3. Keep one of the two.`},
		{"log: text", `3: log: keys are expected below it. Write them indented, on lines of their own: format, level.`},

		// Types.
		{"quorum: two", `3: quorum: "two" is not a whole number from 1 to 20. Write a whole number from 1 to 20, such as 2.`},
		{`quorum: "2"`, `3: quorum: "2" in quotes is not a whole number from 1 to 20. Write a whole number from 1 to 20, such as 2.`},
		{"quorum: 1.5", `3: quorum: "1.5" is not a whole number from 1 to 20. Write a whole number from 1 to 20, such as 2.`},
		{"quorum: 0x2", `3: quorum: "0x2" is not a plain whole number. Write a whole number from 1 to 20, such as 2.`},
		{"quorum: [2]", `3: quorum: is a list. Write a whole number from 1 to 20, such as 2.`},
		{"quorum: {a: 2}", `3: quorum: has keys below it. Write a whole number from 1 to 20, such as 2.`},
		{"quorum:", `3: quorum: has no value. Write a whole number from 1 to 20, such as 2, or remove the line to have 1.`},
		{"card_channel:", `3: card_channel: has no value. Write the id of a channel, such as C0APPROVALS, or remove the line.`},
		{"cloud: &c usgov", `3: cloud: uses a YAML anchor, alias or tag, which passcodebot does not read. Write the value itself.`},
		{"cloud: *c", `3: cloud: uses a YAML anchor, alias or tag, which passcodebot does not read. Write the value itself.`},
		{"quorum: !!int 2", `3: quorum: uses a YAML anchor, alias or tag, which passcodebot does not read. Write the value itself.`},
		{"cloud: true", `3: cloud: "true" is not global, usgov, usdod or china. Write global, usgov, usdod or china, such as usgov.`},
		{"quorum: .inf", `3: quorum: is not a whole number from 1 to 20. Write a whole number from 1 to 20, such as 2.`},
		{"azure: {managed_identity: yes}", `3: azure.managed_identity: "yes" is not true or false. Write true or false, such as true.`},

		// Ranges.
		{"quorum: 0", `3: quorum: 0 is too small. Write a whole number from 1 to 20, such as 2.`},
		{"quorum: -1", `3: quorum: -1 is too small. Write a whole number from 1 to 20, such as 2.`},
		{"quorum: 21", `3: quorum: 21 is too large. Write a whole number from 1 to 20, such as 2.`},
		{"max_devices: 501", `3: max_devices: 501 is too large. Write a whole number from 1 to 500, such as 25.`},
		{"max_devices: 99999999999999999999999", `3: max_devices: "99999999999999999999999" is not a whole number from 1 to 500. Write a whole number from 1 to 500, such as 25.`},
		{"max_reason: 3000", `3: max_reason: 3000 is too large. Write a whole number from 20 to 2000, such as 500.`},
		{"time_to_live: 30", `3: time_to_live: 30 has no unit. Write 30s for seconds, 30m for minutes or 30h for hours.`},
		{"time_to_live: 30 minutes", `3: time_to_live: "30 minutes" is not a duration. Write a duration from 10s to 720h, such as 30m.`},
		{"time_to_live: 7d", `3: time_to_live: "7d" is not a duration. Write a duration from 10s to 720h, such as 30m.`},
		{"time_to_live: -30m", `3: time_to_live: "-30m" is too short. Write a duration from 10s to 720h, such as 30m.`},
		{"follow_up_for: 1000h", `3: follow_up_for: "1000h" is too long. Write a duration from 1m to 720h, such as 24h.`},
		{"execution_timeout: 1s", `3: execution_timeout: "1s" is too short. Write a duration from 10s to 24h, such as 10m.`},
		{"stop_grace: 1h", `3: stop_grace: "1h" is too long. Write a duration from 1s to 10m, such as 25s.`},

		{"retention: 1h", `3: retention: "1h" is too short. Write a duration from 24h to 175200h, such as 9600h.`},
		{"retention:", `3: retention: has no value. Write a duration from 24h to 175200h, such as 9600h, or remove the line.`},
		{"resend_after: 10ms", `3: resend_after: "10ms" is too short. Write a duration from 1s to 1h, such as 2m.`},

		{"resend_after: 10m", `3: settle_timeout: 5m is not longer than resend_after (10m), so that no reset without an answer would ever be sent again. Make it longer, or resend_after shorter.`},

		// What is asked and told besides.
		{"ask_own_passcode_after: Never", `3: ask_own_passcode_after: "Never" is not a duration. Write a duration from 1m to 168h, or never, such as 4h.`},
		{"ask_own_passcode_after: 0s", `3: ask_own_passcode_after: "0s" is too short. Write a duration from 1m to 168h, or never, such as 4h.`},
		{"ask_own_passcode_after: -1ns", `3: ask_own_passcode_after: "-1ns" is too short. Write a duration from 1m to 168h, or never, such as 4h.`},
		{"ask_own_passcode_after: [never]", `3: ask_own_passcode_after: is a list. Write a duration from 1m to 168h, or never, such as 4h.`},
		{"language: fr", `3: language: "fr" is not known here. Write en, de or ja.`},
		{"language: DE", `3: language: "DE" is not known here. Did you mean de? Write en, de or ja.`},
		{"languages: de", `3: languages: "de" is not languages below the ids of channels. Write languages below the ids of channels, such as {C0HELPDESK1: de}.`},
		{"languages: [C0HELPDESK1]", `3: languages: is a list. Write languages below the ids of channels, such as {C0HELPDESK1: de}.`},
		{"languages: {help: de}", `3: languages: "help" is not the id of a channel. ` + renamed + channelHint},
		{"languages: {S0LEADS12345: de}", `3: languages: "S0LEADS12345" is the id of a user group, not of a channel. ` + channelHint},
		{"languages:\n  C0HELPDESK1: fr", `4: languages: "fr" is not known here. Write en, de or ja.`},
		{"languages:\n  C0HELPDESK1:", `4: languages: "" is not known here. Write en, de or ja.`},
		{"languages:\n  C0HELPDESK1: [de]", `4: languages: "" is not known here. Write en, de or ja.`},
		{"languages:\n  C0HELPDESK1: de\n  C0HELPDESK1: ja", `5: languages: "C0HELPDESK1" stands here twice. Keep one of the two.`},
		{"escalation: [S0LEADS12345]", `3: escalation: keys are expected below it. Write them indented, on lines of their own: groups, people.`},
		{"admins: {people: [S0ADMINS1234]}", `3: admins.people: "S0ADMINS1234" is the id of a user group, not of a person. ` + personHint},
		{"working_hours: []", `3: working_hours: is empty. ` + hoursHint},
		{"working_hours: always", `3: working_hours: "always" is not a list of times of the week. ` + hoursHint},
		{"working_hours: [{days: [mon]}]", `3: working_hours[1]: has no time zone. Write the zone in which these times are meant, such as zone: Europe/Berlin.`},
		{"working_hours: [{days: [mon], zone: UTC, outside: true}]", `3: working_hours[1].outside: is not a known key. Known here are days, from, to, zone.`},

		// Addresses.
		{"endpoints: {slack: slack.example}", `3: endpoints.slack: "slack.example" is not an http or https address. Write one such as http://127.0.0.1:9001/api/, or leave the key out.`},
		{"endpoints: {slack: 'http://slack.example/api/'}", `3: endpoints.slack: "http://slack.example/api/" is not encrypted and not on this machine. Write an https address.`},
		{"endpoints: {graph: 'http://127.0.0.1:1'}", `3: endpoints.graph: "http://127.0.0.1:1" is not an https address. Write one such as https://127.0.0.1:9002, or leave the key out.`},

		// Ids.
		{`channels: ["#incidents"]`, `3: channels: "#incidents" is not the id of a channel. ` + renamed + channelHint},
		{"channels: [GENERAL]", `3: channels: "GENERAL" is not the id of a channel. ` + renamed + channelHint},
		{"channels: [c0helpdesk1]", `3: channels: "c0helpdesk1" is not the id of a channel. ` + renamed + channelHint},
		{"channels: [U0ALICE1234]", `3: channels: "U0ALICE1234" is the id of a person, not of a channel. ` + channelHint},
		{"channels: [D0ALICE1234]", `3: channels: "D0ALICE1234" is a direct message. Name a channel. ` + channelHint},
		{"channels: [12]", `3: channels: "12" is not the id of a channel. ` + renamed + channelHint},
		{"channels: [[C0HELPDESK1]]", `3: channels: an entry of the list is not an id. ` + channelHint},
		{"channels:\n  - C0HELPDESK1\n  - #incidents", `5: channels: an entry of the list is empty. Write an id, or remove the entry. A # begins a comment in YAML. ` + channelHint},
		{"channels:\n  - C0HELPDESK1\n  - C0HELPDESK1", `5: channels: "C0HELPDESK1" stands in the list twice. Remove one of them.`},
		{"channels: C0HELPDESK1", `3: channels: "C0HELPDESK1" is not a list of ids of channels. Write a list of ids of channels, such as [C0HELPDESK1].`},
		{`card_channel: approvals`, `3: card_channel: "approvals" is not the id of a channel. ` + renamed + channelHint},

		// Words with a meaning.
		{"cloud: gov", `3: cloud: "gov" is not known here. Write global, usgov, usdod or china.`},
		{"cloud: USGov", `3: cloud: "USGov" is not known here. Did you mean usgov? Write global, usgov, usdod or china.`},
		{"log: {format: yaml}", `3: log.format: "yaml" is not known here. Write text or json.`},
		{"log: {level: warning}", `3: log.level: "warning" is not known here. Did you mean warn? Write debug, info, warn or error.`},
		{"store: postgres://localhost/db", `3: store: "postgres" is not a kind of store; the only one is bolt. Write bolt: and the path of a file, such as bolt:passcodebot.db.`},
		{"store: 'bolt:'", `3: store: names no file. Write bolt: and the path of a file, such as bolt:passcodebot.db.`},
		{"store: ''", `3: store: names no file. Write bolt: and the path of a file, such as bolt:passcodebot.db.`},
		{"sweep: every 15s", `3: sweep: "every 15s" is not a schedule: expected 5 to 6 fields, found 2: [every 15s]. ` + schedules},
		{`sweep: "@every 15"`, `3: sweep: "@every 15" is not a schedule: failed to parse duration @every 15: time: missing unit in duration "15". ` + schedules},
		{`sweep: "@every 10ms"`, `3: sweep: "@every 10ms" is more often than once a second. ` + schedules},
		{`sweep: "@every -1s"`, `3: sweep: "@every -1s" is more often than once a second. ` + schedules},
		{`sweep: "@every 2h"`, `3: sweep: "@every 2h" is less often than once an hour. ` + schedules},
		{`sweep: "0 0 30 2 *"`, `3: sweep: "0 0 30 2 *" is never due. ` + schedules},
		{`sweep: TZ=UTC`, `3: sweep: "TZ=UTC" is not a schedule: a time zone is not yet a schedule. ` + schedules},
		{`sweep: 60 * * * * *`, `3: sweep: "60 * * * * *" is not a schedule: end of range (60) above maximum (59): 60. ` + schedules},

		// Secrets, and what goes with them.
		{"slack_bot_token: xoxb-1-Hidden", `3: slack_bot_token: does not belong in the file. Move it to the environment variable SLACK_BOT_TOKEN, or to a file that SLACK_BOT_TOKEN_FILE names.`},
		{"SLACK_APP_TOKEN_FILE: /run/x", `3: SLACK_APP_TOKEN_FILE: does not belong in the file. Move it to the environment variable SLACK_APP_TOKEN, or to a file that SLACK_APP_TOKEN_FILE names.`},
		{"slack: {botToken: Hidden}", `3: slack.botToken: does not belong in the file. Move it to the environment variable SLACK_BOT_TOKEN, or to a file that SLACK_BOT_TOKEN_FILE names.`},
		{"azure: {client_secret: Hidden}", `3: azure.client_secret: does not belong in the file. Move it to the environment variable AZURE_CLIENT_SECRET, or to a file that AZURE_CLIENT_SECRET_FILE names.`},
		{"tenant_id: Hidden", `3: tenant_id: does not belong in the file. Move it to the environment variable AZURE_TENANT_ID, or to a file that AZURE_TENANT_ID_FILE names.`},
		{"password: Hidden", `3: password: does not belong in the file. ` + anySecret},
		{"bot: [1, {a: xoxb-1-Hidden}]", `3: bot: is not a known key, and holds what looks like a secret. ` + anySecret},
		{"cloud: abc8Q~Hidden", `3: cloud: holds what looks like a secret. ` + anySecret},
		{"channels: [C0HELPDESK1, xapp-1-Hidden]", `3: channels: holds what looks like a secret. ` + anySecret},
		{"store: |\n  -----BEGIN PRIVATE KEY-----\n  Hidden", `3: store: holds what looks like a secret. ` + anySecret},
		{"xoxb-1-Hidden: 1", `3: (a secret, not shown): is not a known key. Known here are ` + topKeys + `.`},
	} {
		_, err := config.Parse("passcodebot.yml", []byte(people+tt.written+"\n"), good().get)
		if diff := cmp.Diff([]string{"passcodebot.yml:" + tt.want}, told(t, err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.written, diff)
		}
		if err != nil && strings.Contains(err.Error(), "Hidden") {
			t.Errorf("%q: a secret is repeated: %v", tt.written, err)
		}
	}
}

func TestParse_people(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		written string
		want    []string
	}{
		{"quorum: 1", []string{
			`: requesters: nobody may ask. Name user groups below requesters.groups, or people below requesters.people.`,
			`: approvers: nobody may approve. Name user groups below approvers.groups, or people below approvers.people.`,
		}},
		{"approvers: {groups: [S0ONCALL123]}\nrequesters:\n  groups: []", []string{
			`:2: requesters: nobody may ask. Name user groups below requesters.groups, or people below requesters.people.`,
		}},
		{"approvers: {groups: [\"@oncall\"]}\nrequesters: {groups: [U0ALICE1234], people: [S0HELPDESK1]}", []string{
			`:1: approvers.groups: "@oncall" is not the id of a user group. ` + renamed + groupHint,
			`:2: requesters.groups: "U0ALICE1234" is the id of a person, not of a user group. ` + groupHint,
			`:2: requesters.people: "S0HELPDESK1" is the id of a user group, not of a person. ` + personHint,
		}},
		{"requesters: {groups: [S0HELPDESK1]}\napprovers: {people: [U0ALICE1234, U0BOB123456]}\nquorum: 3", []string{
			`:3: quorum: 3 approvals are more than the approvers that are named (2). Name more approvers, or a user group, or lower the quorum.`,
		}},
		{"requesters: {people: [U0ALICE1234]}\napprovers: {people: [U0ALICE1234]}", []string{
			`:2: approvers.people: what U0ALICE1234 asks for could never be approved: nobody approves their own request, so it would get 0 of 1 approvals. Name more approvers, or a user group.`,
		}},
		{"requesters: {people: [U0ALICE1234, U0CAROL1234]}\napprovers:\n  people: [U0ALICE1234, U0BOB123456]\nquorum: 2", []string{
			`:3: approvers.people: what U0ALICE1234 asks for could never be approved: nobody approves their own request, so it would get 1 of 2 approvals. Name more approvers, or a user group.`,
		}},
		{"requesters: {people: [U0ALICE1234]}\napprovers: {people: [U0ALICE1234, U0BOB123456]}", nil},
		{"requesters: {people: [U0ALICE1234]}\napprovers: {people: [U0ALICE1234], groups: [S0ONCALL123]}\nquorum: 5", nil},
	} {
		_, err := config.Parse("passcodebot.yml", []byte(tt.written+"\n"), good().get)
		var want []string
		for _, line := range tt.want {
			want = append(want, "passcodebot.yml"+line)
		}
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.written, diff)
		}
	}
}

// Several mistakes are told at once, from top to bottom, and the environment's after the file's.
func TestParse_fiveMistakes(t *testing.T) {
	t.Parallel()
	const written = `requesters:
  groups: ["@helpdesk"]
quorum: 0
time_to_live: 30
max_devices: many
cloud: moon
teim_to_live: 1h
`
	_, err := config.Parse("passcodebot.yml", []byte(written), good().with("SLACK_BOT_TOKEN", "").get)
	want := []string{
		`passcodebot.yml:2: requesters.groups: "@helpdesk" is not the id of a user group. ` + renamed + groupHint,
		`passcodebot.yml:3: quorum: 0 is too small. Write a whole number from 1 to 20, such as 2.`,
		`passcodebot.yml:4: time_to_live: 30 has no unit. Write 30s for seconds, 30m for minutes or 30h for hours.`,
		`passcodebot.yml:5: max_devices: "many" is not a whole number from 1 to 500. Write a whole number from 1 to 500, such as 25.`,
		`passcodebot.yml:6: cloud: "moon" is not known here. Write global, usgov, usdod or china.`,
		`passcodebot.yml:7: teim_to_live: is not a known key. Did you mean time_to_live?`,
		`passcodebot.yml: approvers: nobody may approve. Name user groups below approvers.groups, or people below approvers.people.`,
		`SLACK_BOT_TOKEN: is not set. Set it, or SLACK_BOT_TOKEN_FILE. The bot's token, from OAuth & Permissions of the Slack app.`,
	}
	if diff := cmp.Diff(want, told(t, err)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	problems, _ := errors.AsType[config.Problems](err)
	if diff := cmp.Diff(config.Problem{
		File: "passcodebot.yml", Line: 2, Column: 12, Key: "requesters.groups",
		Text: `"@helpdesk" is not the id of a user group`, Remedy: renamed + groupHint,
	}, problems[0]); diff != "" {
		t.Errorf("the first problem (-want +got):\n%s", diff)
	}
}

// A file that is not YAML has one problem, which is told with its place.
func TestParse_notYAML(t *testing.T) {
	t.Parallel()
	const (
		general = `Indent with spaces, keep the keys of one level below each other, and put values with special characters in double quotes.`
		shown   = `docs/passcodebot.example.yml shows a complete one.`
		deep    = `this is more, or nested more deeply, than a configuration needs. Keep to the keys that passcodebot knows. ` + shown
	)
	for name, tt := range map[string]struct{ written, want string }{
		"colon":        {"a: 1\nb: c: d\n", `:2: this is not YAML: mapping value is not allowed in this context. ` + general},
		"indent":       {"log:\n  format: text\n level: info\n", `:3: this is not YAML: value is not allowed in this context. ` + general},
		"tab":          {"log:\n\tformat: text\n", `:2: this is not YAML: found character '\t' that cannot start any token. Indent with spaces, not with tabs.`},
		"at sign":      {"channels:\n- @oncall\n", `:2: this is not YAML: '@' is a reserved character. Put the value in double quotes. People and groups are named by their ids, not by @names.`},
		"bracket":      {"channels: [#help]\n", `:1: this is not YAML: sequence end token ']' not found. Close the bracket. A # begins a comment, in which a bracket does not count.`},
		"quote":        {"store: \"bolt:x\n", `:1: this is not YAML: could not find end character of double-quoted text. Close the quotes; in double quotes write \\ for a backslash.`},
		"secret":       {"a: |xoxb-1-Hidden\n", `:1: this is not YAML: it cannot be read. ` + general},
		"empty":        {"", `: is empty. At least requesters and approvers must be named. ` + shown},
		"comments":     {"# quorum: 1\n---\n", `: is empty. At least requesters and approvers must be named. ` + shown},
		"two":          {people + "---\nquorum: 1\n", `:4: a second YAML document begins here. Keep one: remove the line --- and what does not belong.`},
		"list":         {"- quorum\n", `:1: keys with values are expected here. Write lines such as quorum: 1. ` + shown},
		"word":         {"quorum\n", `:1: keys with values are expected here. Write lines such as quorum: 1. ` + shown},
		"UTF-16":       {"\xff\xfea\x00:\x00", `: is not a text in UTF-8. Save it as UTF-8 text.`},
		"NUL":          {"a: \x00\n", `: is not a text in UTF-8. Save it as UTF-8 text.`},
		"deep flow":    {"a: " + strings.Repeat("[", 100_000), `:1: ` + deep},
		"deep entries": {"a:\n" + strings.Repeat("- ", 100_000), `:2: ` + deep},
		"deep indent":  {"a:\n" + strings.Repeat(" ", 300) + "b: 1\n", `:2: ` + deep},
		"long":         {"a:\n" + strings.Repeat("- a\n", 100_000), `:10001: ` + deep},
	} {
		_, err := config.Parse("passcodebot.yml", []byte(tt.written), good().get)
		if diff := cmp.Diff([]string{"passcodebot.yml" + tt.want}, told(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoad_noFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing, large := filepath.Join(dir, "none.yml"), file(t, "large.yml", strings.Repeat("#", 1<<20+1))
	for _, tt := range []struct{ path, want string }{
		{missing, missing + `: there is no such file. Make it, or name another one with --config. docs/passcodebot.example.yml shows a complete one.`},
		{dir, dir + `: is a directory. Name the file in it.`},
		{large, large + `: is larger than 1024 KiB. This cannot be passcodebot's configuration; name the right file with --config.`},
		{"", `no configuration file is named. Name one with --config. docs/passcodebot.example.yml shows a complete one.`},
		{"a\x00b", "a\\x00b: cannot be read: invalid argument. Check the file."},
	} {
		_, err := config.Load(tt.path, good().get)
		if diff := cmp.Diff([]string{tt.want}, told(t, err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.path, diff)
		}
	}
}
