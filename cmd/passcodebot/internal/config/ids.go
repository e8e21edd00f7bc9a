package config

import (
	"regexp"
	"strings"
)

// idKind is a kind of thing in Slack that has an id.
type idKind struct {
	article, plural string // a channel, channels
	letters         string // that its ids begin with
	where           string // how a person finds the id
}

var (
	userGroup = idKind{
		"a user group", "user groups", "S",
		"In Slack, open Directories, User groups, the group, its menu of three dots, and copy the group's ID, such as S0ONCALL123.",
	}
	person = idKind{
		"a person", "people", "UW",
		"In Slack, open the person's profile, its menu of three dots, and copy the member ID, such as U0ALICE1234.",
	}
	channel = idKind{
		"a channel", "channels", "CG",
		"In Slack, open the channel's details: its ID, such as C0HELPDESK1, stands at the bottom of the About tab.",
	}
)

// An id has a digit or at least nine characters. This tells ids from names
// in capitals: GENERAL is none, though it begins with the G of old private channels.
var (
	idShape  = regexp.MustCompile(`^[A-Z][A-Z0-9]+$`)
	idDigit  = regexp.MustCompile(`[0-9]`)
	idLength = 9
)

// id says whether written is an id of the wanted kind, and reports if not.
func (v value) id(want idKind, written string) bool {
	shaped := idShape.MatchString(written) && (idDigit.MatchString(written) || len(written) >= idLength)
	if shaped && strings.Contains(want.letters, written[:1]) {
		return true
	}
	if shaped {
		for _, other := range []idKind{userGroup, person, channel} {
			if strings.Contains(other.letters, written[:1]) {
				v.say(cite(written)+" is the id of "+other.article+", not of "+want.article, want.where)
				return false
			}
		}
		if written[0] == 'D' && want.letters == channel.letters {
			v.say(cite(written)+" is a direct message", "Name a channel. "+want.where)
			return false
		}
	}
	v.say(cite(written)+" is not the id of "+want.article, "Names can be changed and given to something else, ids cannot. "+want.where)
	return false
}
