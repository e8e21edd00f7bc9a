package approvals_test

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"passcodebot/approvals"
)

// memory is a Store and a Queue. It keeps requests as JSON, so that nothing
// that it hands out is shared with what it keeps.
type memory struct {
	mu       sync.Mutex
	requests map[approvals.ID][]byte
	wake     map[approvals.ID]time.Time
	keys     map[string]approvals.ID
	events   []approvals.Event
	wishes   map[string]approvals.Preferences
	traces   []approvals.Trace
	leases   map[approvals.ID]leased
	fault    func(op string) error          // asked before each call; nil for none
	unsaid   func(c approvals.Change) error // asked after each save for what its caller hears; nil for none
	saves    int
	renewals int
}

type leased struct {
	owner string
	until time.Time
}

var (
	_ approvals.Store = (*memory)(nil)
	_ approvals.Queue = (*memory)(nil)
)

func newMemory() *memory {
	return &memory{
		requests: map[approvals.ID][]byte{}, wake: map[approvals.ID]time.Time{},
		wishes: map[string]approvals.Preferences{},
		keys:   map[string]approvals.ID{}, leases: map[approvals.ID]leased{},
	}
}

// setFault makes every call ask f first; nil heals the store.
func (m *memory) setFault(f func(op string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = f
}

// enter locks the store for one call.
func (m *memory) enter(op string) error {
	m.mu.Lock()
	if m.fault != nil {
		return m.fault(op)
	}
	return nil
}

func (m *memory) Save(_ context.Context, c approvals.Change) (approvals.Request, error) {
	err := m.enter("save")
	defer m.mu.Unlock()
	if err != nil {
		return approvals.Request{}, err
	}
	if _, ok := m.keys[c.Key]; ok && c.Key != "" {
		return approvals.Request{}, approvals.ErrDuplicate
	}
	var saved approvals.Request
	var events []approvals.Event
	if c.Request != nil {
		r := *c.Request
		switch stored, ok := m.requests[r.ID]; {
		case r.Version == 0:
			r.ID = approvals.ID(len(m.requests) + 1)
		case !ok:
			return approvals.Request{}, approvals.ErrNotFound
		case decode(stored).Version != r.Version:
			return approvals.Request{}, approvals.ErrConflict
		}
		r.Version++
		data, err := json.Marshal(r)
		if err != nil {
			return approvals.Request{}, err
		}
		m.requests[r.ID], m.wake[r.ID] = data, r.WakeAt
		saved = decode(data)
		events = c.Request.Recorded()
	}
	if c.Key != "" {
		m.keys[c.Key] = saved.ID
	}
	for _, e := range append(events, c.Events...) {
		if e.Request == 0 && c.Request != nil && c.Request.Version == 0 {
			e.Request = saved.ID
		}
		e.Seq = approvals.Seq(len(m.events) + 1)
		e.Data = maps.Clone(e.Data)
		m.events = append(m.events, e)
	}
	traces := slices.Clone(c.Traces)
	if c.Request != nil {
		traces = append(c.Request.Traced(), traces...)
	}
	for _, t := range traces {
		t.Request = cmp.Or(t.Request, saved.ID)
		m.traces = append(m.traces, t)
	}
	maps.Copy(m.wishes, c.Preferences)
	m.saves++
	if m.unsaid != nil {
		if err := m.unsaid(c); err != nil {
			return approvals.Request{}, err
		}
	}
	return saved, nil
}

func decode(data []byte) approvals.Request {
	var r approvals.Request
	if err := json.Unmarshal(data, &r); err != nil {
		panic(err)
	}
	return r
}

func (m *memory) Request(_ context.Context, id approvals.ID) (approvals.Request, error) {
	err := m.enter("request")
	defer m.mu.Unlock()
	if err != nil {
		return approvals.Request{}, err
	}
	data, ok := m.requests[id]
	if !ok {
		return approvals.Request{}, approvals.ErrNotFound
	}
	return decode(data), nil
}

func (m *memory) Open(context.Context) ([]approvals.Request, error) {
	err := m.enter("open")
	defer m.mu.Unlock()
	var open []approvals.Request
	for _, id := range slices.Sorted(maps.Keys(m.requests)) {
		if r := decode(m.requests[id]); !r.State.Ended() {
			open = append(open, r)
		}
	}
	return open, err
}

func (m *memory) Latest(_ context.Context, before approvals.ID, limit int) ([]approvals.Request, error) {
	err := m.enter("latest")
	defer m.mu.Unlock()
	var latest []approvals.Request
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(m.requests))) {
		if (before == 0 || id < before) && len(latest) < limit {
			latest = append(latest, decode(m.requests[id]))
		}
	}
	return latest, err
}

