package fakeslack

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// conversationsOpen is conversations.open.
func conversationsOpen(c *call) (answer, *refusal) {
	if id := c.args["channel"]; id != "" {
		p, known := c.place(id)
		switch {
		case !known:
			return nil, refuse("channel_not_found")
		case !p.direct:
			return nil, refuse("method_not_supported_for_channel_type")
		}
		if problem := c.reads(p, "write"); problem != nil {
			return nil, problem
		}
		return answer{"no_op": true, "already_open": true, "channel": c.conversation(p)}, nil
	}
	users := strings.FieldsFunc(c.args["users"], func(r rune) bool { return r == ',' || r == ' ' })
	if len(users) == 0 {
		return nil, refuse("users_list_not_supplied")
	}
	if len(users) > 8 {
		return nil, refuse("too_many_users")
	}
	kind := place{direct: true, group: len(users) > 1}
	if problem := c.reads(kind, "write"); problem != nil {
		return nil, problem
	}
	for _, id := range users {
		switch who := c.person(id); {
		case who == nil:
			return nil, refuse("user_not_found")
		case !c.sees(who):
			return nil, refuse("user_not_visible")
		case who.Deactivated:
			return nil, refuse("user_disabled")
		case who.ID == slackbot || who.ID == c.config.App.BotUser:
			return nil, refuse("cannot_dm_bot")
		}
	}
	id, already := c.open(users...)
	p, _ := c.place(id)
	out := answer{"channel": answer{"id": id}}
	if c.flag("return_im") {
		out["channel"] = c.conversation(p)
	}
	if already {
		out["no_op"], out["already_open"] = true, true
	}
	return out, nil
}

// conversationsInfo is conversations.info.
func conversationsInfo(c *call) (answer, *refusal) {
	if problem := c.any("read"); problem != nil {
		return nil, problem
	}
	p, known := c.place(c.args["channel"])
	if !known || (p.Private && !slices.Contains(p.Members, c.config.App.BotUser)) {
		return nil, refuse("channel_not_found")
	}
	if problem := c.reads(p, "read"); problem != nil {
		return nil, problem
	}
	out := c.conversation(p)
	if c.flag("include_num_members") {
		out["num_members"] = len(p.Members)
	}
	return answer{"channel": out}, nil
}

// conversation is a place as Slack sends it.
func (s *Server) conversation(p place) answer {
	out := answer{
		"id": p.ID, "created": 0, "is_archived": p.Archived, "is_im": p.direct && !p.group, "is_mpim": p.group,
		"is_org_shared": p.OrgShared, "context_team_id": s.config.Team.ID, "updated": 0,
	}
	if p.direct && !p.group {
		out["user"], out["is_open"], out["is_user_deleted"] = p.Members[0], true, false
		return out
	}
	name := p.Name
	if p.group {
		name = "mpdm-" + strings.ToLower(strings.Join(p.Members, "--")) + "-1"
	}
	member := slices.Contains(p.Members, s.config.App.BotUser)
	out["name"], out["name_normalized"] = name, name
	out["is_channel"], out["is_group"] = !p.Private, p.Private && !p.group
	out["is_private"], out["is_member"], out["is_general"] = p.Private, member, false
	out["is_shared"], out["is_ext_shared"], out["is_pending_ext_shared"] = p.Shared || p.OrgShared, p.Shared, false
	out["topic"] = answer{"value": p.Topic, "creator": "", "last_set": 0}
	out["purpose"] = answer{"value": "", "creator": "", "last_set": 0}
	out["creator"] = slackbot
	if member {
		out["last_read"] = "0000000000.000000"
	}
	return out
}

// readable finds a place whose messages the bot may read.
func (c *call) readable() (place, *refusal) {
	if problem := c.any("history"); problem != nil {
		return place{}, problem
	}
	p, known := c.place(c.args["channel"])
	member := slices.Contains(p.Members, c.config.App.BotUser)
	if !known || (p.Private && !member) {
		return p, refuse("channel_not_found")
	}
	if problem := c.reads(p, "history"); problem != nil {
		return p, problem
	}
	if !member {
		return p, refuse("not_in_channel")
	}
	return p, nil
}

