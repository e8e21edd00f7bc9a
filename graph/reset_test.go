package graph_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

func TestReset_isAcceptedWithGraphsRequestID(t *testing.T) {
	t.Parallel()
	s, c, _ := tenant(t, fakeintune.Config{Now: func() time.Time { return noon }})
	got, err := c.Reset(t.Context(), strings.ToUpper(pixelID))
	if err != nil {
		t.Fatal(err)
	}
	posts := s.Posts()
	if len(posts) != 1 || posts[0].Device != pixelID || !posts[0].Took || posts[0].Status != 204 {
		t.Fatalf("Intune saw %+v; want one reset of the device", posts)
	}
	if got.GraphRequestID == "" || got.GraphRequestID != posts[0].RequestID {
		t.Errorf("receipt %q; want Graph's request-id %q", got.GraphRequestID, posts[0].RequestID)
	}
	if !got.At.Equal(noon) {
		t.Errorf("taken at %v; want the time of the answer by Graph's clock", got.At)
	}
	if posts[0].ClientRequestID == "" {
		t.Error("the call has no client-request-id")
	}
}

// After these the reset may have happened, so that a second POST could do it
// twice: the SDK's own pipeline would send it again after a 503 and a 504.
func TestReset_whenItMayHaveHappened_isSentOnceAndUnknown(t *testing.T) {
	t.Parallel()
	const doubt = ", so the reset may or may not happen."
	tests := []struct {
		name     string
		fault    fakeintune.Fault
		text     string
		answered bool
	}{
		{"500", fakeintune.Fault{Status: 500}, "Intune answered with an error of its own (500)" + doubt, false},
		{"500 of a proxy", fakeintune.Fault{Status: 500, Body: "<html>", ContentType: "text/html"}, "Intune answered with an error of its own (500)" + doubt, false},
		{"500 without words", fakeintune.Fault{Status: 500, Body: "{}", ContentType: "application/json"}, "Intune answered with an error of its own (500)" + doubt, false},
		{"502", fakeintune.Fault{Status: 502, Body: "<html>bad gateway</html>", ContentType: "text/html"}, "Intune answered with an error of its own (502)" + doubt, false},
		{"503", fakeintune.Fault{Status: 503}, "Intune answered with an error of its own (503)" + doubt, true},
		{"504", fakeintune.Fault{Status: 504}, "Intune answered with an error of its own (504)" + doubt, false},
		{"408", fakeintune.Fault{Status: 408}, "Intune gave up waiting for the call" + doubt, false},
		{"answer lost after the effect", fakeintune.Fault{LoseAnswer: true}, "The connection to Intune broke before it answered" + doubt, false},
		{"connection cut", fakeintune.Fault{Cut: true}, "The connection to Intune broke before it answered" + doubt, false},
		{"a page instead of an answer", fakeintune.Fault{Body: "<html>Welcome</html>", ContentType: "text/html"}, "Intune's answer was not understood" + doubt, false},
		{"JSON instead of 204", fakeintune.Fault{Status: 200, Body: "{}", ContentType: "application/json"}, "Intune's answer was not understood" + doubt, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, c, paused := tenant(t, fakeintune.Config{})
			if err := c.SignIn(t.Context()); err != nil {
				t.Fatal(err)
			}
			test.fault.Path = "resetPasscode"
			s.Fail(test.fault)
			_, err := c.Reset(t.Context(), pixelID)
			e := wantError(t, err, approvals.UnknownOutcome, test.text)
			if e.Hint == "" {
				t.Error("there is no hint")
			}
			if e.Answered != test.answered {
				t.Errorf("Intune's work on it is over: %v; want %v", e.Answered, test.answered)
			}
			if n := len(s.Posts()); n != 1 {
				t.Errorf("%d resets arrived; want 1", n)
			}
			if took := s.Posts()[0].Took; took != test.fault.LoseAnswer {
				t.Errorf("the reset happened: %v; want %v", took, test.fault.LoseAnswer)
			}
			if waited := paused.all(); len(waited) > 0 {
				t.Errorf("waited %v; want no repetition", waited)
			}
		})
	}
}

func TestReset_whenIntuneDoesNotAnswerInTime_isUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := over(t, &wire{graph: silent})
		start := time.Now()
		_, err := c.Reset(t.Context(), pixelID)
		wantError(t, err, approvals.UnknownOutcome, "Intune did not answer in time, so the reset may or may not happen.")
		if took := time.Since(start); took != graph.DefaultTimeout {
			t.Errorf("waited %v; want %v", took, graph.DefaultTimeout)
		}
	})
}

// silent never answers.
func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// Broken off on the wire, its outcome would be unknown without need.
func TestReset_whenStoppedWhileOnTheWire_isFinished(t *testing.T) {
	t.Parallel()
	s, c, _ := tenant(t, fakeintune.Config{Latency: 50 * time.Millisecond})
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { cancel() }})
	if _, err := c.Reset(ctx, pixelID); err != nil || ctx.Err() == nil {
		t.Errorf("reset: %v, context: %v; want that it was accepted although it was stopped", err, ctx.Err())
	}
	if posts := s.Posts(); len(posts) != 1 || posts[0].Status != 204 {
		t.Errorf("Intune saw %+v; want one reset", posts)
	}
}

