package fakeslack

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// pageAct is what a person does on the page.
type pageAct struct {
	As         string `json:"as"`
	Channel    string `json:"channel"`
	Text       string `json:"text"`
	TS         string `json:"ts"`
	ThreadTS   string `json:"thread_ts"`
	Where      Where  `json:"where"`
	ViewID     string `json:"view_id"`
	CallbackID string `json:"callback_id"`
	BlockID    string `json:"block_id"`
	ActionID   string `json:"action_id"`
	Value      any    `json:"value"`
	State      State  `json:"state"`
	Query      string `json:"query"`
	Clear      bool   `json:"clear"`
	Active     bool   `json:"active"`
	Locale     string `json:"locale"`
}

// act reads an act and answers what came of it.
func act(s *Server, do func(context.Context, pageAct) (Seen, string, error)) http.HandlerFunc {
	return answered(s, func(ctx context.Context, a pageAct) (answer, error) {
		seen, ts, err := do(ctx, a)
		out := answer{"error": seen.Error}
		if ts != "" {
			out["ts"] = ts
		}
		return out, err
	})
}

// answered reads an act and answers with what it returns. An error that says
// why a person can't do it stands where those of Slack do.
func answered(s *Server, do func(context.Context, pageAct) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var a pageAct
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&a); err != nil {
			http.Error(w, "not JSON", http.StatusBadRequest)
			return
		}
		out, err := do(r.Context(), a)
		if err != nil {
			out["error"] = strings.TrimPrefix(err.Error(), "fakeslack: ")
		}
		s.writePage(w, out)
	}
}
