package storetest

import (
	"cmp"
	"slices"
	"time"

	"passcodebot/approvals"
)

// model is a store as a list in memory: what every store must be like, in as
// few words as possible. It is given whole microseconds in UTC only.
type model struct {
	requests []approvals.Request // by id, from 1
	events   []approvals.Event   // by seq, from 1
	keys     map[string]approvals.ID
	cursors  map[approvals.ID]approvals.Cursor
	leases   map[approvals.ID]modelLease
}

type modelLease struct {
	owner string
	until time.Time
}

func newModel() *model {
	return &model{
		keys: map[string]approvals.ID{}, cursors: map[approvals.ID]approvals.Cursor{}, leases: map[approvals.ID]modelLease{},
	}
}

func (m *model) has(id approvals.ID) bool { return id >= 1 && int(id) <= len(m.requests) }

func (m *model) save(c approvals.Change) (approvals.Request, error) {
	if _, ok := m.keys[c.Key]; ok {
		return approvals.Request{}, approvals.ErrDuplicate
	}
	events := c.Events
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
	}
	for _, e := range events {
		if e.Request != 0 && !m.has(e.Request) {
			return approvals.Request{}, approvals.ErrNotFound
		}
	}
	if fresh {
		m.requests = append(m.requests, r)
	} else if c.Request != nil {
		m.requests[r.ID-1] = r
	}
	if c.Key != "" {
		m.keys[c.Key] = r.ID
	}
	for _, e := range events {
		if fresh && e.Request == 0 {
			e.Request = r.ID
		}
		e.Seq = approvals.Seq(len(m.events) + 1)
		m.events = append(m.events, e)
	}
	return r, nil
}

func (m *model) request(id approvals.ID) (approvals.Request, error) {
	if !m.has(id) {
		return approvals.Request{}, approvals.ErrNotFound
	}
	return m.requests[id-1], nil
}

func (m *model) keyed(key string) (approvals.Request, error) { return m.request(m.keys[key]) }

func (m *model) open() []approvals.Request {
	return slices.DeleteFunc(slices.Clone(m.requests), func(r approvals.Request) bool { return r.State.Ended() })
}

func (m *model) history(id approvals.ID, after approvals.Seq, limit int) []approvals.Event {
	var found []approvals.Event
	for _, e := range m.events {
		if e.Request == id && e.Seq > after && len(found) < limit {
			found = append(found, e)
		}
	}
	return found
}

func (m *model) claim(c approvals.Claim) []approvals.Request {
	due := slices.DeleteFunc(slices.Clone(m.requests), func(r approvals.Request) bool {
		return r.WakeAt.IsZero() || r.WakeAt.After(c.Now) || m.leases[r.ID].until.After(c.Now)
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

func (m *model) behind() []approvals.ID {
	var ids []approvals.ID
	for _, e := range m.events {
		if e.Request != 0 && e.Seq > m.cursors[e.Request].Seq && !slices.Contains(ids, e.Request) {
			ids = append(ids, e.Request)
		}
	}
	return ids
}

// advance returns Invalid where the log has not got so far.
func (m *model) advance(id approvals.ID, cur approvals.Cursor) error {
	switch {
	case !m.has(id):
		return approvals.ErrNotFound
	case cur.Seq < m.cursors[id].Seq:
		return approvals.ErrConflict
	case int(cur.Seq) > len(m.events):
		return &approvals.Error{Kind: approvals.Invalid}
	}
	m.cursors[id] = cur
	return nil
}
