package fakeslack

import (
	"context"
	"fmt"
)

// Shortcut chooses a global shortcut, and waits for the acknowledgement or
// Config.AckWithin. The error says why the person could not choose it, or is
// that of ctx.
func (s *Server) Shortcut(ctx context.Context, as, callbackID string) (Seen, error) {
	s.mu.Lock()
	who, err := s.acting(as)
	if err == nil && !s.shortcut(callbackID, false) {
		err = fmt.Errorf("fakeslack: there is no global shortcut %q", callbackID)
	}
	if err != nil {
		s.mu.Unlock()
		return Seen{}, err
	}
	payload := s.shortcutPayload("shortcut", who, callbackID)
	s.mu.Unlock()
	return s.interact(ctx, "shortcut", "", payload, acknowledgedOnly)
}

// MessageShortcut chooses a shortcut in the menu of a message, and waits as
// Shortcut does. Ephemeral messages have no such menu.
func (s *Server) MessageShortcut(ctx context.Context, as, channel, ts, callbackID string) (Seen, error) {
	s.mu.Lock()
	payload, err := s.messageShortcut(as, channel, ts, callbackID)
	s.mu.Unlock()
	if err != nil {
		return Seen{}, err
	}
	return s.interact(ctx, "message_action", channel, payload, acknowledgedOnly)
}

func (s *Server) messageShortcut(as, channel, ts, callbackID string) (answer, error) {
	who, p, err := s.actor(as, channel)
	if err != nil {
		return nil, err
	}
	m := s.find(channel, ts)
	switch {
	case m == nil:
		return nil, fmt.Errorf("fakeslack: %s sees no message %s with a menu in %s", who.Name, ts, channel)
	case !s.shortcut(callbackID, true):
		return nil, fmt.Errorf("fakeslack: there is no message shortcut %q", callbackID)
	}
	out := s.shortcutPayload("message_action", who, callbackID)
	out["channel"] = answer{"id": p.ID, "name": p.title()}
	out["message"], out["message_ts"] = s.wire(m, false), m.ts
	out["response_url"] = s.newReply(replyURL{user: who.ID, channel: channel})
	return out, nil
}

// shortcut says that the app has a shortcut.
func (s *Server) shortcut(callbackID string, message bool) bool {
	if !s.mayGet("shortcut") {
		return false
	}
	for _, each := range s.config.App.Shortcuts {
		if each.CallbackID == callbackID && each.Message == message {
			return true
		}
	}
	return false
}

// shortcutPayload is what both kinds of shortcuts send. Slack's examples of
// them have no api_app_id.
func (s *Server) shortcutPayload(kind string, who Person, callbackID string) answer {
	out := s.interaction(kind, who)
	delete(out, "api_app_id")
	out["callback_id"], out["action_ts"] = callbackID, s.stamp()
	out["trigger_id"] = s.newTrigger(who.ID, "")
	return out
}
