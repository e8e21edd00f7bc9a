//go:build windows || plan9

package audit

import "passcodebot/approvals"

// syslogHere is why this system has no syslog.
var syslogHere error = &approvals.Error{
	Kind: approvals.Invalid, Code: "anchor-syslog",
	Text: "This system has no syslog for the anchors of the log.", Hint: "Leave audit.anchors.syslog out, and name a file or a channel.",
}

func sendSyslog(string, string, string) error { return syslogHere }
