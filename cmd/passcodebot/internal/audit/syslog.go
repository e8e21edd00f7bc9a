package audit

import (
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"passcodebot/approvals"
)

// syslogTime is how long a syslog may take.
const syslogTime = 10 * time.Second

// Syslog is a syslog that anchors are written to, as notices of the facility
// authpriv by passcodebot. That of another machine gives no receipt over UDP,
// and over TCP only that the other side was there.
type Syslog struct {
	network, address string // both empty for that of this machine
	busy             atomic.Bool
	send             func(network, address, line string) error
}

// NewSyslog returns the syslog at an address: local, or udp:// or tcp:// with
// a host and a port, as in udp://logs.example.com:514.
func NewSyslog(address string) (*Syslog, error) {
	s := &Syslog{send: sendSyslog}
	if address == "local" {
		return s, syslogHere
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "udp" && u.Scheme != "tcp") || u.Hostname() == "" || u.Port() == "" || u.Scheme+"://"+u.Host != address {
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "anchor-syslog",
			Text: fmt.Sprintf("%q is no address of a syslog.", address),
			Hint: "Write local, or udp:// or tcp:// with a host and a port, as in udp://logs.example.com:514.",
		}
	}
	s.network, s.address = u.Scheme, u.Host
	return s, syslogHere
}

// Write sends an anchor. The library that does it knows no timeouts, so that
// what hangs is left behind, one at a time, until the system gives it up.
func (s *Syslog) Write(a Anchor) error {
	if !s.busy.CompareAndSwap(false, true) {
		return s.failed(errors.New("the last anchor is still on its way"))
	}
	done := make(chan error, 1)
	go func() {
		err := s.send(s.network, s.address, a.String())
		s.busy.Store(false)
		done <- err
	}()
	timer := time.NewTimer(syslogTime)
	defer timer.Stop()
	select {
	case err := <-done:
		return s.failed(err)
	case <-timer.C:
		return s.failed(fmt.Errorf("it does not answer within %s", syslogTime))
	}
}

func (s *Syslog) failed(err error) error {
	if err == nil {
		return nil
	}
	where := "The syslog of this machine"
	if s.address != "" {
		where = "The syslog at " + s.address
	}
	return &approvals.Error{
		Kind: approvals.Unavailable, Code: "anchor-syslog", Err: err,
		Text: where + " did not take the anchor of the log.", Hint: "See that it runs and can be reached.",
	}
}
