package config

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/token"

	"passcodebot/approvals"
)

// people checks that somebody may ask, and that for each who may there can
// be enough who approve. What depends on a group's members is found out when
// somebody asks.
func (r *reader) people() {
	c := r.config
	r.somebody("requesters", c.Requesters, "ask")
	r.somebody("approvers", c.Approvers, "approve")
	if r.faulty("approvers") || r.faulty("requesters") || r.faulty("quorum") || len(c.Approvers.Groups) > 0 {
		return
	}
	named := len(c.Approvers.People)
	if c.Quorum > named {
		r.say("quorum", r.place("quorum", "approvers.people"),
			fmt.Sprintf("%d approvals are more than the approvers that are named (%d)", c.Quorum, named), "Name more approvers, or a user group, or lower the quorum.")
		return
	}
	for _, id := range c.Requesters.People {
		if slices.Contains(c.Approvers.People, id) && named-1 < c.Quorum {
			r.say("approvers.people", r.place("approvers.people"),
				fmt.Sprintf("what %s asks for could never be approved: nobody approves their own request, so it would get %d of %d approvals", id, named-1, c.Quorum),
				"Name more approvers, or a user group.")
		}
	}
}

func (r *reader) somebody(key string, a approvals.Audience, act string) {
	if a.Empty() && !r.faulty(key) {
		r.say(key, r.place(key), "nobody may "+act, "Name user groups below "+key+".groups, or people below "+key+".people.")
	}
}

// place returns where the first of keys stands that the file has.
func (r *reader) place(keys ...string) token.Position {
	for _, key := range keys {
		if p, ok := r.places[key]; ok {
			return p
		}
	}
	return token.Position{}
}
