package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passcodebot/approvals"
	"passcodebot/store"
)

// checkModel does any sequence of acts to a store and to the model, and
// compares all that they tell.
func checkModel(t *testing.T, fresh func() Opener) {
	rapid.Check(t, func(rt *rapid.T) {
		p := &pairing{ctx: t.Context(), open: fresh(), model: newModel()}
		p.start(rt)
		// Also where a check fails, which ends the goroutine.
		defer func() {
			if err := p.store.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}()
		rt.Repeat(map[string]func(*rapid.T){
			"save":    p.save,
			"claim":   p.claim,
			"renew":   p.renew,
			"release": p.release,
			"advance": p.advance,
			"tell":    p.tell,
			"purge":   p.purge,
			"keyed":   p.keyed,
			"latest":  p.latest,
			"history": p.history,
			"traces":  p.traces,
			"reopen":  p.reopen,
		})
		p.compareAll(rt)
	})
}

// pairing is a store beside its model.
type pairing struct {
	ctx   context.Context
	open  Opener
	store store.Store
	model *model
	heads []approvals.Head // all that there were
}

func (p *pairing) start(t *rapid.T) {
	opened, err := p.open(p.ctx)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	p.store = opened
}

// agree compares results, and errors by what callers test for.
func agree(t *rapid.T, what string, got any, gotErr error, want any, wantErr error) {
	t.Helper()
	if kind(gotErr) != kind(wantErr) {
		t.Fatalf("%s: got error %v, want %v", what, gotErr, wantErr)
	}
	if diff := compare(want, got); diff != "" {
		t.Fatalf("%s differs (-want +got):\n%s", what, diff)
	}
}

func kind(err error) string {
	for _, named := range []error{approvals.ErrConflict, approvals.ErrDuplicate, approvals.ErrNotFound} {
		if errors.Is(err, named) {
			return named.Error()
		}
	}
	return string(approvals.KindOf(err))
}

// anyID is the id of a request, or one beyond them.
func (p *pairing) anyID(t *rapid.T) approvals.ID {
	return approvals.ID(rapid.IntRange(0, len(p.model.requests)+1).Draw(t, "id"))
}

func anyTime(t *rapid.T, name string) time.Time {
	minutes := rapid.IntRange(-3, 12).Draw(t, name)
	if minutes < 0 {
		return time.Time{}
	}
	return at(minutes)
}

func anyOwner(t *rapid.T) string { return rapid.SampledFrom([]string{"a", "b"}).Draw(t, "owner") }

// anyKey is often the same, and often none.
func anyKey(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "", "", "k", "k\x00", "K", "key", "l", "m", "n"}).Draw(t, "key")
}

// anyKind is of an event that all consumers tell of, some, or none.
func anyKind(t *rapid.T) approvals.EventKind {
	return rapid.SampledFrom([]approvals.EventKind{
		approvals.WasRefused, approvals.WasRefused, approvals.BrokeGlass, approvals.MessagePosted, approvals.ResetOutside,
	}).Draw(t, "kind")
}

func people() []string { return []string{"U1", "U12", "u1"} }

func anyPerson(t *rapid.T) string { return rapid.SampledFrom(people()).Draw(t, "person") }

func subjects() []approvals.Subject {
	return []approvals.Subject{{Kind: approvals.ResetBy, ID: "U1"}, {Kind: approvals.ResetBy, ID: "U12"}, {Kind: approvals.ResetFor, ID: "U1"}}
}

func anySubject(t *rapid.T) approvals.Subject {
	return rapid.SampledFrom(subjects()).Draw(t, "subject")
}

