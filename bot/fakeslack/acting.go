package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Seen is what came back to the person who acted, at once.
type Seen struct {
	// Text and Blocks came with the acknowledgement of a command.
	Text   string
	Blocks json.RawMessage
	// Error is what the client shows: operation_timeout, dispatch_failed
	// (the app is not connected), invalid_blocks and the like (its answer
	// could not be shown), or "not a command".
	Error string
}

// acting finds who acts. The error says why they can't.
func (s *Server) acting(as string) (Person, error) {
	who := s.person(as)
	switch {
	case who == nil:
		return Person{}, fmt.Errorf("fakeslack: there is no person %q", as)
	case who.Deactivated:
		return *who, fmt.Errorf("fakeslack: %s is deactivated and can't act", who.Name)
	case who.Bot || who.ID == slackbot:
		return *who, fmt.Errorf("fakeslack: %s is a bot and does not act by hand", who.Name)
	}
	return *who, nil
}

// actor finds who acts where. The error says why they can't.
func (s *Server) actor(as, channel string) (Person, place, error) {
	who, err := s.acting(as)
	if err != nil {
		return who, place{}, err
	}
	p, ok := s.place(channel)
	switch {
	case !ok:
		return who, p, fmt.Errorf("fakeslack: there is no channel %q", channel)
	case !s.visible(as, p):
		return who, p, fmt.Errorf("fakeslack: %s can't see %s", who.Name, channel)
	}
	return who, p, nil
}

