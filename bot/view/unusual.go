package view

import (
	"slices"

	"passcodebot/approvals"
)

// Unusual says what of a request an approver should stop at, each in a
// sentence that stands by itself: no meaning is carried by the sign before it.
func (v Renderer) Unusual(r approvals.Request) []string {
	var lines []string
	for _, u := range r.Unusual {
		if s := v.unusual(r, u); s != "" {
			lines = append(lines, warning+"*"+s+"*")
		}
	}
	return lines
}

func (v Renderer) unusual(r approvals.Request, u approvals.Unusual) string {
	switch u {
	case approvals.UnusualMany:
		return v.Say("Unusually many: %d devices at once.", len(r.Targets))
	case approvals.UnusualOffline:
		return v.offline(r)
	case approvals.UnusualPersonal:
		n := 0
		for _, t := range r.Targets {
			if t.Device.Ownership == "personal" {
				n++
			}
		}
		if n == 0 {
			return "" // it has changed hands since
		}
		return v.Say("Personal: %d devices of their users' own.", n)
	case approvals.UnusualNewRequester:
		return v.Say("First request of %s.", person(r.Requester.ID))
	case approvals.UnusualOutsideHours:
		return v.Say("Asked outside of working hours, %s.", v.when(r.CreatedAt))
	}
	// Repeated resets are told with the device and the person that they are of.
	return ""
}

// offline names the device that has been silent for the longest time.
func (v Renderer) offline(r approvals.Request) string {
	longest := slices.MinFunc(r.Targets, func(a, b approvals.Target) int { return a.Device.LastCheckIn.Compare(b.Device.LastCheckIn) })
	name := Plain(longest.Device.Name, nameRoom)
	if longest.Device.LastCheckIn.IsZero() {
		return v.Say("Offline for long: %s has never checked in.", name)
	}
	return v.Say("Offline for long: %s last checked in %s.", name, v.when(longest.Device.LastCheckIn))
}
