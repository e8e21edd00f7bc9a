// Package audit makes the log of events useful outside of it: anchors, by
// which a log that was cut or calculated anew is found, and exports in forms
// that other programs read. It knows no store: whoever calls it reads the
// events.
//
// An anchor says how long the log was at a time, and the hash of its chain
// there. It is kept where whoever can write the database can't write: in a
// channel, in the syslog of another machine, in a file of another user.
package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"passcodebot/approvals"
)

// version is the only form of anchors so far.
const version = 1

// Anchor is the end of a log at a time, signed where there is a key.
type Anchor struct {
	Version   int               `json:"v"`
	At        time.Time         `json:"at"`
	Through   approvals.Seq     `json:"through"` // the last event
	Hash      string            `json:"hash"`    // of the chain up to it, in lower-case hexadecimal
	Key       ed25519.PublicKey `json:"key,omitempty"`
	Signature []byte            `json:"signature,omitempty"`
}

// Make returns the anchor of a head, signed where key is not nil.
func Make(head approvals.Head, at time.Time, key ed25519.PrivateKey) Anchor {
	a := Anchor{Version: version, At: at.UTC().Truncate(time.Second), Through: head.Seq, Hash: head.Hash}
	if key != nil {
		a.Key = key.Public().(ed25519.PublicKey)
		a.Signature = ed25519.Sign(key, a.signed())
	}
	return a
}

// String returns the anchor as one line of JSON.
func (a Anchor) String() string {
	line, err := json.Marshal(a)
	if err != nil { // a time beyond the year 9999
		return fmt.Sprintf("anchor %d", a.Through)
	}
	return string(line)
}

// signed is what is signed of an anchor.
func (a Anchor) signed() []byte {
	return fmt.Appendf(nil, "passcodebot anchor v%d\n%s\n%d\n%s\n", a.Version, a.At.UTC().Format(time.RFC3339Nano), a.Through, a.Hash)
}

// Errors of SignedBy.
var (
	// ErrUnsigned says that an anchor has no signature.
	ErrUnsigned = errors.New("it is not signed")
	// ErrForged says that the signature is not that of the key over what the
	// anchor says.
	ErrForged = errors.New("its signature is not that of the key over what it says")
)

// SignedBy returns why an anchor is not signed by a key, or nil. With no key
// the one that the anchor carries is taken, which anybody can have made.
func (a Anchor) SignedBy(key ed25519.PublicKey) error {
	switch {
	case a.Signature == nil:
		return ErrUnsigned
	case key == nil:
		key = a.Key
	}
	if !ed25519.Verify(key, a.signed(), a.Signature) {
		return ErrForged
	}
	return nil
}

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Parse reads the JSON object of an anchor. What it does not know is an
// error: a signature does not cover it.
func Parse(object []byte) (Anchor, error) {
	var a Anchor
	in := json.NewDecoder(bytes.NewReader(object))
	in.DisallowUnknownFields()
	if err := in.Decode(&a); err != nil {
		return Anchor{}, err
	}
	if _, err := in.Token(); err != io.EOF {
		return Anchor{}, errors.New("something follows it")
	}
	switch {
	case a.Version != version:
		return Anchor{}, fmt.Errorf("its version is %d, and this passcodebot knows %d", a.Version, version)
	case a.At.IsZero():
		return Anchor{}, errors.New("it has no time")
	case a.Through == 0:
		return Anchor{}, errors.New("it names no event")
	case !hash.MatchString(a.Hash):
		return Anchor{}, errors.New("its hash is not 64 digits of lower-case hexadecimal")
	case (a.Key == nil) != (a.Signature == nil):
		return Anchor{}, errors.New("it has a key or a signature, and not both")
	case a.Key != nil && len(a.Key) != ed25519.PublicKeySize:
		return Anchor{}, fmt.Errorf("its key has %d bytes instead of %d", len(a.Key), ed25519.PublicKeySize)
	case a.Key != nil && len(a.Signature) != ed25519.SignatureSize:
		return Anchor{}, fmt.Errorf("its signature has %d bytes instead of %d", len(a.Signature), ed25519.SignatureSize)
	}
	a.At = a.At.UTC()
	return a, nil
}
