package audit

import (
	"slices"
	"strings"
	"time"

	"passcodebot/approvals"
)

// Filter says which events are wanted: those that meet all of it. The zero
// Filter wants every event.
type Filter struct {
	Since, Until time.Time // from the first on, and before the second
	Person       string    // a Slack id, or a name as it was at the time
	Request      approvals.ID
	Devices      map[string]bool // managed device ids; nil for any
}

// Wants says whether an event meets the filter. A person is who acted, whom a
// message was for, or whom Intune names for a reset outside.
func (f Filter) Wants(e approvals.Event) bool {
	switch {
	case !f.Since.IsZero() && e.At.Before(f.Since), !f.Until.IsZero() && !e.At.Before(f.Until):
		return false
	case f.Request != 0 && e.Request != f.Request:
		return false
	case f.Devices != nil && !f.about(e):
		return false
	}
	is := func(name string) bool { return name != "" && strings.EqualFold(name, f.Person) }
	return f.Person == "" || is(e.Actor.ID) || is(e.Actor.Name) || is(e.Data["to"]) || is(e.Data["by"])
}

// about says that an event is of one of the devices, by itself or as one of
// those that a request has found.
func (f Filter) about(e approvals.Event) bool {
	is := func(id string) bool { return f.Devices[id] }
	return is(e.Device) || slices.ContainsFunc(strings.Fields(e.Data["device_ids"]), is) || slices.ContainsFunc(strings.Fields(e.Data["left_out_ids"]), is)
}
