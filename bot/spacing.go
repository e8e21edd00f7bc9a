package bot

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// spacing keeps a pause between two apps.connections.open: slack-go v0.35.0
// reconnects without one after a disconnect frame, and a server that
// disconnects at once would be asked thousands of times a second.
type spacing struct {
	next  http.RoundTripper
	pause time.Duration

	mu   sync.Mutex
	free time.Time // when the next one may go
}

func newSpacing(next http.RoundTripper, pause time.Duration) *spacing {
	return &spacing{next: next, pause: pause}
}

// RoundTrip delays a request for a connection until its time has come.
func (s *spacing) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/apps.connections.open") {
		s.mu.Lock()
		now := time.Now()
		wait := max(0, s.free.Sub(now))
		s.free = now.Add(wait + s.pause)
		s.mu.Unlock()
		if wait > 0 {
			timer := time.NewTimer(wait)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-req.Context().Done():
				return nil, req.Context().Err()
			}
		}
	}
	return s.next.RoundTrip(req)
}
