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
	lines := []string{name + " · " + v.hardware(t.Device), v.conditions(t, now, comes(r, t))}
	if s := v.againFor(r.Earlier, t.Device, r.ReadyAt); s != "" {
		lines = append(lines, s)
	}
	if t.Result.Phase != approvals.Waiting {
		lines = append(lines, "→ "+v.phase(t, reason))
	}
	return strings.Join(lines, "\n")
}

// comes says that a device may still get a reset, or one that Intune took.
func comes(r approvals.Request, t approvals.Target) bool {
	switch t.Result.Phase {
	case approvals.Sending:
		return true
	case approvals.Accepted:
		return !t.Result.Unconfirmed
	case approvals.Waiting, "":
		return !r.State.Ended()
	}
	return false
}

// inLine describes a device on one line. Coming says that it may still get a
// reset.
func (v Renderer) inLine(t approvals.Target, past []approvals.Past, at, now time.Time, coming bool) string {
	s := "*" + Plain(t.Device.Name, nameRoom) + "* · " + v.hardware(t.Device) + " · " + v.conditions(t, now, coming)
	if again := v.againFor(past, t.Device, at); again != "" {
		s += " · " + again
	}
	return s
}

// How many characters of names are shown.
const (
	nameRoom  = 60
	ownerRoom = 80
)

func (v Renderer) hardware(d approvals.Device) string {
	return strings.Join([]string{v.model(d), v.Say("serial %s", code(d.Serial, 40)), v.owner(d)}, " · ")
}

func (v Renderer) conditions(t approvals.Target, now time.Time, coming bool) string {
	return strings.Join([]string{v.Known(t.Enrollment), v.scope(t.Scope), v.checkIn(t.Device.LastCheckIn, now, coming)}, " · ")
}

// page names a device with a link to its page in the Intune admin center.
func (v Renderer) page(d approvals.Device) string {
	name := Plain(d.Name, nameRoom)
	if v.Page == nil {
		return name
	}
	return link(v.Page(d.ID), name)
}

func (v Renderer) model(d approvals.Device) string {
	s := strings.TrimSpace(d.Manufacturer + " " + d.Model)
	if strings.HasPrefix(strings.ToLower(d.Model), strings.ToLower(d.Manufacturer)) {
		s = d.Model
	}
	if s == "" {
		s = v.Say("unknown model")
	}
	return Plain(s, 60)
}

func (v Renderer) owner(d approvals.Device) string {
	if o := d.Owner.String(); o != "" {
		return v.Say("owner %s", Plain(o, ownerRoom))
	}
	return v.Say("no owner")
}

func (v Renderer) scope(s approvals.Scope) string {
	if s == approvals.WorkProfileScope {
		return v.Say("resets *the work profile's passcode only*")
	}
	return v.Say("resets *the device's passcode*")
}

// accepted is what it means that Intune took a reset.
func (v Renderer) accepted() string {
	return v.Say("accepted by Intune; the device does it at its next check-in")
}

// phase says what has come of a device, in words.
func (v Renderer) phase(t approvals.Target, limit int) string {
	res := t.Result
	reason := v.stored(res.Reason, limit)
	switch res.Phase {
	case approvals.Waiting:
		return v.Say("waiting")
	case approvals.Sending:
		if doubted(t) {
			return v.Say("sent, without a clear answer yet; I look for it in Intune's records")
		}
		return v.Say("being sent to Intune")
	case approvals.Accepted:
		if res.Unconfirmed {
			return v.remark(v.unconfirmed(t.Device.LastCheckIn), reason)
		}
		return v.remark(v.accepted(), reason)
	case approvals.Confirmed:
		return v.Say("confirmed: the device has reset it")
	case approvals.Failed:
		return v.Say("failed: %s", v.referring(reason, res.GraphRequestID))
	case approvals.FailedOnDevice:
		return v.Say("failed on the device: %s", v.referring(reason, res.GraphRequestID))
	case approvals.Skipped:
		return v.Say("skipped: %s", reason)
	case approvals.Unknown:
		return v.Say("unknown: %s; look at the device in the Intune admin center before anybody asks again", v.referring(reason, res.GraphRequestID))
	}
	return ""
}

// remark adds what else there is to say.
func (v Renderer) remark(s, more string) string {
	if more == "" {
		return s
	}
	return v.Say("%s. Note: %s", s, more)
}

// doubted says that a reset was sent and that what came of it is not known
// yet.
func doubted(t approvals.Target) bool {
	return t.Result.Phase == approvals.Sending && t.Result.Reason != ""
}

// unconfirmed says of a reset that Intune took when its device checked in
// for the last time.
func (v Renderer) unconfirmed(seen time.Time) string {
	if seen.IsZero() {
		return v.Say("accepted by Intune, but not confirmed by the device, which has never checked in")
	}
	return v.Say("accepted by Intune, but not confirmed by the device, which last checked in %s", v.when(seen))
}

// referring puts what Microsoft's support asks for behind a reason.
func (v Renderer) referring(reason, id string) string {
	if id == "" {
		return reason
	}
	return v.Say("%s (request-id %s)", reason, code(id, 40))
}
