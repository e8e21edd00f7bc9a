package check

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"passcodebot/bot/fakeslack"
)

// story is a request as the audit tells it, with what the fakes saw of it.
type story struct {
	id     string
	asked  Event
	events []Event
	ask    *act // the command; nil where Slack saw none
	cards  []fakeslack.Message
	gone   int // how many of them somebody deleted
}

// of returns the events of some kinds.
func (s *story) of(kinds ...string) []Event {
	return slices.DeleteFunc(slices.Clone(s.events), func(e Event) bool { return !slices.Contains(kinds, e.Kind) })
}

// act is what a person did in Slack, as Slack saw it.
type act struct {
	user, channel string
	what          string // ask, approve, deny or cancel; why where the form was asked for that denies
	request       string // of a decision
	text          string // of a command
	acked         bool
	said          string // what came with the acknowledgement
	from, to      time.Time
}

// read finds out who did what, and puts the stories together.
func (c *checker) read() {
	for _, e := range c.Envelopes {
		a, ok := readAct(e)
		switch {
		case !ok:
		case a.what == "ask":
			c.asks = append(c.asks, a)
		default:
			c.clicks = append(c.clicks, a)
		}
	}
	c.byID = map[string]*story{}
	for _, e := range c.audit {
		if e.Kind == "request.asked" {
			s := &story{id: e.Request, asked: e}
			c.stories = append(c.stories, s)
			c.byID[e.Request] = s
		}
		if s := c.byID[e.Request]; s != nil {
			s.events = append(s.events, e)
		}
	}
	for _, s := range c.stories {
		for i := range c.asks {
			if a := &c.asks[i]; a.user == s.asked.Actor.ID && strings.HasSuffix(a.text, "reason: "+s.asked.Text) {
				s.ask = a
			}
		}
	}
	for _, m := range c.Messages {
		if s := c.byID[titled(m)]; s != nil && !m.Deleted {
			s.cards = append(s.cards, m)
		}
	}
	for _, m := range c.Deleted {
		if s := c.byID[titled(m)]; s != nil {
			s.cards = append(s.cards, m)
			s.gone++
		}
	}
}

var title = regexp.MustCompile(`^(R-\d+): reset `)

// titled returns the request whose card a message is, or nothing.
func titled(m fakeslack.Message) string {
	if found := title.FindStringSubmatch(m.Text); found != nil && m.ThreadTS == "" && !m.Ephemeral {
		return found[1]
	}
	return ""
}

var cancelling = regexp.MustCompile(`^cancel (R-\d+)$`)

// readAct reads an envelope.
func readAct(e fakeslack.Envelope) (act, bool) {
	var p struct {
		Type      string `json:"type"`
		UserID    string `json:"user_id"`
		ChannelID string `json:"channel_id"`
		Text      string `json:"text"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
		Channel struct {
			ID string `json:"id"`
		} `json:"channel"`
		View struct {
			Callback string `json:"callback_id"`
			Metadata string `json:"private_metadata"`
		} `json:"view"`
		Actions []struct {
			ActionID string `json:"action_id"`
			Value    string `json:"value"`
		} `json:"actions"`
	}
	if json.Unmarshal(e.Payload, &p) != nil {
		return act{}, false
	}
	a := act{acked: e.Acked, from: e.At, to: e.At.Add(e.AckAfter)}
	switch {
	case e.Type == "slash_commands":
		a.user, a.channel, a.text, a.what = p.UserID, p.ChannelID, p.Text, "ask"
		if found := cancelling.FindStringSubmatch(p.Text); found != nil {
			a.what, a.request = "cancel", found[1]
		}
		var said struct {
			Text string `json:"text"`
		}
		if len(e.AckPayload) > 0 && json.Unmarshal(e.AckPayload, &said) == nil {
			a.said = said.Text
		}
		return a, true
	case p.Type == "view_submission" && p.View.Callback == "deny":
		a.user, a.what, a.request = p.User.ID, "deny", "R-"+p.View.Metadata
		return a, true
	case len(p.Actions) == 1:
		a.user, a.channel, a.what, a.request = p.User.ID, p.Channel.ID, p.Actions[0].ActionID, "R-"+p.Actions[0].Value
		if a.what == "deny" {
			a.what = "why"
		}
		return a, true
	}
	return act{}, false
}
