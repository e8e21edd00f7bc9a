package fakeslack

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"passcodebot/bot/fakeslack/page"
)

// Page serves the sandbox page at "/", its JSON below "/slack/", and each
// mount below its own prefix, which it keeps ("/fleet/").
//
// It answers to loopback names only, lets the page load nothing from
// elsewhere, and takes POSTs only with the header X-Sandbox: 1, which no
// page of another origin can send.
func (s *Server) Page(mounts map[string]http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServerFS(page.Files))
	mux.HandleFunc("GET /slack/state", s.pageState)
	mux.HandleFunc("GET /slack/messages", s.pageMessages)
	mux.HandleFunc("GET /slack/changes", s.pageChanges)
	mux.HandleFunc("POST /slack/command", act(s, func(ctx context.Context, a pageAct) (Seen, string, error) {
		seen, err := s.Command(ctx, a.As, a.Channel, a.Text)
		return seen, "", err
	}))
	mux.HandleFunc("POST /slack/click", act(s, func(ctx context.Context, a pageAct) (Seen, string, error) {
		seen, err := s.click(ctx, a.As, a.Channel, a.TS, a.BlockID, a.ActionID, nil)
		return seen, "", err
	}))
	mux.HandleFunc("POST /slack/say", act(s, func(_ context.Context, a pageAct) (Seen, string, error) {
		// Like Slack's client, the page has made references of @names.
		s.mu.Lock()
		defer s.mu.Unlock()
		ts, err := s.say(a.As, a.Channel, a.ThreadTS, a.Text)
		return Seen{}, ts, err
	}))
	s.pageOfViews(mux)
	for prefix, h := range mounts {
		mux.Handle(prefix, h)
	}
	return loopbackOnly(guarded(mux))
}

// guarded sets the headers that keep the page to itself, and refuses POSTs
// that it did not send.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if r.Header.Get("X-Sandbox") != "1" || r.Header.Get("Content-Type") != "application/json" {
				http.Error(w, "only the sandbox page can do that", http.StatusForbidden)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) writePage(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if _, err := w.Write(encode(v)); err != nil {
		s.log.Debug("page not answered", "error", err)
	}
}

// pageState answers who there is, and which channels a person sees.
func (s *Server) pageState(w http.ResponseWriter, r *http.Request) {
	as := r.URL.Query().Get("as")
	s.mu.Lock()
	defer s.mu.Unlock()
	people, groups, channels, commands, shortcuts := []answer{}, []answer{}, []answer{}, []answer{}, []answer{}
	for _, p := range s.people {
		people = append(people, answer{
			"id": p.ID, "name": p.Name, "real_name": p.RealName, "title": p.Title, "tz": p.TZ,
			"locale": localeOf(p), "presence": presenceOf(p), "guest": p.Guest || p.UltraGuest, "bot": p.Bot || p.ID == slackbot, "deactivated": p.Deactivated,
		})
	}
	for _, g := range s.groups {
		groups = append(groups, answer{"id": g.ID, "handle": g.Handle, "members": append([]string{}, g.Members...)})
	}
	for _, p := range s.places() {
		if !s.visible(as, p) {
			continue
		}
		name := p.Name
		if p.direct {
			name = s.config.App.Name
		}
		last := ""
		for _, m := range s.seen(as, p.ID, "") {
			last = m.ts
		}
		channels = append(channels, answer{
			"id": p.ID, "name": name, "private": p.Private && !p.direct, "dm": p.direct, "topic": p.Topic,
			"archived": p.Archived, "member": slices.Contains(p.Members, as), "last_ts": last,
		})
	}
	for _, c := range s.config.App.Commands {
		commands = append(commands, answer{"name": c.Name, "hint": c.Hint, "description": c.Description})
	}
	for _, c := range s.config.App.Shortcuts {
		kind := "global"
		if c.Message {
			kind = "message"
		}
		shortcuts = append(shortcuts, answer{
			"name": c.Name, "callback_id": c.CallbackID, "type": kind, "description": c.Description,
		})
	}
	s.writePage(w, answer{
		"now": s.config.Now().UnixMilli(), "home": s.config.App.Home, "shortcuts": shortcuts,
		"rev": s.rev, "team": answer{"id": s.config.Team.ID, "name": s.config.Team.Name}, "me": as,
		"people": people, "groups": groups, "channels": channels, "commands": commands, "connected": len(s.sockets),
	})
}

// places returns every channel and direct conversation.
func (s *Server) places() []place {
	var out []place
	for _, c := range s.channels {
		out = append(out, place{Channel: c})
	}
	for _, d := range s.directs {
		p, _ := s.place(d.id)
		out = append(out, p)
	}
	return out
}

// pageMessages answers what a person sees in a channel or a thread, the
// thread with its parent first.
func (s *Server) pageMessages(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	as, channel, thread := q.Get("as"), q.Get("channel"), q.Get("thread")
	s.mu.Lock()
	defer s.mu.Unlock()
	messages := []answer{}
	if p, ok := s.place(channel); ok && s.visible(as, p) {
		for _, m := range s.seen(as, channel, thread) {
			shown := s.show(m)
			blocks := m.blocks
			if blocks == nil {
				blocks = []any{}
			}
			messages = append(messages, answer{
				"ts": m.ts, "thread_ts": m.thread, "user": m.user, "text": m.text, "blocks": blocks,
				"ephemeral": shown.Ephemeral, "deleted": m.deleted,
				// Slack marks edits of texts, not of blocks.
				"edited":  shown.Edited && len(blocks) == 0,
				"files":   s.wireFiles(m),
				"replies": shown.Replies, "last_reply": shown.LastReply, "at": instant(m.ts).UnixMilli(),
			})
		}
	}
	s.writePage(w, answer{"rev": s.rev, "messages": messages})
}

// pageChanges streams the number of the last change as it grows.
func (s *Server) pageChanges(w http.ResponseWriter, r *http.Request) {
	since, err := strconv.Atoi(r.URL.Query().Get("since"))
	if err != nil {
		since = 0
	}
	flush := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	alive := time.NewTicker(15 * time.Second)
	defer alive.Stop()
	for {
		s.mu.Lock()
		rev, changes := s.rev, s.changes
		s.mu.Unlock()
		if rev != since {
			since = rev
			if _, err := fmt.Fprintf(w, "data: {\"rev\":%d}\n\n", rev); err != nil {
				return
			}
		}
		if flush.Flush() != nil {
			return
		}
		select {
		case <-changes:
		case <-alive.C:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
	}
}
