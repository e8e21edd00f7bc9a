package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
)

// chained is a log in memory with hashes that stand for a chain.
type chained struct {
	events []approvals.Event
	purged approvals.Seq
	fails  error
}

func (c *chained) add(events ...approvals.Event) {
	for _, e := range events {
		e.Seq = approvals.Seq(len(c.events) + 1)
		c.events = append(c.events, e)
	}
}

func (c *chained) Head(context.Context) (approvals.Head, error) {
	if len(c.events) == 0 || c.fails != nil {
		return approvals.Head{}, c.fails
	}
	return approvals.Head{Seq: approvals.Seq(len(c.events)), Hash: fmt.Sprintf("%064x", len(c.events))}, nil
}

func (c *chained) Events(_ context.Context, after approvals.Seq, limit int) ([]approvals.Event, error) {
	page := c.events[max(after, c.purged):]
	return slices.Clone(page[:min(limit, len(page))]), nil
}

func (c *chained) Save(_ context.Context, change approvals.Change) (approvals.Request, error) {
	if c.fails != nil {
		return approvals.Request{}, c.fails
	}
	c.add(change.Events...)
	return approvals.Request{}, nil
}

// told is what the channel's consumer appends once it has posted the last
// event.
func (c *chained) told(kind approvals.EventKind) {
	c.add(approvals.Event{Kind: kind, Data: map[string]string{"as": "notice", "through": strconv.Itoa(len(c.events))}})
}

// kept is a sink that may fail.
type kept struct {
	through []approvals.Seq
	fails   error
}

func (k *kept) Write(a audit.Anchor) error {
	if k.fails == nil {
		k.through = append(k.through, a.Through)
	}
	return k.fails
}

type job struct {
	audit.Job
	log     chained
	file    kept
	logged  bytes.Buffer
	changed int
}

func newJob() *job {
	j := &job{}
	j.Job = audit.Job{
		Log: &j.log, Key: key('k'), Sinks: map[string]audit.Sink{"file": &j.file}, Now: func() time.Time { return at },
		Logger: slog.New(slog.NewTextHandler(&j.logged, nil)), Changed: func() { j.changed++ },
	}
	return j
}

// anchors is how far each anchor in the log goes.
func (j *job) anchors() (through []approvals.Seq) {
	for _, e := range j.log.events {
		if e.Kind == approvals.LogAnchored {
			n, _ := strconv.Atoi(e.Data["through"])
			through = append(through, approvals.Seq(n))
		}
	}
	return through
}

func TestJob_event(t *testing.T) {
	t.Parallel()
	j := newJob()
	j.log.add(approvals.Event{Kind: approvals.ProcessStarted}, approvals.Event{Kind: approvals.Asked, Request: 1})
	j.Run(t.Context())
	a := audit.Make(approvals.Head{Seq: 2, Hash: fmt.Sprintf("%064x", 2)}, at, key('k'))
	fields := strings.Split(a.String(), `"`)
	want := approvals.Event{Seq: 3, At: at, Kind: approvals.LogAnchored, Text: a.String(), Data: map[string]string{
		"through": "2", "hash": a.Hash, "key": fields[len(fields)-6], "signature": fields[len(fields)-2],
	}}
	if diff := cmp.Diff(want, j.log.events[2]); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if j.changed != 1 || len(j.file.through) != 1 || strings.Contains(j.logged.String(), "level=ERROR") {
		t.Errorf("changed %d times, file has %v, log:\n%s", j.changed, j.file.through, &j.logged)
	}
}

