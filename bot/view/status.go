package view

import (
	"strings"

	"passcodebot/approvals"
)

// title is the card's heading: what is asked, and once there is an outcome,
// the outcome.
func (v Renderer) title(r approvals.Request) string {
	what := r.ID.String()
	if n := len(r.Targets); n > 0 {
		what = v.Say("%s: reset %d passcodes", r.ID, n)
	}
	if r.Statement.BreakGlass != "" {
		what = v.Say("Break glass – %s", what)
	}
	switch r.State {
	case approvals.Checking:
		return v.Say("%s – devices being looked up", what)
	case approvals.Pending:
		return v.Say("%s?", what)
	case approvals.Approved, approvals.Running:
		return v.Say("%s – under way", what)
	case approvals.Done:
		return v.outcome(r, what)
	case approvals.Rejected:
		return v.Say("%s – turned down", what)
	case approvals.Denied:
		return v.Say("%s – denied", what)
	case approvals.Cancelled:
		return v.Say("%s – cancelled", what)
	case approvals.Expired:
		return v.Say("%s – expired", what)
	}
	return what
}

func (v Renderer) outcome(r approvals.Request, what string) string {
	taken := r.Count(approvals.Accepted, approvals.Confirmed, approvals.FailedOnDevice)
	switch r.Outcome() {
	case approvals.Succeeded:
		return v.Say("%s – succeeded", what)
	case approvals.AllFailed:
		if r.Count(approvals.Unknown) > 0 {
			return v.Say("%s – not known to have succeeded", what)
		}
		return v.Say("%s – failed", what)
	}
	return v.Say("%s – partly succeeded (%d of %d)", what, taken, len(r.Targets))
}

// status says where the request stands and what it waits for. Mentions
// notify only when the card is first posted: Slack: an edit notifies nobody.
func (v Renderer) status(r approvals.Request, mention bool) string {
	return strings.Join(v.standing(r, mention), " · ")
}

// standing is the parts of the status.
func (v Renderer) standing(r approvals.Request, mention bool) []string {
	switch r.State {
	case approvals.Pending:
		return v.pending(r, mention)
	case approvals.Approved:
		return []string{v.Say("Approved by %s", v.deciders(r)), v.Say("starting")}
	case approvals.Running:
		settled, open := 0, 0
		for _, t := range r.Targets {
			switch {
			case t.Result.Phase.Settled():
				settled++
			case doubted(t):
				open++
			}
		}
		parts := []string{v.Say("Approved by %s", v.deciders(r)), v.Say("%d of %d devices done", settled, len(r.Targets))}
		if open > 0 {
			parts = append(parts, v.Say("%d without a clear answer yet", open))
		}
		return parts
	case approvals.Done:
		parts := []string{v.Say("Approved by %s", v.deciders(r)), v.tally(r), v.Say("ended %s", v.when(r.EndedAt))}
		switch {
		case r.Review.Signed.ID != "":
			parts = append(parts, v.Say("reviewed by %s", person(r.Review.Signed.ID)))
		case r.Review.Due:
			parts = append(parts, v.Say("its review is open"))
		}
		return parts
	case approvals.Denied:
		return []string{v.Say("Denied by %s", v.deciders(r)), v.when(r.EndedAt)}
	case approvals.Cancelled:
		return []string{v.Say("Cancelled by %s", person(r.Requester.ID)), v.when(r.EndedAt)}
	case approvals.Rejected:
		if !r.ReadyAt.IsZero() {
			why := within(800, 400, func(limit int) string { return v.advice(r.Closing, limit) })
			return []string{v.Say("Turned down before it began: %s", why), v.when(r.EndedAt)}
		}
	case approvals.Expired:
		return []string{v.Say("Expired with %d of %d approvals", r.Approvals(), r.Quorum), v.when(r.EndedAt)}
	}
	return nil
}

// pending says what a request waits for.
func (v Renderer) pending(r approvals.Request, mention bool) []string {
	parts := []string{v.Say("%d of %d approvals", r.Approvals(), r.Quorum)}
	if by := v.deciders(r); by != "" {
		parts[0] = v.Say("%d of %d approvals (%s)", r.Approvals(), r.Quorum, by)
	}
	missing, decided := r.Missing(), v.deciders(r)
	oneSided := r.Groups > 1 && missing > 0 && r.Approvals() >= r.Quorum
	switch {
	case oneSided && mention: // who is asked stands with it
	case oneSided:
		parts = append(parts, v.Say("%d more of another group needed, because they must come from %d different groups", missing, r.Groups))
	case r.Groups > 1:
		parts = append(parts, v.Say("from %d different groups", r.Groups))
	}
	parts = append(parts, v.Say("open until %s", v.when(r.ExpiresAt)))
	switch {
	case !mention:
	case oneSided:
		parts = append(parts, v.Say("%d more of another group needed from %s, other than %s and %s, because they must come from %d different groups",
			missing, v.audience(r.Approvers), person(r.Requester.ID), decided, r.Groups))
	case decided != "":
		parts = append(parts, v.Say("%d more needed from %s, other than %s and %s", missing, v.audience(r.Approvers), person(r.Requester.ID), decided))
	default:
		parts = append(parts, v.Say("for %s", v.audience(r.Approvers)))
	}
	return parts
}

func (v Renderer) deciders(r approvals.Request) string {
	var parts []string
	for _, d := range r.Decisions {
		if d.Void == "" && d.Approved == (r.State != approvals.Denied) {
			parts = append(parts, person(d.Actor.ID))
		}
	}
	return v.someOf(parts)
}

// tally counts the results in words: 2 accepted, 1 failed.
func (v Renderer) tally(r approvals.Request) string {
	var parts []string
	add := func(phase approvals.Phase, say func(n int) string) {
		if n := r.Count(phase); n > 0 {
			parts = append(parts, say(n))
		}
	}
	add(approvals.Confirmed, func(n int) string { return v.Say("%d confirmed", n) })
	add(approvals.Accepted, func(n int) string { return v.Say("%d accepted", n) })
	add(approvals.Failed, func(n int) string { return v.Say("%d failed", n) })
	add(approvals.FailedOnDevice, func(n int) string { return v.Say("%d failed on the device", n) })
	add(approvals.Skipped, func(n int) string { return v.Say("%d skipped", n) })
	add(approvals.Unknown, func(n int) string { return v.Say("%d unknown", n) })
	return v.list(parts)
}

// maxNames is how many names or mentions stand in one list.
const maxNames = 10

// audience mentions groups and people, each once.
func (v Renderer) audience(a approvals.Audience) string {
	var parts []string
	for _, g := range a.Groups {
		parts = append(parts, "<!subteam^"+g+">")
	}
	for _, p := range a.People {
		parts = append(parts, person(p))
	}
	if rest := len(parts) - maxNames; rest > 0 {
		return v.Say("%s and %d more", strings.Join(parts[:maxNames], " "), rest)
	}
	return strings.Join(parts, " ")
}

// someOf lists up to maxNames names.
func (v Renderer) someOf(parts []string) string {
	if rest := len(parts) - maxNames; rest > 0 {
		return v.Say("%s, and %d more", v.list(parts[:maxNames]), rest)
	}
	return v.list(parts)
}

// list lists names or phrases.
func (v Renderer) list(parts []string) string { return strings.Join(parts, v.Say(", ")) }
