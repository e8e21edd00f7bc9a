package config

import (
	"time"
)

const placeAnchors = "Name a channel, a file or a syslog below audit.anchors."

// additions are the keys of what holds for some requests, and of what is told
// to others.
func additions(c *Config) []setting {
	b, a := &c.BreakGlass, &c.Audit.Anchors
	return []setting{
		{
			"rules", tables("a list of rules", ruleSettings, &c.Rules, checkRules),
			"What holds for some requests. The first rule whose conditions all fit holds; where none does, the keys above do.",
			"[{name: kiosks, when: {enrolments: [dedicated]}, quorum: 2}]",
		},
		{
			"break_glass.groups", idList(userGroup, &b.Who.Groups),
			"User groups whose members may go ahead with fewer approvals, where they may ask anyway.", "[S0INCIDENT1]",
		},
		{
			"break_glass.people", idList(person, &b.Who.People),
			"Single people who may.", "[U0ALICE1234]",
		},
		{
			"break_glass.channels", idList(channel, &b.Channels),
			"The incident channels in which they may; of channels, if there are any.", "[C0HELPDESK1]",
		},
		{
			"break_glass.quorum", number(1, 20, &b.Quorum),
			"How many approvals are needed then: fewer than usual. Without it, one; never none.", "1",
		},
		{
			"break_glass.reviewers.groups", idList(userGroup, &b.Reviewers.Groups),
			"User groups whose members may sign the review afterwards. Without groups and people, the approvers may.", "[S0SECURITY1]",
		},
		{
			"break_glass.reviewers.people", idList(person, &b.Reviewers.People),
			"Single people who may sign the review afterwards.", "[U0BOB123456]",
		},
		{
			"break_glass.notice_channel", oneID(channel, &b.Notice),
			"The channel that is told at once.", "C0SECURITY1",
		},
		{
			"limits.requests_per_hour", number(1, 10_000, &c.Limits.RequestsPerHour),
			"How many requests one person may make within an hour. Without it, any number.", "10",
		},
		{
			"limits.devices_per_hour", number(1, 100_000, &c.Limits.DevicesPerHour),
			"For how many devices one person may ask within an hour. Without it, any number.", "200",
		},
		{
			"show_earlier", duration(0, maxWithin, &c.ShowEarlier),
			"How far back earlier resets of the same device, owner or requester are shown on the card; 0s shows none. Where a rule with `repeated` looks back further, the card shows all of that time.", "24h",
		},
		{
			"outside_resets.channel", oneID(channel, &c.OutsideResets.Channel),
			"The channel that is told of resets that were made outside of passcodebot. Without it nobody is.", "C0SECURITY1",
		},
		{
			"outside_resets.every", duration(time.Minute, 24*time.Hour, &c.OutsideResets.Every),
			"How often Intune's record is looked through for them.", "5m",
		},
		{
			"audit.anchors.schedule", text("a schedule", checkSchedule(24*time.Hour), &a.Schedule),
			"When the end of the log is written down elsewhere, so that a log that was rewritten is found out.", `"@every 1h"`,
		},
		{
			"audit.anchors.channel", oneID(channel, &a.Channel),
			"The channel that anchors are posted to.", "C0SECURITY1",
		},
		{
			"audit.anchors.file", text("the path of a file", checkPath, &a.File),
			"The file that anchors are appended to, best on another machine.", "/var/log/passcodebot/anchors.jsonl",
		},
		{
			"audit.anchors.syslog", text("local, or an address", checkSyslog, &a.Syslog),
			"The syslog that anchors go to: local, or udp:// or tcp:// with a host and a port.", "udp://logs.example:514",
		},
		{
			"slack.entra_id_field", text("the id of a profile field", checkProfileField, &c.Slack.EntraIDField),
			"The custom field of Slack's profiles that holds a person's Entra object id or user principal name. Without it the mail address tells whose device it is.", "Xf0ENTRAID12",
		},
	}
}
