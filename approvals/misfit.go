package approvals

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Misfit says which condition a case does not meet, in words; of several the
// first. It is empty where all that are set fit.
func (w Conditions) Misfit(c Case) string {
	owns := func(s string) bool {
		return slices.ContainsFunc(c.judged(), func(t Target) bool { return t.Device.ownership() == s })
	}
	enrolled := func(key string) bool {
		return slices.ContainsFunc(c.judged(), func(t Target) bool { return t.Enrollment == Enrolments()[key] })
	}
	names := func(k SelectorKind) bool {
		if c.device != nil && len(c.device.Named) > 0 {
			return slices.Contains(c.device.Named, k)
		}
		return slices.ContainsFunc(c.Selectors, func(s Selector) bool { return s.Kind == k })
	}
	switch n := plural(len(c.Targets), "device", "devices"); {
	case !anyOf(w.Channels, func(s string) bool { return s == c.Channel }):
		return "it is for " + either(w.Channels) + ", not for " + c.Channel
	case !w.asks(c):
		return "the requester is not one of " + either(slices.Concat(w.Requesters.Groups, w.Requesters.People))
	case len(c.Targets) < w.MinDevices:
		return fmt.Sprintf("it is for %d devices or more, and this is %s", w.MinDevices, n)
	case w.MaxDevices > 0 && len(c.Targets) > w.MaxDevices:
		return fmt.Sprintf("it is for %s at the most, and this is %s", plural(w.MaxDevices, "device", "devices"), n)
	case !anyOf(w.Ownership, owns):
		return "no device is owned as " + either(w.Ownership)
	case !anyOf(w.Enrolments, enrolled):
		return "no device is enrolled as " + either(w.Enrolments)
	case !anyOf(w.Selectors, names):
		return "no device is named by " + either(w.Selectors)
	case !anyOf(w.Times, func(t Times) bool { return t.include(c.At) }):
		return "it is for " + either(w.Times) + ", and " + w.clocks(c.At)
	case !anyOf(w.Repeated, func(r Repetition) bool { return r.Count(c) >= r.Times }):
		return w.counts(c)
	}
	return ""
}

// either lists what would fit.
func either[T any](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, " or ")
}

// clocks says which time an instant is, in each zone of the conditions.
func (w Conditions) clocks(at time.Time) string {
	var times []string
	for _, t := range w.Times {
		if s := at.In(t.Zone).Format("Mon 15:04") + " in " + t.Zone.String(); !slices.Contains(times, s) {
			times = append(times, s)
		}
	}
	return "it is " + strings.Join(times, ", ")
}

// counts says how often the subjects of the conditions were reset.
func (w Conditions) counts(c Case) string {
	var counts []string
	for _, r := range w.Repeated {
		counts = append(counts, fmt.Sprintf("this is reset %d of the same %s within %s, and it is for %d or more", r.Count(c), r.Of, Span(r.Within), r.Times))
	}
	return strings.Join(counts, "; ")
}

// String returns the times as people read them.
func (t Times) String() string {
	days := make([]string, len(t.Days))
	for i, d := range t.Days {
		days[i] = d.String()[:3]
	}
	s := strings.Join(days, ", ")
	if s == "" {
		s = "every day"
	}
	if t.From != t.To {
		s += " " + wall(t.From) + " to " + wall(t.To)
	}
	if t.Zone != nil {
		s += " in " + t.Zone.String()
	}
	if t.Outside {
		s = "all times but " + s
	}
	return s
}

// wall writes a time of the day.
func wall(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}