func TestReset_whenIntuneRefuses_saysItsWords(t *testing.T) {
	t.Parallel()
	t.Run("the device", func(t *testing.T) {
		t.Parallel()
		devices := fleet()
		devices[0].Refuses = "Reset passcode is not supported on this device"
		s, c, _ := tenant(t, fakeintune.Config{Devices: devices})
		_, err := c.Reset(t.Context(), pixelID)
		e := wantError(t, err, approvals.Invalid, "Intune refuses to reset the passcode: Reset passcode is not supported on this device.")
		if posts := s.Posts(); e.Ref == "" || e.Ref != posts[0].RequestID {
			t.Errorf("ref %q; want the request-id %q", e.Ref, posts[0].RequestID)
		}
	})
	t.Run("an unknown device", func(t *testing.T) {
		t.Parallel()
		_, c, _ := tenant(t, fakeintune.Config{})
		_, err := c.Reset(t.Context(), nobodyID)
		wantError(t, err, approvals.NotFound, "Intune knows no device "+nobodyID+".")
	})
	t.Run("words inside of words", func(t *testing.T) {
		t.Parallel()
		s, c, _ := tenant(t, fakeintune.Config{})
		s.Fail(fakeintune.Fault{
			Path: "resetPasscode", Status: 400, Code: "BadRequest",
			Message: "{\r\n  \"_version\": 3,\r\n  \"Message\": \"Device is busy. - Operation ID (for customer support): 0000 - Activity ID: 1 - Url: https://fef.example\",\r\n  \"CustomApiErrorPhrase\": \"\"\r\n}",
		})
		_, err := c.Reset(t.Context(), pixelID)
		e := wantError(t, err, approvals.Invalid, "Intune refuses to reset the passcode: Device is busy.")
		if e.Code != "BadRequest" || !strings.Contains(e.Err.Error(), "Activity ID: 1") {
			t.Errorf("code %q, cause %v; want Graph's code and Intune's ids for the log", e.Code, e.Err)
		}
	})
	t.Run("without a body", func(t *testing.T) {
		t.Parallel()
		c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(409) }})
		_, err := c.Reset(t.Context(), pixelID)
		wantError(t, err, approvals.Invalid, "Intune refuses to reset the passcode: it answered with status 409 and no words.")
	})
	t.Run("with a body that says nothing", func(t *testing.T) {
		t.Parallel()
		c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) { answer(w, 400, `{"error":{}}`) }})
		_, err := c.Reset(t.Context(), pixelID)
		wantError(t, err, approvals.Invalid, "Intune refuses to reset the passcode: it answered with status 400 and no words.")
	})
}

func TestReset_whenThePermissionIsMissing_namesIt(t *testing.T) {
	t.Parallel()
	reader := fakeintune.App{ClientID: "5d2f4c1e-0000-4000-8000-00000000000e", Secret: "reader", Roles: []string{graph.PermissionRead}}
	s := graphtest.Start(t, fakeintune.Config{Devices: fleet(), Apps: []fakeintune.App{reader}})
	cfg := graphtest.Config(t, s)
	cfg.Credentials.ClientID, cfg.Credentials.ClientSecret = reader.ClientID, reader.Secret
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Reset(t.Context(), pixelID)
	e := approvals.AsError(err)
	if e.Kind != approvals.Forbidden || !strings.Contains(e.Text, graph.PermissionReset) || !strings.Contains(e.Hint, "grant admin consent") {
		t.Errorf("error %q, hint %q; want the permission and how to grant it", e.Text, e.Hint)
	}
	if len(s.Posts()) > 1 {
		t.Error("the reset was repeated")
	}
}

