package view

import (
	"fmt"
	"strings"
	"time"

	"passcodebot/approvals"
)

// Post is a message of a request's thread, with the last event that it
// tells of. One event can need several posts, which have parts from 0 on.
type Post struct {
	Message
	Through approvals.Seq
	Part    int
	Last    bool // no further part follows
}

// Thread renders what events say to the thread of their request: as few
// posts as they fit in. Events that say nothing there bring none.
func (v Renderer) Thread(r approvals.Request, events []approvals.Event, now time.Time) []Post {
	var out []Post
	var lines []string
	var through approvals.Seq
	flush := func() {
		messages := paragraphs(lines)
		for i, m := range messages {
			out = append(out, Post{Message: m, Through: through, Part: i, Last: i == len(messages)-1})
		}
		lines = nil
	}
	// A long listing stands alone, so that its parts are the same however
	// many events have gathered when it is sent again.
	alone := func(seq approvals.Seq, listing []string) {
		flush()
		lines, through = listing, seq
		flush()
	}
	for _, e := range events {
		switch e.Kind {
		case approvals.BecameReady:
			if listing := v.overflow(r, now); len(listing) > 0 {
				alone(e.Seq, listing)
			}
		case approvals.RunEnded:
			alone(e.Seq, v.summary(r))
		default:
			if line := v.line(r, e); line != "" {
				if !fits(lines, line) {
					flush()
				}
				lines = append(lines, line)
				through = e.Seq
			}
		}
	}
	flush()
	return out
}

// overflow lists what does not fit on the card.
func (v Renderer) overflow(r approvals.Request, now time.Time) []string {
	var lines []string
	if len([]rune(r.Reason)) > cardReason {
		lines = append(lines, "*The whole reason of "+r.ID.String()+"* "+Plain(r.Reason, 2000))
	}
	if v.shown(r, now) < len(r.Targets) {
		lines = append(lines, fmt.Sprintf("*All %s of %s*", devices(len(r.Targets)), r.ID))
		for i, t := range r.Targets {
			lines = append(lines, fmt.Sprintf("%d. %s", i+1, strings.ReplaceAll(v.target(approvals.Request{}, approvals.Target{
				Device: t.Device, Scope: t.Scope, Enrollment: t.Enrollment, Result: approvals.Result{Phase: approvals.Waiting},
			}, now), "\n", " · ")))
		}
	}
	if len(r.LeftOut) > cardLeftOut {
		lines = append(lines, v.leftOut(r, 0)...)
	}
	return lines
}

// summary is the end of a request: what came of each device, and where the
// help desk reads the temporary passcode.
func (v Renderer) summary(r approvals.Request) []string {
	taken := r.Count(approvals.Accepted, approvals.Confirmed, approvals.FailedOnDevice)
	lines := []string{fmt.Sprintf("*%s is done: %d of %s accepted by Intune* (%s). %s", r.ID, taken, devices(len(r.Targets)), tally(r), person(r.Requester.ID))}
	for _, t := range r.Targets {
		name := Plain(t.Device.Name, 60)
		if v.Page != nil {
			name = link(v.Page(t.Device.ID), name)
		}
		lines = append(lines, "• "+name+": "+phase(t))
	}
	if taken > 0 {
		lines = append(lines, "The temporary passcode is on the device's page in the Intune admin center, for seven days. "+
			"Pass it on in a call in which you have verified who you speak with, not by chat or mail.")
	}
	return lines
}

// line tells of one event, or of nothing where the card says enough.
func (v Renderer) line(r approvals.Request, e approvals.Event) string {
	name := e.Device
	if t := r.Target(e.Device); t != nil {
		name = "*" + Plain(t.Device.Name, 60) + "*"
	}
	reason := Plain(e.Text, 300)
	ref := ""
	if id := e.Data["graph_request_id"]; id != "" {
		ref = " (request-id " + code(id, 60) + ")"
	}
	switch e.Kind {
	case approvals.GotApproval:
		return "Approved by " + person(e.Actor.ID) + "."
	case approvals.GotDenial:
		return "Denied by " + person(e.Actor.ID) + ", " + person(r.Requester.ID) + ". Nothing was reset."
	case approvals.WasCancelled:
		return "Cancelled by " + person(e.Actor.ID) + ". Nothing was reset."
	case approvals.HasExpired:
		return person(r.Requester.ID) + ": " + r.ID.String() + " has expired, because nobody decided in time. Nothing was reset. If it is still needed, ask again with `/reset-passcode`."
	case approvals.ResetAccepted:
		return "• " + name + ": accepted by Intune; the device does it at its next check-in"
	case approvals.ResetFailed:
		return "• " + name + ": failed: " + reason + ref
	case approvals.ResetSkipped:
		return "• " + name + ": skipped: " + reason
	case approvals.ResetUnknown:
		return "• " + name + ": unknown: " + reason + ref + ". Look at the device in the Intune admin center before anybody asks again."
	case approvals.ResetConfirmed:
		return "• " + name + ": confirmed: the device has reset it"
	case approvals.DeviceFailed:
		return "• " + name + ": " + reason
	case approvals.Unconfirmed:
		t := r.Target(e.Device)
		if t == nil {
			return ""
		}
		return "• " + name + ": not confirmed yet: the device has not checked in since " + checkedIn(t.Device.LastCheckIn) + ". I stop looking; see its page in the Intune admin center."
	}
	return ""
}
