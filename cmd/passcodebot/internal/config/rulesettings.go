package config

import (
	"slices"
	"time"

	"passcodebot/approvals"
)

// maxWithin is how far back earlier resets can be asked for.
const maxWithin = 31 * 24 * time.Hour

// ruleSettings are the keys of one rule.
func ruleSettings(r *approvals.Rule) []setting {
	w, t := &r.When, &r.Terms
	return []setting{
		{
			"name", text("a short name", checkName, &r.Name),
			"What the rule is called on the card and in the log.", "many devices",
		},
		{
			"when.channels", some(idList(channel, &w.Channels)),
			"It fits what is asked in one of these channels.", "[C0HELPDESK1]",
		},
		{
			"when.requester_groups", some(idList(userGroup, &w.Requesters.Groups)),
			"It fits what members of these user groups ask for.", "[S0HELPDESK1]",
		},
		{
			"when.requesters", some(idList(person, &w.Requesters.People)),
			"It fits what these people ask for; with requester_groups, also what they do.", "[U0ALICE1234]",
		},
		{
			"when.min_devices", number(2, maxDevices, &w.MinDevices),
			"It fits requests with at least so many devices.", "10",
		},
		{
			"when.max_devices", number(1, maxDevices, &w.MaxDevices),
			"It fits requests with at most so many devices.", "20",
		},
		{
			"when.ownership", some(wordList("kinds of ownership", same("company", "personal", "unknown"), &w.Ownership)),
			"It fits where one of the devices belongs to company or personal, or Intune calls it unknown.", "[personal]",
		},
		{
			"when.enrolments", some(wordList("kinds of enrolment", enrolments(), &w.Enrolments)),
			"It fits where one of the devices is enrolled like this.", "[dedicated, aosp-userless]",
		},
		{
			"when.selectors", some(wordList("ways to name devices", selectors(), &w.Selectors)),
			"It fits where devices were named in one of these ways.", "[filter]",
		},
		{
			"when.times", some(tables("a list of times of the week", timesSettings, &w.Times, checkTimes)),
			"It fits at any of these times.", "[{days: [sat, sun], zone: Europe/Berlin}]",
		},
		{
			"when.repeated", some(tables("a list of repetitions", repeatedSettings, &w.Repeated, checkRepeated)),
			"It fits where any of these was reset so often lately.", "[{of: device, times: 3, within: 24h}]",
		},
		{
			"refuse", text("a sentence", checkSentence, &r.Refuse),
			"Turns the request down with this sentence.", "Personal phones are unlocked by their owners.",
		},
		{
			"approvers.groups", some(idList(userGroup, &t.Approvers.Groups)),
			"User groups that decide instead of the usual approvers.", "[S0SECURITY1]",
		},
		{
			"approvers.people", some(idList(person, &t.Approvers.People)),
			"Single people who decide instead of the usual approvers.", "[U0BOB123456]",
		},
		{
			"quorum", number(1, 20, &t.Quorum),
			"How many approvals the request needs. Without it, as many as any other.", "2",
		},
		{
			"different_groups", number(2, 20, &t.Groups),
			"From how many different groups of approvers these must come.", "2",
		},
		{
			"time_to_live", duration(10*time.Second, 30*24*time.Hour, &t.TimeToLive),
			"How long the request waits for decisions. Without it, as long as any other.", "15m",
		},
		{
			"ticket", pattern(&t.Ticket),
			"A ticket must be named, and all of its number must fit this regular expression.", `'INC\d{7}'`,
		},
		{
			"second_reason", truth(&t.SecondReason),
			"A second reason must be given.", "true",
		},
		{
			"verified", truth(&t.Verified),
			"It must be said how the person's identity was verified.", "true",
		},
	}
}

// timesSettings are the keys of one entry of a rule's times.
func timesSettings(t *approvals.Times) []setting {
	return []setting{
		{
			"days", some(wordList("days", days(), &t.Days)),
			"The days on which it begins. Without it, every day.", "[mon, tue, wed, thu, fri]",
		},
		{
			"from", clock(&t.From),
			"When it begins.", `"08:00"`,
		},
		{
			"to", clock(&t.To),
			"When it ends: before from, on the day after. Without from and to, whole days are meant.", `"18:00"`,
		},
		{
			"zone", zone(&t.Zone),
			"The time zone.", "Europe/Berlin",
		},
		{
			"outside", truth(&t.Outside),
			"All other times are meant.", "true",
		},
	}
}

// hoursSettings are the keys of one entry of the working hours: those of a
// rule's times, but that no others can be meant.
func hoursSettings(t *approvals.Times) []setting {
	return slices.DeleteFunc(timesSettings(t), func(s setting) bool { return s.key == "outside" })
}

// repeatedSettings are the keys of one entry of a rule's repeated.
func repeatedSettings(r *approvals.Repetition) []setting {
	return []setting{
		{
			"of", choice([]string{string(approvals.SameDevice), string(approvals.SameOwner), string(approvals.SameRequester)}, &r.Of),
			"What is counted: resets of the same device, of the same owner's devices, or by the same requester.", "device",
		},
		{
			"times", number(2, 100, &r.Times),
			"How many it would be with this one.", "3",
		},
		{
			"within", duration(time.Minute, maxWithin, &r.Within),
			"In how long a time.", "24h",
		},
	}
}

func same(words ...string) map[string]string {
	known := map[string]string{}
	for _, w := range words {
		known[w] = w
	}
	return known
}

func enrolments() map[string]string {
	known := map[string]string{}
	for key := range approvals.Enrolments() {
		known[key] = key
	}
	return known
}

func selectors() map[string]approvals.SelectorKind {
	known := map[string]approvals.SelectorKind{}
	for _, k := range []approvals.SelectorKind{
		approvals.ByID, approvals.ByUser, approvals.ByPerson, approvals.BySerial, approvals.ByName, approvals.ByFilter,
	} {
		known[string(k)] = k
	}
	return known
}

func days() map[string]time.Weekday {
	return map[string]time.Weekday{
		"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday,
		"fri": time.Friday, "sat": time.Saturday, "sun": time.Sunday,
	}
}
