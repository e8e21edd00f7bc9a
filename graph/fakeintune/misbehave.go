package fakeintune

import (
	"cmp"
	"net/http"
	"strings"
)

// faults are what goes wrong, oldest first.
type faults []*planned

type planned struct {
	Fault
	left int // how often more; below zero for ever
}

// Fail lets calls go wrong, and returns what ends it.
func (s *Server) Fail(f Fault) (remove func()) {
	p := &planned{f, f.Times}
	if f.Times == 0 {
		p.left = -1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, p)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		p.left = 0
	}
}

// Faults returns the faults that calls can still meet, oldest first, as they
// were given to Fail.
func (s *Server) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var waiting []Fault
	for _, p := range s.faults {
		if p.left != 0 {
			waiting = append(waiting, p.Fault)
		}
	}
	return waiting
}

// Heal ends every fault.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault is the fault that a call meets; the zero Fault for none. An Entra
// call is one of the token endpoint alone.
func (s *Server) fault(method, path string, entra bool) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.faults {
		fits := p.left != 0 && entra == (p.Path == "token") &&
			(entra || strings.Contains(path, p.Path)) &&
			(p.Method == "" || p.Method == method) &&
			(p.Device == "" || strings.Contains(strings.ToLower(path), strings.ToLower(p.Device)))
		if !fits || p.Percent > 0 && s.chance.Float64()*100 >= p.Percent {
			continue
		}
		if p.left > 0 {
			p.left--
		}
		return p.Fault
	}
	return Fault{}
}

// misbehave does what a fault wants before a call is looked at. It reports
// whether the call goes on.
func (s *Server) misbehave(w http.ResponseWriter, r *http.Request, applies bool) (Fault, bool) {
	if !applies {
		return Fault{}, true
	}
	f := s.fault(r.Method, r.URL.Path, true)
	if !s.pause(f.Delay) || f.Cut {
		panic(http.ErrAbortHandler)
	}
	if f.Body != "" {
		writeRaw(w, f)
		return f, false
	}
	if f.Status != 0 {
		a := f.answer()
		if a.refusal.retryAfter > 0 {
			a.headers(&call{now: s.now}, w.Header())
		}
		writeJSON(w, f.Status, map[string]any{"error": cmp.Or(f.Code, "temporarily_unavailable"), "error_description": cmp.Or(f.Message, "AADSTS90033: A transient error has occurred. Please try again.")})
		return f, false
	}
	return f, true
}

func writeRaw(w http.ResponseWriter, f Fault) {
	w.Header().Set("Content-Type", cmp.Or(f.ContentType, "text/html"))
	w.WriteHeader(cmp.Or(f.Status, http.StatusOK))
	_, _ = w.Write([]byte(f.Body)) // whoever asked may have gone
}

// answer is the error that a fault answers with.
func (f Fault) answer() answer {
	code, message := "UnknownError", "An unknown error has occurred."
	retry := 0
	switch f.Status {
	case http.StatusTooManyRequests:
		code, message = "TooManyRequests", "Too many requests."
	case http.StatusServiceUnavailable:
		code, message = "ServiceUnavailable", "The service is temporarily unavailable."
	case http.StatusGatewayTimeout:
		code, message = "GatewayTimeout", "The gateway timed out."
	case http.StatusForbidden:
		code, message = "Forbidden", "Forbidden."
	}
	if (f.Status == http.StatusTooManyRequests || f.Status == http.StatusServiceUnavailable) && !f.NoRetryAfter {
		retry = cmp.Or(f.RetryAfter, 1)
	}
	return answer{refusal: &refusal{status: f.Status, code: cmp.Or(f.Code, code), message: cmp.Or(f.Message, message), retryAfter: retry}}
}
