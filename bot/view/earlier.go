package view

import (
	"fmt"
	"strings"
	"time"

	"passcodebot/approvals"
)

// A reset that is not the first in a while catches the eye.
const warning = ":warning: "

// ofDevice returns the earlier resets of a device, the latest first.
func ofDevice(past []approvals.Past, d approvals.Device) []approvals.Past {
	return those(past, func(p approvals.Past) bool { return p.Device == d.ID })
}

func those(past []approvals.Past, are func(approvals.Past) bool) []approvals.Past {
	var out []approvals.Past
	for _, p := range past {
		if are(p) {
			out = append(out, p)
		}
	}
	return out
}

// againFor says of a device that it was reset before: how often, and of the
// last time by whom and why. It is empty where it was not.
func againFor(past []approvals.Past, d approvals.Device, at time.Time) string {
	mine := ofDevice(past, d)
	if len(mine) == 0 {
		return ""
	}
	return warning + "*" + ordinal(len(mine)+1) + " reset of this device in " + span(mine, at) + "*; " + last(mine[0])
}

// last says of an earlier reset by whom, when and why.
func last(p approvals.Past) string {
	by := person(p.By.ID)
	switch {
	case p.Outside() && p.By.Name == "":
		return "the last in Intune's own tools by somebody whom Intune does not name, without a second person, on " + day(p.At)
	case p.Outside():
		return "the last in Intune's own tools by " + tight(p.By.Name) + ", without a second person, on " + day(p.At)
	case p.By.ID == "": // its request is gone
		return "the last on " + day(p.At)
	}
	s := "the last by " + by + " on " + day(p.At)
	if p.Reason != "" {
		s += " for “" + tight(p.Reason) + "”"
	}
	return s
}

// tight is typed text where there is little room.
func tight(s string) string {
	return within(120, 60, func(limit int) string { return Plain(s, limit) })
}

// notCounted says that the earlier resets may not be all.
const notCounted = "Intune's own record could not be read, so resets outside of passcodebot are not counted here."

// earlier says what a request's card has of earlier resets beyond what its
// devices say.
func earlier(r approvals.Request, shown int) []string {
	lines := again(r.Earlier, r.Targets, shown, r.Requester.ID, r.ReadyAt)
	if r.Unread {
		lines = append(lines, notCounted)
	}
	return lines
}

// maxOwners is how many owners again names.
const maxOwners = 3

// again says what was reset before for the owners of the devices and by the
// requester, beyond what the devices say, and how many of the devices that
// are not shown were reset before.
func again(past []approvals.Past, targets []approvals.Target, shown int, requester string, at time.Time) []string {
	var lines []string
	before := map[string]bool{} // by device and by owner
	for _, p := range past {
		before[p.Device], before[p.Owner] = true, true
	}
	seen := map[string]bool{}
	for _, t := range targets {
		key := t.Device.Owner.Key()
		if key == "" || !before[key] || seen[key] || len(seen) == maxOwners {
			continue
		}
		theirs := those(past, func(p approvals.Past) bool { return p.Owner == key })
		if len(theirs) > len(ofDevice(past, t.Device)) {
			seen[key] = true
			lines = append(lines, warning+"*"+ordinal(len(theirs)+1)+" reset for "+tight(t.Device.Owner.String())+" in "+span(theirs, at)+"*; "+last(theirs[0]))
		}
	}
	if mine := those(past, func(p approvals.Past) bool { return requester != "" && p.By.ID == requester }); len(mine) > 0 {
		s := warning + "*" + ordinal(len(mine)+1) + " reset asked for by* " + person(requester) + " *in " + span(mine, at) + "*"
		if len(targets) > 1 {
			s = fmt.Sprintf("%s%s *asked for %s before these %d, in %s*", warning, person(requester), count(len(mine), "reset", "resets"), len(targets), span(mine, at))
		}
		lines = append(lines, s)
	}
	hidden := 0
	for _, t := range targets[shown:] {
		if before[t.Device.ID] {
			hidden++
		}
	}
	if hidden > 0 {
		lines = append(lines, fmt.Sprintf("%s*%s that %s not shown here %s reset before*; the thread says when and by whom",
			warning, devices(hidden), either(hidden, "is", "are"), either(hidden, "was", "were")))
	}
	return lines
}

// span is the round time in which all of the earlier resets were.
func span(past []approvals.Past, at time.Time) string {
	age := at.Sub(past[len(past)-1].At)
	for _, d := range []time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour} {
		if age <= d {
			return count(int(d/time.Hour), "hour", "hours")
		}
	}
	for _, n := range []int{2, 3, 7, 14, 30, 90} {
		if age <= time.Duration(n)*24*time.Hour {
			return fmt.Sprintf("%d days", n)
		}
	}
	return fmt.Sprintf("%d days", int(age/(24*time.Hour))+1)
}

// ordinal is the number of a reset in words, up to the tenth.
func ordinal(n int) string {
	words := strings.Fields("First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth")
	if n <= len(words) {
		return words[n-1]
	}
	end := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, end)
}
