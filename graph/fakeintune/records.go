package fakeintune

import (
	"slices"
	"time"
)

// Post is a resetPasscode that arrived, also in a $batch.
type Post struct {
	Seq             int       `json:"seq"`
	Device          string    `json:"device"` // the id in its path, in lower case
	App             string    `json:"app"`    // the client id; empty where the token was refused
	At              time.Time `json:"at"`
	Status          int       `json:"status"` // zero while it is being answered, and where the connection was cut
	RequestID       string    `json:"request_id"`
	ClientRequestID string    `json:"client_request_id"`
	// Took tells that the reset happened, whatever the caller was answered.
	Took bool `json:"took"`
}

// Call is a Graph call that arrived, also in a $batch.
type Call struct {
	Seq       int       `json:"seq"`
	Method    string    `json:"method"`
	Path      string    `json:"path"`
	Query     string    `json:"query"`  // as it was sent, still encoded
	App       string    `json:"app"`    // the client id; empty where the token was refused
	Status    int       `json:"status"` // zero while it is being answered, and where the connection was cut
	RequestID string    `json:"request_id"`
	At        time.Time `json:"at"`
}

// Audit is an entry of remoteActionAudits.
type Audit struct {
	ID     string    `json:"id"`
	Device string    `json:"device"` // as it is enrolled
	At     time.Time `json:"at"`
	By     string    `json:"by"`    // "app " and a client id, or who did it in the admin center
	Owner  string    `json:"owner"` // the user principal name of the device's user then; empty where it had none
	State  string    `json:"state"`
}

// Posts returns every resetPasscode that arrived, oldest first.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posts)
}

// Calls returns every Graph call that arrived, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Audits returns every reset that Intune took, oldest first, with its state
// as it is now.
func (s *Server) Audits() []Audit {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	audits := make([]Audit, 0, len(s.audits))
	for _, a := range s.audits {
		audits = append(audits, Audit{ID: a.id, Device: a.device, At: a.at, By: a.by, Owner: a.owner, State: s.stateOf(a)})
	}
	return audits
}

// record is where a call is in the records.
type record struct {
	s    *Server
	call int
	post int // -1 where it is no reset
}

// arrived records a call that has arrived.
func (s *Server) arrived(c *call) record {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := record{s, len(s.calls), -1}
	at := s.now()
	s.calls = append(s.calls, Call{Seq: len(s.calls) + 1, Method: c.method, Path: c.url.Path, Query: c.url.RawQuery, App: c.app(), RequestID: c.requestID, At: at})
	if c.isReset() {
		r.post = len(s.posts)
		s.posts = append(s.posts, Post{
			Seq: len(s.posts) + 1, Device: c.device, App: c.app(), At: at, RequestID: c.requestID, ClientRequestID: c.sentClientRequestID,
		})
	}
	s.changed()
	return r
}

// answered records what a call was answered; zero for nothing.
func (r record) answered(status int) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.calls[r.call].Status = status
	if r.post >= 0 {
		r.s.posts[r.post].Status = status
	}
	r.s.changed()
}

// took records that the reset happens. The lock is held.
func (r record) took() {
	if r.post >= 0 {
		r.s.posts[r.post].Took = true
	}
}
