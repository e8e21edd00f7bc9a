package check

import (
	"regexp"
	"time"
)

var stored = regexp.MustCompile(`^(R-\d+) is stored\.`)

// blur is how far apart two readings of the clock may be that are meant to be
// in order: events are cut to microseconds, and acknowledgements are timed
// after the fact.
const blur = 5 * time.Millisecond

// acknowledged holds what people were told at once against the audit.
func (c *checker) acknowledged() {
	for _, a := range c.asks {
		found := stored.FindStringSubmatch(a.said)
		if !a.acked || found == nil {
			continue
		}
		s := c.byID[found[1]]
		c.must(s != nil && s.ask != nil && s.ask.text == a.text, Lost, found[1], "",
			"%s was told that it is stored, and the audit does not have it: %s", a.user, a.text)
	}
	asked := map[*act]string{}
	for _, s := range c.stories {
		c.must(s.ask != nil, Invented, s.id, "", "nobody asked for it in Slack: %s", s.asked.Text)
		if s.ask == nil {
			continue
		}
		c.must(asked[s.ask] == "", Invented, s.id, "", "one command made it and %s", asked[s.ask])
		asked[s.ask] = s.id
	}
	for _, a := range c.clicks {
		if !a.acked || a.what == "why" { // to open a form changes nothing
			continue
		}
		c.must(c.happened(a), Lost, a.request, "", "the %s of %s at %s was acknowledged, and is not in the audit", a.what, a.user, a.from.Format(clock))
	}
	for _, s := range c.stories {
		for _, e := range s.of("decision.approved", "decision.denied", "request.cancelled") {
			c.must(c.clicked(e, s.id), Invented, s.id, "", "%s has no %s in Slack before event %d", e.Actor.ID, e.Kind, e.Seq)
		}
	}
}

const clock = "15:04:05.000"

// does is what an event says that somebody did.
func does(e Event) string {
	switch e.Kind {
	case "decision.approved":
		return "approve"
	case "decision.denied":
		return "deny"
	case "request.cancelled":
		return "cancel"
	case "act.refused":
		return e.Data["act"]
	}
	return ""
}

// happened says that an act is in the audit, or its refusal: between its
// arrival and its acknowledgement.
func (c *checker) happened(a act) bool {
	s := c.byID[a.request]
	if s == nil {
		return false
	}
	for _, e := range s.events {
		if does(e) == a.what && e.Actor.ID == a.user && !e.At.Before(a.from.Add(-blur)) && !e.At.After(a.to.Add(blur)) {
			return true
		}
	}
	return false
}

// clicked says that Slack saw a person do what an event says, before it.
func (c *checker) clicked(e Event, request string) bool {
	for _, a := range c.clicks {
		if a.request == request && a.what == does(e) && a.user == e.Actor.ID && !a.from.After(e.At.Add(blur)) {
			return true
		}
	}
	return false
}

// ends of a request, by the kind of the event.
var endings = map[string]string{
	"run.ended": "done", "request.rejected": "rejected", "decision.denied": "denied",
	"request.cancelled": "cancelled", "request.expired": "expired",
}

// end is how a request ended; empty where it has not.
func (s *story) end() string {
	for _, e := range s.events {
		if end := endings[e.Kind]; end != "" {
			return end
		}
	}
	return ""
}

// ends holds that every request has one end.
func (c *checker) ends() {
	for _, s := range c.stories {
		n := 0
		for _, e := range s.events {
			if endings[e.Kind] != "" {
				n++
			}
		}
		c.must(n == 1, Ended, s.id, "", "it has %d ends; its last event is %s", n, s.events[len(s.events)-1].Kind)
		c.report.Requests[s.end()]++
	}
}