func (p *pairing) save(t *rapid.T) {
	var c approvals.Change
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0: // no request
	case 1: // any request in any version
		r := *pending(anyTime(t, "wake"))
		r.ID, r.Version = p.anyID(t), rapid.Uint64Range(1, 4).Draw(t, "version")
		c.Request = &r
	case 2, 3:
		r := full(rapid.IntRange(0, 3).Draw(t, "devices"))
		r.WakeAt = anyTime(t, "wake")
		c.Request = r
	default: // one as it is stored
		if stored, err := p.model.request(p.anyID(t)); err == nil {
			stored.WakeAt = anyTime(t, "wake")
			stored.State = rapid.SampledFrom([]approvals.State{approvals.Pending, approvals.Running, approvals.Done, approvals.Denied}).Draw(t, "state")
			if rapid.Bool().Draw(t, "cancel") {
				_ = stored.Cancel(stored.Requester, at(1)) // records an event where it may
			}
			c.Request = &stored
		}
	}
	if c.Request != nil {
		c.Request.Reason = rapid.String().Draw(t, "reason")
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "events") {
		e := approvals.Event{At: at(i), Kind: anyKind(t), Text: rapid.String().Draw(t, "text")}
		if rapid.IntRange(0, 9).Draw(t, "stranger") > 0 {
			e.Request = approvals.ID(rapid.IntRange(0, len(p.model.requests)).Draw(t, "of"))
		} else {
			e.Request = p.anyID(t)
		}
		if rapid.Bool().Draw(t, "data") {
			e.Data = map[string]string{"code": "x", rapid.String().Draw(t, "name"): "y"}
		}
		c.Events = append(c.Events, e)
	}
	for range max(0, rapid.IntRange(-2, 3).Draw(t, "traces")) {
		trace := approvals.Trace{Of: anySubject(t), At: anyTime(t, "when"), Device: rapid.SampledFrom([]string{"", "d", "dd"}).Draw(t, "device")}
		if rapid.Bool().Draw(t, "of another") {
			trace.Request = p.anyID(t)
		}
		c.Traces = append(c.Traces, trace)
	}
	if rapid.IntRange(0, 4).Draw(t, "wishes") == 0 {
		c.Preferences = map[string]approvals.Preferences{}
		for range rapid.IntRange(1, 2).Draw(t, "people") {
			c.Preferences[anyPerson(t)] = approvals.Preferences{NoRequests: rapid.Bool().Draw(t, "no requests"), NoNamed: rapid.Bool().Draw(t, "no named")}
		}
	}
	c.Key = anyKey(t)
	before := p.model.events
	want, wantErr := p.model.save(c)
	got, gotErr := p.store.Save(p.ctx, c)
	agree(t, "save", got, gotErr, want, wantErr)
	events, err := p.store.Events(p.ctx, approvals.Seq(len(before)), 100)
	agree(t, "new events", events, err, p.model.events[len(before):], nil)
	p.compareIndexes(t)
}

func (p *pairing) claim(t *rapid.T) {
	now := anyTime(t, "now")
	c := approvals.Claim{
		Owner: anyOwner(t), Now: now, Until: now.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "for")) * time.Minute),
		Limit: rapid.IntRange(0, 4).Draw(t, "limit"),
	}
	got, err := p.store.Claim(p.ctx, c)
	agree(t, fmt.Sprintf("claim %+v", c), got, err, p.model.claim(c), nil)
}

func (p *pairing) renew(t *rapid.T) {
	owner, id, until := anyOwner(t), p.anyID(t), anyTime(t, "until")
	agree(t, "renew", nil, p.store.Renew(p.ctx, owner, id, until), nil, p.model.renew(owner, id, until))
}

func (p *pairing) release(t *rapid.T) {
	owner, id := anyOwner(t), p.anyID(t)
	p.model.release(owner, id)
	agree(t, "release", nil, p.store.Release(p.ctx, owner, id), nil, nil)
}

func (p *pairing) advance(t *rapid.T) {
	c, id := rapid.SampledFrom(approvals.Consumers()).Draw(t, "consumer"), p.anyID(t)
	cur := approvals.Cursor{
		Seq:  approvals.Seq(rapid.IntRange(0, len(p.model.events)+1).Draw(t, "seq")),
		Note: rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "note"),
	}
	var events []approvals.Event
	for i := range max(0, rapid.IntRange(-3, 2).Draw(t, "events")) {
		e := approvals.Event{At: at(i), Kind: anyKind(t)}
		if rapid.Bool().Draw(t, "of another") {
			e.Request = p.anyID(t)
		}
		events = append(events, e)
	}
	err := p.store.Advance(p.ctx, c, id, cur, events...)
	agree(t, "advance", nil, err, nil, p.model.advance(c, id, cur, events))
	got, err := p.store.Cursor(p.ctx, c, id)
	agree(t, "cursor", got, err, p.model.cursors[modelPlace{c, id}], nil)
	p.compareIndexes(t)
}

// tell lets the consumers, or all but one, see all that there is of some
// requests.
func (p *pairing) tell(t *rapid.T) {
	but := rapid.SampledFrom(append(approvals.Consumers(), "", "", "")).Draw(t, "but")
	upTo, cur := p.anyID(t), approvals.Cursor{Seq: approvals.Seq(len(p.model.events))}
	for _, c := range approvals.Consumers() {
		for id := approvals.ID(0); id <= upTo && c != but; id++ {
			agree(t, "tell", nil, p.store.Advance(p.ctx, c, id, cur), nil, p.model.advance(c, id, cur, nil))
		}
	}
	p.compareIndexes(t)
}