// What provably never left can be tried again.
func TestReset_whenNothingWasSent_isUnavailable(t *testing.T) {
	t.Parallel()
	t.Run("Graph is not there", func(t *testing.T) {
		t.Parallel()
		s := graphtest.Start(t, fakeintune.Config{Devices: fleet()})
		cfg := graphtest.Config(t, s)
		cfg.Endpoint = "https://" + closedPort(t)
		c, err := graph.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Reset(t.Context(), pixelID)
		wantError(t, err, approvals.Unavailable, "Intune cannot be reached.")
	})
	t.Run("Graph's certificate is not trusted", func(t *testing.T) {
		t.Parallel()
		s, other := graphtest.Start(t, fakeintune.Config{Devices: fleet()}), graphtest.Start(t, fakeintune.Config{})
		cfg := graphtest.Config(t, s)
		cfg.Endpoint = other.URL()
		c, err := graph.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Reset(t.Context(), pixelID)
		wantError(t, err, approvals.Unavailable, "Intune cannot be reached.")
	})
	t.Run("Entra does not answer", func(t *testing.T) {
		t.Parallel()
		s, c, _ := tenant(t, fakeintune.Config{})
		s.Fail(fakeintune.Fault{Path: "token", Cut: true})
		_, err := c.Reset(t.Context(), pixelID)
		wantError(t, err, approvals.Unavailable, "Entra cannot be reached.")
		if len(s.Posts()) > 0 {
			t.Error("a reset arrived")
		}
	})
	t.Run("it was stopped before", func(t *testing.T) {
		t.Parallel()
		s, c, _ := tenant(t, fakeintune.Config{})
		if err := c.SignIn(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Reset(ctx, pixelID)
		if e := approvals.AsError(err); e.Kind != approvals.Unavailable || e.Code != "stopped" {
			t.Errorf("error %v; want that it was stopped", err)
		}
		if len(s.Posts()) > 0 {
			t.Error("a reset arrived")
		}
	})
	t.Run("the id is none", func(t *testing.T) {
		t.Parallel()
		s, c, _ := tenant(t, fakeintune.Config{})
		_, err := c.Reset(t.Context(), "x/../../wipe")
		wantError(t, err, approvals.Invalid, "“x/../../wipe” is not the id of a device.")
		if len(s.Calls()) > 0 {
			t.Error("a call arrived")
		}
	})
}

// A transport that tells nothing of its connections leaves it open whether a
// reset was sent.
func TestReset_whenTheTransportFailsWithoutAReason_isUnknown(t *testing.T) {
	t.Parallel()
	w := &wire{}
	c, _ := over(t, failing{w, errors.New("something broke")})
	_, err := c.Reset(t.Context(), pixelID)
	wantError(t, err, approvals.UnknownOutcome, "The connection to Intune broke before it answered, so the reset may or may not happen.")
}

// failing lets calls to Entra through and fails those to Graph.
type failing struct {
	wire *wire
	err  error
}

func (f failing) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.Contains(req.URL.Host, "graph") {
		return nil, f.err
	}
	return f.wire.RoundTrip(req)
}

func TestReset_followsNoRedirect(t *testing.T) {
	t.Parallel()
	w := &wire{}
	w.graph = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Location", "https://elsewhere.test/take-this")
		rw.WriteHeader(http.StatusTemporaryRedirect)
	}
	c, _ := over(t, w)
	_, err := c.Reset(t.Context(), pixelID)
	wantError(t, err, approvals.UnknownOutcome, "Intune's answer was not understood, so the reset may or may not happen.")
	if calls := w.seen(); len(calls) != 1 {
		t.Errorf("calls %v; want one", calls)
	}
}

// The SDK's adapter sends a call again after a claims challenge, and panics
// over a malformed one.
func TestReset_afterAClaimsChallenge_isNotRepeated(t *testing.T) {
	t.Parallel()
	for _, challenge := range []string{`Bearer claims="eyJhIjoiYiJ9"`, `Bearer claims=none`} {
		w := &wire{}
		w.graph = func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("WWW-Authenticate", challenge)
			answer(rw, 401, `{"error":{"code":"InvalidAuthenticationToken","message":"Access token is expired."}}`)
		}
		c, _ := over(t, w)
		_, err := c.Reset(t.Context(), pixelID)
		wantError(t, err, approvals.Forbidden, "Intune does not let this app reset the passcode, for which it needs the permission "+graph.PermissionReset+": Access token is expired.")
		if calls := w.seen(); len(calls) != 1 {
			t.Errorf("calls %v; want one", calls)
		}
	}
}

// A permission that was granted counts without a restart, but a refusal does
// not make the app sign in at every call.
func TestReset_afterARefusal_signsInAfresh(t *testing.T) {
	t.Parallel()
	granted := false
	signIns := 0
	w := &wire{}
	w.token = func() string {
		signIns++
		if granted {
			return jwt(graph.PermissionReset)
		}
		return jwt()
	}
	w.graph = func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer "+jwt() {
			answer(rw, 403, `{"error":{"code":"Forbidden","message":"no"}}`)
			return
		}
		rw.WriteHeader(204)
	}
	c, _ := over(t, w)
	clock := time.Now()
	c.SetNow(func() time.Time { return clock })
	for range 3 {
		if _, err := c.Reset(t.Context(), pixelID); approvals.KindOf(err) != approvals.Forbidden {
			t.Fatalf("error %v; want Forbidden", err)
		}
	}
	if signIns != 1 {
		t.Errorf("signed in %d times; want once within a minute", signIns)
	}
	granted = true
	clock = clock.Add(2 * time.Minute)
	if _, err := c.Reset(t.Context(), pixelID); approvals.KindOf(err) != approvals.Forbidden {
		t.Fatalf("error %v; want the last Forbidden", err)
	}
	if _, err := c.Reset(t.Context(), pixelID); err != nil {
		t.Errorf("after the permission was granted: %v", err)
	}
}

// closedPort is an address on loopback where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}
