package fakeslack

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// maxAck is the size from which an acknowledgement is dropped, in bytes.
// Slack does not document it, and drops it silently.
const maxAck = 20_000

// Envelope is one envelope that was sent over a socket.
type Envelope struct {
	ID, Type string
	Socket   int       // which socket it went to, counted from 1
	At       time.Time // by Config.Now
	Payload  json.RawMessage
	Retry    int // which repetition of an event it is, 0 for none
	Acked    bool
	AckAfter time.Duration // in real time
	// AckPayload is what came with the acknowledgement.
	AckPayload json.RawMessage
	// Dropped is why an acknowledgement did not count: "late", "too big",
	// "wrong socket" or "connection cut". Empty where none came, or where it
	// counted.
	Dropped string
}

// envelope is an Envelope with who waits for it.
type envelope struct {
	Envelope
	socket *socket
	sent   time.Time // in real time
	lost   bool      // its acknowledgement is to be lost
	over   bool      // acknowledged, or given up
	done   chan struct{}
	seen   Seen
	// acked shows what came with the acknowledgement. The lock is held.
	acked func(payload json.RawMessage) Seen
}

// end settles what came of the envelope, once.
func (e *envelope) end(seen Seen) {
	e.over, e.seen = true, seen
	close(e.done)
}

// Envelopes returns every envelope, in order.
func (s *Server) Envelopes() []Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Envelope, 0, len(s.envelopes))
	for _, e := range s.envelopes {
		out = append(out, e.Envelope)
	}
	return out
}

// outgoing is an envelope that is to be sent.
type outgoing struct {
	kind, channel string
	payload       any
	// attempt and reason say that an event is sent again, and why.
	attempt int
	reason  string
	acked   func(payload json.RawMessage) Seen
}

// dispatch sends an envelope and waits for what comes of it. The error of
// Seen is dispatch_failed where no socket is open.
func (s *Server) dispatch(ctx context.Context, kind, channel string, payload any, acked func(json.RawMessage) Seen) (Seen, error) {
	return s.deliver(ctx, outgoing{kind: kind, channel: channel, payload: payload, acked: acked})
}

func (s *Server) deliver(ctx context.Context, o outgoing) (Seen, error) {
	e := s.send(o)
	timer := time.NewTimer(s.config.AckWithin - time.Since(e.sent))
	defer timer.Stop()
	select {
	case <-e.done:
		return e.seen, nil
	case <-ctx.Done():
		return Seen{}, ctx.Err()
	case <-s.closing:
		return Seen{}, errClosed
	case <-timer.C:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !e.over {
		e.end(Seen{Error: "operation_timeout"})
		s.changed()
	}
	return e.seen, nil
}

// send queues an envelope for the socket whose turn it is.
func (s *Server) send(o outgoing) *envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw := encode(o.payload)
	e := &envelope{
		Envelope: Envelope{ID: uuid(), Type: o.kind, At: s.config.Now(), Payload: raw, Retry: o.attempt},
		sent:     time.Now(), done: make(chan struct{}), acked: o.acked,
	}
	k := s.pick()
	if k == nil {
		e.end(Seen{Error: "dispatch_failed"})
		return e
	}
	f := s.takeFault("socket", o.channel)
	if f.Error != "" {
		e.end(Seen{Error: f.Error})
		return e
	}
	body := answer{
		"envelope_id": e.ID, "type": o.kind, "payload": raw,
		"accepts_response_payload": accepts(o.kind, o.payload),
	}
	if o.kind == "events_api" {
		body["retry_attempt"], body["retry_reason"] = o.attempt, o.reason
	}
	e.Socket, e.socket, e.lost = k.id, k, f.LoseAnswer
	s.envelopes = append(s.envelopes, e)
	s.queue(k, frame{raw: encode(body), delay: f.Delay, cut: f.Cut, lose: f.LoseAnswer})
	s.changed()
	return e
}

// receive takes a frame of the app: an acknowledgement, or nothing.
func (s *Server) receive(k *socket, raw []byte) {
	var ack struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if json.Unmarshal(raw, &ack) != nil || ack.ID == "" {
		s.log.Debug("frame without an envelope ignored", "socket", k.id)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.envelope(ack.ID)
	if e == nil {
		return
	}
	after := time.Since(e.sent)
	switch {
	case e.Acked:
		return
	case len(raw) >= maxAck:
		e.Dropped = "too big"
	case e.lost:
		e.Dropped = "connection cut"
	case e.socket != k:
		e.Dropped = "wrong socket"
	case e.over || after > s.config.AckWithin:
		e.Dropped = "late"
	default:
		e.Acked, e.AckAfter = true, after
		if string(ack.Payload) != "null" {
			e.AckPayload = slices.Clone(ack.Payload)
		}
		e.end(e.acked(e.AckPayload))
	}
	s.changed()
}

// envelope finds an envelope, the latest first. It is nil where there is none.
func (s *Server) envelope(id string) *envelope {
	for _, e := range slices.Backward(s.envelopes) {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// Deliver sends an envelope with any payload and waits for its
// acknowledgement: forged clicks, other workspaces, events. What comes with
// the acknowledgement is shown to nobody but the caller.
func (s *Server) Deliver(ctx context.Context, typ string, payload map[string]any) (Seen, error) {
	channel, _ := payload["channel_id"].(string)
	return s.dispatch(ctx, typ, channel, payload, func(raw json.RawMessage) Seen {
		var r response
		if len(raw) == 0 || json.Unmarshal(raw, &r) != nil {
			return Seen{}
		}
		out := Seen{}
		if r.Text != nil {
			out.Text = *r.Text
		}
		if r.Blocks != nil {
			out.Blocks = *r.Blocks
		}
		return out
	})
}

// uuid returns a random id in the form that envelopes have.
func uuid() string {
	id := random(16)
	return id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
}
