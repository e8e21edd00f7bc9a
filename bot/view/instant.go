package view

import (
	"strconv"
	"time"
)

// when shows an instant in the reader's own zone.
func (v Renderer) when(t time.Time) string {
	return instant(t, v.Say("{date_short_pretty} at {time}"), v.Say("2 Jan 2006 15:04 UTC"))
}

// day is like when, with the day of the week, behind “on”.
func (v Renderer) day(t time.Time) string {
	return instant(t, v.Say("{date_long} at {time}"), v.Say("Monday, 2 Jan 2006 15:04 UTC"))
}

// instant has Slack show an instant by its tokens, and in the layout of
// package time where they are not understood.
// Slack: <!date^unix^tokens|fallback>; the fallback names its zone.
func instant(t time.Time, tokens, layout string) string {
	return "<!date^" + strconv.FormatInt(t.Unix(), 10) + "^" + tokens + "|" + t.UTC().Format(layout) + ">"
}

// ago says in words how long ago t was.
func (v Renderer) ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < 2*time.Minute:
		return v.Say("just now")
	case d < time.Hour:
		return v.Say("%d minutes ago", int(d/time.Minute))
	case d < 48*time.Hour:
		return v.Say("%d hours ago", int(d/time.Hour))
	}
	return v.Say("%d days ago", int(d/(24*time.Hour)))
}

// late is when a device has been silent for so long that it may get a reset
// only later. Intune: devices check in about every 8 hours.
const late = 8 * time.Hour

// checkIn says when the device last checked in, and what that means.
func (v Renderer) checkIn(t, now time.Time) string {
	switch {
	case t.IsZero():
		return v.Say("has never checked in, so it may get the reset only when it is online")
	case now.Sub(t) > late:
		return v.Say("last check-in %s, so it may get the reset only when it is back online", v.ago(t, now))
	}
	return v.Say("last check-in %s", v.ago(t, now))
}
