package main

import (
	"cmp"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/store"
)

type auditVerifyCmd struct {
	storeFlags
	Anchors   []string  `placeholder:"FILE" sep:"none" help:"A text with anchors, - for the standard input: the file that the bot writes, lines of syslog, or what was copied from the channel. May be given again."`
	PublicKey publicKey `placeholder:"KEY" help:"The public key that every anchor must be signed by: in base64, or a file with that or with PEM."`
}

// publicKey is a key as a flag gives it: itself, or a file that holds it.
type publicKey struct{ key ed25519.PublicKey }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *publicKey) UnmarshalText(text []byte) (err error) {
	if p.key, err = audit.ParsePublicKey(string(text)); err == nil {
		return nil
	}
	raw, readErr := os.ReadFile(string(text))
	if readErr != nil {
		return errors.New("it is neither a public key in base64 nor a file that can be read")
	}
	if p.key, err = audit.ParsePublicKey(string(raw)); err != nil {
		return fmt.Errorf("the file holds no public Ed25519 key: %w", err)
	}
	return nil
}

// Validate implements kong's check of flags that belong together.
func (c auditVerifyCmd) Validate() error {
	if c.PublicKey.key != nil && len(c.Anchors) == 0 {
		return errors.New("--public-key means nothing without --anchors")
	}
	return nil
}

// Run checks the log.
func (c auditVerifyCmd) Run(s surroundings) error {
	anchors, cut, err := c.trusted(s)
	if err != nil {
		return err
	}
	return c.read(s, func(log store.Store) error {
		heads := make([]approvals.Head, len(anchors))
		for i, a := range anchors {
			heads[i] = approvals.Head{Seq: a.Through, Hash: a.Hash}
		}
		checked, err := audit.Check(s.ctx, log, heads...)
		if err != nil {
			return err
		}
		fmt.Fprint(s.stdout, checked)
		if len(c.Anchors) > 0 {
			return c.tell(s.stdout, anchors, cut, checked.Origin)
		}
		return nil
	})
}

// trusted reads the anchors and checks their signatures.
func (c auditVerifyCmd) trusted(s surroundings) (anchors []audit.Noted, cut int, err error) {
	for _, name := range c.Anchors {
		found, halves, err := readAnchors(s, name)
		if err != nil {
			return nil, 0, err
		}
		anchors, cut = append(anchors, found...), cut+halves
	}
	if len(c.Anchors) > 0 && len(anchors) == 0 {
		return nil, 0, &approvals.Error{
			Kind: approvals.NotFound, Code: "no-anchors",
			Text: "There is no anchor in " + strings.Join(c.Anchors, " and ") + ".",
			Hint: "Anchors are lines that begin with {\"v\":1; see where audit.anchors in the config sends them.",
		}
	}
	for _, a := range anchors {
		err := a.SignedBy(c.PublicKey.key)
		if err == nil || c.PublicKey.key == nil && errors.Is(err, audit.ErrUnsigned) {
			continue
		}
		return nil, 0, &approvals.Error{
			Kind: approvals.Invalid, Code: "anchor-signature", Err: err,
			Text: fmt.Sprintf("The anchor of event %d at %s can't be trusted.", a.Through, a.Where),
			Hint: "Somebody has altered or forged it, or it is from before the key was changed. Ask who holds the key, and check the other anchors without it.",
		}
	}
	return anchors, cut, nil
}

// readAnchors reads the anchors of a file, or of the standard input.
func readAnchors(s surroundings, name string) ([]audit.Noted, int, error) {
	if name == "-" {
		return audit.Read(os.Stdin, "the standard input")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, &approvals.Error{
			Kind: approvals.NotFound, Code: "anchors-unread", Err: err,
			Text: fmt.Sprintf("The anchors in %s cannot be read.", name), Hint: "Name a file with --anchors, or - for the standard input.",
		}
	}
	defer f.Close()
	return audit.Read(f, name)
}

// tell says what the anchors have shown, and what they have not.
func (c auditVerifyCmd) tell(to io.Writer, anchors []audit.Noted, cut int, origin approvals.Head) error {
	// One at the cut itself agrees with where the log begins, and shows nothing
	// of what is left of it.
	past := func(a audit.Noted) bool { return a.Through <= origin.Seq }
	checked := slices.DeleteFunc(slices.Clone(anchors), past)
	switch n := len(checked); {
	case n == 1:
		fmt.Fprint(to, "1 anchor agrees with it")
	case n > 1:
		fmt.Fprintf(to, "%d anchors agree with it", n)
	default:
		return &approvals.Error{
			Kind: approvals.Invalid, Code: "anchors-too-old",
			Text: fmt.Sprintf("None of the anchors can be checked: the log begins after event %d, and they are older.", origin.Seq),
			Hint: "Give later anchors. If there are none, and the retention in the config does not explain it, somebody has taken the log away.",
		}
	}
	last := slices.MaxFunc(checked, func(a, b audit.Noted) int { return cmp.Compare(a.Through, b.Through) })
	fmt.Fprintf(to, ": nothing from event %d to %d was altered or cut off since %s", origin.Seq+1, last.Through, last.At.Format(time.RFC3339))
	fmt.Fprintln(to, ".")
	if old := len(anchors) - len(checked); old > 0 {
		fmt.Fprintf(to, "%s older than what was purged, and can't be checked.\n", plural(old, "anchor is", "anchors are"))
	}
	if cut > 0 {
		fmt.Fprintf(to, "%s cut off in the middle and passed over, as a crash leaves it.\n", plural(cut, "line is", "lines are"))
	}
	signed := 0
	for _, a := range anchors {
		if a.Signature != nil {
			signed++
		}
	}
	switch {
	case c.PublicKey.key != nil:
		fmt.Fprintln(to, "All of them are signed by the given key.")
	case signed > 0:
		fmt.Fprintf(to, "%s signed by the key that stands in it, which anybody can have made: give --public-key to know more.\n", plural(signed, "anchor is", "anchors are each"))
	}
	return nil
}
