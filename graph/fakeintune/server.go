package fakeintune

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Server is the faked tenant. Its methods may be called from any goroutine.
type Server struct {
	config Config
	log    *slog.Logger
	url    string
	certs  certificates
	signer signer

	http     *http.Server
	opened   atomic.Int64   // connections
	running  sync.WaitGroup // the listener's goroutine and the check-ins'
	handlers sync.WaitGroup
	closing  chan struct{}
	kick     chan struct{} // wakes the check-ins' goroutine
	close    func() error

	mu      sync.Mutex
	rev     int
	changes chan struct{} // closed at the next change
	fleet   fleet
	audits  []*audit
	posts   []Post
	signIns []SignIn
	calls   []Call
	faults  faults
	away    bool       // no device checks in
	chance  *rand.Rand // whether a fault with a Percent strikes
	usage   usage
}

// Start starts a tenant on 127.0.0.1 with a port of its own.
func Start(c Config) (*Server, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("start fake intune: %w", err)
	}
	s := &Server{
		config: c, log: c.Logger, closing: make(chan struct{}), kick: make(chan struct{}, 1), changes: make(chan struct{}),
		chance: rand.New(rand.NewPCG(c.Seed, 0)),
		usage:  usage{window: c.Window, counts: map[string][]time.Time{}},
	}
	s.fleet.put(c.Devices...)
	var err error
	if s.certs, err = newCertificates(); err != nil {
		return nil, fmt.Errorf("start fake intune: %w", err)
	}
	if s.signer, err = newSigner(); err != nil {
		return nil, fmt.Errorf("start fake intune: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start fake intune: %w", err)
	}
	s.url = "https://" + listener.Addr().String()
	// HTTP/2 as Graph speaks it: a fault that cuts a call resets its stream,
	// and harms no other call.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	s.http = &http.Server{
		Handler: s.tracked(s.routes()), TLSConfig: s.certs.server(), Protocols: protocols,
		ReadHeaderTimeout: 10 * time.Second, ConnState: s.connected, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	s.running.Go(func() {
		if err := s.http.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("fake intune stopped", "error", err)
		}
	})
	s.running.Go(s.checkIns)
	s.close = sync.OnceValue(func() error {
		s.mu.Lock() // a handler that starts is either counted by now, or sees this
		close(s.closing)
		s.mu.Unlock()
		err := s.http.Close()
		s.handlers.Wait()
		s.running.Wait()
		if err != nil {
			return fmt.Errorf("close fake intune: %w", err)
		}
		return nil
	})
	return s, nil
}

// Close ends the server and waits for everything that it started. What is
// being answered is cut off.
func (s *Server) Close() error { return s.close() }

// URL is where it is, without a slash at the end. Graph is below /beta; for
// Entra it is the authority host.
func (s *Server) URL() string { return s.url }

// CA is the certificate authority that vouches for the server.
func (s *Server) CA() *x509.Certificate { return s.certs.authority }

// Client is a new HTTP client that trusts the server, and nobody else.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: s.certs.client(), ForceAttemptHTTP2: true}}
}

// Connections is how many connections have been opened.
func (s *Server) Connections() int { return int(s.opened.Load()) }

func (s *Server) connected(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.opened.Add(1)
	}
}

// tracked lets Close wait for the handlers that run.
func (s *Server) tracked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		select {
		case <-s.closing:
			s.mu.Unlock()
			panic(http.ErrAbortHandler)
		default:
		}
		s.handlers.Add(1)
		s.mu.Unlock()
		defer s.handlers.Done()
		w.Header().Set("Date", s.now().Format(http.TimeFormat)) // else it is the machine's
		next.ServeHTTP(w, r)
	})
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.graph)
	mux.HandleFunc("/{tenant}/oauth2/v2.0/token", s.entra(s.token))
	mux.HandleFunc("/{tenant}/v2.0/.well-known/openid-configuration", s.entra(s.openIDConfiguration))
	mux.HandleFunc("/{tenant}/discovery/v2.0/keys", s.entra(s.keys))
	mux.HandleFunc(IdentityPath, s.managedIdentity)
	mux.HandleFunc("/metadata/identity/oauth2/token", s.managedIdentity)
	mux.HandleFunc("/common/discovery/instance", s.entra(s.instances))
	return mux
}

// now is the tenant's clock.
func (s *Server) now() time.Time { return s.config.Now().UTC() }

// changed tells everybody who waits that something is new. The lock is held.
func (s *Server) changed() {
	s.rev++
	close(s.changes)
	s.changes = make(chan struct{})
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// Wait waits until cond is true. It looks at once and after every change, and
// holds no lock meanwhile, so that cond may ask the server.
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
			return fmt.Errorf("wait for fake intune: %w", ctx.Err())
		case <-s.closing:
			return errors.New("wait for fake intune: it was closed")
		}
	}
}

// pause waits for a while, and reports whether the server is still there.
// Whoever called may have gone meanwhile: the call goes on, as at Intune.
func (s *Server) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.closing:
		return false
	}
}
