package config_test

import (
	"bytes"
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
