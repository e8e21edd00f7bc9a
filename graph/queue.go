package graph

import (
	"slices"

	"passcodebot/approvals"
)

// queue is the turns that are waited for, of each request apart.
type queue struct {
	len     int
	order   []approvals.ID // whose turn is next
	waiting map[approvals.ID][]*turn
}

func (q *queue) push(t *turn) {
	q.len++
	if len(q.waiting[t.id]) == 0 {
		q.order = append(q.order, t.id)
	}
	q.waiting[t.id] = append(q.waiting[t.id], t)
}

// pop takes the first turn of a request, and lets the others go before its
// next.
func (q *queue) pop(id approvals.ID) *turn {
	q.len--
	t := q.waiting[id][0]
	rest := q.waiting[id][1:]
	q.order = slices.DeleteFunc(q.order, func(other approvals.ID) bool { return other == id })
	delete(q.waiting, id)
	if len(rest) > 0 {
		q.waiting[id] = rest
		q.order = append(q.order, id)
	}
	return t
}

// remove takes a turn out that is no longer waited for. It is false where the
// turn was given already.
func (q *queue) remove(t *turn) bool {
	turns := q.waiting[t.id]
	i := slices.Index(turns, t)
	if i < 0 {
		return false
	}
	q.len--
	if len(turns) == 1 {
		delete(q.waiting, t.id)
		q.order = slices.DeleteFunc(q.order, func(other approvals.ID) bool { return other == t.id })
		return true
	}
	q.waiting[t.id] = slices.Delete(turns, i, i+1)
	return true
}
