//go:build !windows && !plan9

package audit

import (
	"errors"
	"log/syslog"
)

// syslogHere is why this system has no syslog.
var syslogHere error

func sendSyslog(network, address, line string) error {
	w, err := syslog.Dial(network, address, syslog.LOG_NOTICE|syslog.LOG_AUTHPRIV, "passcodebot")
	if err != nil {
		return err
	}
	return errors.Join(w.Notice(line), w.Close())
}
