package config_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"passcodebot/cmd/passcodebot/internal/config"
)

func TestSecret_isNeverShown(t *testing.T) {
	t.Parallel()
	const word = "xoxb-hidden"
	secret := config.NewSecret(word)
	held := struct {
		Shown  config.Secret
		hidden config.Secret
		many   []config.Secret
		far    *config.Secret
	}{secret, secret, []config.Secret{secret}, &secret}
	var out []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %[1]v", "%10.3s"} {
		if got := fmt.Sprintf(verb, secret); !strings.HasSuffix(got, "redacted") {
			t.Errorf("%s prints %q; want redacted", verb, got)
		}
		out = append(out, fmt.Sprintf(verb, held), fmt.Sprintf(verb, &held))
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("a", "secret", secret, "held", held)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("a", "secret", secret, "held", held)
	asJSON, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(struct{ Shown config.Secret }{secret})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{log.String(), string(asJSON), string(asYAML), secret.String(), fmt.Sprint(held.hidden)} {
		if !strings.Contains(got, "redacted") {
			t.Errorf("%q does not say redacted", got)
		}
		out = append(out, got)
	}
	hex := fmt.Sprintf("%x", word)
	for _, got := range out {
		if strings.Contains(got, word) || strings.Contains(strings.ToLower(got), hex) || strings.Contains(got, "hidden-") {
			t.Errorf("the secret is shown in %q", got)
		}
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	none, one := config.Secret{}, config.NewSecret("a")
	if !none.IsZero() || !config.NewSecret("").IsZero() || one.IsZero() {
		t.Error("only an empty secret is none")
	}
	if none.Reveal() != "" || one.Reveal() != "a" {
		t.Error("a secret keeps its text")
	}
	if !one.Equal(config.NewSecret("a")) || one.Equal(none) || one.Equal(config.NewSecret("b")) {
		t.Error("secrets are equal by their text")
	}
}

// Whatever could be a secret is not repeated; what is public may be.
func TestLooksSecret(t *testing.T) {
	t.Parallel()
	_, ed, err := ed25519.GenerateKey(nil)
	must(t, err)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	der := func(key any) string {
		raw, err := x509.MarshalPKCS8PrivateKey(key)
		must(t, err)
		return base64.StdEncoding.EncodeToString(raw)
	}
	sec1, err := x509.MarshalECPrivateKey(ec)
	must(t, err)
	for name, tt := range map[string]struct {
		text string
		want bool
	}{
		"Slack's token": {"--token=xoxb-1-A", true},
		"PEM":           {"-----BEGIN PRIVATE KEY-----", true},
		"Entra's":       {"abc8Q~secret", true},
		"seed":          {base64.StdEncoding.EncodeToString(ed.Seed()), true},
		"key with seed": {"k=" + base64.StdEncoding.EncodeToString(ed), true},
		"a folder":      {"/mnt/backup/passcodebot/production/anchors/year=2025/a.txt", false},
		"a long folder": {"/" + strings.Repeat("a", 42) + "=1/a.txt", false},
		"names":         {"xoxana XOXO-PIXEL-7 policy2q~", false},
		"Ed25519":       {"--" + der(ed), true},
		"EC":            {der(ec), true},
		"EC, SEC 1":     {base64.StdEncoding.EncodeToString(sec1), true},
		"RSA":           {der(long), true},
		"RSA, PKCS #1":  {base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(long)), true},
		"JWT":           {"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", true},
		"a path":        {"/var/lib/MII/passcodebot/with/a/long/name/eyJ.db", false},
		"a GUID":        {tenant, false},
	} {
		if got := config.LooksSecret(tt.text); got != tt.want {
			t.Errorf("%s (%s): got %v, want %v", name, tt.text, got, tt.want)
		}
	}
}
