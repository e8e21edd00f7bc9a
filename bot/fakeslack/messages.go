package fakeslack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message is one message as a person sees it.
type Message struct {
	TS, ThreadTS, Channel string
	User                  string // the author's id
	Text                  string
	Blocks                json.RawMessage // with every block_id and action_id, as Slack completes them
	Ephemeral             bool            // seen by one person alone
	Edited                bool
	Deleted               bool // a tombstone, which stands where a deleted message has replies
	Replies               int
	LastReply             string
	Metadata              json.RawMessage
	// Notifies is whom the message notified when it came: people whom its
	// text or blocks mention, also through a group or the whole channel,
	// and who is in a direct conversation. Edits notify nobody.
	Notifies []string
	// Source is how it came: chat.postMessage, chat.postEphemeral, ack,
	// response_url, say, files or slackbot.
	Source string
	Files  []File
}

// message is a message as it is kept.
type message struct {
	ts, thread string
	channel    string
	user       string
	only       string // who alone sees it, "" for everybody
	text       string
	blocks     []any
	metadata   json.RawMessage
	broadcast  bool // a reply that stands in the channel too
	edited     string
	files      []*file
	forms      map[string]*form // what each person has chosen in it
	deleted    bool
	notifies   []string
	source     string
}

// stamp returns the next timestamp: the clock's, but always later than the
// last one.
func (s *Server) stamp() string {
	s.lastTS = max(s.config.Now().UnixMicro(), s.lastTS+1)
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}

// micros reads a timestamp, in microseconds.
func micros(ts string) (int64, bool) {
	whole, fraction, _ := strings.Cut(ts, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec < 0 || sec > 1e11 || len(fraction) > 6 {
		return 0, false
	}
	us, err := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	if err != nil || us < 0 {
		return 0, false
	}
	return sec*1e6 + us, true
}

func instant(ts string) time.Time {
	us, _ := micros(ts)
	return time.UnixMicro(us)
}

// add keeps a new message, and tells whom it notifies and the app of it.
func (s *Server) add(m *message) *message {
	m.ts = s.stamp()
	if m.only == "" {
		m.notifies = s.notified(m)
	}
	s.messages[m.channel] = append(s.messages[m.channel], m)
	s.tell(m)
	s.changed()
	return m
}

// find finds a message that everybody sees.
func (s *Server) find(channel, ts string) *message {
	for _, m := range s.messages[channel] {
		if m.ts == ts && m.only == "" && !m.deleted {
			return m
		}
	}
	return nil
}

// thread returns the replies to a message, in order, ephemeral ones of one
// person included.
func (s *Server) thread(channel, ts, as string) []*message {
	var out []*message
	for _, m := range s.messages[channel] {
		if m.thread == ts && m.ts != ts && !m.deleted && (m.only == "" || m.only == as || as == "") {
			out = append(out, m)
		}
	}
	return out
}

// remove deletes a message. Where it has replies, a tombstone stays.
func (s *Server) remove(m *message) {
	m.deleted = true
	m.text, m.blocks, m.metadata, m.files = "", nil, nil, nil
	if len(s.thread(m.channel, m.ts, "")) > 0 {
		m.text = "This message was deleted."
	} else {
		s.messages[m.channel] = slices.DeleteFunc(s.messages[m.channel], func(other *message) bool { return other == m })
	}
	s.changed()
}

// DeleteMessage removes a message, as its author or an admin would.
func (s *Server) DeleteMessage(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages[channel] {
		if m.ts == ts && !m.deleted {
			s.remove(m)
			return
		}
	}
}

// Messages returns what a person sees in a channel or, with its parent
// first, in a thread, oldest first. The channel shows top-level messages and
// replies that were broadcast. An empty as sees everything.
func (s *Server) Messages(as, channel, thread string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.place(channel)
	if !ok || (as != "" && !s.visible(as, p)) {
		return nil
	}
	var out []Message
	for _, m := range s.seen(as, channel, thread) {
		out = append(out, s.show(m))
	}
	return out
}

func (s *Server) seen(as, channel, thread string) []*message {
	var out []*message
	for _, m := range s.messages[channel] {
		if m.only != "" && as != "" && m.only != as {
			continue
		}
		if thread == "" && (m.thread == "" || m.thread == m.ts || m.broadcast) {
			out = append(out, m)
		}
		if thread != "" && (m.ts == thread || m.thread == thread) && (m.ts == thread || !m.deleted) {
			out = append(out, m)
		}
	}
	return out
}

func (s *Server) show(m *message) Message {
	out := Message{
		TS: m.ts, ThreadTS: m.thread, Channel: m.channel, User: m.user, Text: m.text,
		Ephemeral: m.only != "", Edited: m.edited != "", Deleted: m.deleted,
		Metadata: m.metadata, Notifies: slices.Clone(m.notifies), Source: m.source,
	}
	if len(m.blocks) > 0 {
		out.Blocks = encode(m.blocks)
	}
	for _, f := range m.files {
		out.Files = append(out.Files, f.File)
	}
	for _, r := range s.messages[m.channel] {
		if r.thread == m.ts && r.ts != m.ts && r.only == "" && !r.deleted {
			out.Replies++
			out.LastReply = r.ts
		}
	}
	return out
}

// encode writes JSON without escaping & < >.
func encode(v any) json.RawMessage {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return json.RawMessage("null")
	}
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}
