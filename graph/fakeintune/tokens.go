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
	Roles  []string `json:"roles,omitempty"` // of an app
	Scopes string   `json:"scp,omitempty"`   // of a person
	Person string   `json:"upn,omitempty"`
	For    string   `json:"aud"` // one text, as Entra writes it
	jwt.RegisteredClaims
}

// granted is what the token permits.
func (c claims) granted() []string { return append(strings.Fields(c.Scopes), c.Roles...) }

// name is who does what is done with the token.
func (c claims) name() string {
	if c.Person != "" {
		return c.Person
	}
	return "app " + c.AppID
}

// AzureCLI is the client id of az's own app.
const AzureCLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

// UserToken makes a token of a person who has signed in to az, for this
// server's Graph. In the real Entra az's app gets none of Intune's scopes.
func (s *Server) UserToken(person string, scopes ...string) (string, error) {
	return s.sign(claims{AppID: AzureCLI, Scopes: strings.Join(scopes, " "), Person: person}, s.url)
}

// AppToken makes a token of an application, as az has it after a login as a
// service principal.
func (s *Server) AppToken(clientID string) (string, error) {
	a, known := s.app(clientID)
	if !known {
		return "", fmt.Errorf("there is no app %q", clientID)
	}
	return s.issue(a, s.url)
}

// issue makes a token for an app, by the tenant's clock.
func (s *Server) issue(a App, audience string) (string, error) {
	return s.sign(claims{AppID: a.ClientID, Roles: a.Roles}, audience)
}

func (s *Server) sign(c claims, audience string) (string, error) {
	now := s.now()
	c.Tenant = s.config.Tenant
	c.For = audience
	c.RegisteredClaims = jwt.RegisteredClaims{
		Issuer: s.url + "/" + s.config.Tenant + "/", Subject: c.name(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(s.config.TokenLife)),
	}
	return jwt.NewWithClaims(jwt.SigningMethodRS256, c).SignedString(s.signer.key)
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
