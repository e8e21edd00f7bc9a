package sandbox

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/store/bolt"
)

// auditPage is how many events one answer has.
const auditPage = 1000

// shownLog is a part of the log.
type shownLog struct {
	Error    string       `json:"error"`
	Events   []shownEvent `json:"events"`
	More     bool         `json:"more"`     // there are more behind the last one
	Tampered int          `json:"tampered"` // how many events of the whole log are altered
}

// shownEvent is an event as it stands in the database.
type shownEvent struct {
	Seq     approvals.Seq       `json:"seq"`
	At      int64               `json:"at"`
	Kind    approvals.EventKind `json:"kind"`
	Request string              `json:"request"`
	Actor   string              `json:"actor"`
	Device  string              `json:"device"`
	Text    string              `json:"text"`
	Hash    string              `json:"hash"`
	Prev    string              `json:"prev"`
	Data    map[string]string   `json:"data"`
}

// log opens the log to be read, also where the bot has been killed.
func (c *Control) log(ctx context.Context, do func(*bolt.Store) error) error {
	if s := c.current().log(); s != nil {
		return do(s)
	}
	s, err := bolt.OpenToRead(ctx, c.database())
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// still is log while nothing is committed.
func (c *Control) still(ctx context.Context, do func(*bolt.Store) error) error {
	l := c.current()
	l.gate.Lock()
	defer l.gate.Unlock()
	return c.log(ctx, do)
}

// database is the path of the file.
func (c *Control) database() string { return strings.TrimPrefix(c.world.Store(), "bolt:") }

// audit returns the events after a place in the log.
func (c *Control) audit(ctx context.Context, after approvals.Seq) (shownLog, error) {
	shown := shownLog{Events: []shownEvent{}}
	err := c.log(ctx, func(s *bolt.Store) error {
		links, err := s.Links(ctx, after, auditPage+1)
		shown.More = len(links) > auditPage
		for _, l := range links[:min(len(links), auditPage)] {
			e := l.Event
			v := shownEvent{
				Seq: e.Seq, At: e.At.UnixMilli(), Kind: e.Kind, Actor: e.Actor.Name, Device: e.Device, Text: e.Text,
				Hash: hex.EncodeToString(l.Hash[:]), Prev: hex.EncodeToString(l.Prev[:]), Data: e.Data,
			}
			if v.Actor == "" {
				v.Actor = e.Actor.ID
			}
			if e.Request != 0 {
				v.Request = e.Request.String()
			}
			if v.Data == nil {
				v.Data = map[string]string{}
			}
			shown.Events = append(shown.Events, v)
		}
		return err
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	shown.Tampered = len(c.tampered)
	return shown, err
}

// shownCheck is what a check of the log has found.
type shownCheck struct {
	Error    string   `json:"error"` // why it could not be checked
	OK       bool     `json:"ok"`
	Says     string   `json:"says"` // as passcodebot audit verify says it
	Problems []string `json:"problems"`
	Checked  int      `json:"checked"` // how many events there are
}

// verify checks the log as passcodebot audit verify does.
func (c *Control) verify(ctx context.Context) shownCheck {
	c.acts.Lock()
	defer c.acts.Unlock()
	shown := shownCheck{Problems: []string{}}
	err := c.still(ctx, func(s *bolt.Store) error {
		origin, err := s.Origin(ctx)
		if err != nil {
			return err
		}
		end, err := s.Head(ctx)
		if err != nil {
			return err
		}
		shown.Checked = int(end.Seq - origin.Seq)
		checked, err := audit.Check(ctx, s)
		if e := approvals.AsError(err); err != nil && e.Kind == approvals.Invalid {
			shown.Problems = append(shown.Problems, e.Sentence())
			shown.Says = e.Sentence()
			return nil
		}
		if err == nil {
			shown.OK, shown.Says = true, strings.TrimSpace(checked.String())
		}
		return err
	})
	shown.Error = said(err)
	return shown
}
