package audit_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"passcodebot/cmd/passcodebot/internal/audit"
)

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestKeys(t *testing.T) {
	t.Parallel()
	k := key('k')
	private, err := audit.PrivatePEM(k)
	if err != nil {
		t.Fatal(err)
	}
	seed := base64.StdEncoding.EncodeToString(k.Seed())
	for name, text := range map[string]string{"PEM": string(private), "a seed": seed + "\n"} {
		if got, err := audit.ParsePrivateKey(text); err != nil || !got.Equal(k) {
			t.Errorf("%s: %v", name, err)
		}
	}
	der, err := x509.MarshalPKIXPublicKey(public(k))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"PEM": block("PUBLIC KEY", der), "base64": base64.StdEncoding.EncodeToString(public(k))} {
		if got, err := audit.ParsePublicKey(text); err != nil || !got.Equal(public(k)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := audit.ParsePublicKey(string(private)); err == nil || !strings.Contains(err.Error(), "private") {
		t.Errorf("a private key as the public one: %v", err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	otherDER, err := x509.MarshalPKCS8PrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing": "", "a short seed": seed[:40], "no base64": "*" + seed[1:], "another kind": block("PRIVATE KEY", otherDER),
		"PEM of nothing": block("PRIVATE KEY", []byte("x")), "two blocks": string(private) + string(private), "half of it": string(private[:60]),
	} {
		_, err := audit.ParsePrivateKey(text)
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		if len(text) > 20 && strings.Contains(err.Error(), text[len(text)/2:len(text)/2+8]) {
			t.Errorf("%s: the error repeats it: %v", name, err)
		}
	}
}
