package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/cmd/passcodebot/internal/config"
)

// Each case is the entries of rules, from the fourth line of a file whose
// policy needs two approvals.
func TestParse_rules(t *testing.T) {
	t.Parallel()
	const (
		naming   = `Write a name that people understand on a card, such as many devices.`
		signs    = `Use letters, digits, spaces and . , _ / - only, and a letter or digit first and last. ` + naming
		sentence = `Write one sentence that says why, such as Personal phones are unlocked by their owners.`
		demands  = `approvers, quorum, different_groups, time_to_live, ticket, second_reason, verified`
		ticket   = `Write one in Go's syntax and single quotes, such as 'INC\d{7}'. It must fit the whole ticket.`
		ruleKeys = `name, when, refuse, approvers, quorum, different_groups, time_to_live, ticket, second_reason, verified`
		thing    = `name: a, quorum: 2, when: `
		times    = thing + `{times: [`
		repeated = thing + `{repeated: [`
		weekend  = `Write days, or from and to, such as {days: [sat, sun], zone: Europe/Berlin}.`
	)
	for _, tt := range []struct {
		rule string // the inside of a mapping, or several lines
		want []string
	}{
		// Names.
		{`refuse: No.`, []string{`4: rules[1]: has no name. Give it one, which appears on the card and in the log, such as name: many devices.`}},
		{`name: "", refuse: No.`, []string{`4: rules[1].name: "" has characters that could pretend to be something else on a card. ` + signs}},
		{`name: "*Approved* by <@U0ALICE1234>", refuse: No.`, []string{`4: rules[1].name: "*Approved* by <@U0ALICE1234>" has characters that could pretend to be something else on a card. ` + signs}},
		{`name: "a\u202eb", refuse: No.`, []string{`4: rules[1].name: "a\u202eb" has characters that could pretend to be something else on a card. ` + signs}},
		{`name: ` + strings.Repeat("n", 51) + `, refuse: No.`, []string{`4: rules[1].name: "` + strings.Repeat("n", 51) + `" is longer than 50 characters. ` + naming}},
		{"- {name: a, quorum: 2, when: {min_devices: 2}}\n- {name: a, quorum: 3}", []string{`5: rules[2].name: "a" is the name of the rule in line 4 too. Give each rule a name of its own.`}},

		// What it says.
		{`name: a`, []string{`4: rules[1]: neither refuses nor demands anything. Write refuse, or one of ` + demands + `. To leave what fits as it is, write quorum: 2.`}},
		{`name: a, verified: false`, []string{`4: rules[1]: neither refuses nor demands anything. Write refuse, or one of ` + demands + `. To leave what fits as it is, write quorum: 2.`}},
		{`name: a, refuse: No., approvers: {groups: [S0ONCALL123]}`, []string{`4: rules[1].approvers: the rule refuses, so that nothing can be demanded. Remove refuse, or all of ` + demands + `.`}},
		{`name: a, refuse: ""`, []string{`4: rules[1].refuse: is empty. ` + sentence}},
		{`name: a, refuse: "a\nb"`, []string{`4: rules[1].refuse: has line breaks, invisible characters, or angle brackets, which mean something to Slack. ` + sentence}},
		{`name: a, refuse: "<!channel>"`, []string{`4: rules[1].refuse: has line breaks, invisible characters, or angle brackets, which mean something to Slack. ` + sentence}},
		{`name: a, approvers: {people: [U0BOB123456]}`, []string{`4: rules[1].approvers.people: 2 approvals are more than the approvers that are named (1). Name more approvers, or a user group, or lower the quorum.`}},
		{`name: a, quorum: 1, approvers: {people: [U0ALICE1234]}`, []string{`4: rules[1].approvers.people: what U0ALICE1234 asks for could never be approved: nobody approves their own request, so it would get 0 of 1 approvals. Name more approvers, or a user group.`}},
		{`name: a, approvers: {groups: []}`, []string{`4: rules[1].approvers.groups: is empty. Write a list of ids of user groups, such as [S0SECURITY1].`}},
		{`name: a, different_groups: 3, approvers: {groups: [S1A, S2A, S3A]}`, []string{`4: rules[1].different_groups: 2 approvals cannot come from 3 different groups. Raise quorum, or lower different_groups.`}},
		{`name: a, different_groups: 2`, []string{`4: rules[1].different_groups: the approvers are 1 groups, not 2. Name more groups below approvers, or lower different_groups.`}},
		{`name: a, different_groups: 1`, []string{`4: rules[1].different_groups: 1 is too small. Write a whole number from 2 to 20, such as 2.`}},
		{`name: a, ticket: 'INC('`, []string{`4: rules[1].ticket: "INC(" is not a regular expression: missing closing ): ` + "`INC(`. " + ticket}},
		{`name: a, ticket: 'a)|(b'`, []string{`4: rules[1].ticket: "a)|(b" is not a regular expression: unexpected ): ` + "`a)|(b`. " + ticket}},
		{`name: a, ticket: '.*'`, []string{`4: rules[1].ticket: ".*" would be met by no ticket at all. ` + ticket}},

		// Conditions.
		{`name: a, quorum: 2, when: `, []string{`4: rules[1].when: has no conditions. Write some below it, or remove the line: a rule without conditions holds for every request that reaches it.`}},
		{thing + `{min_devices: 5, max_devices: 4}`, []string{`4: rules[1].when.min_devices: no request has at least 5 and at most 4 devices. Lower it, or raise max_devices of the rule.`}},
		{thing + `{min_devices: 101}`, []string{`4: rules[1].when.min_devices: no request may have more than 100 devices (max_devices at the top). Lower it, or raise max_devices at the top.`}},
		{thing + `{channels: []}`, []string{`4: rules[1].when.channels: is empty. Write a list of ids of channels, such as [C0HELPDESK1].`}},
		{thing + `{channels: [C0ELSEWHERE]}`, []string{`4: rules[1].when.channels: "C0ELSEWHERE" is not one of the channels in which people may ask. Add it to channels at the top, or remove it here.`}},
		{thing + `{requesters: [U0CAROL1234]}`, []string{`4: rules[1].when.requesters: none of these people may ask. Name them below requesters.people at the top too, or remove the rule.`}},
		{thing + `{enrolments: [dedicatd]}`, []string{`4: rules[1].when.enrolments: "dedicatd" is not known here. Did you mean dedicated? Write aosp-user, aosp-userless, corporate-work-profile, dedicated, device-administrator, fully-managed or personal-work-profile.`}},
		{thing + `{ownership: [byod]}`, []string{`4: rules[1].when.ownership: "byod" is not known here. Write company, personal or unknown.`}},
		{thing + `{selectors: [filters]}`, []string{`4: rules[1].when.selectors: "filters" is not known here. Did you mean filter? Write filter, id, name, person, serial or user.`}},
		{thing + `{selectors: filter}`, []string{`4: rules[1].when.selectors: "filter" is not a list of ways to name devices. Write a list of ways to name devices, such as [filter].`}},
		{"- {name: a, quorum: 2}\n- {name: b, quorum: 3}", []string{`5: rules[2]: can never hold: the rule before it in line 4 has no conditions, and the first that fits holds. Move the rule without conditions to the end, or give it some.`}},

		// Times.
		{times + `{zone: UTC}]}`, []string{`4: rules[1].when.times[1]: names no time. ` + weekend}},
		{times + `]}`, []string{`4: rules[1].when.times: is empty. Write a list of times of the week, such as [{days: [sat, sun], zone: Europe/Berlin}].`}},
		{times + `{days: [Monday], zone: UTC}]}`, []string{`4: rules[1].when.times[1].days: "Monday" is not known here. Write fri, mon, sat, sun, thu, tue or wed.`}},
		{times + `{days: [tues], zone: UTC}]}`, []string{`4: rules[1].when.times[1].days: "tues" is not known here. Did you mean tue? Write fri, mon, sat, sun, thu, tue or wed.`}},
		{times + `{days: [mon]}]}`, []string{`4: rules[1].when.times[1]: has no time zone. Write the zone in which these times are meant, such as zone: Europe/Berlin.`}},
		{times + `{days: [mon], zone: Europe/Berln}]}`, []string{`4: rules[1].when.times[1].zone: "Europe/Berln" is not a time zone. Did you mean Europe/Berlin?`}},
		{times + `{days: [mon], zone: Local}]}`, []string{`4: rules[1].when.times[1].zone: "Local" names no time zone. Write the name of a time zone, such as Europe/Berlin.`}},
		{times + `{from: "08:00", zone: UTC}]}`, []string{`4: rules[1].when.times[1].from: the other of from and to is missing. Write both, such as from: "08:00" and to: "18:00".`}},
		{times + `{from: "08:00", to: "08:00", zone: UTC}]}`, []string{`4: rules[1].when.times[1].to: from and to are the same. Write two times, or neither for whole days.`}},
		{times + `{from: "8:00", to: "24:01", zone: UTC}]}`, []string{
			`4: rules[1].when.times[1].from: "8:00" is not a time of the day with two digits each for the hour and the minute. Write a time of the day, such as "08:00".`,
			`4: rules[1].when.times[1].to: "24:01" is not a time of the day. Write a time of the day, such as "18:00".`,
		}},

		{times + `{days: [mon], zone: UTC, outside: true}, {days: [sat], zone: UTC}]}`, nil},
		{"- name: a\n  quorum: 2\n  when:\n    times:\n    - {days: [mon], zone: UTC, outside: true}\n    - {days: [sat], zone: UTC}\n    - {days: [sun], zone: UTC, outside: true}", []string{
			`10: rules[1].when.times[3].outside: is true in line 8 too, and a time that is outside of one of the two fits, which is nearly every time. Write one entry with outside: true, or a rule for each of the two.`,
		}},

		// Repetitions.
		{repeated + `{of: device, times: 3}]}`, []string{`4: rules[1].when.repeated[1]: has no within. Write all three, such as {of: device, times: 3, within: 24h}.`}},
		{repeated + `{of: phone, times: 1, within: 745h}]}`, []string{
			`4: rules[1].when.repeated[1].of: "phone" is not known here. Write device, owner or requester.`,
			`4: rules[1].when.repeated[1].times: 1 is too small. Write a whole number from 2 to 100, such as 3.`,
			`4: rules[1].when.repeated[1].within: "745h" is too long. Write a duration from 1m to 744h, such as 24h.`,
		}},

		// Keys, at any depth and line.
		{"- many", []string{`4: rules[1]: keys are expected here. Write them on lines of their own: ` + ruleKeys + `.`}},
		{"- name: a\n  quorom: 2\n  verified: true", []string{`5: rules[1].quorom: is not a known key. Did you mean quorum?`}},
		{"- name: a\n  verified: true\n  channels: [C0HELPDESK1]", []string{`6: rules[1].channels: is not a known key here. Write channels on a line of its own, indented below when.`}},
		{"- name: a\n  verified: true\n  when:\n    times:\n    - days: [mon]\n      zone: UTC\n      zone: UTC", []string{`10: rules[1].when.times[1].zone: stands here a second time, after line 9. Keep one of the two.`}},
		{"- name: a\n  refuse: xoxb-1-Hidden", []string{`5: rules[1].refuse: holds what looks like a secret. ` + anySecret}},
		{"- name: a\n  verified: true\n  when: {times: [{days: [xapp-1-Hidden], zone: UTC}]}", []string{`6: rules[1].when.times[1].days: holds what looks like a secret. ` + anySecret}},
		{"- xoxb-1-Hidden", []string{`4: rules[1]: keys are expected here. Write them on lines of their own: ` + ruleKeys + `.`}},
	} {
		entries := tt.rule
		if !strings.HasPrefix(entries, "-") {
			entries = "- {" + entries + "}"
		}
		written := "requesters: {people: [U0ALICE1234]}\napprovers: {groups: [S0ONCALL123]}\nrules:\n" + entries + "\nquorum: 2\nchannels: [C0HELPDESK1]\n"
		_, err := config.Parse("passcodebot.yml", []byte(written), good().get)
		var want []string
		for _, line := range tt.want {
			want = append(want, "passcodebot.yml:"+line)
		}
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.rule, diff)
		}
		if err != nil && strings.Contains(err.Error(), "Hidden") {
			t.Errorf("%q: a secret is repeated: %v", tt.rule, err)
		}
	}
}

