package graph_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

// certificate writes a client certificate with its key to a file.
func certificate(t *testing.T) (path string, cert *x509.Certificate) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "passcodebot"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err = x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	for _, b := range []*pem.Block{{Type: "CERTIFICATE", Bytes: der}, {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := pem.Encode(&file, b); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(t.TempDir(), "client.pem")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, cert
}

func TestNew_withACertificate_signsIn(t *testing.T) {
	t.Parallel()
	path, cert := certificate(t)
	app := fakeintune.App{ClientID: "5d2f4c1e-0000-4000-8000-00000000000e", Certificate: cert, Roles: []string{graph.PermissionReset, graph.PermissionRead}}
	s := graphtest.Start(t, fakeintune.Config{Devices: fleet(), Apps: []fakeintune.App{app}})
	cfg := graphtest.Config(t, s)
	cfg.Credentials = graph.Credentials{TenantID: fakeintune.SampleTenant, ClientID: app.ClientID, CertificatePath: path}
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := c.Reset(t.Context(), pixelID); err != nil {
		t.Error(err)
	}

	cfg.Credentials.CertificatePath, _ = certificate(t)
	c, err = graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "Entra does not accept the client certificate in AZURE_CLIENT_CERTIFICATE_PATH.")
	if e.Code != "AADSTS700027" {
		t.Errorf("code %q; want AADSTS700027", e.Code)
	}
}

func TestNew_withAWorkloadIdentity_sendsTheFilesToken(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("federated-token"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := &wire{}
	refuse := false
	w.entra = func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(body), "client_assertion=federated-token") {
			t.Errorf("token request %s; want the file's token", body)
		}
		if refuse {
			refusing(400, 700213, "AADSTS700213: No matching federated identity record found.").entra(rw, r)
			return
		}
		_, _ = fmt.Fprintf(rw, `{"token_type":"Bearer","expires_in":3599,"access_token":%q}`, jwt(graph.PermissionReset, graph.PermissionRead))
	}
	cfg := wireConfig(w)
	cfg.Credentials = graph.Credentials{TenantID: fakeintune.SampleTenant, ClientID: "app", FederatedTokenFile: path}
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	refuse = true
	wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "Entra does not accept the workload identity's token in AZURE_FEDERATED_TOKEN_FILE.")
}

func TestNew_withAManagedIdentity_asksTheMachine(t *testing.T) {
	t.Parallel()
	w := &wire{graph: func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(204) }}
	w.entra = func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "169.254.169.254" || r.URL.Query().Get("resource") != "https://graph.microsoft.us" {
			t.Errorf("token request to %s; want the machine's own service and the cloud's Graph", r.URL)
		}
		_, _ = fmt.Fprintf(rw, `{"token_type":"Bearer","expires_in":"3599","access_token":%q}`, jwt(graph.PermissionReset, graph.PermissionRead))
	}
	c, err := graph.New(graph.Config{Cloud: graph.USGov, Credentials: graph.Credentials{ManagedIdentity: true}, Transport: w})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Reset(t.Context(), pixelID); err != nil {
		t.Fatal(err)
	}
	if want := "POST https://graph.microsoft.us/beta/deviceManagement/managedDevices/" + pixelID + "/resetPasscode"; w.seen()[0] != want {
		t.Errorf("call %s; want %s", w.seen()[0], want)
	}
}

