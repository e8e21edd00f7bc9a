package fakeslack

import (
	"slices"
	"strings"
)

// digits is a timestamp without its point.
func digits(ts string) string { return strings.ReplaceAll(ts, ".", "") }

// wire is a message as Slack sends it. Metadata comes only where it is asked
// for.
func (s *Server) wire(m *message, metadata bool) answer {
	out := answer{"type": "message", "user": m.user, "text": m.text, "ts": m.ts, "team": s.teamOf(m.user)}
	if m.user == s.config.App.BotUser {
		a := s.config.App
		out["bot_id"], out["app_id"] = a.BotID, a.ID
		out["bot_profile"] = answer{
			"id": a.BotID, "app_id": a.ID, "name": a.Name, "deleted": false, "updated": 0, "team_id": s.config.Team.ID,
		}
	}
	if m.deleted {
		out["subtype"] = "tombstone"
	}
	if len(m.blocks) > 0 {
		out["blocks"] = m.blocks
	}
	if len(m.files) > 0 {
		out["files"], out["upload"] = s.wireFiles(m), false
	}
	if m.edited != "" {
		out["edited"] = answer{"user": m.user, "ts": m.edited}
	}
	if metadata && m.metadata != nil {
		out["metadata"] = m.metadata
	}
	s.wireThread(m, out)
	return out
}

// teamOf is the workspace of who wrote a message.
func (s *Server) teamOf(user string) string {
	if p := s.person(user); p != nil {
		return p.Team
	}
	return s.config.Team.ID
}

func (s *Server) wireThread(m *message, out answer) {
	if m.thread != "" && m.thread != m.ts {
		out["thread_ts"] = m.thread
		if m.broadcast {
			out["subtype"] = "thread_broadcast"
		}
		for _, parent := range s.messages[m.channel] {
			if parent.ts == m.thread {
				out["parent_user_id"] = parent.user
			}
		}
		return
	}
	var users []string
	count, latest := 0, ""
	for _, r := range s.thread(m.channel, m.ts, "") {
		if r.only != "" {
			continue
		}
		count, latest = count+1, r.ts
		if !slices.Contains(users, r.user) {
			users = append(users, r.user)
		}
	}
	if count > 0 {
		out["thread_ts"], out["reply_count"], out["latest_reply"] = m.ts, count, latest
		out["reply_users"], out["reply_users_count"] = users, len(users)
	}
}
