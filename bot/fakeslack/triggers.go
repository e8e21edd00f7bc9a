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
	at   time.Time
	used bool
}

// newTrigger returns the trigger_id of an act.
func (s *Server) newTrigger(user string) string {
	at := s.config.Now()
	id := strconv.FormatInt(at.UnixMilli(), 10) + "." + strconv.Itoa(len(s.triggers)+1) + "." + random(16)
	s.triggers[id] = &trigger{user: user, at: at}
	return id
}

// exchange uses a trigger_id up.
func (c *call) exchange(id string) (user string, problem *refusal) {
	t := c.triggers[id]
	switch {
	case t == nil:
		return "", refuse("invalid_trigger_id")
	case t.used:
		return "", refuse("exchanged_trigger_id")
	case c.config.Now().Sub(t.at) > triggerLife:
		return "", refuse("expired_trigger_id")
	}
	t.used = true
	return t.user, nil
}
