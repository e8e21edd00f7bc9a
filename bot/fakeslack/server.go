package fakeslack

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server is one running fake. Its methods are safe for concurrent use.
type Server struct {
	config   Config
	log      *slog.Logger
	listener net.Listener
	http     *http.Server
	closing  chan struct{}
	once     sync.Once
	serving  sync.WaitGroup // the accept loop, then every connection

	mu sync.Mutex
	// rev counts changes; changes is closed and replaced at each of them.
	rev     int
	changes chan struct{}

	people   []Person
	channels []Channel
	groups   []Group
	directs  []direct
	scopes   []string
	revoked  bool

	lastTS   int64 // in microseconds
	serial   int   // of generated block ids and direct channels
	messages map[string][]*message
	modals   map[string][]*view // what each person has open, bottom first
	homes    map[string]*view
	triggers map[string]*trigger
	replies  map[string]*replyURL
	files    []*file
	refused  []Refused
	limits   limits

	calls     []Call
	faults    []*fault
	envelopes []*envelope
	tickets   map[string]bool
	sockets   []*socket
	sockID    int
	turn      int
	disabled  bool // Socket Mode is switched off
}

// errClosed is what waits end with when the server is closed.
var errClosed = errors.New("fakeslack: the server was closed")

// Start listens on a free port of 127.0.0.1 and serves a workspace.
func Start(c Config) (*Server, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fakeslack: listen: %w", err)
	}
	s := &Server{
		config: c, log: c.Logger, listener: listener,
		closing: make(chan struct{}), changes: make(chan struct{}),
		people: people(c), channels: cloneChannels(c.Channels), groups: cloneGroups(c.Groups),
		scopes:   slices.Clone(c.App.Scopes),
		messages: map[string][]*message{}, triggers: map[string]*trigger{}, replies: map[string]*replyURL{},
		modals: map[string][]*view{}, homes: map[string]*view{},
		tickets: map[string]bool{},
	}
	s.limits = newLimits(c)
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveMethod)
	mux.HandleFunc("POST /response/{secret}", s.serveResponse)
	mux.HandleFunc("POST /upload/{secret}", s.serveUpload)
	mux.HandleFunc("GET /files/{id}/{name}", s.serveFile)
	mux.HandleFunc("GET /link/", s.serveSocket)
	s.http = &http.Server{
		Handler: loopbackOnly(mux), ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:  slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		ConnState: s.connState,
	}
	s.serving.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("fake slack stopped serving", "error", err)
		}
	})
	return s, nil
}

// connState counts the connections that Close waits for. A hijacked one is a
// socket, which serveSocket counts itself.
func (s *Server) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.serving.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.serving.Done()
	}
}

// URL is where the Web API is: http://127.0.0.1:PORT/api/.
func (s *Server) URL() string { return s.base() + "/api/" }

func (s *Server) base() string { return "http://" + s.listener.Addr().String() }

// Close cuts every connection and returns when nothing of the server runs.
func (s *Server) Close() error {
	s.once.Do(func() { close(s.closing) })
	err := s.http.Close()
	s.mu.Lock()
	open := slices.Clone(s.sockets)
	s.mu.Unlock()
	for _, k := range open {
		k.cut()
	}
	s.serving.Wait()
	return err
}

// Wait returns when cond is true. It asks after every change of anything
// that the server's methods show, and holds no lock meanwhile. The error is
// that of ctx, or says that the server was closed.
func (s *Server) Wait(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		changes := s.changes
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changes:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.closing:
			return errClosed
		}
	}
}

// changed tells everybody who waits. The lock is held.
func (s *Server) changed() {
	s.rev++
	close(s.changes)
	s.changes = make(chan struct{})
}

// pause waits, or returns false because ctx is done or the server closed.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.closing:
	}
	return false
}

// RevokeTokens makes both tokens invalid: token_revoked from then on.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
	s.changed()
}

// SetScopes replaces the scopes of the bot token.
func (s *Server) SetScopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = slices.Clone(scopes)
	s.changed()
}

// loopbackOnly refuses requests whose Host is another machine's name: a web
// page that has made its own name point here can do nothing.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		ip := net.ParseIP(strings.Trim(host, "[]"))
		if host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "this server answers on this machine only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// random returns n random bytes in hexadecimal digits.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, by its contract
	return hex.EncodeToString(b)
}
