package fakeslack

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Fault is one way to misbehave. The oldest fault that fits a call applies
// to it, alone.
type Fault struct {
	// Method is a method, "response_url", "socket" for the envelopes that are
	// sent over sockets, or "hello" for the opening of sockets, where Error
	// is the reason of a disconnect frame after the hello; "" is any method.
	Method string
	// Channel is the call's argument or the envelope's channel_id; "" is any.
	Channel string
	// Percent is the chance that it applies to a call that fits; the next
	// fault that fits is then looked at. Zero means always.
	Percent int
	// Times is to how many calls it applies. Zero means until it is removed.
	Times int
	// Delay comes before everything else.
	Delay time.Duration
	// Error is a Slack error that is answered instead of the effect.
	Error string
	// Status is an HTTP status that is answered instead of the effect.
	Status int
	// RetryAfter is the header of a 429, in seconds; alone it stands for
	// Status 429. A 429 without it says 1, or nothing with NoRetryAfter.
	RetryAfter   int
	NoRetryAfter bool
	// LoseAnswer lets the effect happen and then cuts the connection: an
	// envelope arrives, but no acknowledgement can.
	LoseAnswer bool
	// Cut cuts the connection before the effect.
	Cut bool
}

// fault is a Fault with what is left of it.
type fault struct {
	Fault
	left int // of Times
}

// Fail adds a fault, and returns what removes it.
func (s *Server) Fail(f Fault) (remove func()) {
	added := &fault{Fault: f, left: f.Times}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, added)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.drop(added)
	}
}

func (s *Server) drop(f *fault) {
	for i, other := range s.faults {
		if other == f {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return
		}
	}
}

// fault takes the fault that applies to a call. It is zero where none does.
func (s *Server) fault(method, channel string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeFault(method, channel)
}

func (s *Server) takeFault(method, channel string) Fault {
	for _, f := range s.faults {
		anyMethod := f.Method == "" && method != "socket" && method != "hello"
		if (f.Method != method && !anyMethod) || (f.Channel != "" && f.Channel != channel) {
			continue
		}
		if f.Percent > 0 && rand.IntN(100) >= f.Percent {
			continue
		}
		if f.Times > 0 {
			if f.left--; f.left == 0 {
				s.drop(f)
			}
		}
		return f.Fault
	}
	return Fault{}
}

// fails says that a fault answers instead of the method.
func (f Fault) fails() bool {
	return f.Error != "" || f.Status != 0 || f.RetryAfter > 0 || f.NoRetryAfter
}

func (f Fault) status() int {
	switch {
	case f.Status != 0:
		return f.Status
	case f.RetryAfter > 0 || f.NoRetryAfter || f.Error == "ratelimited":
		return http.StatusTooManyRequests
	}
	return http.StatusOK
}

// code is how the call is recorded.
func (f Fault) code() string {
	switch {
	case f.Error != "":
		return f.Error
	case f.status() == http.StatusTooManyRequests:
		return "ratelimited"
	}
	return "http_" + strconv.Itoa(f.status())
}

func (f Fault) answer(w http.ResponseWriter) {
	if f.status() == http.StatusTooManyRequests && !f.NoRetryAfter {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, f.RetryAfter)))
	}
	if f.Error == "" && f.status() != http.StatusTooManyRequests {
		http.Error(w, http.StatusText(f.status()), f.status())
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(f.status())
	_, _ = w.Write(encode(answer{"ok": false, "error": f.code()})) // the client may be gone
}
