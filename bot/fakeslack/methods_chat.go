package fakeslack

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

const (
	// maxPost is where Slack cuts the text of a new message; here it is
	// refused, so that nothing is lost silently.
	maxPost = 40_000
	// maxUpdate is where chat.update refuses a text.
	maxUpdate = 4_000
	// maxMetadata bounds the metadata of a message, in bytes.
	maxMetadata = 8_000
)

// content is the text, the blocks and the metadata of a message that is to be
// posted or changed. What was not sent is nil.
type content struct {
	text     *string
	blocks   *[]any
	metadata *json.RawMessage
}

// content reads and checks what a message is to hold.
func (c *call) content(maxText int) (content, *refusal) {
	var out content
	if text, sent := c.args["text"]; sent {
		if utf8.RuneCountInString(text) > maxText {
			return out, refuse("msg_too_long")
		}
		out.text = &text
	}
	if raw, sent := c.args["blocks"]; sent && raw != "" {
		blocks, problem := messageBlocks(raw, c.completer())
		if problem != nil {
			return out, problem
		}
		out.blocks = &blocks
	}
	if raw, sent := c.args["metadata"]; sent && raw != "" {
		metadata, problem := readMetadata(raw)
		if problem != nil {
			return out, problem
		}
		out.metadata = &metadata
	}
	return out, nil
}

// readMetadata checks metadata. An empty object means none.
func readMetadata(raw string) (json.RawMessage, *refusal) {
	var m struct {
		Type    *string          `json:"event_type"`
		Payload *json.RawMessage `json:"event_payload"`
	}
	v, err := decode(raw)
	fields, ok := v.(map[string]any)
	if err != nil || !ok {
		return nil, refuse("invalid_metadata_format")
	}
	if len(fields) == 0 {
		return nil, nil
	}
	if json.Unmarshal([]byte(raw), &m) != nil || m.Type == nil || *m.Type == "" || m.Payload == nil {
		return nil, refuse("invalid_metadata_format")
	}
	if _, ok := fields["event_payload"].(map[string]any); !ok {
		return nil, refuse("invalid_metadata_schema")
	}
	if len(raw) > maxMetadata {
		return nil, refuse("metadata_too_large")
	}
	return encode(v), nil
}

// postable finds where a message may be posted. A person's id stands for
// the direct conversation with them.
func (c *call) postable() (place, *refusal) {
	id := c.args["channel"]
	if who := c.person(id); who != nil && !who.Bot && who.ID != slackbot {
		id, _ = c.open(who.ID)
	}
	p, known := c.named(id)
	member := slices.Contains(p.Members, c.config.App.BotUser)
	switch {
	case !known, !member && p.Private:
		return p, refuse("channel_not_found")
	case p.Archived:
		return p, refuse("is_archived")
	case !member && !slices.Contains(c.granted(), "chat:write.public"):
		return p, refuse("not_in_channel")
	}
	return p, nil
}

// repliable checks the thread of a new message.
func (c *call) repliable(p place) *refusal {
	ts := c.args["thread_ts"]
	if ts == "" {
		return nil
	}
	parent := c.find(p.ID, ts)
	switch {
	case parent == nil:
		return refuse("thread_not_found")
	case parent.thread != "" && parent.thread != parent.ts:
		return refuse("cannot_reply_to_message")
	}
	return nil
}

// postMessage is chat.postMessage.
func postMessage(c *call) (answer, *refusal) {
	p, problem := c.postable()
	if problem == nil {
		problem = c.repliable(p)
	}
	if problem != nil {
		return nil, problem
	}
	parts, problem := c.content(maxPost)
	if problem != nil {
		return nil, problem
	}
	m := &message{
		channel: p.ID, user: c.config.App.BotUser, thread: c.args["thread_ts"],
		broadcast: c.args["thread_ts"] != "" && c.flag("reply_broadcast"), source: "chat.postMessage",
	}
	if problem := m.take(parts); problem != nil {
		return nil, problem
	}
	if problem := c.limits.post(c.config.Now(), p.ID); problem != nil {
		return nil, problem
	}
	c.add(m)
	return answer{"channel": p.ID, "ts": m.ts, "message": c.wire(m, true)}, nil
}

