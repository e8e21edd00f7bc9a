package fakeslack

import (
	"fmt"
	"slices"
	"strings"
)

// place is where messages are: a channel, or a direct conversation with the
// bot.
type place struct {
	Channel
	direct bool
	group  bool // a direct conversation of several people
}

// direct is a direct conversation of the bot with one person or several.
type direct struct {
	id    string
	users []string // without the bot
}

// scope names the kind of the place as it stands in scopes.
func (p place) scope() string {
	switch {
	case p.group:
		return "mpim"
	case p.direct:
		return "im"
	case p.Private:
		return "groups"
	}
	return "channels"
}

// title is the name that payloads carry.
func (p place) title() string {
	switch {
	case p.direct:
		return "directmessage"
	case p.Private:
		return "privategroup"
	}
	return p.Name
}

// place finds a place by its id.
func (s *Server) place(id string) (place, bool) {
	for _, c := range s.channels {
		if c.ID == id {
			return place{Channel: c}, true
		}
	}
	for _, d := range s.directs {
		if d.id == id {
			c := Channel{ID: d.id, Private: true, Members: append(slices.Clone(d.users), s.config.App.BotUser)}
			return place{Channel: c, direct: true, group: len(d.users) > 1}, true
		}
	}
	return place{}, false
}

// named finds a channel by its id or its name, with or without #.
func (s *Server) named(name string) (place, bool) {
	if p, ok := s.place(name); ok {
		return p, true
	}
	name = strings.TrimPrefix(name, "#")
	for _, c := range s.channels {
		if c.Name == name && name != "" {
			return place{Channel: c}, true
		}
	}
	return place{}, false
}

// open opens the direct conversation with people, or finds it.
func (s *Server) open(users ...string) (id string, already bool) {
	for _, d := range s.directs {
		if slices.Equal(d.users, users) {
			return d.id, true
		}
	}
	s.serial++
	kind := "D"
	if len(users) > 1 {
		kind = "G"
	}
	id = fmt.Sprintf("%s0DIRECT%03d", kind, s.serial)
	s.directs = append(s.directs, direct{id: id, users: slices.Clone(users)})
	s.changed()
	return id, false
}

// DirectChannel returns the bot's direct conversation with a user, "" where
// none was opened.
func (s *Server) DirectChannel(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.directs {
		if slices.Equal(d.users, []string{user}) {
			return d.id
		}
	}
	return ""
}

// visible says that a person can look into a place: as a member, or because
// it is a public channel and the person is no guest.
func (s *Server) visible(as string, p place) bool {
	if slices.Contains(p.Members, as) {
		return true
	}
	who := s.person(as)
	return who != nil && !p.Private && !who.Guest && !who.UltraGuest && !who.Stranger
}
