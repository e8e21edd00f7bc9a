package graph_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

// What is planted in the answers of Entra and Intune, and must come out
// nowhere.
const (
	plantedPasscode = "48151623"
	plantedSecret   = "Pl4~nted.client-secret"
	plantedPassword = "pkcs12-password"
)

// witness hears everything that leaves the package: the log, errors in each of
// their forms, and what is returned.
type witness struct {
	mu      sync.Mutex
	heard   bytes.Buffer
	secrets map[string]string // by what they are called
}

func newWitness() *witness {
	return &witness{secrets: map[string]string{"the passcode": plantedPasscode, "the client secret": plantedSecret, "the certificate's password": plantedPassword}}
}

func (w *witness) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.heard.Write(p)
}

func (w *witness) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// see takes what a call returned.
func (w *witness) see(what any, err error) {
	fmt.Fprintf(w, "%v %+v %#v\n", what, what, what)
	for ; err != nil; err = errors.Unwrap(err) {
		fmt.Fprintf(w, "%v %+v %#v %T\n", err, err, err, err)
		if e, ok := errors.AsType[*approvals.Error](err); ok {
			fmt.Fprintln(w, e.Sentence(), e.Code, e.Ref)
		}
	}
}

// everything calls all that a client can do, and returns how much of it went
// wrong.
func (w *witness) everything(t *testing.T, c *graph.Client) (failed int) {
	ctx := t.Context()
	see := func(what any, err error) {
		w.see(what, err)
		if err != nil {
			failed++
		}
	}
	see(nil, c.SignIn(ctx))
	for _, sel := range []approvals.Selector{{Kind: approvals.ByName, Value: "Alice's Pixel"}, {Kind: approvals.ByFilter, Value: "operatingSystem eq 'Android'"}} {
		found, err := c.Find(ctx, sel, 10)
		see(found, err)
	}
	d, err := c.Read(ctx, pixelID)
	see(d, err)
	receipt, err := c.Reset(ctx, pixelID)
	see(receipt, err)
	resets, err := c.Resets(ctx, time.Now().Add(-time.Hour))
	see(resets, err)
	see(c.Examine(ctx), nil)
	return failed
}

// check looks for the secrets, whole and in parts.
func (w *witness) check(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	heard := w.heard.String()
	if len(heard) < 500 {
		t.Errorf("the witness has heard nothing but %q", heard)
	}
	for name, secret := range w.secrets {
		if len(secret) > 100 {
			secret = secret[:50] // a beginning is bad enough
		}
		if i := strings.Index(heard, secret); i >= 0 {
			t.Errorf("%s came out: …%s…", name, heard[max(0, i-200):min(len(heard), i+len(secret)+50)])
		}
	}
}

// bearers notes the access tokens that are used.
type bearers struct {
	http.RoundTripper
	w *witness
}

func (b bearers) RoundTrip(req *http.Request) (*http.Response, error) {
	if token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "); ok {
		b.w.mu.Lock()
		b.w.secrets["the access token"] = token
		b.w.secrets["the access token's signature"] = token[strings.LastIndex(token, ".")+1:]
		b.w.mu.Unlock()
	}
	return b.RoundTripper.RoundTrip(req)
}

// Where all goes well the passcode is in Intune's answers, and nowhere else.
func TestSecrets_whereAllGoesWell(t *testing.T) {
	t.Parallel()
	w := newWitness()
	path, cert := certificate(t)
	key := strings.Split(string(content(t, path)), "PRIVATE KEY")[1]
	w.secrets["the certificate's key"] = strings.Split(key, "\n")[2]
	kube := newCluster(t)
	federated := filepath.Join(t.TempDir(), "token")
	put(t, federated, kube.token(t, account))
	w.secrets["the federated token"] = string(content(t, federated))

	for name, way := range map[string]struct {
		app         fakeintune.App
		credentials graph.Credentials
	}{
		"secret":      {fakeintune.App{Secret: plantedSecret}, graph.Credentials{ClientSecret: plantedSecret}},
		"certificate": {fakeintune.App{Certificate: cert}, graph.Credentials{CertificatePath: path}},
		"federation":  {fakeintune.App{Federation: kube.federation()}, graph.Credentials{FederatedTokenFile: federated}},
	} {
		way.app.ClientID, way.app.Roles = rotatedApp, needed()
		s := graphtest.Start(t, fakeintune.Config{Devices: fleet(), Apps: []fakeintune.App{way.app}, Passcode: plantedPasscode, CheckIn: -1})
		cfg := graphtest.Config(t, s)
		way.credentials.TenantID, way.credentials.ClientID = fakeintune.SampleTenant, rotatedApp
		cfg.Credentials, cfg.Logger, cfg.Transport = way.credentials, w.logger(), bearers{cfg.Transport, w}
		w.see(cfg.Credentials, nil)
		c, err := graph.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // in the second round the passcode is there
			if failed := w.everything(t, c); failed > 0 {
				t.Errorf("%s: %d calls failed: %s", name, failed, w.heard.String())
			}
			s.CheckIn(pixelID)
		}
		if d, _ := s.Device(pixelID); len(d.Actions) != 1 || d.Actions[0].Passcode != plantedPasscode {
			t.Fatalf("%s: the passcode is not in Intune's answers: %+v", name, d.Actions)
		}
	}
	w.check(t)
}

