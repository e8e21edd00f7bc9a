package bot

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// handshakeTime bounds the opening of a socket, once it has an address.
	handshakeTime = 10 * time.Second
	// frameBuffer keeps an acknowledgement in one frame.
	// Slack: those that are split are dropped, as are those of 20 KB.
	frameBuffer = 32 << 10
)

// errNext is why a line ends whose socket did, whatever ended that.
var errNext = errors.New("the socket was closed by Slack or the network")

// line is one socket, from apps.connections.open to its end. slack-go v0.35.0
// opens the next one by itself, without a pause after a disconnect frame and
// after up to 5 minutes where that fails; a line lets it open only one, so
// that the pauses are ours.
type line struct {
	asked  atomic.Bool
	hangUp context.CancelCauseFunc
}

type lineKey struct{}

// newLine returns the context of a line, and what ends it.
func newLine(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, hangUp := context.WithCancelCause(ctx)
	return context.WithValue(ctx, lineKey{}, &line{hangUp: hangUp}), hangUp
}

// lineTransport refuses the second apps.connections.open of a line, and ends
// the line. It also shows the headers of answers to who asks for them.
type lineTransport struct{ next http.RoundTripper }

func (t lineTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if l, ok := req.Context().Value(lineKey{}).(*line); ok && strings.HasSuffix(req.URL.Path, "/apps.connections.open") {
		if l.asked.Swap(true) {
			l.hangUp(errNext)
			return nil, errNext
		}
	}
	resp, err := t.next.RoundTrip(req)
	if seen, ok := req.Context().Value(headersKey{}).(*http.Header); ok && err == nil {
		*seen = resp.Header
	}
	return resp, err
}

type headersKey struct{}

// withHeaders returns the context of a call whose answer's headers are shown,
// which slack-go v0.35.0 keeps to itself for most methods.
func withHeaders(ctx context.Context) (context.Context, *http.Header) {
	seen := &http.Header{}
	return context.WithValue(ctx, headersKey{}, seen), seen
}

// lineDialer is slack-go's own dialer, with connections that end where they
// are silent for so long.
func lineDialer(silence time.Duration) *websocket.Dialer {
	return &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshakeTime, WriteBufferSize: frameBuffer,
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			// gorilla/websocket v1.5.3 does not look at the context while it
			// waits for the handshake, and ends it afterwards: without a
			// cause, unlike ours.
			context.AfterFunc(ctx, func() {
				if !errors.Is(context.Cause(ctx), context.Canceled) {
					_ = conn.Close() // whoever reads from it is told
				}
			})
			return heard{conn, silence}, nil
		},
	}
}

// heard is a connection that fails once nothing, not even a ping, came for
// so long. slack-go's own watchdog takes up to twice as long.
type heard struct {
	net.Conn
	silence time.Duration
}

func (c heard) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}