func TestParse_exceptions(t *testing.T) {
	t.Parallel()
	const channels, quorum, notice = "channels: [C0INCIDENT1]", "quorum: 1", "notice_channel: C0SECURITY1"
	const repeated = "rules: [{name: a, quorum: 2, when: {repeated: [{of: device, times: 3, within: 24h}, {of: owner, times: 3, within: "
	const purged = `, so that purged resets would be taken for resets outside of passcodebot.`
	for _, tt := range []struct {
		written string
		want    []string
	}{
		{"quorum: 2\nbreak_glass: {groups: [S0INCIDENT1], " + channels + ", " + notice + "}", nil},
		{"rules: [{name: a, quorum: 2}]\nbreak_glass: {groups: [S0INCIDENT1], " + channels + ", " + notice + "}", nil},
		{"quorum: 2\nbreak_glass: {" + quorum + "}", []string{
			`:4: break_glass: nobody may break the glass. Name user groups below break_glass.groups, or people below break_glass.people, or remove break_glass.`,
			`:4: break_glass: names no channel in which the glass may be broken. Name the incident channels below break_glass.channels.`,
			`:4: break_glass: names no channel that is told at once. Name one below break_glass, such as notice_channel: C0SECURITY1.`,
		}},
		{"break_glass:\n  groups: [S0INCIDENT1]\n  " + channels + "\n  " + quorum + "\n  " + notice, []string{
			`:6: break_glass.quorum: 1 approvals are not fewer than the 1 that a request needs anyway, so that it would change nothing. Lower it, or raise the quorum that requests need without it.`,
		}},
		{"channels: [C0HELPDESK1]\nquorum: 2\nbreak_glass: {groups: [S0INCIDENT1], " + channels + ", notice_channel: C0INCIDENT1}", []string{
			`:5: break_glass.channels: "C0INCIDENT1" is not one of the channels in which people may ask. Add it to channels at the top, or remove it here.`,
			`:5: break_glass.notice_channel: is one of break_glass.channels, where it is known already. Name another channel, with people who watch over it.`,
		}},
		{"card_channel: C0SECURITY1\nquorum: 2\nbreak_glass: {groups: [S0INCIDENT1], " + channels + ", " + notice + "}", []string{
			`:5: break_glass.notice_channel: is card_channel too, where everybody sees the card anyway. Name another channel, with people who watch over it.`,
		}},
		{"retention: 24h", nil},
		{"retention: 24h\nshow_earlier: 25h", []string{`:3: retention: 24h is less than the 25h for which show_earlier looks back` + purged + ` Make it at least 25h, or look back less far.`}},
		{"retention: 100h\n" + repeated + "100h}]}}]", nil},
		{"retention: 99h\n" + repeated + "100h}]}}]", []string{`:3: retention: 99h is less than the 100h for which rules[1].when.repeated looks back` + purged + ` Make it at least 100h, or look back less far.`}},
		{"retention: 168h\noutside_resets: {channel: C0SECURITY1}", nil},
		{"retention: 167h\noutside_resets: {channel: C0SECURITY1}", []string{`:3: retention: 167h is less than the 168h for which resets outside are looked for` + purged + ` Make it at least 168h, or look back less far.`}},
		{"outside_resets: {every: 1m}", []string{`:3: outside_resets.every: there is no channel that would be told. Name one below outside_resets, such as channel: C0SECURITY1.`}},
		{"outside_resets: {every: 30s, channel: C0SECURITY1}", []string{`:3: outside_resets.every: "30s" is too short. Write a duration from 1m to 24h, such as 5m.`}},
		{"audit: {anchors: {schedule: '@every 2h'}}", []string{`:3: audit.anchors.schedule: anchors have nowhere to go. Name a channel, a file or a syslog below audit.anchors.`}},
		{"audit: {anchors: {schedule: '@every 25h', file: anchors}}", []string{`:3: audit.anchors.schedule: "@every 25h" is less often than once in 24h. ` + schedules}},
		{"audit: {anchors: {syslog: 'udp://logs.example'}}", []string{`:3: audit.anchors.syslog: "udp://logs.example" has no port. Write local, or an address such as udp://logs.example:514 or tcp://logs.example:601.`}},
		{"audit: {anchors: {syslog: 'http://logs.example:1'}}", []string{`:3: audit.anchors.syslog: "http://logs.example:1" is not an address of a syslog service. Write local, or an address such as udp://logs.example:514 or tcp://logs.example:601.`}},
		{"audit: {anchors: {syslog: local}}", nil},
		{"audit: {anchors: {file: ''}}", []string{`:3: audit.anchors.file: "" is not the path of a file. Write one such as /var/log/passcodebot/anchors.jsonl.`}},
		{"audit: {anchors: {key: Hidden}}", []string{`:3: audit.anchors.key: does not belong in the file. ` + anySecret}},
		{"audit: {anchors: {file: " + seed + "}}", []string{`:3: audit.anchors.file: holds what looks like a secret. ` + anySecret}},
		{"slack: {entra_id_field: Entra ID}", []string{`:3: slack.entra_id_field: "Entra ID" is not the id of a profile field. Slack's method team.profile.get tells the ids of a workspace's own fields, such as Xf0ENTRAID12.`}},
		{"show_earlier: 0s", nil},
	} {
		_, err := config.Parse("passcodebot.yml", []byte(people+tt.written+"\n"), good().get)
		var want []string
		for _, line := range tt.want {
			want = append(want, "passcodebot.yml"+line)
		}
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.written, diff)
		}
	}
}

// With az login every reset is a person's, in Intune's record.
func TestParse_resetsOutsideAsAPerson(t *testing.T) {
	t.Parallel()
	env := good().with("AZURE_TENANT_ID", "", "AZURE_CLIENT_ID", "", "AZURE_CLIENT_SECRET", "")
	_, err := config.Parse("passcodebot.yml", []byte(people+"azure: {cli: true}\noutside_resets: {channel: C0SECURITY1}\n"), env.get)
	want := []string{
		`passcodebot.yml:4: outside_resets.channel: with azure.cli the resets of passcodebot are made as a person, and each would be told as one outside of it. Remove outside_resets, or sign in as an app by the AZURE_* variables.`,
	}
	if diff := cmp.Diff(want, told(t, err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := config.Parse("passcodebot.yml", []byte(people+"azure: {cli: true}\n"), env.get); err != nil {
		t.Error(err)
	}
}
