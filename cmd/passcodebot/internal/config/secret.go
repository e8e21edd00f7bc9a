package config

import (
	"crypto/ed25519"
	"fmt"
	"io"
	"log/slog"
	"regexp"

	"passcodebot/cmd/passcodebot/internal/audit"
)

// Secret is a text that shows itself to nobody by accident: printed, logged
// or encoded it reads "redacted". The zero Secret is none.
//
// It holds a pointer since fmt calls no methods on unexported fields of other
// structs, and would print a string there.
type Secret struct{ value *string }

const redacted = "redacted"

// NewSecret returns a Secret that keeps s.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{&s}
}

// Reveal returns the text itself.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero says that there is no secret.
func (s Secret) IsZero() bool { return s.value == nil }

// Equal says whether both keep the same text.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// Format implements fmt.Formatter for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String implements fmt.Stringer.
func (s Secret) String() string { return redacted }

// MarshalText implements encoding.TextMarshaler, which JSON and YAML use.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// SigningKey is an Ed25519 private key, which shows itself as little as any
// Secret does. The zero SigningKey is none.
type SigningKey struct{ Secret }

// Private returns the key, and nil if there is none.
func (k SigningKey) Private() ed25519.PrivateKey {
	key, err := audit.ParsePrivateKey(k.Reveal())
	if err != nil {
		return nil // Load keeps no text that is not a key
	}
	return key
}

// secretive matches what must not be repeated in a message, wherever it
// turns up: Slack's tokens, private keys in PEM, the secrets that Entra makes,
// the base64 of seeds (32 bytes) and of keys in DER (a sequence that begins
// with a version), and signed tokens (JWT).
var secretive = regexp.MustCompile(`(?i)(?-i:\bxox[a-z]-)|\bxapp-|-----BEGIN|[a-z0-9_.-]{3}\d(?-i:Q)~|(?:^|[^a-z0-9+/])(?:[a-z0-9+/]{43}=|[a-z0-9+/]{86}==)(?:$|[^a-z0-9+/=])` +
	`|(?-i:\bM(?:[A-H].CAQ[AE]|I[GH].AgE[AB]|II..[AQgw]IBA))[a-z0-9+/]{20}|(?-i:\beyJ)[\w-]{8,}\.`)

// LooksSecret says that a text holds what must not be repeated in a message.
func LooksSecret(s string) bool { return secretive.MatchString(s) }
