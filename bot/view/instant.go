package view

import (
	"strconv"
	"time"

	"passcodebot/bot/words"
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
	return instantAs(t, tokens, t.UTC().Format(layout))
}

// instantAs is like instant, with the fallback itself.
func instantAs(t time.Time, tokens, fallback string) string {
	return "<!date^" + strconv.FormatInt(t.Unix(), 10) + "^" + tokens + "|" + fallback + ">"
}

// times has the times that stand in a text that was stored shown in the
// reader's own zone. The text is fit for Slack already.
func (v Renderer) times(s string) string {
	return words.Times(s, func(at time.Time, written string) string {
		return instantAs(at, v.Say("{time_secs} on {date_short}"), written)
	})
}

// stored is a text that was stored in English, of up to limit characters, as
// it may stand in a message.
func (v Renderer) stored(s string, limit int) string { return v.times(Plain(v.Known(s), limit)) }

// advice is like stored, for a text of ours whose code style stays.
func (v Renderer) advice(s string, limit int) string { return v.times(prose(v.Known(s), limit)) }

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

// checkIn says when the device last checked in and, where it may still get a
// reset, what that means for it. It is true however late it is read.
func (v Renderer) checkIn(t, now time.Time, coming bool) string {
	switch {
	case t.IsZero() && coming:
		return v.Say("has never checked in, so it may get the reset only when it is online")
	case t.IsZero():
		return v.Say("has never checked in")
	case coming && now.Sub(t) > late:
		return v.Say("last check-in %s, so it may get the reset only when it is back online", v.when(t))
	}
	return v.Say("last check-in %s", v.when(t))
}

// someday is long after every check-in, and longAgo a check-in that takes the
// most room before it: ten digits, and two of the month and the day.
var (
	someday = time.Date(2999, 12, 31, 0, 0, 0, 0, time.UTC)
	longAgo = time.Date(2286, 11, 10, 0, 0, 0, 0, time.UTC)
)
