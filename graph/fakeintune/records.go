package fakeintune

import "time"

// Post is a resetPasscode that arrived.
type Post struct {
	Seq             int
	Device          string
	App             string
	At              time.Time
	Status          int
	RequestID       string
	ClientRequestID string
	// Took tells that the reset happened, whatever the caller was answered.
	Took bool
}

// Call is a Graph call that arrived.
type Call struct {
	Seq    int
	Method string
	Path   string
	Query  string
	App    string
	Status int // zero where the connection was cut
	At     time.Time
}
