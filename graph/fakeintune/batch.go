package fakeintune

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBatch is how many requests a $batch takes.
// Microsoft Learn: Combine multiple HTTP requests using JSON batching.
const maxBatch = 20

// batchItem is one request of a $batch.
type batchItem struct {
	ID      string            `json:"id"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
}

// batch answers a $batch. Its items count singly against the limits, and meet
// faults singly, after those of the $batch itself.
func (s *Server) batch(w http.ResponseWriter, r *http.Request, outer *call) {
	f := s.fault(outer.method, outer.url.Path, false)
	if !s.pause(s.config.Latency+f.Delay) || f.Cut {
		panic(http.ErrAbortHandler)
	}
	if f.Body != "" && !f.LoseAnswer {
		writeRaw(w, f)
		return
	}
	a, lost := answer{}, f.LoseAnswer
	if f.Status != 0 && !f.LoseAnswer {
		a = f.answer()
	} else if items, bad := readBatch(w, r, outer); bad != nil {
		a = answer{refusal: bad}
	} else {
		var heard []func()
		responses := []any{}
		meant := s.meant(items, outer)
		if meant == nil {
			panic(http.ErrAbortHandler)
		}
		for _, one := range meant {
			response, unheard := s.batchItem(one)
			responses, lost = append(responses, response), lost || unheard
			heard = append(heard, func() { one.rec.answered(response["status"].(int)) })
		}
		for _, record := range heard {
			if !lost {
				record()
			}
		}
		a = answer{status: http.StatusOK, body: map[string]any{"responses": responses}}
	}
	if lost {
		panic(http.ErrAbortHandler)
	}
	a.write(w, outer)
}

// readBatch reads the items, or says why a $batch is refused as a whole.
func readBatch(w http.ResponseWriter, r *http.Request, outer *call) ([]batchItem, *refusal) {
	if outer.unauthorized != nil {
		return nil, outer.unauthorized
	}
	bad := func(message string) *refusal {
		return &refusal{status: http.StatusBadRequest, code: "BadRequest", message: message}
	}
	var in struct {
		Requests []batchItem `json:"requests"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<20)).Decode(&in); err != nil || len(in.Requests) == 0 {
		return nil, bad("Invalid batch payload format.")
	}
	if len(in.Requests) > maxBatch {
		return nil, bad("Number of batch request steps exceeds the maximum value of 20.")
	}
	seen := map[string]bool{}
	for _, item := range in.Requests {
		if item.ID == "" || item.Method == "" || item.URL == "" || seen[item.ID] {
			return nil, bad("Each request of a batch needs an id of its own, a method and a url.")
		}
		seen[item.ID] = true
	}
	return in.Requests, nil
}

// meantItem is a request of a $batch and the fault that it meets.
type meantItem struct {
	id  string
	c   *call
	rec record
	f   Fault
}

// meant is the calls that the items of a $batch mean. Its answer takes as
// long as that of the slowest of them. It is nil where the connection is to
// be cut.
func (s *Server) meant(items []batchItem, outer *call) []meantItem {
	var meant []meantItem
	var slowest time.Duration
	cut := false
	for _, item := range items {
		u, err := url.Parse("/beta/" + strings.TrimPrefix(item.URL, "/"))
		if err != nil {
			u = &url.URL{Path: "/beta/unreadable"}
		}
		h := http.Header{}
		for k, v := range item.Headers {
			h.Set(k, v)
		}
		c := s.newCall(item.Method, u, h)
		c.who = outer.who
		one := meantItem{item.ID, c, s.arrived(c), s.fault(c.method, u.Path, false)}
		meant = append(meant, one)
		slowest, cut = max(slowest, one.f.Delay), cut || one.f.Cut
	}
	if !s.pause(slowest) || cut {
		return nil
	}
	return meant
}

// batchItem does one request of a $batch. Where its answer is to be lost, so
// are those of the others, which share the connection.
func (s *Server) batchItem(one meantItem) (response map[string]any, lost bool) {
	var a answer
	switch f := one.f; {
	case f.LoseAnswer:
		a, lost = s.serve(one.c, one.rec), true
	case f.Body != "":
		a = answer{status: cmp.Or(f.Status, http.StatusOK), body: f.Body}
	case f.Status != 0:
		a = f.answer()
	default:
		a = s.serve(one.c, one.rec)
	}
	headers := http.Header{}
	a.headers(one.c, headers)
	shown := map[string]string{"Content-Type": "application/json"}
	for k := range headers {
		shown[k] = headers.Get(k)
	}
	response = map[string]any{"id": one.id, "status": a.code(), "headers": shown}
	if body := a.content(one.c); body != nil {
		response["body"] = body
	}
	return response, lost
}
