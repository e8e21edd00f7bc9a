package fakeslack

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
	"unicode/utf8"
)

const (
	replyLife = 30 * time.Minute
	replyUses = 5
)

// replyURL is what a response_url stands for: one act of one person in one
// place.
type replyURL struct {
	user, channel string
	source        *message // what was clicked, nil for a command
	at            time.Time
	uses          int
}

// newReply returns a response_url.
func (s *Server) newReply(r replyURL) string {
	secret := random(24)
	r.at = s.config.Now()
	s.replies[secret] = &r
	return s.base() + "/response/" + secret
}

// response is what is sent to a response_url, or in the acknowledgement of a
// command.
type response struct {
	Text     *string          `json:"text"`
	Blocks   *json.RawMessage `json:"blocks"`
	Type     string           `json:"response_type"`
	Replace  bool             `json:"replace_original"`
	Delete   bool             `json:"delete_original"`
	Thread   string           `json:"thread_ts"`
	Metadata *json.RawMessage `json:"metadata"`
}

// responseContent checks what a response shows.
func (s *Server) responseContent(r response) (content, *refusal) {
	out := content{text: r.Text}
	if r.Text != nil && utf8.RuneCountInString(*r.Text) > maxPost {
		return out, refuse("msg_too_long")
	}
	if r.Blocks != nil && string(*r.Blocks) != "null" {
		blocks, problem := messageBlocks(string(*r.Blocks), s.completer())
		if problem != nil {
			return out, problem
		}
		out.blocks = &blocks
	}
	return out, nil
}

// respond shows a response in a place: to its person alone, or to everybody.
func (s *Server) respond(to replyURL, r response, source string) (*message, *refusal) {
	parts, problem := s.responseContent(r)
	if problem != nil {
		return nil, problem
	}
	m := &message{channel: to.channel, user: s.config.App.BotUser, thread: r.Thread, source: source}
	switch r.Type {
	case "", "ephemeral":
		m.only = to.user
	case "in_channel":
	default:
		return nil, refuse("invalid_response_type")
	}
	if m.thread != "" && s.find(to.channel, m.thread) == nil {
		return nil, refuse("thread_not_found")
	}
	if problem := m.take(parts); problem != nil {
		return nil, problem
	}
	return s.add(m), nil
}

// serveResponse answers one use of a response_url.
func (s *Server) serveResponse(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	c := &call{Server: s, method: "response_url", args: map[string]string{}}
	s.mu.Lock()
	to := s.replies[r.PathValue("secret")]
	if to != nil {
		c.args["channel"], c.args["user"] = to.channel, to.user
	}
	s.mu.Unlock()
	// Arguments are kept as they came; what is no JSON brings its error below.
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) == nil {
		for name, value := range fields {
			var text string
			if json.Unmarshal(value, &text) != nil {
				text = string(value)
			}
			c.args[name] = text
		}
	}
	f := s.fault(c.method, c.args["channel"])
	if f.Delay > 0 && !s.pause(r.Context(), f.Delay) {
		panic(http.ErrAbortHandler)
	}
	if f.Cut {
		c.record("cut", true)
		panic(http.ErrAbortHandler)
	}
	if f.fails() {
		c.record(f.code(), false)
		f.answer(w)
		return
	}
	status, problem := c.use(to, raw, f.LoseAnswer)
	if f.LoseAnswer {
		panic(http.ErrAbortHandler)
	}
	switch {
	case status == http.StatusNotFound:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write(encode(answer{"ok": false, "error": problem.code})) // the client may be gone
	case problem != nil:
		http.Error(w, problem.code, status)
	default:
		_, _ = io.WriteString(w, "ok") // the client may be gone
	}
}

// use is one use of a response_url.
func (c *call) use(to *replyURL, raw []byte, lost bool) (status int, problem *refusal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() {
		code := ""
		if problem != nil {
			code = problem.code
		}
		c.note(code, lost)
		c.refusedCall(problem)
	}()
	switch {
	case to == nil:
		return http.StatusNotFound, refuse("invalid_url")
	case c.config.Now().Sub(to.at) > replyLife:
		return http.StatusNotFound, refuse("expired_url")
	case to.uses >= replyUses:
		return http.StatusNotFound, refuse("used_url")
	}
	var r response
	if err := json.Unmarshal(raw, &r); err != nil {
		return http.StatusBadRequest, refuse("invalid_payload")
	}
	to.uses++
	problem = c.apply(to, r)
	switch {
	case problem == nil:
		return http.StatusOK, nil
	case problem.code == "message_not_found":
		return http.StatusNotFound, problem
	}
	return http.StatusBadRequest, problem
}

// apply posts a response, or changes or deletes what was clicked.
func (c *call) apply(to *replyURL, r response) *refusal {
	if !r.Replace && !r.Delete {
		_, problem := c.respond(*to, r, "response_url")
		return problem
	}
	m := to.source
	if m == nil {
		if r.Delete {
			return refuse("message_not_found")
		}
		// A command has no message: there is nothing to replace.
		_, problem := c.respond(*to, r, "response_url")
		return problem
	}
	if m.deleted || !c.kept(m) {
		return refuse("message_not_found")
	}
	if r.Delete {
		c.remove(m)
		return nil
	}
	parts, problem := c.responseContent(r)
	if problem != nil {
		return problem
	}
	changed := *m
	if problem := changed.take(parts); problem != nil {
		return problem
	}
	changed.edited = c.stamp()
	*m = changed
	c.changed()
	return nil
}

// kept says that a message is still there.
func (s *Server) kept(m *message) bool {
	for _, other := range s.messages[m.channel] {
		if other == m {
			return true
		}
	}
	return false
}