// take changes a message to what was sent: what was not sent stays. A text
// alone leaves the blocks as they are. Slack's documentation has said that,
// and elsewhere the opposite; a client that sends its blocks is right with
// both.
func (m *message) take(parts content) *refusal {
	if parts.blocks != nil {
		m.blocks = *parts.blocks
	}
	if parts.text != nil {
		m.text = *parts.text
	}
	if parts.metadata != nil {
		m.metadata = *parts.metadata
	}
	if m.text == "" && len(m.blocks) == 0 {
		return refuse("no_text")
	}
	return nil
}

// postEphemeral is chat.postEphemeral.
func postEphemeral(c *call) (answer, *refusal) {
	p, known := c.named(c.args["channel"])
	member := slices.Contains(p.Members, c.config.App.BotUser)
	switch {
	case !known, !member && p.Private:
		return nil, refuse("channel_not_found")
	case p.Archived:
		return nil, refuse("is_archived")
	case !member:
		return nil, refuse("not_in_channel")
	}
	who := c.person(c.args["user"])
	if who == nil || who.Deactivated || !slices.Contains(p.Members, who.ID) {
		return nil, refuse("user_not_in_channel")
	}
	if problem := c.repliable(p); problem != nil {
		return nil, problem
	}
	parts, problem := c.content(maxPost)
	if problem != nil {
		return nil, problem
	}
	m := &message{
		channel: p.ID, user: c.config.App.BotUser, only: who.ID,
		thread: c.args["thread_ts"], source: "chat.postEphemeral",
	}
	if problem := m.take(parts); problem != nil {
		return nil, problem
	}
	c.add(m)
	return answer{"message_ts": m.ts}, nil
}

// own finds a message of the app that is to be changed. Ephemeral messages
// can't be: no method knows them.
func (c *call) own(cannot string) (*message, *refusal) {
	p, known := c.place(c.args["channel"])
	if !known || (p.Private && !slices.Contains(p.Members, c.config.App.BotUser)) {
		return nil, refuse("channel_not_found")
	}
	m := c.find(p.ID, c.args["ts"])
	switch {
	case m == nil:
		return nil, refuse("message_not_found")
	case m.user != c.config.App.BotUser:
		return nil, refuse(cannot)
	case p.Archived:
		return nil, refuse("is_inactive")
	}
	return m, nil
}

// update is chat.update.
func update(c *call) (answer, *refusal) {
	m, problem := c.own("cant_update_message")
	if problem != nil {
		return nil, problem
	}
	parts, problem := c.content(maxUpdate)
	if problem != nil {
		return nil, problem
	}
	if parts.text == nil && parts.blocks == nil {
		return nil, refuse("no_text")
	}
	changed := *m
	if problem := changed.take(parts); problem != nil {
		return nil, problem
	}
	if c.flag("reply_broadcast") && changed.thread != "" {
		changed.broadcast = true
	}
	changed.edited = c.stamp()
	*m = changed
	c.changed()
	return answer{"channel": m.channel, "ts": m.ts, "text": m.text, "message": c.wire(m, true)}, nil
}

// deleteMessage is chat.delete.
func deleteMessage(c *call) (answer, *refusal) {
	m, problem := c.own("cant_delete_message")
	if problem != nil {
		return nil, problem
	}
	channel, ts := m.channel, m.ts
	c.remove(m)
	return answer{"channel": channel, "ts": ts}, nil
}

// permalink is chat.getPermalink.
func permalink(c *call) (answer, *refusal) {
	p, known := c.place(c.args["channel"])
	if !known || (p.Private && !slices.Contains(p.Members, c.config.App.BotUser)) {
		return nil, refuse("channel_not_found")
	}
	m := c.find(p.ID, c.args["message_ts"])
	if m == nil {
		return nil, refuse("message_not_found")
	}
	link := "https://" + c.config.Team.Domain + ".slack.com/archives/" + p.ID + "/p" + digits(m.ts)
	if m.thread != "" && m.thread != m.ts {
		link += "?thread_ts=" + m.thread + "&cid=" + p.ID
	}
	return answer{"channel": p.ID, "permalink": link}, nil
}
