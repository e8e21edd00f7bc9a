package fakeslack

import (
	"encoding/json"
	"slices"
	"time"
)

// Refused is content that Slack would not show: blocks, a view, a text, or
// what came with an acknowledgement.
type Refused struct {
	At time.Time
	// Method is the method, response_url, or the kind of the payload whose
	// acknowledgement it came with.
	Method string
	Error  string
	Detail []string // what is wrong, and where
	// Channel or User is for whom it was.
	Channel, User string
	// Body is what was sent: JSON, or a text as a JSON string.
	Body json.RawMessage
}

// maxRefused is how many are kept.
const maxRefused = 50

// contentErrors are the errors that say what is wrong with content.
var contentErrors = []string{
	"invalid_arguments", "invalid_blocks", "invalid_blocks_format", "invalid_metadata_format", "invalid_metadata_schema",
	"invalid_payload", "invalid_response_type", "duplicate_external_id", "push_limit_reached",
	"metadata_too_large", "msg_blocks_too_long", "msg_too_long", "no_text", "view_too_large",
}

// Refused returns the last content that was refused, oldest first.
func (s *Server) Refused() []Refused {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.refused)
}

// noteRefused notes content that was refused. The lock is held.
func (s *Server) noteRefused(method, channel, user string, problem *refusal, body string) {
	if problem == nil || !slices.Contains(contentErrors, problem.code) {
		return
	}
	r := Refused{
		At: s.config.Now(), Method: method, Error: problem.code, Detail: problem.messages,
		Channel: channel, User: user, Body: json.RawMessage(body),
	}
	if !json.Valid(r.Body) {
		r.Body = encode(body)
	}
	s.refused = append(s.refused, r)
	s.refused = s.refused[max(0, len(s.refused)-maxRefused):]
	s.changed()
}

// refusedCall notes the content of a call that was refused. The lock is held.
func (c *call) refusedCall(problem *refusal) {
	if problem == nil {
		return
	}
	body := c.args["text"]
	for _, name := range []string{"view", "blocks"} {
		if c.args[name] != "" {
			body = c.args[name]
		}
	}
	user := c.args["user"]
	if c.args["user_id"] != "" {
		user = c.args["user_id"]
	}
	c.noteRefused(c.method, c.args["channel"], user, problem, body)
}
