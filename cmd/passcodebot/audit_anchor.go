package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/store"
)

type auditAnchorCmd struct{ storeFlags }

type auditKeygenCmd struct {
	File string `arg:"" placeholder:"FILE" help:"The new file for the private key; it is never overwritten."`
}

// anchorKey is the environment variable of the key that signs anchors.
const anchorKey = "PASSCODEBOT_ANCHOR_KEY"

// Run prints the anchor of the log as it is now.
func (c auditAnchorCmd) Run(s surroundings) error {
	key, err := signingKey(s.getenv)
	if err != nil {
		return err
	}
	return c.read(s, func(log store.Store) error {
		head, err := log.Head(s.ctx)
		if err != nil {
			return err
		}
		if head.Seq == 0 {
			return &approvals.Error{
				Kind: approvals.NotFound, Code: "log-empty",
				Text: "The log has no event yet, so that there is nothing to anchor.", Hint: "Name the store that the bot writes.",
			}
		}
		fmt.Fprintln(s.stdout, audit.Make(head, time.Now(), key))
		return nil
	})
}

// signingKey returns the key of the environment; nil where there is none.
func signingKey(getenv func(string) string) (ed25519.PrivateKey, error) {
	text, path := getenv(anchorKey), getenv(anchorKey+"_FILE")
	name := anchorKey
	var err error
	switch {
	case text == "" && path == "":
		return nil, nil
	case text != "" && path != "":
		err = errors.New(anchorKey + "_FILE is set too")
	case path != "":
		name += "_FILE"
		var raw []byte
		if raw, err = os.ReadFile(path); err != nil {
			// The path may be the key itself, by mistake.
			if e, ok := errors.AsType[*fs.PathError](err); ok {
				err = e.Err
			}
		}
		text = string(raw)
	}
	var key ed25519.PrivateKey
	if err == nil {
		key, err = audit.ParsePrivateKey(text)
	}
	if err != nil {
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "anchor-key", Err: err, Text: name + " is no key that anchors can be signed with.",
			Hint: "Set it to an Ed25519 private key, PKCS #8 as PEM or the base64 of its seed; passcodebot audit keygen makes one.",
		}
	}
	return key, nil
}

// Run makes a key.
func (c auditKeygenCmd) Run(s surroundings) (err error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	text, err := audit.PrivatePEM(private)
	if err != nil {
		return err
	}
	if err := writeNew(c.File, text); err != nil {
		return &approvals.Error{
			Kind: approvals.Invalid, Code: "key-file", Err: err,
			Text: fmt.Sprintf("The key cannot be written to %s.", c.File), Hint: "Name a file that is not there yet, in a folder that you may write.",
		}
	}
	fmt.Fprintln(s.stdout, base64.StdEncoding.EncodeToString(public))
	fmt.Fprintf(s.stderr, "The private key is in %s: give it to the bot as %s_FILE, and keep no other copy where the database is. Above is the public key, for %s.\n",
		c.File, anchorKey, strings.Join([]string{"passcodebot", "audit", "verify", "--public-key"}, " "))
	return nil
}

// writeNew writes a file that is not there yet, for its owner alone.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}
