package fakeintune

import (
	"encoding/json"
	"net/http"
	"net/url"
)

// maxBatch is how many requests a $batch takes.
// Microsoft Learn: Combine multiple HTTP requests using JSON batching.
const maxBatch = 20

// batch answers a $batch. Its items count singly against the limits.
func (s *Server) batch(w http.ResponseWriter, r *http.Request, outer *call) {
	var in struct {
		Requests []struct {
			ID      string            `json:"id"`
			Method  string            `json:"method"`
			URL     string            `json:"url"`
			Headers map[string]string `json:"headers"`
		} `json:"requests"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<20)).Decode(&in)
	switch {
	case outer.unauthorized != nil:
		answer{refusal: outer.unauthorized}.write(w, outer)
		return
	case err != nil || len(in.Requests) == 0:
		refuse(http.StatusBadRequest, "BadRequest", "Invalid batch payload format.").write(w, outer)
		return
	case len(in.Requests) > maxBatch:
		refuse(http.StatusBadRequest, "BadRequest", "Number of batch request steps exceeds the maximum value of 20.").write(w, outer)
		return
	}
	if !s.pause(s.config.Latency) {
		panic(http.ErrAbortHandler)
	}
	answers := []any{}
	for _, item := range in.Requests {
		u, err := url.Parse("/beta" + item.URL)
		if err != nil {
			u = &url.URL{Path: "/beta/unreadable"}
		}
		h := http.Header{}
		for k, v := range item.Headers {
			h.Set(k, v)
		}
		c := s.newCall(item.Method, u, h)
		c.who = outer.who
		rec := s.arrived(c)
		f := s.fault(c.method, u.Path, false)
		var a answer
		if f.Status != 0 {
			a = f.answer()
		} else {
			a = s.serve(c, rec)
		}
		rec.answered(a.code())
		headers := http.Header{}
		a.headers(c, headers)
		shown := map[string]string{"Content-Type": "application/json"}
		for k := range headers {
			shown[k] = headers.Get(k)
		}
		answers = append(answers, map[string]any{"id": item.ID, "status": a.code(), "headers": shown, "body": a.content(c)})
	}
	answer{status: http.StatusOK, body: map[string]any{"responses": answers}}.write(w, outer)
}
