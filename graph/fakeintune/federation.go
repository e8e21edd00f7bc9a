package fakeintune

import (
	"crypto/rsa"
	"net/http"

	"github.com/golang-jwt/jwt/v5"
)

// Federation is a federated credential of an application: whose tokens sign it
// in.
type Federation struct {
	Issuer, Subject string
	// Audience is api://AzureADTokenExchange where it is empty.
	Audience string
	// Key is what the issuer signs with.
	Key *rsa.PublicKey
}

// authenticateFederated checks a token of the issuer that an app trusts. The
// refusals are in the order in which Entra looks.
// Microsoft Learn: workload identity federation, troubleshooting.
func (s *Server) authenticateFederated(f Federation, assertion string) *entraError {
	no := func(number int, what, value string) *entraError {
		return &entraError{http.StatusUnauthorized, "invalid_client", number, "No matching federated identity record found for presented assertion " + what + " '" + value + "'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion."}
	}
	var c jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(assertion, &c); err != nil {
		return &entraError{http.StatusUnauthorized, "invalid_client", 50027, "JWT token is invalid or malformed."}
	}
	audience := f.Audience
	if audience == "" {
		audience = "api://AzureADTokenExchange"
	}
	switch {
	case c.Issuer != f.Issuer:
		return no(700211, "issuer", c.Issuer)
	case c.Subject != f.Subject:
		return no(700213, "subject", c.Subject)
	case len(c.Audience) != 1 || c.Audience[0] != audience:
		return no(700212, "audience", "")
	}
	_, err := jwt.Parse(assertion, func(*jwt.Token) (any, error) { return f.Key, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(s.now), jwt.WithExpirationRequired())
	if err != nil {
		return &entraError{http.StatusUnauthorized, "invalid_client", 700024, "Client assertion is not within its valid time range, or its signature is not the issuer's."}
	}
	return nil
}
