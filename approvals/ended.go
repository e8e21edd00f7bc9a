package approvals

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// deskPage is how many requests are read at a time, and maxDesk how many
	// at once and kept in all: a search that finds little must not read for
	// ever.
	deskPage, maxDesk = 100, 2000
	// longestLife is more than the time between a request's being asked and
	// its end, which can be 30 days by the configuration and then some for the
	// resets, so that older ones need not be read.
	longestLife = 45 * 24 * time.Hour
)

// ended knows what Desks show and search of the requests that ended lately,
// as far as it never changes. It is kept from one Desk to the next, so that a
// Desk costs what has happened since the last and not what has happened in a
// month: whatever ends was open at the last look, or has a higher id. The zero
// ended knows nothing yet.
type ended struct {
	mu   sync.Mutex // one Desk at a time catches up
	top  ID         // the highest id that was looked at
	open map[ID]bool
	all  []gist    // the last to end first
	cut  time.Time // what is not in all, for want of room, had ended by then
}

// gist is what people know a request by that has ended.
type gist struct {
	id        ID
	requester string
	at        time.Time // when it ended
	words     string    // in small letters
}

// catchUp looks at what may have ended since the last time. Open are the
// requests that had not a moment ago.
func (e *ended) catchUp(ctx context.Context, s Store, now time.Time, open []Request) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	still := map[ID]bool{}
	for i := range open {
		still[open[i].ID] = true
	}
	top, err := e.fresh(ctx, s, now, still)
	if err != nil {
		return err
	}
	for id := range e.open {
		if still[id] {
			continue
		}
		switch r, err := s.Request(ctx, id); {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return err
		default:
			e.takes(&r, still)
		}
	}
	e.top, e.open = top, still
	e.trim(now)
	return nil
}

// fresh takes the requests that were asked since the last time, and returns
// the highest id. The first time, it goes back as far as need be.
func (e *ended) fresh(ctx context.Context, s Store, now time.Time, still map[ID]bool) (top ID, err error) {
	top = e.top
	limit := 1 // mostly there is none
	for before, read := ID(0), 0; ; limit = deskPage {
		page, err := s.Latest(ctx, before, limit)
		if err != nil {
			return 0, err
		}
		for i := range page {
			r := &page[i]
			if r.ID <= e.top || r.CreatedAt.Before(now.Add(-DeskTime-longestLife)) {
				return top, nil
			}
			if read++; read > maxDesk {
				e.cuts(r.CreatedAt.Add(longestLife))
				return top, nil
			}
			top, before = max(top, r.ID), r.ID
			e.takes(r, still)
		}
		if len(page) < limit {
			return top, nil
		}
	}
}

// takes takes a request if it has ended; else it is looked at again.
func (e *ended) takes(r *Request, still map[ID]bool) {
	if !r.State.Ended() {
		still[r.ID] = true
		return
	}
	e.all = slices.DeleteFunc(e.all, func(g gist) bool { return g.id == r.ID })
	e.all = append(e.all, gist{r.ID, r.Requester.ID, r.EndedAt, r.words()})
}

func (e *ended) cuts(by time.Time) {
	if by.After(e.cut) {
		e.cut = by
	}
}

// trim forgets what ended too long ago, and what is too much.
func (e *ended) trim(now time.Time) {
	e.all = slices.DeleteFunc(e.all, func(g gist) bool { return g.at.Before(now.Add(-DeskTime)) })
	slices.SortFunc(e.all, func(a, b gist) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.id, a.id)) })
	if len(e.all) > maxDesk {
		e.cuts(e.all[maxDesk].at)
		e.all = slices.Delete(e.all, maxDesk, len(e.all))
	}
}

// found returns the requests that ended lately, of the requesters that
// somebody sees, and have all of these words, the last to end first; and
// whether there may be more of them.
func (e *ended) found(now time.Time, words []string, sees func(requester string) bool) (ids []ID, more bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	since := now.Add(-DeskTime)
	for _, g := range e.all {
		switch {
		case g.at.Before(since) || !sees(g.requester) || !g.has(words):
		case len(ids) == MaxRecent:
			return ids, true
		default:
			ids = append(ids, g.id)
		}
	}
	return ids, e.cut.After(since)
}

// has says that a request has all of these words, in small letters, in what
// people know it by.
func (g *gist) has(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(g.words, w) })
}

// words are what people know a request by, in small letters.
func (r *Request) words() string {
	parts := []string{r.ID.String(), r.Requester.Name, r.Reason, r.Statement.Ticket}
	for _, t := range r.Targets {
		parts = append(parts, t.Device.Name, t.Device.Serial, t.Device.ID, t.Device.Owner.UPN, t.Device.Owner.Email)
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}
