package graph

import (
	"errors"
	"net"
	"testing"
)

// What had a connection may have been written, also where net/http itself
// tried once more and found none.
func TestExchange_unsent(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	cut := errors.New("connection reset")
	for _, tt := range []struct {
		name                     string
		sent, dialled, connected bool
		status                   int
		err                      error
		want                     bool
	}{
		{name: "never given to the transport", err: errNoToken, want: true},
		{name: "no connection", sent: true, dialled: true, err: refused, want: true},
		{name: "no connection, by a transport that tells nothing", sent: true, err: refused, want: true},
		{name: "never connected", sent: true, dialled: true, err: cut, want: true},
		{name: "cut", sent: true, dialled: true, connected: true, err: cut},
		{name: "cut, and no connection at the second try", sent: true, dialled: true, connected: true, err: refused},
		{name: "cut, by a transport that tells nothing", sent: true, err: cut},
		{name: "answered", sent: true, dialled: true, connected: true, status: 504},
	} {
		e := &exchange{status: tt.status}
		e.sent.Store(tt.sent)
		e.dialled.Store(tt.dialled)
		e.connected.Store(tt.connected)
		if got := e.unsent(tt.err); got != tt.want {
			t.Errorf("%s: unsent is %v", tt.name, got)
		}
	}
}
