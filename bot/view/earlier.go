package view

import (
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
func (v Renderer) againFor(past []approvals.Past, d approvals.Device, at time.Time) string {
	mine := ofDevice(past, d)
	if len(mine) == 0 {
		return ""
	}
	return warning + v.Say("*%s reset of this device %s*; %s", v.ordinal(len(mine)+1), v.span(mine, at), v.last(mine[0]))
}

// last says of an earlier reset by whom, when and why.
func (v Renderer) last(p approvals.Past) string {
	switch {
	case p.Outside() && p.By.Name == "":
		return v.Say("the last in Intune's own tools by somebody whom Intune does not name, without a second person, on %s", v.day(p.At))
	case p.Outside():
		return v.Say("the last in Intune's own tools by %s, without a second person, on %s", tight(p.By.Name), v.day(p.At))
	case p.By.ID == "": // its request is gone
		return v.Say("the last on %s", v.day(p.At))
	case p.Reason == "":
		return v.Say("the last by %s on %s", person(p.By.ID), v.day(p.At))
	}
	return v.Say("the last by %s on %s for “%s”", person(p.By.ID), v.day(p.At), tight(p.Reason))
}

// tight is typed text where there is little room.
func tight(s string) string {
	return within(120, 60, func(limit int) string { return Plain(s, limit) })
}

// earlier says what a request's card has of earlier resets beyond what its
// devices say.
func (v Renderer) earlier(r approvals.Request, shown int) []string {
	lines := v.again(r.Earlier, r.Targets, shown, r.Requester.ID, r.ReadyAt)
	if r.Unread {
		lines = append(lines, v.Say("Intune's own record could not be read, so resets outside of passcodebot are not counted here."))
	}
	return lines
}

// maxOwners is how many owners again names.
const maxOwners = 3

// again says what was reset before for the owners of the devices and by the
// requester, beyond what the devices say, and how many of the devices that
// are not shown were reset before.
func (v Renderer) again(past []approvals.Past, targets []approvals.Target, shown int, requester string, at time.Time) []string {
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
			lines = append(lines, warning+v.Say("*%s reset for %s %s*; %s", v.ordinal(len(theirs)+1), tight(t.Device.Owner.String()), v.span(theirs, at), v.last(theirs[0])))
		}
	}
	if mine := those(past, func(p approvals.Past) bool { return requester != "" && p.By.ID == requester }); len(mine) > 0 {
		s := v.Say("*%s reset asked for by* %s *%s*", v.ordinal(len(mine)+1), person(requester), v.span(mine, at))
		if len(targets) > 1 {
			s = v.Say("%s *asked for %s before these %d, %s*", person(requester), v.Say("%d resets", len(mine)), len(targets), v.span(mine, at))
		}
		lines = append(lines, warning+s)
	}
	hidden := 0
	for _, t := range targets[shown:] {
		if before[t.Device.ID] {
			hidden++
		}
	}
	if hidden > 0 {
		lines = append(lines, warning+v.Say("*%d devices that are not shown here were reset before*; the thread says when and by whom", hidden))
	}
	return lines
}

// span is the round time in which all of the earlier resets were.
func (v Renderer) span(past []approvals.Past, at time.Time) string {
	age := at.Sub(past[len(past)-1].At)
	for _, d := range []time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour} {
		if age <= d {
			return v.Say("in %d hours", int(d/time.Hour))
		}
	}
	for _, n := range []int{2, 3, 7, 14, 30, 90} {
		if age <= time.Duration(n)*24*time.Hour {
			return v.Say("in %d days", n)
		}
	}
	return v.Say("in %d days", int(age/(24*time.Hour))+1)
}

// ordinal is the number of a reset, which is not the first, in words up to
// the tenth.
func (v Renderer) ordinal(n int) string {
	switch n {
	case 2:
		return v.Say("Second")
	case 3:
		return v.Say("Third")
	case 4:
		return v.Say("Fourth")
	case 5:
		return v.Say("Fifth")
	case 6:
		return v.Say("Sixth")
	case 7:
		return v.Say("Seventh")
	case 8:
		return v.Say("Eighth")
	case 9:
		return v.Say("Ninth")
	case 10:
		return v.Say("Tenth")
	}
	switch {
	case n%10 == 1 && n%100 != 11:
		return v.Say("%dst", n)
	case n%10 == 2 && n%100 != 12:
		return v.Say("%dnd", n)
	case n%10 == 3 && n%100 != 13:
		return v.Say("%drd", n)
	}
	return v.Say("%dth", n)
}