// A bot that nobody uses does not grow its log by anchoring it, however often
// that is done, and whether or not a channel is told.
func TestJob_idle(t *testing.T) {
	t.Parallel()
	for name, tell := range map[string]func(*chained){
		"no channel":       func(*chained) {},
		"told":             func(c *chained) { c.told(approvals.MessagePosted) },
		"the channel gone": func(c *chained) { c.told(approvals.MessageLost) },
	} {
		j := newJob()
		j.Run(t.Context())
		if len(j.log.events) != 0 {
			t.Errorf("%s: an empty log was anchored", name)
		}
		j.log.add(approvals.Event{Kind: approvals.ProcessStarted})
		j.Run(t.Context())
		tell(&j.log)
		j.log.add(approvals.Event{Kind: approvals.LogVerified, Data: map[string]string{"problems": "0"}})
		before := len(j.log.events)
		for range 24 {
			j.Run(t.Context())
		}
		if diff := cmp.Diff([]approvals.Seq{1}, j.anchors()); diff != "" || len(j.log.events) != before {
			t.Errorf("%s: from %d to %d events, anchors (-want +got):\n%s", name, before, len(j.log.events), diff)
		}
		j.log.add(approvals.Event{Kind: approvals.WasRefused})
		j.Run(t.Context())
		if got := j.anchors(); len(got) != 2 || got[1] != approvals.Seq(before+1) {
			t.Errorf("%s: after another event the anchors are %v", name, got)
		}
	}
}

// A message that tells of anything else is something that happened, and so
// is what looks like the telling of an anchor and belongs to a request.
func TestJob_otherMessages(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]approvals.Event{
		"of another event": {Kind: approvals.MessagePosted, Data: map[string]string{"through": "1"}},
		"of nothing":       {Kind: approvals.MessagePosted},
		"of a request":     {Kind: approvals.MessagePosted, Request: 1, Data: map[string]string{"through": "2"}},
		"a problem found":  {Kind: approvals.LogVerified, Data: map[string]string{"problems": "1"}},
		"of another kind":  {Kind: approvals.CardLost, Data: map[string]string{"through": "2"}},
	} {
		j := newJob()
		j.log.add(approvals.Event{Kind: approvals.ProcessStarted})
		j.Run(t.Context())
		j.log.add(e)
		j.Run(t.Context())
		if diff := cmp.Diff([]approvals.Seq{1, 3}, j.anchors()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What fails is said and done by the next run, also where nothing else has
// happened; what did not fail is not done twice.
func TestJob_failures(t *testing.T) {
	t.Parallel()
	j := newJob()
	j.log.add(approvals.Event{Kind: approvals.ProcessStarted})
	j.file.fails = errors.New("disk full")
	j.Run(t.Context())
	if diff := cmp.Diff([]approvals.Seq{1}, j.anchors()); diff != "" || !strings.Contains(j.logged.String(), "disk full") {
		t.Errorf("with a full disk (-want +got):\n%s%s", diff, &j.logged)
	}
	j.file.fails = nil
	j.Run(t.Context())
	j.Run(t.Context())
	if diff := cmp.Diff([]approvals.Seq{1}, j.file.through); diff != "" || len(j.anchors()) != 1 {
		t.Errorf("the file has (-want +got):\n%sand the log %v", diff, j.anchors())
	}
	j.log.add(approvals.Event{Kind: approvals.Asked})
	j.log.fails = errors.New("store away")
	j.Run(t.Context())
	if !strings.Contains(j.logged.String(), "store away") {
		t.Errorf("not said:\n%s", &j.logged)
	}
	j.log.fails = nil
	j.Run(t.Context())
	if diff := cmp.Diff([]approvals.Seq{1, 3}, j.anchors()); diff != "" {
		t.Errorf("afterwards (-want +got):\n%s", diff)
	}
}

// Where all that came after the last anchor was purged, the log has moved.
func TestJob_purged(t *testing.T) {
	t.Parallel()
	j := newJob()
	j.log.add(approvals.Event{Kind: approvals.ProcessStarted})
	j.Run(t.Context())
	j.log.purged = 2
	j.Run(t.Context())
	if diff := cmp.Diff([]approvals.Seq{1, 2}, j.anchors()); diff != "" {
		t.Errorf("anchors (-want +got):\n%s", diff)
	}
}
