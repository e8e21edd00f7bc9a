package fakeslack

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
)

const (
	maxSockets = 10
	// queued bounds the frames that wait for a socket. A socket that does
	// not keep up is cut.
	queued = 1024
	// writeTime bounds the writing of one frame.
	writeTime = 5 * time.Second
)

// socket is one connection of the app.
type socket struct {
	id     int
	conn   *websocket.Conn
	frames chan frame
	warned bool // it got a disconnect frame
	cancel context.CancelFunc
}

// frame is one frame on its way, with how it is to misbehave.
type frame struct {
	raw   []byte
	delay time.Duration
	cut   bool // cut the socket instead of writing the frame
	last  bool // close the socket after the frame
	in    time.Duration
	lose  bool // cut the socket after the frame
}

// cut closes the connection under the socket.
func (k *socket) cut() {
	k.cancel()
	_ = k.conn.CloseNow() // nobody is left to tell
}

// serveSocket is one connection from its ticket to its end.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		http.Error(w, "the address of a socket is good for one connection", http.StatusForbidden)
		return
	}
	s.serving.Add(1)
	defer s.serving.Done()
	f := s.fault("hello", "")
	if f.Status != 0 {
		http.Error(w, http.StatusText(f.Status), f.Status)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		CompressionMode: websocket.CompressionDisabled,
		// The ticket says who connects. Clients of Slack send an Origin of
		// Slack's own.
		InsecureSkipVerify: true,
	})
	if err != nil {
		s.log.Debug("socket not accepted", "error", err)
		return
	}
	conn.SetReadLimit(maxBody)
	ctx, cancel := context.WithCancel(r.Context())
	k := &socket{conn: conn, frames: make(chan frame, queued), cancel: cancel}
	defer k.cut()
	if f.Cut || !s.register(k, f) {
		return
	}
	defer s.unregister(k)

	var parts sync.WaitGroup
	defer parts.Wait()
	defer k.cut()
	parts.Go(func() {
		defer cancel()
		s.readFrames(ctx, k)
	})
	parts.Go(func() { s.ping(ctx, k) })
	parts.Go(func() {
		defer cancel()
		select {
		case <-ctx.Done():
		case <-s.closing:
		}
	})
	s.writeFrames(ctx, k)
}

// register says hello to a socket, as the fault lets it, or sends it away
// where there are enough. It returns false where the server is closed already.
func (s *Server) register(k *socket, f Fault) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.closing:
		return false
	default:
	}
	s.sockID++
	k.id = s.sockID
	if len(s.sockets) >= maxSockets {
		k.warned = true
		k.frames <- disconnectFrame("too_many_websockets", 0)
		return true
	}
	k.frames <- frame{delay: f.Delay, raw: encode(answer{
		"type": "hello", "num_connections": len(s.sockets) + 1,
		"connection_info": answer{"app_id": s.config.App.ID},
		"debug_info":      answer{"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
	})}
	if f.Error != "" {
		k.warned = true
		k.frames <- disconnectFrame(f.Error, 0)
		return true
	}
	s.sockets = append(s.sockets, k)
	s.changed()
	return true
}

func (s *Server) unregister(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(k)
}

// forget takes a socket out of the list. The lock is held.
func (s *Server) forget(k *socket) {
	if i := slices.Index(s.sockets, k); i >= 0 {
		s.sockets = slices.Delete(s.sockets, i, i+1)
		s.changed()
	}
}

func (s *Server) readFrames(ctx context.Context, k *socket) {
	for {
		kind, raw, err := k.conn.Read(ctx)
		if err != nil {
			return
		}
		if kind == websocket.MessageText {
			s.receive(k, raw)
		}
	}
}

// ping pings until the socket ends, and cuts it where no pong comes.
func (s *Server) ping(ctx context.Context, k *socket) {
	ticker := time.NewTicker(s.config.PingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		pong, cancel := context.WithTimeout(ctx, max(s.config.PingEvery, 10*time.Second))
		err := k.conn.Ping(pong)
		cancel()
		if err != nil {
			k.cancel()
			return
		}
	}
}

// writeFrames writes what is queued until the socket ends.
func (s *Server) writeFrames(ctx context.Context, k *socket) {
	var end <-chan time.Time
	for {
		var f frame
		select {
		case <-ctx.Done():
			return
		case <-end:
			_ = k.conn.Close(websocket.StatusGoingAway, "") // the app may be gone
			return
		case f = <-k.frames:
		}
		if f.delay > 0 && !s.pause(ctx, f.delay) {
			return
		}
		if f.cut {
			return
		}
		writing, cancel := context.WithTimeout(ctx, writeTime)
		err := k.conn.Write(writing, websocket.MessageText, f.raw)
		cancel()
		switch {
		case err != nil || f.lose:
			return
		case f.last:
			timer := time.NewTimer(f.in)
			defer timer.Stop()
			end = timer.C
		}
	}
}

// Sockets is how many sockets are open.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// queue puts a frame in a socket's queue. The lock is held.
func (s *Server) queue(k *socket, f frame) {
	select {
	case k.frames <- f:
	default:
		s.log.Warn("socket does not keep up and is cut", "socket", k.id)
		k.cancel()
	}
}

func disconnectFrame(reason string, in time.Duration) frame {
	return frame{last: true, in: in, raw: encode(answer{
		"type": "disconnect", "reason": reason, "debug_info": answer{"host": "applink-1"},
	})}
}

// Disconnect sends a disconnect frame to every socket, which the server then
// closes: after Config.WarnFor with the reason "warning", at once with
// others. With "link_disabled" Socket Mode is switched off, and
// apps.connections.open fails until EnableSockets.
func (s *Server) Disconnect(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in time.Duration
	switch reason {
	case "warning":
		in = s.config.WarnFor
	case "link_disabled":
		s.disabled = true
	}
	for _, k := range s.sockets {
		k.warned = true
		s.queue(k, disconnectFrame(reason, in))
	}
	if reason != "warning" {
		s.sockets = nil // they count no longer, whatever their close takes
	}
	s.changed()
}

// EnableSockets switches Socket Mode on again.
func (s *Server) EnableSockets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disabled = false
	s.changed()
}

// CutSockets cuts every socket without a frame.
func (s *Server) CutSockets() {
	s.mu.Lock()
	open := s.sockets
	s.sockets = nil
	s.changed()
	s.mu.Unlock()
	for _, k := range open {
		k.cut()
	}
}

// SendFrame sends a text frame to one socket, as it is. It does nothing
// where there is no socket.
func (s *Server) SendFrame(raw []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.pick(); k != nil {
		s.queue(k, frame{raw: slices.Clone(raw)})
	}
}

// pick chooses the socket for the next envelope: each in its turn, those
// that were told to go only where there is no other.
func (s *Server) pick() *socket {
	var open, warned []*socket
	for _, k := range s.sockets {
		if k.warned {
			warned = append(warned, k)
		} else {
			open = append(open, k)
		}
	}
	if len(open) == 0 {
		open = warned
	}
	if len(open) == 0 {
		return nil
	}
	s.turn++
	return open[s.turn%len(open)]
}
