package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones have to be known where the machine has no list of them

	"passcodebot/approvals"
)

var clockTime = regexp.MustCompile(`^(\d\d):(\d\d)$`)

// clock is a time of the day, to the minute. The day ends at 24:00.
func clock(field *time.Duration) kind {
	return kind{name: "a time of the day", read: func(v value) {
		written, ok := v.scalar()
		if !ok || written == "" {
			v.mistyped()
			return
		}
		parts := clockTime.FindStringSubmatch(written)
		if parts == nil {
			v.wrong(cite(written) + " is not a time of the day with two digits each for the hour and the minute")
			return
		}
		hour, _ := strconv.Atoi(parts[1]) // two digits, as matched
		minute, _ := strconv.Atoi(parts[2])
		at := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
		if minute > 59 || at > 24*time.Hour {
			v.wrong(cite(written) + " is not a time of the day")
			return
		}
		*field = at
	}}
}

// zones are those that people mean most often, for when one is misspelt.
const zones = "UTC Europe/Berlin Europe/London Europe/Dublin Europe/Paris Europe/Madrid Europe/Lisbon Europe/Rome Europe/Vienna " +
	"Europe/Zurich Europe/Amsterdam Europe/Brussels Europe/Copenhagen Europe/Oslo Europe/Stockholm Europe/Helsinki Europe/Warsaw " +
	"Europe/Prague Europe/Budapest Europe/Bucharest Europe/Athens Europe/Istanbul Europe/Kyiv America/New_York America/Chicago " +
	"America/Denver America/Phoenix America/Los_Angeles America/Anchorage America/Toronto America/Vancouver America/Mexico_City " +
	"America/Bogota America/Lima America/Santiago America/Sao_Paulo America/Argentina/Buenos_Aires Africa/Cairo Africa/Lagos " +
	"Africa/Nairobi Africa/Johannesburg Asia/Jerusalem Asia/Riyadh Asia/Dubai Asia/Karachi Asia/Kolkata Asia/Dhaka Asia/Bangkok " +
	"Asia/Jakarta Asia/Singapore Asia/Hong_Kong Asia/Shanghai Asia/Taipei Asia/Manila Asia/Seoul Asia/Tokyo Australia/Perth " +
	"Australia/Adelaide Australia/Brisbane Australia/Sydney Pacific/Auckland Pacific/Honolulu"

// zone is a time zone by its name in the IANA database.
func zone(field **time.Location) kind {
	return kind{name: "the name of a time zone", read: func(v value) {
		written, ok := v.text()
		if !ok {
			return
		}
		if written == "" || written == "Local" { // the machine's own, which may be any
			v.wrong(cite(written) + " names no time zone")
			return
		}
		got, err := time.LoadLocation(written)
		if err == nil {
			*field = got
			return
		}
		if near, ok := nearest(written, strings.Fields(zones)); ok {
			v.say(cite(written)+" is not a time zone", "Did you mean "+near+"?")
			return
		}
		v.wrong(cite(written) + " is not a time zone")
	}}
}

// checkTimes checks each entry of a rule's times, and that not nearly every
// time fits.
func checkTimes(scopes []scope, all []approvals.Times) {
	first := -1 // of the entries with outside
	for i, s := range scopes {
		switch {
		case !all[i].Outside:
		case first < 0:
			first = i
		default:
			s.wrong(fmt.Sprintf("is true in line %d too, and a time that is outside of one of the two fits, which is nearly every time", scopes[first].place("outside").Line),
				"Write one entry with outside: true, or a rule for each of the two.", "outside")
		}
		t := all[i]
		timed := s.has("from") || s.has("to")
		switch {
		case s.faulty():
		case !timed && !s.has("days"):
			s.say("", s.start, "names no time", `Write days, or from and to, such as {days: [sat, sun], zone: Europe/Berlin}.`)
		case s.has("from") != s.has("to"):
			s.wrong("the other of from and to is missing", `Write both, such as from: "08:00" and to: "18:00".`, "from", "to")
		case timed && t.From == t.To:
			s.wrong("from and to are the same", "Write two times, or neither for whole days.", "to")
		case t.From == 24*time.Hour:
			s.wrong("nothing begins at the end of a day", `Write "00:00".`, "from")
		case t.Zone == nil:
			s.say("", s.start, "has no time zone", "Write the zone in which these times are meant, such as zone: Europe/Berlin.")
		}
	}
}

// checkRepeated checks each entry of a rule's repeated.
func checkRepeated(scopes []scope, _ []approvals.Repetition) {
	for _, s := range scopes {
		for _, key := range []string{"of", "times", "within"} {
			if !s.has(key) {
				s.say("", s.start, "has no "+key, "Write all three, such as {of: device, times: 3, within: 24h}.")
				break
			}
		}
	}
}
