package view

import (
	"strconv"

	"passcodebot/approvals"
)

// maxVoid is how many approvals that no longer count the card names.
const maxVoid = 3

// voided says of each approval that no longer counts why.
func (v Renderer) voided(r approvals.Request) []string {
	var lines []string
	for _, d := range r.Decisions {
		if d.Void != "" {
			lines = append(lines, v.noLonger(d.Actor.ID, d.Void))
		}
	}
	if rest := len(lines) - maxVoid; rest > 0 {
		lines = append(lines[:maxVoid], v.Say("and %d more approvals no longer count; the thread has all of them.", rest))
	}
	return lines
}

// reopened says that a request waits again, and what it lacks: approvals, or
// only that they come from enough groups.
func (v Renderer) reopened(r approvals.Request, e approvals.Event) string {
	approved, _ := strconv.Atoi(e.Data["approvals"])
	quorum, _ := strconv.Atoi(e.Data["quorum"])
	if approved >= quorum {
		return v.Say("%s was approved and had not begun. It waits again, because the approvals that still count (%d) do not come from %d different groups: %s",
			r.ID, approved, r.Groups, v.audience(r.Approvers))
	}
	return v.Say("%s was approved and had not begun. It waits again, because only %d of the %d approvals that it needs still count: %s",
		r.ID, approved, quorum, v.audience(r.Approvers))
}

// tightened says what a request needs now, and why that is more than before.
func (v Renderer) tightened(r approvals.Request, e approvals.Event) string {
	quorum, _ := strconv.Atoi(e.Data["quorum"])
	needs := v.Say("%d approvals", quorum)
	if n, err := strconv.Atoi(e.Data["different_groups"]); err == nil {
		needs = v.Say("%d approvals from people of %d different groups", quorum, n)
	}
	if rule := e.Data["rule"]; rule != "" {
		return v.Say("%s needs %s now, by the rule “%s”, because the rules have changed or there were other resets since it was asked for.", r.ID, needs, Plain(rule, 100))
	}
	return v.Say("%s needs %s now, because the rules have changed or there were other resets since it was asked for.", r.ID, needs)
}

// noLonger says that somebody's approval does not count any more, and why, by
// the code of a refusal.
func (v Renderer) noLonger(who, code string) string {
	return v.Say("The approval of %s no longer counts: %s.", person(who), v.void(code))
}

func (v Renderer) void(code string) string {
	switch code {
	case "not-approver", "left-group":
		return v.Say("they have left the group")
	case "not-approver-now":
		return v.Say("by the rules that hold now, others approve it")
	case "deactivated":
		return v.Say("they have been deactivated in Slack")
	case "owner":
		return v.Say("they are the user of one of the devices now")
	case "no-identity":
		return v.Say("Slack no longer tells whether one of the devices is theirs")
	case "guest":
		return v.Say("they are a guest now")
	case "bot":
		return v.Say("they are an app or a bot")
	case "other-workspace", "other-organisation", "stranger":
		return v.Say("they do not belong to this workspace any more")
	case "unknown-person":
		return v.Say("Slack does not know them any more")
	}
	return v.Say("they may not decide on it any more")
}
