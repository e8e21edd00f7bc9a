package view

import (
	"fmt"
	"strconv"

	"passcodebot/approvals"
)

// maxVoid is how many approvals that no longer count the card names.
const maxVoid = 3

// voided says of each approval that no longer counts why.
func voided(r approvals.Request) []string {
	var lines []string
	for _, d := range r.Decisions {
		if d.Void != "" {
			lines = append(lines, "The approval of "+person(d.Actor.ID)+" no longer counts: "+noLonger(d.Void)+".")
		}
	}
	if rest := len(lines) - maxVoid; rest > 0 {
		lines = append(lines[:maxVoid], fmt.Sprintf("and %s; the thread has all of them.", count(rest, "more approval no longer counts", "more approvals no longer count")))
	}
	return lines
}

// short says what a request that is opened again lacks: approvals, or only
// that they come from enough groups.
func short(r approvals.Request, e approvals.Event) string {
	approved, _ := strconv.Atoi(e.Data["approvals"])
	quorum, _ := strconv.Atoi(e.Data["quorum"])
	if approved >= quorum {
		return fmt.Sprintf("the approvals that still count (%d) do not come from %d different groups", approved, r.Groups)
	}
	return fmt.Sprintf("only %d of the %d approvals that it needs still count", approved, quorum)
}

// tightened says what a request needs now, and why that is more than before.
func tightened(r approvals.Request, e approvals.Event) string {
	quorum, _ := strconv.Atoi(e.Data["quorum"])
	s := r.ID.String() + " needs " + count(quorum, "approval", "approvals")
	if n := e.Data["different_groups"]; n != "" {
		s += " from people of " + n + " different groups"
	}
	s += " now"
	if rule := e.Data["rule"]; rule != "" {
		s += ", by the rule “" + Plain(rule, 100) + "”"
	}
	return s + ", because the rules have changed or there were other resets since it was asked for."
}

// noLonger says why somebody's approval does not count any more, by the code
// of a refusal.
func noLonger(code string) string {
	switch code {
	case "not-approver", "left-group":
		return "they have left the group"
	case "not-approver-now":
		return "by the rules that hold now, others approve it"
	case "deactivated":
		return "they have been deactivated in Slack"
	case "owner":
		return "they are the user of one of the devices now"
	case "no-identity":
		return "Slack no longer tells whether one of the devices is theirs"
	case "guest":
		return "they are a guest now"
	case "bot":
		return "they are an app or a bot"
	case "other-workspace", "other-organisation", "stranger":
		return "they do not belong to this workspace any more"
	case "unknown-person":
		return "Slack does not know them any more"
	}
	return "they may not decide on it any more"
}