// Where Graph fails it may say anything in headers and bodies.
func TestSecrets_whereGraphFails(t *testing.T) {
	t.Parallel()
	w := newWitness()
	w.secrets["the access token"] = jwt(needed()...)
	said := fmt.Sprintf(`the passcode is %s, token=%s, Authorization: Bearer %s`, plantedPasscode, w.secrets["the access token"], w.secrets["the access token"])
	bodies := []string{
		fmt.Sprintf(`{"error":{"code":"BadRequest","message":%q,"passcode":%q,"innerError":{"passcode":%q,"message":%q}}}`, said, plantedPasscode, plantedPasscode, said),
		fmt.Sprintf(`{"error":{"code":"BadRequest","message":"{\"Message\":\"passcode: %s\"}"}}`, plantedPasscode),
		fmt.Sprintf(`{"value":[{"id":%q,"deviceName":"x","deviceActionResults":[{"actionName":"resetPasscode","passcode":%q,"startDateTime":%q}],"passcode":%q}]}`, pixelID, plantedPasscode, plantedPasscode, plantedPasscode),
		fmt.Sprintf(`{"id":%q,"passcode":%q,"lastSyncDateTime":%q}`, pixelID, plantedPasscode, plantedPasscode),
		fmt.Sprintf(`{"value":[{"id":"1","action":"resetPasscode","managedDeviceId":%q,"requestDateTime":%q,"passcode":%q}]}`, pixelID, plantedPasscode, plantedPasscode),
		`<html>` + said, said, `{"` + plantedPasscode,
	}
	for _, status := range []int{200, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503, 504} {
		for _, body := range bodies {
			c, err := graph.New(secretConfig(w, &wire{graph: func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("X-Passcode", plantedPasscode)
				rw.Header().Set("WWW-Authenticate", `Bearer claims="`+said+`"`)
				rw.Header().Set("Location", "https://graph.test/"+plantedPasscode)
				answer(rw, status, body)
			}}))
			if err != nil {
				t.Fatal(err)
			}
			c.SetWait((&waits{}).wait)
			if w.everything(t, c) == 0 && status != 200 {
				t.Errorf("%d %s: nothing failed", status, body)
			}
		}
	}
	c, err := graph.New(secretConfig(w, &wire{graph: func(http.ResponseWriter, *http.Request) { panic("the passcode " + plantedPasscode) }}))
	if err != nil {
		t.Fatal(err)
	}
	c.SetWait((&waits{}).wait)
	w.everything(t, c)
	w.check(t)
}

// Where Entra fails it may repeat what it was sent.
func TestSecrets_whereEntraFails(t *testing.T) {
	t.Parallel()
	w := newWitness()
	federated := filepath.Join(t.TempDir(), "token")
	put(t, federated, newCluster(t).token(t, account))
	w.secrets["the federated token"] = string(content(t, federated))
	w.secrets["the access token"] = jwt(needed()...)
	for _, status := range []int{200, 302, 400, 401, 403, 429, 500} {
		for _, number := range []int{0, 7000215, 700213, 999999} {
			entra := func(rw http.ResponseWriter, r *http.Request) {
				if err := r.ParseForm(); err != nil {
					t.Error(err)
				}
				said := r.PostForm.Encode() + " " + r.PostForm.Get("client_secret") + " " + r.PostForm.Get("client_assertion") + " " + w.secrets["the access token"]
				rw.Header().Set("X-Echo", said)
				answer(rw, status, fmt.Sprintf(`{"error":%q,"error_codes":[%d],"error_description":"AADSTS%d: you sent %s","trace_id":%q,"access_token":%q,"expires_in":"none"}`,
					said, number, number, said, said, w.secrets["the access token"]))
			}
			for _, credentials := range []graph.Credentials{
				{ClientSecret: plantedSecret},
				{FederatedTokenFile: federated},
				{CertificatePath: "testdata/first.p12", CertificatePassword: plantedPassword},
			} {
				cfg := secretConfig(w, &wire{entra: entra})
				credentials.TenantID, credentials.ClientID = fakeintune.SampleTenant, rotatedApp
				cfg.Credentials = credentials
				c, err := graph.New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				c.SetWait((&waits{}).wait)
				if w.everything(t, c) == 0 {
					t.Errorf("%d, AADSTS%d: nothing failed", status, number)
				}
			}
		}
	}
	w.check(t)
}

func secretConfig(w *witness, over *wire) graph.Config {
	cfg := wireConfig(over)
	cfg.Credentials.ClientSecret, cfg.Logger = plantedSecret, w.logger()
	return cfg
}