func (m *memory) Preferences(_ context.Context, person string) (approvals.Preferences, error) {
	err := m.enter("preferences")
	defer m.mu.Unlock()
	return m.wishes[person], err
}

func (m *memory) Keyed(_ context.Context, key string) (approvals.Request, error) {
	err := m.enter("keyed")
	defer m.mu.Unlock()
	id, ok := m.keys[key]
	if err == nil && (!ok || id == 0) {
		err = approvals.ErrNotFound
	}
	if err != nil {
		return approvals.Request{}, err
	}
	return decode(m.requests[id]), nil
}

func (m *memory) History(_ context.Context, id approvals.ID, after approvals.Seq, limit int) ([]approvals.Event, error) {
	err := m.enter("history")
	defer m.mu.Unlock()
	var events []approvals.Event
	for _, e := range m.events {
		if e.Request == id && e.Seq > after && len(events) < limit {
			events = append(events, e)
		}
	}
	return events, err
}

func (m *memory) Claim(_ context.Context, c approvals.Claim) ([]approvals.Request, error) {
	err := m.enter("claim")
	defer m.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var ids []approvals.ID
	for id, at := range m.wake {
		if l, ok := m.leases[id]; ok && l.until.After(c.Now) {
			continue
		}
		if !at.IsZero() && !at.After(c.Now) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b approvals.ID) int {
		return cmp.Or(m.wake[a].Compare(m.wake[b]), cmp.Compare(a, b))
	})
	var due []approvals.Request
	for _, id := range ids[:min(len(ids), c.Limit)] {
		due = append(due, decode(m.requests[id]))
		m.leases[id] = leased{c.Owner, c.Until}
	}
	return due, nil
}

func (m *memory) Renew(_ context.Context, owner string, id approvals.ID, until time.Time) error {
	err := m.enter("renew")
	defer m.mu.Unlock()
	if err != nil {
		return err
	}
	if m.leases[id].owner != owner {
		return approvals.ErrConflict
	}
	m.leases[id] = leased{owner, until}
	m.renewals++
	return nil
}

func (m *memory) Release(_ context.Context, owner string, id approvals.ID) error {
	err := m.enter("release")
	defer m.mu.Unlock()
	if err == nil && m.leases[id].owner == owner {
		delete(m.leases, id)
	}
	return err
}

// log returns all events.
func (m *memory) log() []approvals.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events)
}

// all returns all requests, oldest first.
func (m *memory) all() []approvals.Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	var rs []approvals.Request
	for _, id := range slices.Sorted(maps.Keys(m.requests)) {
		rs = append(rs, decode(m.requests[id]))
	}
	return rs
}

// held returns who holds a lease on a request, or nothing.
func (m *memory) held(id approvals.ID) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.leases[id]; l.until.After(time.Now()) {
		return l.owner
	}
	return ""
}

func (m *memory) Traces(_ context.Context, of approvals.Subject, since time.Time, limit int) ([]approvals.Trace, error) {
	err := m.enter("traces")
	defer m.mu.Unlock()
	var found []approvals.Trace
	for _, t := range slices.Backward(m.traces) {
		if t.Of == of && !t.At.Before(since) {
			found = append(found, t)
		}
	}
	slices.SortStableFunc(found, func(a, b approvals.Trace) int { return b.At.Compare(a.At) })
	return found[:min(limit, len(found))], err
}

func (m *memory) Head(context.Context) (approvals.Head, error) {
	err := m.enter("head")
	defer m.mu.Unlock()
	return approvals.Head{Seq: approvals.Seq(len(m.events))}, err
}
