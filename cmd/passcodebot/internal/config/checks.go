package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/robfig/cron/v3"

	"passcodebot/approvals"
)

// ParseSchedule reads the schedule of Config.Sweep: a cron expression with
// or without seconds, or a descriptor such as @every 15s.
func ParseSchedule(spec string) (cron.Schedule, error) {
	// The library panics where a time zone stands alone.
	if strings.Contains(spec, "TZ=") && !strings.Contains(strings.TrimSpace(spec), " ") {
		return nil, errors.New("a time zone is not yet a schedule")
	}
	return cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor).Parse(spec)
}

// checkSchedule returns the check of a schedule that may not be due less often
// than every so long.
func checkSchedule(slowest time.Duration) func(string) (wrong, remedy string) {
	return func(spec string) (wrong, remedy string) {
		remedy = `Write "@every 15s", or a cron expression such as "*/15 * * * * *", whose first field of six is the seconds.`
		schedule, err := ParseSchedule(strings.TrimSpace(spec))
		if err != nil {
			return cite(spec) + " is not a schedule: " + approvals.Excerpt(err.Error(), 100), remedy
		}
		if every, ok := schedule.(cron.ConstantDelaySchedule); ok {
			// The library would make a second of anything shorter.
			if written, err := time.ParseDuration(strings.TrimSpace(strings.TrimPrefix(spec, "@every"))); err == nil && written < time.Second {
				return fmt.Sprintf("%s is more often than once a second", cite(spec)), remedy
			}
			if every.Delay > slowest {
				return cite(spec) + " is less often than once " + per(slowest), remedy
			}
			return "", ""
		}
		// Any instant does: a schedule that is due at all is due within five years.
		if schedule.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
			return cite(spec) + " is never due", remedy
		}
		return "", ""
	}
}

func per(d time.Duration) string {
	if d == time.Hour {
		return "an hour"
	}
	return "in " + approvals.Span(d)
}

func checkEndpoint(address string) (wrong, remedy string) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return cite(address) + " is not an http or https address", "Write one such as http://127.0.0.1:9001/api/, or leave the key out."
	}
	// Tokens travel there: without encryption they may not leave this machine.
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		return cite(address) + " is not encrypted and not on this machine", "Write an https address."
	}
	return "", ""
}

func checkSecureEndpoint(address string) (wrong, remedy string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return cite(address) + " is not an https address", "Write one such as https://127.0.0.1:9002, or leave the key out."
	}
	return "", ""
}

var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+):(.*)$`)

func checkStore(address string) (wrong, remedy string) {
	const how = "Write bolt: and the path of a file, such as bolt:passcodebot.db."
	parts := scheme.FindStringSubmatch(address)
	switch {
	case strings.TrimSpace(address) == "", parts != nil && strings.TrimSpace(parts[2]) == "":
		return "names no file", how
	case parts != nil && !strings.EqualFold(parts[1], "bolt"):
		return cite(parts[1]) + " is not a kind of store; the only one is bolt", how
	}
	return "", ""
}

var syslogAddress = regexp.MustCompile(`^(?:tcp|udp)://`)

func checkSyslog(address string) (wrong, remedy string) {
	const how = "Write local, or an address such as udp://logs.example:514 or tcp://logs.example:601."
	if address == "local" {
		return "", ""
	}
	u, err := url.Parse(address)
	if err != nil || !syslogAddress.MatchString(address) || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return cite(address) + " is not an address of a syslog service", how
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); err != nil || port == 0 {
		return cite(address) + " has no port", how
	}
	return "", ""
}

func checkPath(path string) (wrong, remedy string) {
	if strings.TrimSpace(path) == "" || strings.ContainsFunc(path, unicode.IsControl) {
		return cite(path) + " is not the path of a file", "Write one such as /var/log/passcodebot/anchors.jsonl."
	}
	return "", ""
}

var profileField = regexp.MustCompile(`^Xf[A-Z0-9]{6,}$`)

func checkProfileField(id string) (wrong, remedy string) {
	if profileField.MatchString(id) {
		return "", ""
	}
	return cite(id) + " is not the id of a profile field", "Slack's method team.profile.get tells the ids of a workspace's own fields, such as Xf0ENTRAID12."
}
