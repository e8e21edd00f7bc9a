package approvals

import (
	"context"
	"time"
)

// Source is through what somebody acted, for the log.
type Source struct {
	Via        string // command, button, shortcut or modal
	Envelope   string // Slack's envelope_id
	Connection string // which socket it came through, as a SocketConnected event names it
}

type sourceKey struct{}

// From returns a context whose acts are logged as having come through s.
func From(ctx context.Context, s Source) context.Context {
	return context.WithValue(ctx, sourceKey{}, s)
}

// sourceOf returns through what the act of ctx came; the zero Source where
// that was not said.
func sourceOf(ctx context.Context) Source {
	s, _ := ctx.Value(sourceKey{}).(Source)
	return s
}

// mark writes into events of people through what they came.
func (s Source) mark(events []Event) {
	for i := range events {
		if events[i].Actor == (Actor{}) {
			continue
		}
		for name, value := range map[string]string{"via": s.Via, "envelope": s.Envelope, "connection": s.Connection} {
			if value == "" {
				continue
			}
			if events[i].Data == nil {
				events[i].Data = map[string]string{}
			}
			events[i].Data[name] = value
		}
	}
}

type asOfKey struct{}

// AsOf returns the context of what somebody did at t, by the clock of this
// process: a Directory may use every answer that it has asked for since.
func AsOf(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, asOfKey{}, t)
}

// AsOfTime returns since when a Directory's answers may be used; false where
// it must ask.
func AsOfTime(ctx context.Context) (time.Time, bool) {
	t, ok := ctx.Value(asOfKey{}).(time.Time)
	return t, ok
}
