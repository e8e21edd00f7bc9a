package fakeintune

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"time"
)

// Server is the faked tenant.
type Server struct{}

// Start starts a tenant on 127.0.0.1 with a port of its own.
func Start(Config) (*Server, error) { return nil, errors.New("start fake intune: not yet built") }

// Close ends the server and waits for everything that it started.
func (s *Server) Close() error { return nil }

// URL is where it is, without a slash at the end. Graph is below /beta; for
// Entra it is the authority host.
func (s *Server) URL() string { return "" }

// Client is an HTTP client that trusts the server.
func (s *Server) Client() *http.Client { return nil }

// CA is the certificate authority that vouches for the server.
func (s *Server) CA() *x509.Certificate { return nil }

// Posts returns every resetPasscode that arrived, oldest first.
func (s *Server) Posts() []Post { return nil }

// Calls returns every Graph call that arrived, oldest first.
func (s *Server) Calls() []Call { return nil }

// Device returns a device as it is now.
func (s *Server) Device(id string) (Device, bool) { return Device{}, false }

// Devices returns the fleet, in the order of its names.
func (s *Server) Devices() []Device { return nil }

// Edit changes a device, if there is one with this id.
func (s *Server) Edit(id string, change func(*Device)) {}

// Add adds a device.
func (s *Server) Add(Device) {}

// Remove takes a device out of the tenant.
func (s *Server) Remove(id string) {}

// CheckIn lets a device check in now and carry out what is queued for it.
func (s *Server) CheckIn(id string) {}

// ResetInAdminCenter is a reset that somebody else asked for.
func (s *Server) ResetInAdminCenter(id, by string) {}

// Fail makes calls go wrong, until remove is called or Times have passed.
func (s *Server) Fail(f Fault) (remove func()) { return func() {} }

// Wait waits until cond is true. It looks again after every change.
func (s *Server) Wait(ctx context.Context, cond func() bool) error { return ctx.Err() }

// Control is the sandbox page's way to the fleet.
func (s *Server) Control() http.Handler { return http.NotFoundHandler() }

// SampleFleet is a fleet of about 30 plausible devices.
func SampleFleet(now time.Time) []Device { return nil }
