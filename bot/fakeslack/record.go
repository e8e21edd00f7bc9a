package fakeslack

import (
	"maps"
	"slices"
	"time"
)

// Call is one call of the Web API, or one use of a response_url.
type Call struct {
	Seq    int // from 1
	Method string
	// Args are the arguments without tokens; those that are no strings as
	// JSON. Of a response_url, which is never kept, channel and user are
	// added: where and to whom it belongs.
	Args map[string]string
	At   time.Time
	// Error is Slack's error, "ratelimited", "http_503" and the like, or
	// "cut" where the connection was cut before the effect.
	Error string
	// Lost says that the answer did not arrive. Without an Error the call
	// had its effect all the same.
	Lost bool
}

// Calls returns every call in the order of their effects. Their Args are
// shared and must not be changed.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// record notes a call that did not get as far as its method.
func (c *call) record(code string, lost bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note(code, lost)
}

// note notes a call. The lock is held.
func (c *call) note(code string, lost bool) {
	c.calls = append(c.calls, Call{
		Seq: len(c.calls) + 1, Method: c.method, Args: maps.Clone(c.args),
		At: c.config.Now(), Error: code, Lost: lost,
	})
	c.changed()
}
