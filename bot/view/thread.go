package view

import (
	"fmt"
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
// posts as they fit in. Events that say nothing there bring none. Which
// device is in which part of a listing does not change, however the request
// goes on: parts that are out need not be told again.
func (v Renderer) Thread(r approvals.Request, events []approvals.Event) []Post {
	var out []Post
	var lines []string
	var through approvals.Seq
	flush := func(listing []row) {
		messages := pages(listing)
		for i, m := range messages {
			out = append(out, Post{Message: m, Through: through, Part: i, Last: i == len(messages)-1})
		}
		lines = nil
	}
	// A listing stands alone, so that its parts are the same however many
	// events have gathered when it is sent again.
	alone := func(seq approvals.Seq, listing []row) {
		flush(rows(lines))
		through = seq
		flush(listing)
	}
	for _, e := range events {
		switch e.Kind {
		case approvals.BecameReady:
			if listing := v.overflow(r); len(listing) > 0 {
				alone(e.Seq, listing)
			}
		case approvals.RunEnded:
			alone(e.Seq, v.summary(r))
		default:
			if line := v.line(r, e); line != "" {
				if !fits(lines, line) {
					flush(rows(lines))
				}
				lines = append(lines, line)
				through = e.Seq
			}
		}
	}
	flush(rows(lines))
	return out
}

// line tells of one event, or of nothing where the card says enough: that a
// reset is in doubt is settled within minutes, and told then.
func (v Renderer) line(r approvals.Request, e approvals.Event) string {
	name := "*" + Plain(e.Device, 60) + "*"
	var seen time.Time
	if t := r.Target(e.Device); t != nil {
		name, seen = "*"+Plain(t.Device.Name, 60)+"*", t.Device.LastCheckIn
	}
	reason := Plain(e.Text, 300)
	ref := reference(e.Data["graph_request_id"])
	comment := ""
	if reason != "" {
		comment = " Comment: " + within(maxSection-500, 2000, func(limit int) string { return Plain(e.Text, limit) })
	}
	switch e.Kind {
	case approvals.GotApproval:
		return "Approved by " + person(e.Actor.ID) + "." + comment
	case approvals.GotDenial:
		return "Denied by " + person(e.Actor.ID) + ". Nothing was reset, " + person(r.Requester.ID) + "." + comment
	case approvals.WasCancelled:
		return "Cancelled by " + person(e.Actor.ID) + ". Nothing was reset."
	case approvals.HasExpired:
		why := "nobody decided in time"
		if n := r.Approvals(); n >= r.Quorum {
			why = fmt.Sprintf("its approvals did not come from %d different groups in time", r.Groups)
		} else if n > 0 {
			why = fmt.Sprintf("it had only %d of %d approvals in time", n, r.Quorum)
		}
		return person(r.Requester.ID) + ": " + r.ID.String() + " has expired, because " + why + ". Nothing was reset. If it is still needed, ask again with `/reset-passcode`."
	case approvals.ApprovalVoided:
		return "The approval of " + person(e.Actor.ID) + " no longer counts: " + noLonger(e.Data["code"]) + "."
	case approvals.Reopened:
		return r.ID.String() + " was approved and had not begun. It waits again, because " + short(r, e) + ": " + audience(r.Approvers)
	case approvals.Tightened:
		return tightened(r, e)
	case approvals.BrokeGlass:
		return "Break glass by " + person(e.Actor.ID) + ": " + r.ID.String() + " goes ahead with " + count(r.Quorum, "approval", "approvals") + ". Why: " + reason
	case approvals.ReviewAsked:
		return "Because " + r.ID.String() + " broke the glass, somebody who had no part in it is asked to review it."
	case approvals.ReviewSigned:
		return "The review of " + r.ID.String() + " is signed by " + person(e.Actor.ID) + "." + comment
	case approvals.MessageLost:
		return unreached(e)
	case approvals.WasRejected:
		return person(r.Requester.ID) + ": " + r.ID.String() + " was approved and then turned down before it began: " +
			within(maxSection-500, 1500, func(limit int) string { return prose(e.Text, limit) })
	case approvals.RunDelayed:
		s := "Intune does not take the resets of " + r.ID.String() + " now: " + sentence(e.Text) + " I keep trying"
		if e.Data["code"] == "slack-silent" {
			s = r.ID.String() + " is approved and does not begin yet: " + sentence(e.Text) + " I keep trying"
		}
		if until, err := time.Parse(time.RFC3339, e.Data["until"]); err == nil {
			s += " until " + when(until)
			if e.Data["code"] != "slack-silent" {
				s += "; what Intune has not taken by then is reported as failed"
			}
		}
		return s + "."
	case approvals.ResetAccepted:
		s := accepted
		if e.Data["found"] == "afterwards" {
			s = "accepted by Intune after all; the device does it at its next check-in"
		}
		return "• " + name + ": " + remark(s, reason)
	case approvals.ResetFailed:
		return "• " + name + ": failed: " + reason + ref
	case approvals.ResetSkipped:
		return "• " + name + ": skipped: " + reason
	case approvals.ResetUnknown:
		return "• " + name + ": unknown: " + reason + ref + ". Before anybody asks again, look on the device's page in the Intune admin center whether its device actions have a passcode reset of that time."
	case approvals.ResetConfirmed:
		return "• " + name + ": confirmed: the device has reset it"
	case approvals.DeviceFailed:
		return "• " + name + ": " + reason + ". See its page in the Intune admin center before you ask again."
	case approvals.Unconfirmed:
		if reason != "" {
			return "• " + name + ": not confirmed: " + reason + ". I stop looking; see its page in the Intune admin center."
		}
		since := "the device has not checked in since " + when(seen)
		if seen.IsZero() {
			since = "the device has never checked in"
		}
		return "• " + name + ": not confirmed yet: " + since + ". I stop looking; see its page in the Intune admin center."
	}
	return ""
}
