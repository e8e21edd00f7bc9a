package fakeintune

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// call is one Graph call, also one within a $batch.
type call struct {
	method              string
	url                 *url.URL
	device              string // the id in its path, in lower case; empty for none
	action              string // what is behind the id
	who                 claims
	unauthorized        *refusal
	requestID           string
	clientRequestID     string
	sentClientRequestID string
	at                  time.Time
	now                 func() time.Time // the tenant's clock
}

func (c *call) app() string { return c.who.AppID }

func (c *call) isReset() bool { return c.method == http.MethodPost && c.action == resetPasscode }

var devicePath = regexp.MustCompile(`^/beta/deviceManagement/managedDevices(?:/|\(')([0-9a-zA-Z-]+)(?:'\))?(?:/(.+))?$`)

func (s *Server) newCall(method string, u *url.URL, h http.Header) *call {
	c := &call{method: method, url: u, requestID: newGUID(), at: s.now(), now: s.now, sentClientRequestID: h.Get("client-request-id")}
	c.clientRequestID = cmp.Or(c.sentClientRequestID, c.requestID)
	if m := devicePath.FindStringSubmatch(u.Path); m != nil {
		c.device, c.action = strings.ToLower(m[1]), strings.TrimPrefix(m[2], "microsoft.graph.")
	}
	return c
}

// graph answers a Graph call.
func (s *Server) graph(w http.ResponseWriter, r *http.Request) {
	c := s.newCall(r.Method, r.URL, r.Header)
	c.who, c.unauthorized = s.bearer(r)
	if r.URL.Path == "/beta/$batch" && r.Method == http.MethodPost {
		s.batch(w, r, c)
		return
	}
	rec := s.arrived(c)
	f := s.fault(c.method, c.url.Path, false)
	if !s.pause(s.config.Latency+f.Delay) || f.Cut {
		panic(http.ErrAbortHandler)
	}
	if f.Body != "" && !f.LoseAnswer {
		rec.answered(cmp.Or(f.Status, http.StatusOK))
		writeRaw(w, f)
		return
	}
	var a answer
	if f.Status != 0 && !f.LoseAnswer {
		a = f.answer()
	} else {
		a = s.serve(c, rec)
	}
	switch {
	case f.LoseAnswer && f.Status == 0:
		panic(http.ErrAbortHandler)
	case f.LoseAnswer:
		a = f.answer()
	}
	rec.answered(a.code())
	a.write(w, c)
}

// serve does what a call asks for.
func (s *Server) serve(c *call, rec record) answer {
	if c.unauthorized != nil {
		return answer{refusal: c.unauthorized}
	}
	if r := s.throttle(c); r != nil {
		return answer{refusal: r}
	}
	const devices = "/beta/deviceManagement/managedDevices"
	switch {
	case c.url.Path == devices && c.method == http.MethodGet:
		return c.reading(func() answer { return s.list(c) })
	case c.url.Path == "/beta/deviceManagement/remoteActionAudits" && c.method == http.MethodGet:
		return c.reading(func() answer { return s.listAudits(c) })
	case c.method == http.MethodGet && applicationPath.MatchString(c.url.Path):
		return s.application(c, applicationPath.FindStringSubmatch(c.url.Path)[1])
	case c.device != "" && c.action == "" && c.method == http.MethodGet:
		return c.reading(func() answer { return s.read(c) })
	case c.isReset():
		if a, ok := c.allowed(RolePrivileged); !ok {
			return a
		}
		return s.resetDevice(c, rec)
	case strings.HasPrefix(c.url.Path, devices):
		return refuse(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '"+cmp.Or(c.action, "managedDevices")+"'.")
	}
	return refuse(http.StatusNotFound, "ResourceNotFound", "Resource not found for the segment '"+strings.TrimPrefix(c.url.Path, "/beta/")+"'.")
}

// reading does what needs the permission to read.
func (c *call) reading(do func() answer) answer {
	if a, ok := c.allowed(RoleRead, RoleReadWrite); !ok {
		return a
	}
	return do()
}

// allowed says whether the token has one of the roles.
func (c *call) allowed(roles ...string) (answer, bool) {
	for _, role := range roles {
		if slices.Contains(c.who.granted(), role) {
			return answer{}, true
		}
	}
	return intuneRefuses(http.StatusForbidden, "Forbidden",
		"Application is not authorized to perform this operation. Application must have one of the following scopes: "+strings.Join(roles, ", ")), false
}
