package fakeintune

import "time"

// Fault is how some calls go wrong. The first fault that fits a call is used,
// in the order in which they were given to Fail.
type Fault struct {
	// Path is a part of the paths that it is about. Empty means every Graph
	// call, "token" Entra's token endpoint.
	Path string
	// Method is the HTTP method; empty for any.
	Method string
	// Device is a device's id in the path; empty for any.
	Device string
	// Times is how many calls go wrong; zero means until it is removed.
	Times int
	// Percent is the chance of each call that fits to go wrong, by
	// Config.Seed; zero means all of them do.
	Percent float64
	// Delay passes before the call is looked at.
	Delay time.Duration
	// Status is the status of the error that is answered; zero for none.
	// Nothing else happens then.
	Status int
	// Code and Message are what the error says; what Graph says with this
	// status where they are empty.
	Code, Message string
	// Body and ContentType are answered as they are, instead of an error.
	// Status zero means 200 then.
	Body, ContentType string
	// RetryAfter is the header Retry-After in seconds, 1 where it is zero;
	// sent with 429 and 503 only.
	RetryAfter int
	// NoRetryAfter leaves that header out.
	NoRetryAfter bool
	// LoseAnswer lets the call have its effect, and cuts the connection or,
	// with a Status and outside of a $batch, answers that.
	LoseAnswer bool
	// Cut cuts the connection before the call has an effect.
	Cut bool
}
