package main

import (
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"passcodebot/graph/fakeintune"
)

// failing is the chance of a call to fail at the door.
const failing = 0.05

// door stands before Intune as Graph's gateways do, and answers one call in
// twenty itself, at once and without an effect: one half of these with 429,
// the other with a 5xx.
type door struct {
	server *httptest.Server

	mu     sync.Mutex
	open   bool // calls pass, so far
	dice   *rand.Rand
	failed int
	waits  []span // that Retry-After asked for
}

// failure is one way in which a call fails.
type failure struct {
	status        int
	code, message string
	retryAfter    int // seconds; zero for no header
}

func failures() []failure {
	return []failure{
		{http.StatusTooManyRequests, "TooManyRequests", "Too many requests.", 1},
		{http.StatusTooManyRequests, "TooManyRequests", "Too many requests.", 0},
		{http.StatusInternalServerError, "InternalServerError", "An internal server error has occurred.", 0},
		{http.StatusServiceUnavailable, "ServiceUnavailable", "The service is temporarily unavailable.", 0},
	}
}

func newDoor(intune *fakeintune.Server, seed uint64) (*door, error) {
	target, err := url.Parse(intune.URL())
	if err != nil {
		return nil, err
	}
	d := &door{open: true, dice: rand.New(rand.NewPCG(seed, 0))}
	inside := intune.Client().Transport.(*http.Transport)
	inside.ForceAttemptHTTP2 = true
	behind := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: inside,
	}
	d.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/beta/") && d.fail(w, r) {
			return
		}
		behind.ServeHTTP(w, r)
	}))
	d.server.EnableHTTP2 = true
	d.server.StartTLS()
	return d, nil
}

func (d *door) URL() string                    { return d.server.URL }
func (d *door) certificate() *x509.Certificate { return d.server.Certificate() }
func (d *door) close()                         { d.server.CloseClientConnections(); d.server.Close() }

// fail answers a call with an error, where the dice say so. A reset meets 503
// and not 500, which may come from the middle of it: that is looked into for
// minutes, whoever measures.
func (d *door) fail(w http.ResponseWriter, r *http.Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open || d.dice.Float64() >= failing {
		return false
	}
	all := failures()
	f := all[d.dice.IntN(len(all))]
	if f.status == http.StatusInternalServerError && strings.HasSuffix(r.URL.Path, "/resetPasscode") {
		f = all[len(all)-1]
	}
	d.failed++
	now := time.Now()
	if f.retryAfter > 0 {
		d.waits = append(d.waits, span{now, now.Add(time.Duration(f.retryAfter) * time.Second)})
		w.Header().Set("Retry-After", fmt.Sprint(f.retryAfter))
	}
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", d.failed)
	w.Header().Set("request-id", id)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	fmt.Fprintf(w, `{"error":{"code":%q,"message":%q,"innerError":{"date":%q,"request-id":%q,"client-request-id":%q}}}`,
		f.code, f.message, now.UTC().Format("2006-01-02T15:04:05"), id, id)
	return true
}

// shut lets calls fail from now on.
func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = false
}

// seen returns how many calls failed, and the waits that were asked for.
func (d *door) seen() (failed int, waits []span) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed, slices.Clone(d.waits)
}
