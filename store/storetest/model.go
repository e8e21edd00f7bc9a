package storetest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"passcodebot/approvals"
)

// model is a store as a list in memory: what every store must be like, in as
// few words as possible. It is given whole microseconds in UTC only.
type model struct {
	requests []approvals.Request // by id, from 1
	purged   map[approvals.ID]bool
	events   []approvals.Event // by seq, from 1, with those that are gone
	cut      int               // how many of these are
	traces   []approvals.Trace
	keys     map[string]modelKey
	cursors  map[modelPlace]approvals.Cursor
	leases   map[approvals.ID]modelLease
	wishes   map[string]approvals.Preferences
}

type modelPlace struct {
	consumer approvals.Consumer
	id       approvals.ID
}

type modelKey struct {
	id approvals.ID
	at int // how many events there were
}

type modelLease struct {
	owner string
	until time.Time
}

func newModel() *model {
	return &model{
		purged: map[approvals.ID]bool{}, keys: map[string]modelKey{},
		cursors: map[modelPlace]approvals.Cursor{}, leases: map[approvals.ID]modelLease{},
		wishes: map[string]approvals.Preferences{},
	}
}

func (m *model) has(id approvals.ID) bool {
	return id >= 1 && int(id) <= len(m.requests) && !m.purged[id]
}

// log returns the events that are there.
func (m *model) log() []approvals.Event { return m.events[m.cut:] }

func (m *model) save(c approvals.Change) (approvals.Request, error) {
	if _, ok := m.keys[c.Key]; ok {
		return approvals.Request{}, approvals.ErrDuplicate
	}
	events, traces := c.Events, c.Traces
	var fresh bool
	var r approvals.Request
	if c.Request != nil {
		r = *c.Request
		fresh = r.Version == 0
		switch {
		case fresh:
			r.ID = approvals.ID(len(m.requests) + 1)
		case !m.has(r.ID):
			return approvals.Request{}, approvals.ErrNotFound
		case m.requests[r.ID-1].Version != r.Version:
			return approvals.Request{}, approvals.ErrConflict
		}
		r.Version++
		events = append(c.Request.Recorded(), events...)
		traces = append(c.Request.Traced(), traces...)
	}
	for _, e := range events {
		if e.Request != 0 && !m.has(e.Request) {
			return approvals.Request{}, approvals.ErrNotFound
		}
	}
	for _, t := range traces {
		if own := t.Request == 0 && c.Request != nil; !own && !m.has(t.Request) {
			return approvals.Request{}, approvals.ErrNotFound
		}
	}
	if fresh {
		m.requests = append(m.requests, r)
	} else if c.Request != nil {
		m.requests[r.ID-1] = r
	}
	for _, e := range events {
		if fresh && e.Request == 0 {
			e.Request = r.ID
		}
		m.append(e)
	}
	for _, t := range traces {
		if t.Request == 0 {
			t.Request = r.ID
		}
		if !slices.Contains(m.traces, t) {
			m.traces = append(m.traces, t)
		}
	}
	maps.Copy(m.wishes, c.Preferences)
	if c.Key != "" {
		m.keys[c.Key] = modelKey{r.ID, len(m.events)}
	}
	return r, nil
}

func (m *model) append(e approvals.Event) {
	e.Seq = approvals.Seq(len(m.events) + 1)
	m.events = append(m.events, e)
}

func (m *model) request(id approvals.ID) (approvals.Request, error) {
	if !m.has(id) {
		return approvals.Request{}, approvals.ErrNotFound
	}
	return m.requests[id-1], nil
}

func (m *model) keyed(key string) (approvals.Request, error) { return m.request(m.keys[key].id) }

func (m *model) open() []approvals.Request {
	return slices.DeleteFunc(slices.Clone(m.requests), func(r approvals.Request) bool { return r.State.Ended() || m.purged[r.ID] })
}

func (m *model) latest(before approvals.ID, limit int) []approvals.Request {
	var latest []approvals.Request
	for _, r := range slices.Backward(m.requests) {
		if !m.purged[r.ID] && (before == 0 || r.ID < before) && len(latest) < limit {
			latest = append(latest, r)
		}
	}
	return latest
}

// belongs says that an event is in the history of a request. That of request
// zero is what belongs to none and Notices tells of.
func (m *model) belongs(e approvals.Event, id approvals.ID) bool {
	return e.Request == id && (m.has(id) || id == 0 && e.Kind.ToldBy(approvals.Notices))
}

func (m *model) history(id approvals.ID, after approvals.Seq, limit int) []approvals.Event {
	var found []approvals.Event
	for _, e := range m.log() {
		if m.belongs(e, id) && e.Seq > after && len(found) < limit {
			found = append(found, e)
		}
	}
	return found
}

