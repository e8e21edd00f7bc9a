package view

import (
	"fmt"
	"time"
)

// when shows an instant in the reader's own zone.
// Slack: <!date^unix^tokens|fallback>; the fallback names its zone.
func when(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short_pretty} at {time}|%s>", t.Unix(), t.UTC().Format("2 Jan 2006 15:04 UTC"))
}

// day is like when, with the day of the week, behind “on”.
func day(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_long} at {time}|%s>", t.Unix(), t.UTC().Format("Monday, 2 Jan 2006 15:04 UTC"))
}

// ago says in words how long ago t was.
func ago(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := now.Sub(t)
	switch {
	case d < 2*time.Minute:
		return "just now"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute", "minutes") + " ago"
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour", "hours") + " ago"
	}
	return count(int(d/(24*time.Hour)), "day", "days") + " ago"
}

// late is when a device has been silent for so long that it may get a reset
// only later. Intune: devices check in about every 8 hours.
const late = 8 * time.Hour

// checkIn says when the device last checked in, and what that means.
func checkIn(t, now time.Time) string {
	s := "last check-in " + ago(t, now)
	if t.IsZero() || now.Sub(t) > late {
		s += ", so it may get the reset only when it is back online"
	}
	return s
}
