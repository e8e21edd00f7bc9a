package audit

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
)

// Errors of keys. None of them repeats what was given.
var (
	errNoKey    = errors.New("it is neither PEM nor base64 of 32 bytes")
	errOtherKey = errors.New("it is a key of another kind than Ed25519")
	errNoPEM    = errors.New("its PEM cannot be read")
	errPrivate  = errors.New("it is a private key, which belongs nowhere but to the bot")
)

// ParsePrivateKey reads an Ed25519 private key: PKCS #8 as PEM, or the base64
// of its 32-byte seed.
func ParsePrivateKey(text string) (ed25519.PrivateKey, error) {
	der, seed, err := keyBytes(text)
	switch {
	case err != nil:
		return nil, err
	case seed != nil:
		return ed25519.NewKeyFromSeed(seed), nil
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errNoPEM // the cause may cite the key
	}
	if key, ok := key.(ed25519.PrivateKey); ok {
		return key, nil
	}
	return nil, errOtherKey
}

// ParsePublicKey reads an Ed25519 public key: PKIX as PEM, or the base64 of
// its 32 bytes, as anchors carry it.
func ParsePublicKey(text string) (ed25519.PublicKey, error) {
	der, raw, err := keyBytes(text)
	switch {
	case err != nil:
		return nil, err
	case raw != nil:
		return raw, nil
	}
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return nil, errPrivate
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, errNoPEM
	}
	if key, ok := key.(ed25519.PublicKey); ok {
		return key, nil
	}
	return nil, errOtherKey
}

// keyBytes returns what is in a PEM block, or else 32 bytes of base64.
func keyBytes(text string) (der, raw []byte, err error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "-----BEGIN") {
		block, rest := pem.Decode([]byte(text))
		if block == nil || len(strings.TrimSpace(string(rest))) > 0 {
			return nil, nil, errNoPEM
		}
		return block.Bytes, nil, nil
	}
	raw, err = base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != ed25519.SeedSize {
		return nil, nil, errNoKey
	}
	return nil, raw, nil
}

// PrivatePEM returns a private key as PKCS #8 in PEM.
func PrivatePEM(key ed25519.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
