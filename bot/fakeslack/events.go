package fakeslack

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// eventKind is a kind of event that an app can subscribe to.
type eventKind struct {
	scope  string // "" for none
	limits string
}

// eventKinds is every kind of event, by the name of its subscription.
func eventKinds() map[string]eventKind {
	return map[string]eventKind{
		"app_home_opened": {limits: "tab home; with the view where one was published"},
		"app_mention":     {scope: "app_mentions:read", limits: "in channels where the app is a member, in threads too; not in direct messages"},
		"message.im":      {scope: "im:history", limits: "new messages in direct conversations with the app, its own too (with bot_id); no edits"},
	}
}

// subscribed says that the app gets a kind of event. The lock is held.
func (s *Server) subscribed(kind string) bool {
	k, known := eventKinds()[kind]
	return known && slices.Contains(s.config.App.Events, kind) && (k.scope == "" || slices.Contains(s.scopes, k.scope))
}

// notify sends an event to an app that has subscribed to its kind, and again
// where it is not acknowledged, as Config.RetryEvents says. It does not wait:
// what came of the first sending can be read once. It is nil where nothing is
// sent. The lock is held.
func (s *Server) notify(kind, channel string, event answer) <-chan Seen {
	select {
	case <-s.closing:
		return nil
	default:
	}
	if !s.subscribed(kind) {
		return nil
	}
	t, a := s.config.Team, s.config.App
	enterprise := any(nil)
	if t.EnterpriseID != "" {
		enterprise = t.EnterpriseID
	}
	payload := answer{
		"type": "event_callback", "token": a.VerificationToken, "team_id": t.ID, "api_app_id": a.ID, "event": event,
		"event_id": "Ev0" + strings.ToUpper(random(5)), "event_time": s.config.Now().Unix(), "is_ext_shared_channel": false,
		"authorizations": []answer{{
			"enterprise_id": enterprise, "team_id": t.ID, "user_id": a.BotUser, "is_bot": true, "is_enterprise_install": a.OrgInstalled,
		}},
	}
	if p, ok := s.place(channel); ok {
		payload["is_ext_shared_channel"] = p.Shared
	}
	first := make(chan Seen, 1)
	// Close closes s.closing before it takes the lock, and waits after that.
	s.serving.Go(func() { s.insist(channel, payload, first) })
	return first
}

// insist sends an event until it is acknowledged, or often enough.
func (s *Server) insist(channel string, payload answer, first chan<- Seen) {
	ctx := context.Background() // Close ends every wait below
	reason := ""
	for attempt := 0; ; attempt++ {
		seen, err := s.deliver(ctx, outgoing{
			kind: "events_api", channel: channel, payload: payload, attempt: attempt, reason: reason, acked: acknowledgedOnly,
		})
		if err != nil {
			return
		}
		if attempt == 0 {
			first <- seen
		}
		reason = "timeout"
		if seen.Error == "" || attempt == len(s.config.RetryEvents) || !s.pause(ctx, s.config.RetryEvents[attempt]) {
			return
		}
	}
}

// tell sends the events of a new message. The lock is held.
func (s *Server) tell(m *message) {
	p, ok := s.place(m.channel)
	if !ok || m.only != "" {
		return
	}
	event := s.wire(m, false)
	text, _ := event["text"].(string)
	event["text"] = labelled.ReplaceAllString(text, "<@$1>")
	event["channel"], event["event_ts"] = p.ID, m.ts
	if team := s.teamOf(m.user); team != s.config.Team.ID {
		event["user_team"], event["source_team"] = team, team
	}
	mine := m.user == s.config.App.BotUser
	switch {
	case p.direct && !p.group:
		event["channel_type"] = "im"
		s.notify("message.im", p.ID, event)
	case !p.direct && !mine && slices.Contains(p.Members, s.config.App.BotUser) && s.mentionsApp(m.text):
		event["type"] = "app_mention"
		s.notify("app_mention", p.ID, event)
	}
}

// labelled is a mention with its label, which messages don't have.
var labelled = regexp.MustCompile(`<@([A-Z0-9]+)\|[^>]*>`)

func (s *Server) mentionsApp(text string) bool {
	for _, found := range mention.FindAllStringSubmatch(text, -1) {
		if found[1] == "@" && found[2] == s.config.App.BotUser {
			return true
		}
	}
	return false
}
