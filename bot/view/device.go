package view

import (
	"strings"
	"time"

	"passcodebot/approvals"
)

// target describes one device and what has come of it, with reasons of up
// to so many characters.
func (v Renderer) target(r approvals.Request, t approvals.Target, reason int, now time.Time) string {
	name := "*" + Plain(t.Device.Name, nameRoom) + "*"
	if r.State == approvals.Done {
		name = "*" + v.page(t.Device) + "*"
	}
	lines := []string{name + " · " + hardware(t.Device), conditions(t, now)}
	if s := againFor(r.Earlier, t.Device, r.ReadyAt); s != "" {
		lines = append(lines, s)
	}
	if t.Result.Phase != approvals.Waiting {
		lines = append(lines, "→ "+phase(t, reason))
	}
	return strings.Join(lines, "\n")
}

// inLine describes a device before anything was done with it, on one line.
func inLine(t approvals.Target, past []approvals.Past, at, now time.Time) string {
	s := "*" + Plain(t.Device.Name, nameRoom) + "* · " + hardware(t.Device) + " · " + conditions(t, now)
	if again := againFor(past, t.Device, at); again != "" {
		s += " · " + again
	}
	return s
}

// How many characters of names are shown.
const (
	nameRoom  = 60
	ownerRoom = 80
)

func hardware(d approvals.Device) string {
	return strings.Join([]string{model(d), "serial " + code(d.Serial, 40), owner(d)}, " · ")
}

func conditions(t approvals.Target, now time.Time) string {
	return strings.Join([]string{t.Enrollment, "resets " + scope(t.Scope), checkIn(t.Device.LastCheckIn, now)}, " · ")
}

// page names a device with a link to its page in the Intune admin center.
func (v Renderer) page(d approvals.Device) string {
	name := Plain(d.Name, nameRoom)
	if v.Page == nil {
		return name
	}
	return link(v.Page(d.ID), name)
}

func model(d approvals.Device) string {
	s := strings.TrimSpace(d.Manufacturer + " " + d.Model)
	if strings.HasPrefix(strings.ToLower(d.Model), strings.ToLower(d.Manufacturer)) {
		s = d.Model
	}
	if s == "" {
		s = "unknown model"
	}
	return Plain(s, 60)
}

func owner(d approvals.Device) string {
	if o := d.Owner.String(); o != "" {
		return "owner " + Plain(o, ownerRoom)
	}
	return "no owner"
}

func scope(s approvals.Scope) string {
	if s == approvals.WorkProfileScope {
		return "*the work profile's passcode only*"
	}
	return "*the device's passcode*"
}

// accepted is what it means that Intune took a reset.
const accepted = "accepted by Intune; the device does it at its next check-in"

// phase says what has come of a device, in words.
func phase(t approvals.Target, limit int) string {
	res := t.Result
	reason := Plain(res.Reason, limit)
	switch res.Phase {
	case approvals.Waiting:
		return "waiting"
	case approvals.Sending:
		if doubted(t) {
			return "sent, without a clear answer yet; I look for it in Intune's records"
		}
		return "being sent to Intune"
	case approvals.Accepted:
		s := accepted
		if res.Unconfirmed {
			s = "accepted by Intune, but not confirmed by the device, which " + lastSeen(t.Device.LastCheckIn)
		}
		return remark(s, reason)
	case approvals.Confirmed:
		return "confirmed: the device has reset it"
	case approvals.Failed:
		return "failed: " + reason + reference(res.GraphRequestID)
	case approvals.FailedOnDevice:
		return "failed on the device: " + reason + reference(res.GraphRequestID)
	case approvals.Skipped:
		return "skipped: " + reason
	case approvals.Unknown:
		return "unknown: " + reason + reference(res.GraphRequestID) + "; look at the device in the Intune admin center before anybody asks again"
	}
	return ""
}

// remark adds what else there is to say.
func remark(s, more string) string {
	if more == "" {
		return s
	}
	return s + ". Note: " + more
}

// doubted says that a reset was sent and that what came of it is not known
// yet.
func doubted(t approvals.Target) bool {
	return t.Result.Phase == approvals.Sending && t.Result.Reason != ""
}

// lastSeen says when a device checked in for the last time.
func lastSeen(t time.Time) string {
	if t.IsZero() {
		return "has never checked in"
	}
	return "last checked in " + when(t)
}

// reference shows what Microsoft's support asks for.
func reference(id string) string {
	if id == "" {
		return ""
	}
	return " (request-id " + code(id, 40) + ")"
}
