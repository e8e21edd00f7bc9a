package fakeintune

import (
	"crypto/sha1" // thumbprints are SHA-1
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// SignIn is a request for a token that was understood.
type SignIn struct {
	App string // the client id
	// With is "secret", "certificate", with its thumbprint where it was
	// accepted, "federation" or "managed identity".
	With string
	// Refused is the AADSTS number of the refusal; zero for a token.
	Refused int
	At      time.Time
}

// SignIns returns every request for a token, oldest first.
func (s *Server) SignIns() []SignIn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.signIns)
}

func (s *Server) signedIn(in SignIn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in.At = s.now()
	s.signIns = append(s.signIns, in)
	s.changed()
}

// Thumbprint is how Entra names a certificate.
func Thumbprint(c *x509.Certificate) string {
	sum := sha1.Sum(c.Raw)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// EditApp changes a registered application, if there is one with this client
// id. The id itself stays.
func (s *Server) EditApp(clientID string, change func(*App)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.config.Apps {
		if a := &s.config.Apps[i]; strings.EqualFold(a.ClientID, clientID) {
			id := a.ClientID
			change(a)
			a.ClientID = id
		}
	}
	s.changed()
}