// In each cloud, tokens are asked of its Entra for its Graph.
func TestNew_goesToTheCloudsOwnAddresses(t *testing.T) {
	t.Parallel()
	for cloud, want := range map[graph.Cloud][2]string{
		"":          {"login.microsoftonline.com", "https://graph.microsoft.com"},
		graph.USGov: {"login.microsoftonline.us", "https://graph.microsoft.us"},
		graph.USDoD: {"login.microsoftonline.us", "https://dod-graph.microsoft.us"},
		graph.China: {"login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"},
	} {
		w := &wire{graph: func(rw http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/discovery/instance") {
				_, _ = fmt.Fprintf(rw, `{"tenant_discovery_endpoint":"https://%s/%s/v2.0/.well-known/openid-configuration","metadata":[]}`, want[0], fakeintune.SampleTenant)
				return
			}
			rw.WriteHeader(204)
		}}
		w.entra = func(rw http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			scope := strings.NewReplacer(":", "%3A", "/", "%2F").Replace(want[1] + "/.default")
			if r.URL.Host != want[0] || !strings.Contains(string(body), scope) {
				t.Errorf("%s: token request to %s with %s; want %v", cloud, r.URL, body, want)
			}
			_, _ = fmt.Fprintf(rw, `{"token_type":"Bearer","expires_in":3599,"access_token":%q}`, jwt())
		}
		c, err := graph.New(graph.Config{Cloud: cloud, Credentials: wireConfig(w).Credentials, Transport: w})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Reset(t.Context(), pixelID); err != nil {
			t.Errorf("%s: %v", cloud, err)
		}
		calls := w.seen()
		if got := calls[len(calls)-1]; !strings.HasPrefix(got, "POST "+want[1]+"/beta/") {
			t.Errorf("%s: call %s; want it at %s/beta", cloud, got, want[1])
		}
	}
}

func TestNew_saysWhatIsWrongWithTheCredentials(t *testing.T) {
	t.Parallel()
	file := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	keyOnly := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	tests := []struct {
		name        string
		credentials graph.Credentials
		text        string
	}{
		{"nothing", graph.Credentials{TenantID: "t", ClientID: "c"}, "There is nothing with which to sign in to Entra."},
		{"two ways", graph.Credentials{TenantID: "t", ClientID: "c", ClientSecret: "s", ManagedIdentity: true}, "There is more than one way to sign in to Entra: a client secret and a managed identity."},
		{"no tenant", graph.Credentials{ClientID: "c", ClientSecret: "s"}, "The Entra tenant is not given."},
		{"no app", graph.Credentials{TenantID: "t", ClientSecret: "s"}, "The app registration is not given."},
		{"a tenant that is none", graph.Credentials{TenantID: "a/b", ClientID: "c", ClientSecret: "s"}, "The credentials for Entra cannot be used."},
		{"no certificate file", graph.Credentials{TenantID: "t", ClientID: "c", CertificatePath: filepath.Join(t.TempDir(), "none")}, "The client certificate cannot be read."},
		{"no certificate in it", graph.Credentials{TenantID: "t", ClientID: "c", CertificatePath: file("text.pem", "hello")}, "The client certificate is not understood."},
		{"a key alone", graph.Credentials{TenantID: "t", ClientID: "c", CertificatePath: file("key.pem", keyOnly)}, "The client certificate is not understood."},
		{"no token file", graph.Credentials{TenantID: "t", ClientID: "c", FederatedTokenFile: filepath.Join(t.TempDir(), "none")}, "The file with the workload identity's token cannot be read."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := graph.New(graph.Config{Credentials: test.credentials})
			if e := wantError(t, err, approvals.Invalid, test.text); e.Hint == "" {
				t.Error("there is no hint")
			}
		})
	}
}

func TestNew_wantsHTTPS(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"http://graph.test", "graph.test", "https://", "https://a b"} {
		cfg := wireConfig(&wire{})
		cfg.Endpoint = endpoint
		_, err := graph.New(cfg)
		wantError(t, err, approvals.Invalid, "The address of Graph is not an https address.")
	}
	cfg := wireConfig(&wire{})
	cfg.Authority = "http://entra.test"
	c, err := graph.New(cfg)
	if err == nil {
		err = c.SignIn(t.Context())
	}
	if err == nil {
		t.Error("signed in over plain http")
	}
}

func TestCredentials_areNeverPrinted(t *testing.T) {
	t.Parallel()
	c := graph.Credentials{TenantID: "t", ClientID: "c", ClientSecret: "s3cret", CertificatePassword: "s3cret"}
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("config", "credentials", c)
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%v %+v %#v %s", c, c, c, c), b.String(), graph.Credentials{CertificatePassword: "s3cret"}.String()} {
		if strings.Contains(s, "s3cret") || !strings.Contains(s, "redacted") {
			t.Errorf("printed as %s", s)
		}
	}
}
