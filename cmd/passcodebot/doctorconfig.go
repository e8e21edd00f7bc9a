package main

import (
	"fmt"

	"passcodebot/cmd/passcodebot/internal/config"
)

// examineConfig says what is wrong with the config, or that nothing is.
func examineConfig(path string, settings config.Config, problems config.Problems) []check {
	var checks []check
	for _, p := range problems {
		remedy := p.Remedy
		p.Remedy = ""
		checks = append(checks, check{wrong, "config", p.String(), remedy, ""})
	}
	if len(problems) == 0 {
		checks = append(checks, check{well, "config", fmt.Sprintf("%s and the environment are in order: %s, and %s where none of them holds.",
			path, plural(len(settings.Rules), "rule", "rules"), plural(settings.Quorum, "approval", "approvals")), "", ""})
	}
	return checks
}

// examineProcess looks at the user whom this runs as, which is to be the one
// of serve.
func examineProcess() []check {
	who, root := whoami()
	checks := []check{{well, "user", "This runs as " + who + ", an ordinary user.", "", ""}}
	if root {
		checks[0] = check{
			warns, "user", "This runs as root, which nothing here needs.",
			"Run passcodebot as a user of its own that owns the database and the files with secrets, and doctor as that user too.", "",
		}
	}
	return append(checks, check{well, "ports", "No inbound port is needed: all connections go out, to Slack, Entra and Graph, on port 443.", "", ""})
}
