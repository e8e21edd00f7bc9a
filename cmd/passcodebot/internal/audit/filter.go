package audit

import (
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
	case f.Devices != nil && !f.Devices[e.Device]:
		return false
	}
	is := func(name string) bool { return name != "" && strings.EqualFold(name, f.Person) }
	return f.Person == "" || is(e.Actor.ID) || is(e.Actor.Name) || is(e.Data["to"]) || e.Kind == approvals.ResetOutside && is(e.Data["by"])
}