func (m *model) tracesOf(of approvals.Subject, since time.Time, limit int) []approvals.Trace {
	found := slices.DeleteFunc(slices.Clone(m.traces), func(t approvals.Trace) bool { return t.Of != of || t.At.Before(since) })
	slices.SortFunc(found, func(a, b approvals.Trace) int {
		return -cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Request, b.Request), cmp.Compare(a.Device, b.Device))
	})
	return found[:min(len(found), limit)]
}

func (m *model) claim(c approvals.Claim) []approvals.Request {
	due := slices.DeleteFunc(slices.Clone(m.requests), func(r approvals.Request) bool {
		return m.purged[r.ID] || r.WakeAt.IsZero() || r.WakeAt.After(c.Now) || m.leases[r.ID].until.After(c.Now)
	})
	slices.SortFunc(due, func(a, b approvals.Request) int {
		return cmp.Or(a.WakeAt.Compare(b.WakeAt), cmp.Compare(a.ID, b.ID))
	})
	due = due[:min(len(due), c.Limit)]
	for _, r := range due {
		m.leases[r.ID] = modelLease{c.Owner, c.Until}
	}
	return due
}

func (m *model) renew(owner string, id approvals.ID, until time.Time) error {
	if l, ok := m.leases[id]; !ok || l.owner != owner {
		return approvals.ErrConflict
	}
	m.leases[id] = modelLease{owner, until}
	return nil
}

func (m *model) release(owner string, id approvals.ID) {
	if m.leases[id].owner == owner {
		delete(m.leases, id)
	}
}

func (m *model) behind(c approvals.Consumer) []approvals.ID {
	var ids []approvals.ID
	for _, e := range m.log() {
		if m.waits(c, e) && !slices.Contains(ids, e.Request) {
			ids = append(ids, e.Request)
		}
	}
	return ids
}

// waits says that a consumer has an event yet to tell.
func (m *model) waits(c approvals.Consumer, e approvals.Event) bool {
	return m.follows(c, e.Request) && m.belongs(e, e.Request) && e.Kind.ToldBy(c) && e.Seq > m.cursors[modelPlace{c, e.Request}].Seq
}

// follows says that a consumer has such a request. Notices alone has request
// zero.
func (m *model) follows(c approvals.Consumer, id approvals.ID) bool {
	return m.has(id) || id == 0 && c == approvals.Notices
}

// advance returns Invalid where the log has not got so far.
func (m *model) advance(c approvals.Consumer, id approvals.ID, cur approvals.Cursor, events []approvals.Event) error {
	for _, e := range events {
		if e.Request != 0 && !m.has(e.Request) {
			return approvals.ErrNotFound
		}
	}
	at := modelPlace{c, id}
	switch {
	case !m.follows(c, id):
		return approvals.ErrNotFound
	case cur.Seq < m.cursors[at].Seq:
		return approvals.ErrConflict
	case int(cur.Seq) > len(m.events):
		return &approvals.Error{Kind: approvals.Invalid}
	}
	m.cursors[at] = cur
	for _, e := range events {
		if e.Request == 0 {
			e.Request = id
		}
		m.append(e)
	}
	return nil
}

// last returns the last event of a request.
func (m *model) last(id approvals.ID) approvals.Event {
	last := approvals.Event{Request: id}
	for _, e := range m.log() {
		if e.Request == id {
			last = e
		}
	}
	return last
}

// told says whether no consumer is behind with a request.
func (m *model) told(id approvals.ID) bool {
	return !slices.ContainsFunc(approvals.Consumers(), func(c approvals.Consumer) bool { return slices.Contains(m.behind(c), id) })
}

// purge returns how many requests went, and whether anything was done: the
// log is cut only where more goes than what was said of earlier cuts.
func (m *model) purge(before time.Time, limit int) (requests int, done bool) {
	var old []approvals.Event // the last of each that may go
	for _, r := range m.requests {
		if m.has(r.ID) && r.State.Ended() && r.WakeAt.IsZero() {
			old = append(old, m.last(r.ID))
		}
	}
	slices.SortStableFunc(old, func(a, b approvals.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, e := range old {
		if requests == limit || !e.At.Before(before) {
			break
		}
		if !m.told(e.Request) {
			continue
		}
		requests++
		m.purged[e.Request] = true
		for _, c := range approvals.Consumers() {
			delete(m.cursors, modelPlace{c, e.Request})
		}
	}
	cut := 0
	for _, e := range m.log() {
		if !e.At.Before(before) || m.has(e.Request) || e.Request == 0 && m.waits(approvals.Notices, e) {
			break
		}
		cut++
		done = done || e.Kind != approvals.LogCut
	}
	if done = done || requests > 0; !done {
		return 0, false
	}
	m.cut += cut
	m.traces = slices.DeleteFunc(m.traces, func(t approvals.Trace) bool { return m.purged[t.Request] })
	for key, k := range m.keys {
		if m.purged[k.id] || k.id == 0 && k.at <= m.cut {
			delete(m.keys, key)
		}
	}
	return requests, true
}
