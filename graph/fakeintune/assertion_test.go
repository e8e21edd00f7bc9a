package fakeintune_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"passcodebot/graph/fakeintune"
)

// identity is a certificate and its key.
type identity struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

func newIdentity(t *testing.T) identity {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return identity{key, cert}
}

// An assertion is taken when the registered certificate signed it, for this
// tenant, about this application, and for the present; by the real clock,
// since the client signs by the real one.
func TestAssertion(t *testing.T) {
	t.Parallel()
	ours, other := newIdentity(t), newIdentity(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, fakeintune.Config{
		Now:  func() time.Time { return time.Now().AddDate(-5, 0, 0) },
		Apps: []fakeintune.App{{ClientID: client, Certificate: ours.cert, Roles: []string{fakeintune.RoleRead}}},
	})
	one, two := sha1.Sum(ours.cert.Raw), sha256.Sum256(ours.cert.Raw)
	foreign := sha1.Sum(other.cert.Raw)
	endpoint := p.s.URL() + "/" + fakeintune.SampleTenant + "/oauth2/v2.0/token"
	type parts struct {
		method jwt.SigningMethod
		key    any
		header map[string]any
		claims jwt.MapClaims
	}
	good := func(change func(*parts)) parts {
		in := parts{
			jwt.SigningMethodPS256, ours.key,
			map[string]any{"x5t#S256": base64.RawURLEncoding.EncodeToString(two[:])},
			jwt.MapClaims{"aud": endpoint, "iss": client, "sub": client, "exp": time.Now().Add(time.Minute).Unix(), "jti": "1"},
		}
		if change != nil {
			change(&in)
		}
		return in
	}
	for name, tc := range map[string]struct {
		parts
		want string // the start of the error; empty for a token
	}{
		"PS256 and x5t#S256": {good(nil), ""},
		"RS256 and x5t": {good(func(in *parts) {
			in.method, in.header = jwt.SigningMethodRS256, map[string]any{"x5t": base64.StdEncoding.EncodeToString(one[:])}
		}), ""},
		"for the authority": {good(func(in *parts) { in.claims["aud"] = p.s.URL() + "/" + fakeintune.SampleTenant + "/" }), ""},
		"signed by another": {good(func(in *parts) { in.key = other.key }), "AADSTS700027:"},
		"another's thumbprint": {good(func(in *parts) {
			in.header = map[string]any{"x5t": base64.RawURLEncoding.EncodeToString(foreign[:])}
		}), "AADSTS700027:"},
		"no thumbprint":         {good(func(in *parts) { in.header = nil }), "AADSTS700027:"},
		"another algorithm":     {good(func(in *parts) { in.method, in.key = jwt.SigningMethodES256, curve }), "AADSTS700027:"},
		"signed with a secret":  {good(func(in *parts) { in.method, in.key = jwt.SigningMethodHS256, ours.cert.Raw }), "AADSTS700027:"},
		"over":                  {good(func(in *parts) { in.claims["exp"] = time.Now().Add(-time.Minute).Unix() }), "AADSTS700027:"},
		"without an end":        {good(func(in *parts) { delete(in.claims, "exp") }), "AADSTS700027:"},
		"for another audience":  {good(func(in *parts) { in.claims["aud"] = "https://elsewhere.example/token" }), "AADSTS700023:"},
		"about another subject": {good(func(in *parts) { in.claims["sub"] = "another" }), "AADSTS700021:"},
	} {
		token := jwt.NewWithClaims(tc.method, tc.claims)
		for k, v := range tc.header {
			token.Header[k] = v
		}
		signed, err := token.SignedString(tc.key)
		if err != nil {
			t.Fatal(name, err)
		}
		status, body := p.signIn(fakeintune.SampleTenant, map[string]string{
			"client_secret": "", "client_assertion": signed, "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
		})
		if tc.want == "" && (status != 200 || body["access_token"] == nil) {
			t.Errorf("%s: %d %v", name, status, body)
		}
		if said := fmt.Sprint(body["error_description"]); tc.want != "" && (status != 401 || !strings.HasPrefix(said, tc.want)) {
			t.Errorf("%s: %d %s, want %s", name, status, said, tc.want)
		}
	}
}
