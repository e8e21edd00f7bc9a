package fakeslack

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds a request, in bytes.
const maxBody = 4 << 20

// call is one request of the Web API on its way through a method. The lock
// is held while the method runs.
type call struct {
	*Server
	method  string
	args    map[string]string
	token   string
	charset bool // a JSON body that did not name its charset
}

// answer is what a method answers with, besides ok.
type answer map[string]any

// refusal is an error of Slack.
type refusal struct {
	code     string
	messages []string // for response_metadata
	extra    answer
	retry    time.Duration // with ratelimited
}

func (r *refusal) Error() string { return r.code }

func refuse(code string) *refusal { return &refusal{code: code} }

// argument is refused with invalid_arguments and says why.
func argument(why string) *refusal {
	return &refusal{code: "invalid_arguments", messages: []string{"[ERROR] " + why}}
}

// serveMethod answers one call of the Web API.
func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request) {
	c := &call{Server: s, method: r.PathValue("method")}
	problem := c.read(w, r)
	f := s.fault(c.method, cmp.Or(c.args["channel"], c.args["channel_id"]))
	if f.Delay > 0 && !s.pause(r.Context(), f.Delay) {
		panic(http.ErrAbortHandler)
	}
	if f.Cut {
		c.record("cut", true)
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("X-Slack-Req-Id", random(16))
	w.Header().Set("Cache-Control", "no-store")
	if f.fails() {
		c.record(f.code(), false)
		f.answer(w)
		return
	}
	var body answer
	if problem == nil {
		body, problem = c.do(w.Header(), f.LoseAnswer)
	} else {
		c.record(problem.code, false)
	}
	if f.LoseAnswer {
		panic(http.ErrAbortHandler)
	}
	c.write(w, body, problem)
}

// do checks what every method checks, runs the method and records the call.
func (c *call) do(h http.Header, lost bool) (body answer, problem *refusal) {
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
	m, known := methods()[c.method]
	if !known {
		return nil, refuse("unknown_method")
	}
	if problem := c.authenticate(m.app, h); problem != nil {
		return nil, problem
	}
	if m.scope != "" {
		h.Set("X-Accepted-Oauth-Scopes", m.scope)
		if problem := c.needs(m.scope); problem != nil {
			return nil, problem
		}
	}
	if problem := c.limits.method(c.config.Now(), c.method, m.tier); problem != nil {
		return nil, problem
	}
	return m.run(c)
}

// read takes the arguments and the token out of a request.
func (c *call) read(w http.ResponseWriter, r *http.Request) *refusal {
	c.args = map[string]string{}
	for k, v := range r.URL.Query() {
		// Slack refuses tokens in addresses, where logs would keep them.
		if k != "token" {
			c.args[k] = v[0]
		}
	}
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if ok {
		c.token = bearer
	}
	if r.Method != http.MethodPost {
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/json":
		c.charset = params["charset"] == ""
		if !c.readJSON(r.Body) {
			return refuse("invalid_json")
		}
	case err == nil && (kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data"):
		parse := r.ParseForm
		if kind == "multipart/form-data" {
			parse = func() error { return r.ParseMultipartForm(maxBody) }
		}
		if parse() != nil {
			return refuse("invalid_form_data")
		}
		for k, v := range r.PostForm {
			c.args[k] = v[0]
		}
		if c.token == "" {
			c.token = c.args["token"]
		}
	default:
		raw, err := io.ReadAll(r.Body)
		switch {
		case err != nil || (len(raw) > 0 && r.Header.Get("Content-Type") != ""):
			return refuse("invalid_post_type")
		case len(raw) > 0:
			return refuse("missing_post_type")
		}
	}
	delete(c.args, "token")
	return nil
}

// readJSON reads an object. Values that are not strings keep their JSON.
func (c *call) readJSON(r io.Reader) bool {
	raw, err := io.ReadAll(r)
	if err != nil {
		return false
	}
	var body map[string]json.RawMessage
	if len(raw) > 0 && json.Unmarshal(raw, &body) != nil {
		return false
	}
	for k, v := range body {
		var text string
		switch {
		case json.Unmarshal(v, &text) == nil && string(v) != "null":
			c.args[k] = text
		case string(v) != "null":
			c.args[k] = string(v)
		}
	}
	return true
}

// authenticate checks the token and its type.
func (c *call) authenticate(app bool, h http.Header) *refusal {
	a := c.config.App
	switch {
	case c.token == "":
		return refuse("not_authed")
	case c.token != a.BotToken && c.token != a.AppToken:
		return refuse("invalid_auth")
	case c.revoked:
		return refuse("token_revoked")
	case app != (c.token == a.AppToken):
		return refuse("not_allowed_token_type")
	}
	h.Set("X-Oauth-Scopes", strings.Join(c.granted(), ","))
	return nil
}

func (c *call) write(w http.ResponseWriter, body answer, problem *refusal) {
	status, out := http.StatusOK, answer{"ok": true}
	if problem != nil {
		out = answer{"ok": false, "error": problem.code}
		maps.Copy(out, problem.extra)
		if len(problem.messages) > 0 {
			out["response_metadata"] = answer{"messages": problem.messages}
		}
		if problem.code == "ratelimited" {
			status = http.StatusTooManyRequests
			w.Header().Set("Retry-After", seconds(problem.retry))
		}
	} else {
		maps.Copy(out, body)
	}
	if c.charset {
		out["warning"] = "missing_charset"
		if meta, ok := out["response_metadata"].(answer); ok {
			meta["warnings"] = []string{"missing_charset"}
		} else {
			out["response_metadata"] = answer{"warnings": []string{"missing_charset"}}
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if _, err := w.Write(encode(out)); err != nil {
		c.log.Debug("answer not written", "method", c.method, "error", err)
	}
}

// seconds rounds up: whoever comes back after so many is not too early.
func seconds(d time.Duration) string {
	return strconv.FormatInt(max(1, int64((d+time.Second-1)/time.Second)), 10)
}

// flag reads a boolean argument.
func (c *call) flag(name string) bool {
	return slices.Contains([]string{"true", "1"}, strings.ToLower(c.args[name]))
}

// number reads an argument that is a number between 1 and limit.
func (c *call) number(name string, otherwise, limit int) (int, *refusal) {
	if c.args[name] == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(c.args[name])
	if err != nil || n < 0 {
		return 0, refuse("invalid_limit")
	}
	if n == 0 {
		return otherwise, nil
	}
	return min(n, limit), nil
}

// decode reads JSON with its numbers as they stand.
func decode(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON")
	}
	return v, nil
}
