package fakeintune

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// controlTests is what a test in another process has of the tenant: what has
// arrived (GET /fleet/posts, /fleet/calls, /fleet/audits: a list each, oldest
// first), what goes wrong (POST /fleet/fail with a fault, /fleet/heal to end
// them all) and what others do (POST /fleet/reset-by-admin, /fleet/others).
func (s *Server) controlTests(mux *http.ServeMux) {
	mux.HandleFunc("GET /fleet/posts", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, append([]Post{}, s.Posts()...))
	})
	mux.HandleFunc("GET /fleet/calls", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, append([]Call{}, s.Calls()...))
	})
	mux.HandleFunc("GET /fleet/audits", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Audits()) })
	mux.HandleFunc("POST /fleet/fail", func(w http.ResponseWriter, r *http.Request) {
		var f orderedFault
		if !readOrder(w, r, &f) {
			return
		}
		fault, err := f.fault()
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		s.Fail(fault)
		writeJSON(w, http.StatusOK, map[string]string{"error": ""})
	})
	mux.HandleFunc("POST /fleet/heal", func(w http.ResponseWriter, _ *http.Request) {
		s.Heal()
		writeJSON(w, http.StatusOK, map[string]string{"error": ""})
	})
	mux.HandleFunc("POST /fleet/reset-by-admin", func(w http.ResponseWriter, r *http.Request) {
		var act struct {
			ID string `json:"id"`
			By string `json:"by"`
		}
		if !readOrder(w, r, &act) {
			return
		}
		if _, known := s.Device(act.ID); !known {
			writeJSON(w, http.StatusNotFound, map[string]string{"error": "There is no such device."})
			return
		}
		s.ResetInAdminCenter(act.ID, act.By)
		writeJSON(w, http.StatusOK, map[string]string{"error": ""})
	})
	mux.HandleFunc("POST /fleet/others", func(w http.ResponseWriter, r *http.Request) {
		var act struct {
			Writes int `json:"writes"`
		}
		if !readOrder(w, r, &act) {
			return
		}
		s.OthersUse(act.Writes)
		writeJSON(w, http.StatusOK, map[string]string{"error": ""})
	})
}

// orderedFault is a Fault as it is sent. Its delay is one of Go's durations,
// such as "150ms".
type orderedFault struct {
	Path         string  `json:"path"`
	Method       string  `json:"method"`
	Device       string  `json:"device"`
	Times        int     `json:"times"`
	Percent      float64 `json:"percent"`
	Delay        string  `json:"delay"`
	Status       int     `json:"status"`
	Code         string  `json:"code"`
	Message      string  `json:"message"`
	Body         string  `json:"body"`
	ContentType  string  `json:"content_type"`
	RetryAfter   int     `json:"retry_after"`
	NoRetryAfter bool    `json:"no_retry_after"`
	LoseAnswer   bool    `json:"lose_answer"`
	Cut          bool    `json:"cut"`
}

func (f orderedFault) fault() (Fault, error) {
	var delay time.Duration
	if f.Delay != "" {
		var err error
		if delay, err = time.ParseDuration(f.Delay); err != nil {
			return Fault{}, fmt.Errorf("delay: %w", err)
		}
	}
	if f.Percent < 0 || f.Percent > 100 {
		return Fault{}, fmt.Errorf("percent is %v, which is no chance", f.Percent)
	}
	return Fault{
		Path: f.Path, Method: f.Method, Device: f.Device, Times: f.Times, Percent: f.Percent, Delay: delay, Status: f.Status,
		Code: f.Code, Message: f.Message, Body: f.Body, ContentType: f.ContentType, RetryAfter: f.RetryAfter,
		NoRetryAfter: f.NoRetryAfter, LoseAnswer: f.LoseAnswer, Cut: f.Cut,
	}, nil
}

// readOrder reads what a test orders, strictly, or answers what is wrong
// with it.
func readOrder(w http.ResponseWriter, r *http.Request, into any) bool {
	in := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	in.DisallowUnknownFields()
	if err := in.Decode(into); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "That could not be read: " + err.Error()})
		return false
	}
	return true
}
