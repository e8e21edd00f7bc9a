package fakeintune

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// signer makes and checks access tokens, with a key of this process.
type signer struct{ key *rsa.PrivateKey }

func newSigner() (signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return signer{}, fmt.Errorf("make the key of tokens: %w", err)
	}
	return signer{key}, nil
}

// claims are what a token says.
type claims struct {
	AppID  string   `json:"appid"`
	Tenant string   `json:"tid"`
	Roles  []string `json:"roles"`
	jwt.RegisteredClaims
}

// issue makes a token for an app, by the tenant's clock.
func (s *Server) issue(a App, audience string) (string, error) {
	now := s.now()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims{
		AppID: a.ClientID, Tenant: s.config.Tenant, Roles: a.Roles,
		RegisteredClaims: jwt.RegisteredClaims{
			Audience: jwt.ClaimStrings{audience}, Issuer: s.url + "/" + s.config.Tenant + "/", Subject: a.ClientID,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(s.config.TokenLife)),
		},
	})
	return token.SignedString(s.signer.key)
}

// bearer reads and checks the token of a call. The refusal is nil where it
// is good.
func (s *Server) bearer(r *http.Request) (claims, *refusal) {
	var c claims
	raw, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found || raw == "" {
		return c, &refusal{status: http.StatusUnauthorized, code: "InvalidAuthenticationToken", message: "Access token is empty."}
	}
	_, err := jwt.ParseWithClaims(raw, &c, func(*jwt.Token) (any, error) { return &s.signer.key.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(func() time.Time { return s.now() }), jwt.WithExpirationRequired())
	if err != nil {
		message := "IDX14100: JWT is not well formed or its signature is invalid."
		if strings.Contains(err.Error(), "expired") {
			message = "Lifetime validation failed, the token is expired."
		}
		return claims{}, &refusal{status: http.StatusUnauthorized, code: "InvalidAuthenticationToken", message: message}
	}
	return c, nil
}
