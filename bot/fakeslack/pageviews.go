package fakeslack

import (
	"context"
	"net/http"
	"slices"
)

// pageOfViews adds modals, App Home, shortcuts, files and refusals to the
// page.
func (s *Server) pageOfViews(mux *http.ServeMux) {
	mux.HandleFunc("GET /slack/views", s.pageStack)
	mux.HandleFunc("GET /slack/home", s.pageHome)
	mux.HandleFunc("GET /slack/file", s.pageFile)
	mux.HandleFunc("GET /slack/refused", s.pageRefused)
	post := func(path string, do func(context.Context, pageAct) (answer, error)) {
		mux.HandleFunc("POST /slack/"+path, answered(s, do))
	}
	seen := func(seen Seen, err error) (answer, error) { return answer{"error": seen.Error}, err }
	post("open_home", func(ctx context.Context, a pageAct) (answer, error) { return seen(s.OpenHome(ctx, a.As)) })
	post("shortcut", func(ctx context.Context, a pageAct) (answer, error) { return seen(s.Shortcut(ctx, a.As, a.CallbackID)) })
	post("message_shortcut", func(ctx context.Context, a pageAct) (answer, error) {
		return seen(s.MessageShortcut(ctx, a.As, a.Channel, a.TS, a.CallbackID))
	})
	post("act", func(ctx context.Context, a pageAct) (answer, error) {
		return seen(s.Act(ctx, a.As, a.Where, a.BlockID, a.ActionID, a.Value, a.State))
	})
	post("submit", func(ctx context.Context, a pageAct) (answer, error) {
		got, err := s.Submit(ctx, a.As, a.ViewID, a.State)
		out := answer{"error": got.Error, "errors": got.Errors, "says": ""}
		if got.Errors == nil {
			out["errors"] = answer{}
		}
		if got.Error != "" {
			out["says"] = TroubleConnecting
		}
		return out, err
	})
	post("close", func(ctx context.Context, a pageAct) (answer, error) {
		// Slack shows nothing where the app does not acknowledge it.
		_, err := s.closeViews(ctx, a.As, a.ViewID, a.Clear)
		return answer{"error": ""}, err
	})
	post("suggest", func(ctx context.Context, a pageAct) (answer, error) {
		where := a.Where
		if where == (Where{}) {
			where.ViewID = a.ViewID
		}
		got, err := s.suggest(ctx, a.As, where, a.BlockID, a.ActionID, a.Query, a.State)
		return answer{
			"options": append([]any{}, got.Options...), "option_groups": append([]any{}, got.Groups...), "error": got.err,
		}, err
	})
	post("presence", func(_ context.Context, a pageAct) (answer, error) {
		s.EditPerson(a.As, func(p *Person) { p.Away = !a.Active })
		return answer{"error": ""}, nil
	})
	post("locale", func(_ context.Context, a pageAct) (answer, error) {
		s.EditPerson(a.As, func(p *Person) { p.Locale = a.Locale })
		return answer{"error": ""}, nil
	})
}

// pageView is a view on the page: as Slack sends it, with its errors.
func (s *Server) pageView(v *view) answer {
	out := s.wireView(v)
	out["errors"] = v.errors
	if v.errors == nil {
		out["errors"] = answer{}
	}
	return out
}

// pageStack answers the modals that a person has open, bottom first.
func (s *Server) pageStack(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stack := []answer{}
	for _, v := range s.modals[r.URL.Query().Get("as")] {
		stack = append(stack, s.pageView(v))
	}
	s.writePage(w, answer{"rev": s.rev, "stack": stack})
}

// pageHome answers the App Home of a person.
func (s *Server) pageHome(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := answer{"rev": s.rev, "view": nil}
	if v := s.homes[r.URL.Query().Get("as")]; v != nil {
		out["view"] = s.pageView(v)
	}
	s.writePage(w, out)
}

// pageFile answers a file of a message that the person sees.
func (s *Server) pageFile(w http.ResponseWriter, r *http.Request) {
	as, id := r.URL.Query().Get("as"), r.URL.Query().Get("id")
	s.mu.Lock()
	var found *file
	for _, p := range s.places() {
		if !s.visible(as, p) {
			continue
		}
		for _, m := range s.messages[p.ID] {
			if at := slices.IndexFunc(m.files, func(f *file) bool { return f.ID == id }); at >= 0 && (m.only == "" || m.only == as) {
				found = m.files[at]
			}
		}
	}
	s.mu.Unlock()
	if found == nil {
		http.NotFound(w, r)
		return
	}
	found.write(w)
}

// pageRefused answers what Slack would not have shown.
func (s *Server) pageRefused(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []answer{}
	for _, r := range s.refused {
		list = append(list, answer{
			"at": r.At.UnixMilli(), "method": r.Method, "error": r.Error, "detail": append([]string{}, r.Detail...),
			"channel": r.Channel, "user": r.User, "body": r.Body,
		})
	}
	s.writePage(w, answer{"rev": s.rev, "refused": list})
}
