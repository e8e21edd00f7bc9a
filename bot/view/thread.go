package view

import (
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
	failed := false // the lines tell of a device that has failed after the end
	flush := func(listing []row) {
		messages := pages(listing)
		for i, m := range messages {
			out = append(out, Post{Message: m, Through: through, Part: i, Last: i == len(messages)-1})
		}
		lines = nil
	}
	gathered := func() {
		flush(rows(lines))
		if failed {
			v.offer(&out[len(out)-1].Message, r)
		}
		failed = false
	}
	// A listing stands alone, so that its parts are the same however many
	// events have gathered when it is sent again.
	alone := func(seq approvals.Seq, listing []row) {
		gathered()
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
			alone(e.Seq, v.summary(r, person(r.Requester.ID)))
			v.offer(&out[len(out)-1].Message, r)
		default:
			if line := v.line(r, e); line != "" {
				if !fits(lines, line) {
					gathered()
				}
				lines = append(lines, line)
				through = e.Seq
				failed = failed || e.Kind == approvals.DeviceFailed
			}
		}
	}
	gathered()
	return out
}

// line tells of one event, or of nothing where the card says enough: that a
// reset is in doubt is settled within minutes, and told then.
func (v Renderer) line(r approvals.Request, e approvals.Event) string {
	switch e.Kind {
	case approvals.Reminded:
		return v.reminder(r, e)
	case approvals.GotApproval:
		return v.Say("Approved by %s.", person(e.Actor.ID)) + v.comment(e)
	case approvals.GotDenial:
		return v.Say("Denied by %s. Nothing was reset, %s.", person(e.Actor.ID), person(r.Requester.ID)) + v.comment(e)
	case approvals.WasCancelled:
		return v.Say("Cancelled by %s. Nothing was reset.", person(e.Actor.ID))
	case approvals.HasExpired:
		return v.expired(r)
	case approvals.ApprovalVoided:
		return v.noLonger(e.Actor.ID, e.Data["code"])
	case approvals.Reopened:
		return v.reopened(r, e)
	case approvals.Tightened:
		return v.tightened(r, e)
	case approvals.BrokeGlass:
		return v.Say("Break glass by %s: %s goes ahead with %d approvals. Why: %s", person(e.Actor.ID), r.ID, r.Quorum, Plain(e.Text, 300))
	case approvals.ReviewAsked:
		return v.Say("Because %s broke the glass, somebody who had no part in it is asked to review it.", r.ID)
	case approvals.ReviewSigned:
		return v.Say("The review of %s is signed by %s.", r.ID, person(e.Actor.ID)) + v.comment(e)
	case approvals.MessageLost:
		return v.unreached(e)
	case approvals.WasRejected:
		return v.Say("%s: %s was approved and then turned down before it began: %s", person(r.Requester.ID), r.ID,
			within(maxSection-500, 1500, func(limit int) string { return v.advice(e.Text, limit) }))
	case approvals.RunDelayed:
		return v.delayed(r, e)
	}
	device := approvals.Device{Name: e.Device}
	if t := r.Target(e.Device); t != nil {
		device = t.Device
	}
	if s := v.fate(e, device.LastCheckIn); s != "" {
		return "• *" + Plain(device.Name, 60) + "*: " + s
	}
	return ""
}

// fate says what has come of a device, which was last seen at an instant.
func (v Renderer) fate(e approvals.Event, seen time.Time) string {
	why := func() string { return v.stored(e.Text, 300) }
	switch e.Kind {
	case approvals.ResetAccepted:
		s := v.accepted()
		if e.Data["found"] == "afterwards" {
			s = v.Say("accepted by Intune after all; the device does it at its next check-in")
		}
		return v.remark(s, why())
	case approvals.ResetFailed:
		return v.Say("failed: %s", v.referring(why(), e.Data["graph_request_id"]))
	case approvals.ResetSkipped:
		return v.Say("skipped: %s", why())
	case approvals.ResetUnknown:
		return v.Say("unknown: %s. Before anybody asks again, look on the device's page in the Intune admin center whether its device actions have a passcode reset of that time.",
			v.referring(why(), e.Data["graph_request_id"]))
	case approvals.ResetConfirmed:
		return v.Say("confirmed: the device has reset it")
	case approvals.DeviceFailed:
		return v.Say("%s. See its page in the Intune admin center before you ask again.", why())
	case approvals.Unconfirmed:
		return v.unseen(why(), seen)
	}
	return ""
}

// comment is what somebody said with a decision.
func (v Renderer) comment(e approvals.Event) string {
	s := within(maxSection-500, 2000, func(limit int) string { return Plain(e.Text, limit) })
	if s == "" {
		return ""
	}
	return " " + v.Say("Comment: %s", s)
}

// expired says why a request has expired.
func (v Renderer) expired(r approvals.Request) string {
	who := person(r.Requester.ID)
	switch n := r.Approvals(); {
	case n >= r.Quorum:
		return v.Say("%s: %s has expired, because its approvals did not come from %d different groups in time. Nothing was reset. If it is still needed, ask again with `/reset-passcode`.", who, r.ID, r.Groups)
	case n > 0:
		return v.Say("%s: %s has expired, because it had only %d of %d approvals in time. Nothing was reset. If it is still needed, ask again with `/reset-passcode`.", who, r.ID, n, r.Quorum)
	}
	return v.Say("%s: %s has expired, because nobody decided in time. Nothing was reset. If it is still needed, ask again with `/reset-passcode`.", who, r.ID)
}

// delayed says why a run does not go on yet, and for how long it is tried.
func (v Renderer) delayed(r approvals.Request, e approvals.Event) string {
	why := v.sentence(e.Text)
	until, err := time.Parse(time.RFC3339, e.Data["until"])
	switch begins := e.Data["code"] != "slack-silent"; {
	case begins && err == nil:
		return v.Say("Intune does not take the resets of %s now: %s I keep trying until %s; what Intune has not taken by then is reported as failed.", r.ID, why, v.when(until))
	case begins:
		return v.Say("Intune does not take the resets of %s now: %s I keep trying.", r.ID, why)
	case err == nil:
		return v.Say("%s is approved and does not begin yet: %s I keep trying until %s.", r.ID, why, v.when(until))
	}
	return v.Say("%s is approved and does not begin yet: %s I keep trying.", r.ID, why)
}

// unseen says that a device was not seen to have reset its passcode: why, or
// when it has checked in for the last time.
func (v Renderer) unseen(why string, last time.Time) string {
	switch {
	case why != "":
		return v.Say("not confirmed: %s. I stop looking; see its page in the Intune admin center.", why)
	case last.IsZero():
		return v.Say("not confirmed yet: the device has never checked in. I stop looking; see its page in the Intune admin center.")
	}
	return v.Say("not confirmed yet: the device has not checked in since %s. I stop looking; see its page in the Intune admin center.", v.when(last))
}