// purge takes the event of the cut as the store has written it, but for what
// it must say.
func (p *pairing) purge(t *rapid.T) {
	before := anyTime(t, "before")
	if rapid.Bool().Draw(t, "all") {
		before = noon().AddDate(200, 0, 0)
	}
	limit := rapid.IntRange(0, 4).Draw(t, "limit")
	want, done := p.model.purge(before, limit)
	got, err := p.store.Purge(p.ctx, before, limit)
	agree(t, "purge", got, err, want, nil)
	said, err := p.store.Events(p.ctx, approvals.Seq(len(p.model.events)), 100)
	agree(t, "cuts", len(said) == 1, err, done, nil)
	for _, e := range said {
		cut := e
		cut.Seq, cut.Request, cut.Kind = approvals.Seq(len(p.model.events)+1), 0, approvals.LogCut
		cut.Data = maps.Clone(e.Data)
		cut.Data["through"], cut.Data["requests"] = fmt.Sprint(p.model.cut), fmt.Sprint(want)
		agree(t, "cut", e, nil, cut, nil)
		p.model.append(cut)
	}
	p.compareAll(t)
}

func (p *pairing) keyed(t *rapid.T) {
	key := anyKey(t)
	got, err := p.store.Keyed(p.ctx, key)
	want, wantErr := p.model.keyed(key)
	agree(t, "keyed", got, err, want, wantErr)
}

func (p *pairing) latest(t *rapid.T) {
	before, limit := p.anyID(t), rapid.IntRange(0, 5).Draw(t, "limit")
	got, err := p.store.Latest(p.ctx, before, limit)
	agree(t, "latest", got, err, p.model.latest(before, limit), nil)
}

func (p *pairing) history(t *rapid.T) {
	id := p.anyID(t)
	after := approvals.Seq(rapid.IntRange(0, len(p.model.events)+1).Draw(t, "after"))
	limit := rapid.IntRange(0, 5).Draw(t, "limit")
	got, err := p.store.History(p.ctx, id, after, limit)
	agree(t, "history", got, err, p.model.history(id, after, limit), nil)
}

func (p *pairing) traces(t *rapid.T) {
	of, since, limit := anySubject(t), anyTime(t, "since"), rapid.IntRange(0, 4).Draw(t, "limit")
	got, err := p.store.Traces(p.ctx, of, since, limit)
	agree(t, "traces", got, err, p.model.tracesOf(of, since, limit), nil)
}

// reopen gives all leases back first: whether they outlast a process is the
// store's own affair.
func (p *pairing) reopen(t *rapid.T) {
	for _, id := range slices.Sorted(maps.Keys(p.model.leases)) {
		agree(t, "release", nil, p.store.Release(p.ctx, p.model.leases[id].owner, id), nil, nil)
	}
	clear(p.model.leases)
	if err := p.store.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	p.start(t)
	p.compareAll(t)
}

func (p *pairing) compareIndexes(t *rapid.T) {
	open, err := p.store.Open(p.ctx)
	agree(t, "open", open, err, p.model.open(), nil)
	for _, c := range approvals.Consumers() {
		behind, err := p.store.Behind(p.ctx, c)
		agree(t, "behind", behind, err, p.model.behind(c), nil)
	}
}

func (p *pairing) compareAll(t *rapid.T) {
	p.compareIndexes(t)
	events, err := p.store.Events(p.ctx, 0, len(p.model.events)+1)
	agree(t, "log", events, err, p.model.log(), nil)
	head, err := p.store.Head(p.ctx)
	agree(t, "head", head.Seq, err, approvals.Seq(len(p.model.events)), nil)
	p.heads = append(p.heads, head)
	origin, err := p.store.Origin(p.ctx)
	agree(t, "origin", origin.Seq, err, approvals.Seq(p.model.cut), nil)
	agree(t, "verify", nil, p.store.Verify(p.ctx, append(p.heads, origin)...), nil, nil)
	for _, of := range subjects() {
		traces, err := p.store.Traces(p.ctx, of, time.Time{}, len(p.model.traces)+1)
		agree(t, "traces", traces, err, p.model.tracesOf(of, time.Time{}, len(p.model.traces)+1), nil)
	}
	for _, person := range people() {
		wishes, err := p.store.Preferences(p.ctx, person)
		agree(t, "preferences of "+person, wishes, err, p.model.wishes[person], nil)
	}
	latest, err := p.store.Latest(p.ctx, 0, len(p.model.requests)+1)
	agree(t, "latest", latest, err, p.model.latest(0, len(p.model.requests)+1), nil)
	for id := range approvals.ID(len(p.model.requests) + 2) {
		r, err := p.store.Request(p.ctx, id)
		want, wantErr := p.model.request(id)
		agree(t, id.String(), r, err, want, wantErr)
		for _, c := range approvals.Consumers() {
			cur, err := p.store.Cursor(p.ctx, c, id)
			agree(t, "cursor of "+id.String(), cur, err, p.model.cursors[modelPlace{c, id}], nil)
		}
		history, err := p.store.History(p.ctx, id, 0, len(p.model.events)+1)
		agree(t, "history of "+id.String(), history, err, p.model.history(id, 0, len(p.model.events)+1), nil)
	}
	for key, of := range p.model.keys {
		r, err := p.store.Keyed(p.ctx, key)
		want, wantErr := p.model.request(of.id)
		agree(t, "keyed "+key, r, err, want, wantErr)
	}
}
