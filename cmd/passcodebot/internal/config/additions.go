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
			"escalation.groups", idList(userGroup, &c.Escalation.Groups),
			"User groups that are mentioned in the thread of a request that has waited for four fifths of its time. At half of it, its approvers are.", "[S0LEADS12345]",
		},
		{
			"escalation.people", idList(person, &c.Escalation.People),
			"Single people who are mentioned then.", "[U0BOB123456]",
		},
		{
			"working_hours", some(tables("a list of times of the week", hoursSettings, &c.WorkingHours, checkTimes)),
			"When people usually ask. The card says of what is asked at any other time that it is unusual. Without it, no time is.",
			`[{days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", zone: Europe/Berlin}]`,
		},
		{
			"ask_own_passcode_after", durationOrNever(time.Minute, 7*24*time.Hour, &c.HandoverAfter),
			"How long after the resets the requester is asked whether the person has set a passcode of their own. After a no, it is asked again a day later, three times at the most.", "4h",
		},
		{
			"admins.groups", idList(userGroup, &c.Admins.Groups),
			"User groups whose members see in the app's Home whether passcodebot is well.", "[S0ADMINS1234]",
		},
		{
			"admins.people", idList(person, &c.Admins.People),
			"Single people who see that.", "[U0BOB123456]",
		},
		{
			"language", choice(languages(), &c.Language),
			"The language of what several people read, such as cards: English, German or Japanese. What one person reads alone is in the language that they use Slack in, where it is one of these.", "de",
		},
		{
			"languages", channelLanguages(&c.Languages),
			"The languages of single channels, where theirs is another one: of the cards, threads, files and notices in them.", "{C0HELPDESK1: de}",
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
