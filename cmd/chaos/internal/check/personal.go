package check

import (
	"encoding/json"
	"strings"

	"passcodebot/bot/fakeslack"
)

// personalType is the metadata of what tells single people of changes.
const personalType = "passcodebot_personal"

// mark is what the metadata of a message says that it is about.
type mark struct{ kind, request, through string }

func markOf(m fakeslack.Message) mark {
	var raw struct {
		Type    string `json:"event_type"`
		Payload struct {
			Request string `json:"request"`
			Through string `json:"through"`
		} `json:"event_payload"`
	}
	if json.Unmarshal(m.Metadata, &raw) != nil {
		return mark{}
	}
	return mark{raw.Type, raw.Payload.Request, raw.Payload.Through}
}

// personal holds what single people were told of a request by direct message:
// nothing twice, who asked of each change that was not their own, and those
// who are asked by name that they are. It returns what who asked was told.
func (c *checker) personal(s *story, alone []fakeslack.Message, names map[string]string) map[string]int {
	said := map[string]int{}
	parts := map[string]int{} // by conversation and the last event that they tell of
	asked := map[string]int{}
	cut := false
	for _, m := range alone {
		at := markOf(m)
		if at.kind != personalType || at.request != s.id {
			continue
		}
		parts[m.Channel+" "+at.through]++
		if c.Directs[m.Channel] == s.asked.Actor.ID {
			count(said, m)
			cut = cut || strings.Contains(m.Text, "The thread of its card has the rest.")
			continue
		}
		text := visible(m)
		asks := strings.Contains(text, "You are asked by name to decide on this")
		if asks {
			asked[m.Channel]++
		}
		c.must(asks || strings.Contains(text, "still waits for your decision"), Told, s.id, "", "%s was told what is not for them: %s", c.Directs[m.Channel], text)
	}
	for at, n := range parts {
		c.must(n == 1, Told, s.id, "", "%s was told the same %s by direct message", at, times(n))
	}
	for at, n := range asked {
		c.must(n <= 1+len(s.of("request.reopened")), Told, s.id, "", "%s was asked by name %s", c.Directs[at], times(n))
	}
	rest := map[string]int{}
	for what, n := range said {
		rest[what] = n
	}
	for what, n := range s.changes(names) {
		// Once the card is gone, it is the thread's part that tells them.
		right := said[what] == n || (cut || s.gone > 0) && said[what] <= n
		c.must(right, Told, s.id, "", "%s was told %s to who asked, and happened %d times", what, times(said[what]), n)
		delete(rest, what)
	}
	for what, n := range rest {
		c.must(false, Told, s.id, "", "%s was told %s to who asked, and is not for them or did not happen", what, times(n))
	}
	return said
}

// changes counts what who asked has to hear: all that happened but their own
// acts, and what came of each device but once, at the end.
func (s *story) changes(names map[string]string) map[string]int {
	n := s.happened(names)
	for _, e := range s.events {
		switch e.Kind {
		case "request.cancelled":
			delete(n, "Cancelled by "+e.Actor.ID)
		case "reset.accepted", "reset.failed", "reset.skipped", "reset.unknown":
			if what := e.Kind + " of " + names[e.Device]; e.Data["found"] != "afterwards" {
				if n[what]--; n[what] == 0 {
					delete(n, what)
				}
			}
		}
	}
	return n
}