// command finds an installed command by its name.
func (s *Server) command(name string) (Command, bool) {
	if !slices.Contains(s.scopes, "commands") {
		return Command{}, false
	}
	for _, c := range s.config.App.Commands {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}

// Command types a slash command into a channel's message field, and waits
// for the acknowledgement or Config.AckWithin. The error says why the person
// could not type it, or is that of ctx.
func (s *Server) Command(ctx context.Context, as, channel, text string) (Seen, error) {
	return s.AlteredCommand(ctx, as, channel, text, nil)
}

// AlteredCommand is Command with a payload that is not what Slack sends: of
// another app, workspace or organisation, say. Nil alters nothing.
func (s *Server) AlteredCommand(ctx context.Context, as, channel, text string, alter func(map[string]any)) (Seen, error) {
	text = strings.TrimSpace(text)
	name, rest := text, ""
	if i := strings.IndexAny(text, " \t\n"); i >= 0 {
		name, rest = text[:i], strings.TrimSpace(text[i:])
	}
	s.mu.Lock()
	who, p, err := s.actor(as, channel)
	if err == nil && p.Archived {
		err = fmt.Errorf("fakeslack: #%s is archived", p.Name)
	}
	if err != nil {
		s.mu.Unlock()
		return Seen{}, err
	}
	if name == "/invite" && strings.TrimPrefix(rest, "@") == s.config.App.Name {
		defer s.mu.Unlock()
		s.invite(who, p)
		return Seen{}, nil
	}
	c, known := s.command(name)
	// Commands of another workspace's app are not offered to strangers.
	if !known || who.Stranger {
		defer s.mu.Unlock()
		s.slackbotSays(who.ID, channel, fmt.Sprintf("`%s` is not a valid command. In Slack, all messages that start with the \"/\" character are interpreted as commands.", name))
		return Seen{Error: "not a command"}, nil
	}
	if c.Escape {
		rest = s.escape(rest)
	}
	to := replyURL{user: who.ID, channel: channel}
	payload := s.commandPayload(who, p, name, rest, s.newReply(to))
	s.mu.Unlock()

	seen, err := s.dispatch(ctx, "slash_commands", channel, altered(payload, alter), func(raw json.RawMessage) Seen {
		return s.acknowledged(to, raw)
	})
	if err == nil && seen.Error != "" {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.slackbotSays(who.ID, channel, fmt.Sprintf("%s failed with the error %q", name, seen.Error))
	}
	return seen, err
}

// invite makes the app a member of a channel, as Slack's own /invite does.
func (s *Server) invite(who Person, p place) {
	for i := range s.channels {
		if c := &s.channels[i]; c.ID == p.ID && !slices.Contains(c.Members, s.config.App.BotUser) {
			c.Members = append(slices.Clone(c.Members), s.config.App.BotUser)
		}
	}
	s.slackbotSays(who.ID, p.ID, "@"+s.config.App.Name+" is in #"+p.Name+" now.")
}

// acknowledged shows what came with the acknowledgement of a command.
func (s *Server) acknowledged(to replyURL, raw json.RawMessage) Seen {
	if len(raw) == 0 {
		return Seen{}
	}
	var r response
	if json.Unmarshal(raw, &r) != nil {
		return Seen{Error: "invalid_payload"}
	}
	if r.Text == nil && r.Blocks == nil {
		return Seen{}
	}
	m, problem := s.respond(to, r, "ack")
	if problem != nil {
		s.noteRefused("slash_commands", to.channel, to.user, problem, string(raw))
		return Seen{Error: problem.code}
	}
	out := Seen{Text: m.text}
	if len(m.blocks) > 0 {
		out.Blocks = encode(m.blocks)
	}
	return out
}

// slackbotSays shows one person a sentence of Slack's own.
func (s *Server) slackbotSays(to, channel, text string) {
	s.add(&message{channel: channel, user: slackbot, only: to, text: text, source: "slackbot"})
}

// Click presses the button with an action_id, as if its confirmation were
// given, and waits for the acknowledgement or Config.AckWithin. The error
// says that the person sees no such button, or is that of ctx.
func (s *Server) Click(ctx context.Context, as, channel, ts, actionID string) (Seen, error) {
	return s.click(ctx, as, channel, ts, "", actionID, nil)
}

// AlteredClick is Click with a payload that is not what Slack sends: of
// another app or person, of a message that was copied or forwarded, with
// another value.
func (s *Server) AlteredClick(ctx context.Context, as, channel, ts, actionID string, alter func(map[string]any)) (Seen, error) {
	return s.click(ctx, as, channel, ts, "", actionID, alter)
}

func (s *Server) click(ctx context.Context, as, channel, ts, blockID, actionID string, alter func(map[string]any)) (Seen, error) {
	s.mu.Lock()
	who, on, err := s.before(as, Where{Channel: channel, TS: ts})
	if err != nil {
		s.mu.Unlock()
		return Seen{}, err
	}
	block, button := locate(on.blocks, blockID, actionID)
	if button == nil || button["type"] != "button" {
		s.mu.Unlock()
		return Seen{}, fmt.Errorf("fakeslack: message %s has no button %q", ts, actionID)
	}
	payload := s.actionPayload(who, on, s.action(block, button, nil))
	s.mu.Unlock()
	return s.interact(ctx, "block_actions", channel, altered(payload, alter), acknowledgedOnly)
}

// clickable finds a message that a person sees, ephemeral ones included.
func (s *Server) clickable(as, channel, ts string) *message {
	for _, m := range s.messages[channel] {
		if m.ts == ts && !m.deleted && (m.only == "" || m.only == as) {
			return m
		}
	}
	return nil
}

// Say posts a message as a person types it, and returns its timestamp.
func (s *Server) Say(as, channel, threadTS, text string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.say(as, channel, threadTS, s.escape(text))
}

// say posts a text that is escaped already.
func (s *Server) say(as, channel, threadTS, text string) (string, error) {
	who, p, err := s.actor(as, channel)
	switch {
	case err != nil:
		return "", err
	case p.Archived:
		return "", fmt.Errorf("fakeslack: #%s is archived", p.Name)
	case !slices.Contains(p.Members, who.ID):
		return "", fmt.Errorf("fakeslack: %s is not in #%s", who.Name, p.Name)
	case threadTS != "" && s.find(channel, threadTS) == nil:
		return "", fmt.Errorf("fakeslack: there is no message %s to reply to", threadTS)
	case strings.TrimSpace(text) == "":
		return "", fmt.Errorf("fakeslack: there is no text")
	}
	m := s.add(&message{channel: channel, user: who.ID, thread: threadTS, text: text, source: "say"})
	return m.ts, nil
}