// span is the part of a conversation that a call asks for.
type span struct {
	oldest, latest int64
	inclusive      bool
	after          int64 // where the last page ended, 0 for none
	limit          int
}

func (c *call) span(otherwise, limit int) (span, *refusal) {
	out := span{latest: 1 << 62, inclusive: c.flag("inclusive")}
	var problem *refusal
	if out.limit, problem = c.number("limit", otherwise, limit); problem != nil {
		return out, problem
	}
	for name, into := range map[string]*int64{"oldest": &out.oldest, "latest": &out.latest} {
		if c.args[name] == "" || c.args[name] == "now" {
			continue
		}
		us, ok := micros(c.args[name])
		if !ok {
			return out, refuse("invalid_ts_" + name)
		}
		*into = us
	}
	if raw := c.args["cursor"]; raw != "" {
		if out.after, problem = readCursor(raw, "next_ts:"); problem != nil {
			return out, problem
		}
	}
	return out, nil
}

func (s span) holds(m *message) bool {
	us, _ := micros(m.ts)
	if s.inclusive && (us == s.oldest || us == s.latest) {
		return true
	}
	return us > s.oldest && us < s.latest
}

func writeCursor(kind string, at int64) string {
	return base64.StdEncoding.EncodeToString([]byte(kind + strconv.FormatInt(at, 10)))
}

func readCursor(raw, kind string) (int64, *refusal) {
	text, err := base64.StdEncoding.DecodeString(raw)
	number, ok := strings.CutPrefix(string(text), kind)
	at, bad := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || bad != nil || at < 0 {
		return 0, refuse("invalid_cursor")
	}
	return at, nil
}

// conversationsHistory is conversations.history: top-level messages, the
// latest first.
func conversationsHistory(c *call) (answer, *refusal) {
	p, problem := c.readable()
	if problem != nil {
		return nil, problem
	}
	part, problem := c.span(100, 999)
	if problem != nil {
		return nil, problem
	}
	messages := []answer{}
	next := ""
	for _, m := range slices.Backward(c.messages[p.ID]) {
		us, _ := micros(m.ts)
		topLevel := m.thread == "" || m.thread == m.ts || m.broadcast
		if m.only != "" || !topLevel || !part.holds(m) || (part.after > 0 && us > part.after) {
			continue
		}
		if len(messages) == part.limit {
			next = writeCursor("next_ts:", us)
			break
		}
		messages = append(messages, c.wire(m, c.flag("include_all_metadata")))
	}
	return paged(answer{"messages": messages, "pin_count": 0}, next), nil
}

// conversationsReplies is conversations.replies: a parent, on every page,
// and its replies, oldest first. The id of a reply brings that reply alone.
func conversationsReplies(c *call) (answer, *refusal) {
	p, problem := c.readable()
	if problem != nil {
		return nil, problem
	}
	part, problem := c.span(1000, 1000)
	if problem != nil {
		return nil, problem
	}
	var parent *message
	for _, m := range c.messages[p.ID] {
		if m.ts == c.args["ts"] && m.only == "" {
			parent = m
		}
	}
	if parent == nil {
		return nil, refuse("thread_not_found")
	}
	metadata := c.flag("include_all_metadata")
	messages := []answer{c.wire(parent, metadata)}
	next := ""
	for _, m := range c.thread(p.ID, parent.ts, "") {
		us, _ := micros(m.ts)
		if m.only != "" || !part.holds(m) || us < part.after {
			continue
		}
		if len(messages) > max(1, part.limit-1) {
			next = writeCursor("next_ts:", us)
			break
		}
		messages = append(messages, c.wire(m, metadata))
	}
	return paged(answer{"messages": messages}, next), nil
}

// paged adds to an answer whether there is more, and where.
func paged(out answer, next string) answer {
	out["has_more"] = next != ""
	if next != "" {
		out["response_metadata"] = answer{"next_cursor": next}
	}
	return out
}
