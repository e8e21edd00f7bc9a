package view

import (
	"fmt"
	"strconv"
	"strings"

	"passcodebot/approvals"
)

// title is the card's heading: what is asked, and once there is an outcome,
// the outcome.
func title(r approvals.Request) string {
	what := r.ID.String()
	if n := len(r.Targets); n > 0 {
		what += ": reset " + passcodes(n)
	}
	if r.Statement.BreakGlass != "" {
		what = "Break glass – " + what
	}
	switch r.State {
	case approvals.Checking:
		return what + " – devices being looked up"
	case approvals.Pending:
		return what + "?"
	case approvals.Approved, approvals.Running:
		return what + " – under way"
	case approvals.Done:
		return what + " – " + outcome(r)
	case approvals.Rejected:
		return what + " – turned down"
	}
	return what + " – " + string(r.State)
}

func outcome(r approvals.Request) string {
	taken := r.Count(approvals.Accepted, approvals.Confirmed, approvals.FailedOnDevice)
	switch r.Outcome() {
	case approvals.Succeeded:
		return "succeeded"
	case approvals.AllFailed:
		if r.Count(approvals.Unknown) > 0 {
			return "not known to have succeeded"
		}
		return "failed"
	}
	return fmt.Sprintf("partly succeeded (%d of %d)", taken, len(r.Targets))
}

// status says where the request stands and what it waits for. Mentions
// notify only when the card is first posted: Slack: an edit notifies nobody.
func status(r approvals.Request, mention bool) string {
	switch r.State {
	case approvals.Pending:
		s := fmt.Sprintf("%d of %d approvals", r.Approvals(), r.Quorum)
		if by := deciders(r); by != "" {
			s += " (" + by + ")"
		}
		switch missing := r.Missing(); {
		case r.Groups > 1 && missing > 0 && r.Approvals() >= r.Quorum:
			s += fmt.Sprintf(" · %d more of another group needed, because they must come from %d different groups", missing, r.Groups)
		case r.Groups > 1:
			s += fmt.Sprintf(" · from %d different groups", r.Groups)
		}
		s += " · open until " + when(r.ExpiresAt)
		if mention {
			s += " · for " + audience(r.Approvers)
		}
		return s
	case approvals.Approved:
		return "Approved by " + deciders(r) + " · starting"
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
		s := fmt.Sprintf("Approved by %s · %d of %s done", deciders(r), settled, devices(len(r.Targets)))
		if open > 0 {
			s += fmt.Sprintf(" · %d without a clear answer yet", open)
		}
		return s
	case approvals.Done:
		return "Approved by " + deciders(r) + " · " + tally(r) + " · ended " + when(r.EndedAt) + reviewed(r)
	case approvals.Denied:
		return "Denied by " + deciders(r) + " · " + when(r.EndedAt)
	case approvals.Cancelled:
		return "Cancelled by " + person(r.Requester.ID) + " · " + when(r.EndedAt)
	case approvals.Rejected:
		if !r.ReadyAt.IsZero() {
			return "Turned down before it began: " + within(800, 400, func(limit int) string { return prose(r.Closing, limit) }) + " · " + when(r.EndedAt)
		}
	case approvals.Expired:
		return fmt.Sprintf("Expired with %d of %d approvals · %s", r.Approvals(), r.Quorum, when(r.EndedAt))
	}
	return ""
}

// reviewed says where the review of a request stands that broke the glass.
func reviewed(r approvals.Request) string {
	switch {
	case r.Review.Signed.ID != "":
		return " · reviewed by " + person(r.Review.Signed.ID)
	case r.Review.Due:
		return " · its review is open"
	}
	return ""
}

func deciders(r approvals.Request) string {
	var parts []string
	for _, d := range r.Decisions {
		if d.Void == "" && d.Approved == (r.State != approvals.Denied) {
			parts = append(parts, person(d.Actor.ID))
		}
	}
	return someOf(parts, ", ")
}

// tally counts the results in words: 2 accepted, 1 failed.
func tally(r approvals.Request) string {
	var parts []string
	for _, p := range []struct {
		phase approvals.Phase
		word  string
	}{
		{approvals.Confirmed, "confirmed"},
		{approvals.Accepted, "accepted"},
		{approvals.Failed, "failed"},
		{approvals.FailedOnDevice, "failed on the device"},
		{approvals.Skipped, "skipped"},
		{approvals.Unknown, "unknown"},
	} {
		if n := r.Count(p.phase); n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+p.word)
		}
	}
	return strings.Join(parts, ", ")
}

// audience mentions groups and people, each once.
func audience(a approvals.Audience) string {
	var parts []string
	for _, g := range a.Groups {
		parts = append(parts, "<!subteam^"+g+">")
	}
	for _, p := range a.People {
		parts = append(parts, person(p))
	}
	return someOf(parts, " ")
}

// someOf joins names, up to ten of them.
func someOf(parts []string, by string) string {
	const most = 10
	if len(parts) > most {
		parts = append(parts[:most:most], fmt.Sprintf("and %d more", len(parts)-most))
	}
	return strings.Join(parts, by)
}
