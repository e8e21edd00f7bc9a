package fakeslack

import (
	"context"
	"encoding/json"
	"slices"
)

// payloadKind is a kind of payload that the app gets.
type payloadKind struct {
	envelope string // the type of its envelope
	// answers says that what comes with the acknowledgement counts.
	answers bool
	// scope is needed for it, "" for none.
	scope  string
	limits string
}

// payloadKinds is every kind of payload, by its type, besides events.
func payloadKinds() map[string]payloadKind {
	return map[string]payloadKind{
		"slash_commands": {
			envelope: "slash_commands", answers: true, scope: "commands",
			limits: "not in threads; answer in the acknowledgement or by response_url",
		},
		"block_actions": {
			envelope: "interactive", limits: "from messages, modals and App Home; state.values of everything on the surface",
		},
		"shortcut": {envelope: "interactive", scope: "commands", limits: "global shortcuts; no channel"},
		"message_action": {
			envelope: "interactive", scope: "commands", limits: "shortcuts of messages, in threads too; with message and response_url",
		},
		"view_submission": {
			envelope: "interactive", answers: true,
			limits: "response_action errors, update, push or clear; required fields are asked for by the client",
		},
		"view_closed":      {envelope: "interactive", limits: "only with notify_on_close"},
		"block_suggestion": {envelope: "interactive", answers: true, limits: "options or option_groups; from min_query_length characters on"},
	}
}

// interact sends a payload of a kind, and waits for what comes of it.
func (s *Server) interact(ctx context.Context, kind, channel string, payload any, acked func(json.RawMessage) Seen) (Seen, error) {
	return s.dispatch(ctx, payloadKinds()[kind].envelope, channel, payload, acked)
}

// mayGet says that the app has the scope that a kind of payload needs. The
// lock is held.
func (s *Server) mayGet(kind string) bool {
	scope := payloadKinds()[kind].scope
	return scope == "" || slices.Contains(s.scopes, scope)
}

// acknowledgedOnly is for payloads whose acknowledgement carries nothing.
func acknowledgedOnly(json.RawMessage) Seen { return Seen{} }

// accepts says that an envelope's acknowledgement may carry an answer.
func accepts(envelope string, payload any) bool {
	if envelope == "slash_commands" {
		return true
	}
	var kind any
	switch p := payload.(type) {
	case answer:
		kind = p["type"]
	case map[string]any:
		kind = p["type"]
	}
	name, _ := kind.(string)
	return payloadKinds()[name].answers
}
