package sandbox_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/app"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/graph/fakeintune"
)

// What is planted and must come out nowhere.
const (
	passcode      = "48151623-passcode-42"
	plantedBot    = "xoxb-4815162342-108-PlantedBotTokenNobodyMaySee"
	plantedApp    = "xapp-1-A0PASSCODE-4815162342-PlantedAppTokenNobodyMaySee"
	plantedSecret = "Pl4~nted.client-secret/nobody+may=see&it"
)

// way is how the product signs in to Entra, with the secrets of it.
type way struct {
	app     fakeintune.App
	azure   config.Azure
	secrets map[string]string
}

func ways(t *testing.T) map[string]way {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "client.pem")
	cert, block := certificate(t, key, path)
	token := federated(t, key)
	tokenFile := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(tokenFile, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]way{
		"client secret": {fakeintune.App{Secret: plantedSecret}, config.Azure{ClientSecret: config.NewSecret(plantedSecret)}, map[string]string{"the client secret": plantedSecret}},
		"certificate": {
			fakeintune.App{Certificate: cert},
			config.Azure{CertificatePath: path},
			map[string]string{"the certificate's key": block},
		},
		"federation": {
			fakeintune.App{Federation: &fakeintune.Federation{Issuer: issuer, Subject: account, Key: &key.PublicKey}},
			config.Azure{FederatedTokenFile: tokenFile},
			map[string]string{"the federated token": token},
		},
	}
}

// certificate writes a certificate with its key to path, and returns the
// certificate and the key as it stands in the file.
func certificate(t *testing.T, key *rsa.PrivateKey, path string) (*x509.Certificate, string) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "passcodebot"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	file := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), private...)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return cert, string(private)
}

const (
	issuer  = "https://cluster.test/"
	account = "system:serviceaccount:passcodebot:passcodebot"
)

// federated is a token as Kubernetes gives it.
func federated(t *testing.T, key *rsa.PrivateKey) string {
	t.Helper()
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	signed := part(map[string]string{"alg": "RS256", "typ": "JWT"}) + "." + part(map[string]any{
		"iss": issuer, "sub": account, "aud": "api://AzureADTokenExchange", "exp": time.Now().Add(time.Hour).Unix(),
	})
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// plot is a stage with secrets on it.
type plot struct {
	*stage
	hunt   *hunt
	tap    *tap
	dir    string
	theirs []string // the secrets that Entra knows
	errors bytes.Buffer
}

func newPlot(t *testing.T, w way) *plot {
	t.Helper()
	p := &plot{hunt: newHunt(), dir: t.TempDir(), theirs: []string{"an access token", "a client assertion"}}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		t.Fatal(err)
	}
	anchors := base64.StdEncoding.EncodeToString(seed)
	p.hunt.plant("the bot token", plantedBot)
	p.hunt.plant("the app token", plantedApp)
	p.hunt.plant("the passcode", passcode)
	p.hunt.plant("the key of anchors", anchors)
	p.hunt.plant("the key of anchors", string(seed))
	for name, secret := range w.secrets {
		p.hunt.plant(name, secret)
		p.theirs = append(p.theirs, name)
	}
	p.stage = set(t, scene{
		dir: p.dir,
		logs: func(to io.Writer) slog.Handler {
			return slog.NewJSONHandler(to, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
		slack: func(c *fakeslack.Config) { c.App.BotToken, c.App.AppToken = plantedBot, plantedApp },
		intune: func(c *fakeintune.Config) {
			c.Passcode = passcode
			w.app.ClientID, w.app.Roles = c.Apps[0].ClientID, c.Apps[0].Roles
			c.Apps = []fakeintune.App{w.app}
		},
		settings: func(c *config.Config) {
			soon(c)
			w.azure.TenantID, w.azure.ClientID = c.Azure.TenantID, c.Azure.ClientID
			c.Azure = w.azure
			c.Audit.Anchors.Channel, c.Audit.Anchors.File = security, filepath.Join(p.dir, "anchors.jsonl")
			c.Audit.Anchors.Key = config.SigningKey{Secret: config.NewSecret(anchors)}
		},
		parts: func(parts *app.Parts) {
			// One for each life: a call of the one before may still be on its way.
			p.tap = &tap{hunt: p.hunt, next: parts.GraphTransport}
			parts.GraphTransport = p.tap
			parts.SlackTransport = &tap{hunt: p.hunt, next: http.DefaultTransport}
			parts.FollowUp = []time.Duration{50 * time.Millisecond}
		},
	})
	return p
}

// leak is what an answer says that repeats secrets wherever it can.
func (p *plot) leak(names ...string) string {
	p.hunt.mu.Lock()
	defer p.hunt.mu.Unlock()
	message := "It is broken here."
	for secret, name := range p.hunt.secrets {
		if slices.Contains(names, name) {
			message += " The " + name[strings.LastIndex(name, " ")+1:] + " is " + secret
		}
	}
	body, err := json.Marshal(map[string]any{
		"error": map[string]any{"code": "BadRequest", "message": message, "passcode": passcode, "innerError": map[string]string{"message": message, "passcode": passcode}},
		"value": []any{map[string]any{"id": "d0000001-0000-4000-8000-000000000001", "deviceName": "x", "passcode": passcode}}, "passcode": passcode,
		"error_description": "AADSTS7000215: " + message, "error_codes": []int{7000215},
	})
	if err != nil {
		panic(err)
	}
	return string(body)
}

// tap carries calls, notes the secrets that are in them, and puts the
// passcode into the headers of each answer.
type tap struct {
	hunt   *hunt
	next   http.RoundTripper
	panics atomic.Bool // the next reset breaks down
}

// RoundTrip implements http.RoundTripper.
func (p *tap) RoundTrip(req *http.Request) (*http.Response, error) {
	if token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer eyJ"); ok {
		p.hunt.plant("an access token", "eyJ"+token)
	}
	if req.Body != nil && strings.HasSuffix(req.URL.Path, "/token") {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		p.hunt.plant("a client assertion", form.Get("client_assertion"))
	}
	if strings.HasSuffix(req.URL.Path, "resetPasscode") && p.panics.CompareAndSwap(true, false) {
		panic(fmt.Sprintf("broken over %v with %v", req.URL, req.Context()))
	}
	resp, err := p.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(req.URL.Path, "apps.connections.open") {
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		var opened struct{ URL string }
		if json.Unmarshal(body, &opened) == nil {
			if at, err := url.Parse(opened.URL); err == nil {
				p.hunt.plant("a socket's ticket", at.Query().Get("ticket"))
			}
		}
	}
	resp.Header.Set("X-Passcode", passcode)
	resp.Header.Set("WWW-Authenticate", `Bearer claims="`+passcode+`"`)
	return resp, nil
}
