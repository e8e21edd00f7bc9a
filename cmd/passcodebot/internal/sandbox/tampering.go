package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// tampering is an event that was altered in the database, as somebody would
// who has the file and no passcodebot: the bytes of the event are others, and
// the hash before them, with all else, is as it was.
type tampering struct {
	Seq    approvals.Seq `json:"seq"`
	Hash   []byte        `json:"hash"`
	Stored []byte        `json:"stored"`
	Forged []byte        `json:"forged"`
}

// tamper alters an event under the bot's hands, between two of its commits.
func (c *Control) tamper(ctx context.Context, seq approvals.Seq) error {
	c.acts.Lock()
	defer c.acts.Unlock()
	c.mu.Lock()
	_, was := c.tampered[seq]
	c.mu.Unlock()
	if was {
		return &approvals.Error{
			Kind: approvals.Conflict, Code: "tampered",
			Text: fmt.Sprintf("Event %d is altered already.", seq), Hint: "Verify finds it, and mend puts it back.",
		}
	}
	return c.still(ctx, func(s *bolt.Store) error {
		links, err := s.Links(ctx, max(seq, 1)-1, 1)
		if err != nil {
			return err
		}
		if len(links) == 0 || links[0].Event.Seq != seq {
			return &approvals.Error{
				Kind: approvals.NotFound, Code: "no-event",
				Text: fmt.Sprintf("The log has no event %d.", seq), Hint: "Choose one that it shows.",
			}
		}
		t := tampering{Seq: seq, Hash: links[0].Hash[:], Stored: links[0].Body, Forged: forge(links[0].Body)}
		if err := t.write(c.database(), t.Stored, t.Forged); err != nil {
			return err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.tampered[seq] = t
		return c.keepLocked()
	})
}

// mend puts back every event as it was stored.
func (c *Control) mend() error {
	c.acts.Lock()
	defer c.acts.Unlock()
	l := c.current()
	l.gate.Lock()
	defer l.gate.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	for seq, t := range c.tampered {
		err := t.write(c.database(), t.Forged, t.Stored)
		if err != nil && !errors.Is(err, errNotThere) { // what was purged needs no mending
			return err
		}
		delete(c.tampered, seq)
	}
	return c.keepLocked()
}

// errNotThere says that an event is not in the file.
var errNotThere = errors.New("the event is not in the database")

// write puts other bytes in the place of an event's own, wherever the file
// has them: pages that bbolt has freed may have them too. It goes past bbolt,
// which must not commit meanwhile; what reads through it sees the others.
func (t tampering) write(path string, own, others []byte) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("alter event %d: %w", t.Seq, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	all, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("alter event %d: %w", t.Seq, err)
	}
	entry := slices.Concat(t.Hash, own)
	found := false
	for at := 0; ; at++ {
		i := bytes.Index(all[at:], entry)
		if i < 0 {
			break
		}
		at += i
		found = true
		if _, err := f.WriteAt(others, int64(at+len(t.Hash))); err != nil {
			return fmt.Errorf("alter event %d: %w", t.Seq, err)
		}
	}
	if !found {
		return fmt.Errorf("alter event %d: %w", t.Seq, errNotThere)
	}
	return nil
}

// forge returns the bytes of an event with one of them altered, so that they
// say something else and can be read as before: the name of who did it, the
// reason, or when it was.
func forge(body []byte) []byte {
	forged := bytes.Clone(body)
	for _, field := range []string{`"name":"`, `,"text":"`} {
		i := bytes.Index(forged, []byte(field))
		if i < 0 {
			continue
		}
		if b := &forged[i+len(field)]; 'a' <= *b|0x20 && *b|0x20 <= 'z' {
			if *b++; *b|0x20 > 'z' {
				*b -= 26
			}
			return forged
		}
	}
	// Every event has its time: the last digit of its minute.
	const field = `"at":"`
	if i := bytes.Index(forged, []byte(field)); i >= 0 {
		b := &forged[i+len(field)+len("2026-03-02T09:0")]
		*b = '0' + (*b-'0'+1)%10
	}
	return forged
}

// keep writes down what is to outlast the sandbox besides the database.
func (c *Control) keep() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keepLocked()
}

// keepLocked is keep. The lock is held.
func (c *Control) keepLocked() error {
	c.world.news.changed()
	k := kept{Ahead: c.clock.Ahead()}
	for _, seq := range slices.Sorted(maps.Keys(c.tampered)) {
		k.Tampered = append(k.Tampered, c.tampered[seq])
	}
	return writeKept(c.world.Dir, keptFile, k)
}
