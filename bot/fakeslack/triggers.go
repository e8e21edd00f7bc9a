package fakeslack

import (
	"strconv"
	"time"
)

// triggerLife is how long a trigger_id can open a view.
const triggerLife = 3 * time.Second

// trigger is what a trigger_id stands for: one act of one person.
type trigger struct {
	user string
	view string // the modal in which it was, "" for none
	at   time.Time
	used bool
}

// newTrigger returns the trigger_id of an act, in a modal or, with an empty
// view, elsewhere.
func (s *Server) newTrigger(user, view string) string {
	at := s.config.Now()
	id := strconv.FormatInt(at.UnixMilli(), 10) + "." + strconv.Itoa(len(s.triggers)+1) + "." + random(16)
	s.triggers[id] = &trigger{user: user, view: view, at: at}
	return id
}

// exchange uses a trigger_id up.
func (c *call) exchange(id string) (*trigger, *refusal) {
	t := c.triggers[id]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case c.config.Now().Sub(t.at) > triggerLife:
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}
