package graph_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

const rotatedApp = "5d2f4c1e-0000-4000-8000-00000000000e"

// rotated is a tenant with one app and a client of it, whose credentials are
// in a file.
func rotated(t *testing.T, app fakeintune.App, credentials graph.Credentials) (*fakeintune.Server, *graph.Client, *bytes.Buffer) {
	t.Helper()
	app.ClientID, app.Roles = rotatedApp, []string{graph.PermissionReset, graph.PermissionRead}
	s := graphtest.Start(t, fakeintune.Config{Devices: fleet(), Apps: []fakeintune.App{app}})
	cfg := graphtest.Config(t, s)
	credentials.TenantID, credentials.ClientID = fakeintune.SampleTenant, rotatedApp
	cfg.Credentials = credentials
	log, written := logged()
	cfg.Logger = log
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, c, written
}

// signIns are what a tenant has seen of sign-ins, without their times.
func signIns(s *fakeintune.Server) []fakeintune.SignIn {
	seen := s.SignIns()
	for i := range seen {
		seen[i].At = time.Time{}
	}
	return seen
}

func with(how string) fakeintune.SignIn { return fakeintune.SignIn{App: rotatedApp, With: how} }

func content(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readPixel(t *testing.T, c *graph.Client) {
	t.Helper()
	if _, err := c.Read(t.Context(), pixelID); err != nil {
		t.Fatal(err)
	}
}

// A certificate that is exchanged on disk is used at once, before the old one
// is refused, and without a restart.
func TestCertificate_exchangedOnDisk_isUsedAtTheNextCall(t *testing.T) {
	t.Parallel()
	firstPEM, firstPEMCert := certificate(t)
	secondPEM, secondPEMCert := certificate(t)
	published := func(name string) *x509.Certificate {
		block, _ := pem.Decode(content(t, filepath.Join("testdata", name)))
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	for _, test := range []struct {
		name          string
		first, second string
		old, renewed  *x509.Certificate
		password      string
	}{
		{"PEM", firstPEM, secondPEM, firstPEMCert, secondPEMCert, ""},
		{"PKCS #12", "testdata/first.p12", "testdata/second.p12", published("first.crt"), published("second.crt"), "pkcs12-password"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "client")
			put(t, path, content(t, test.first))
			s, c, _ := rotated(t, fakeintune.App{Certificate: test.old}, graph.Credentials{CertificatePath: path, CertificatePassword: test.password})
			readPixel(t, c)
			readPixel(t, c)
			s.EditApp(rotatedApp, func(a *fakeintune.App) { a.Certificate = test.renewed })
			put(t, path+".new", content(t, test.second))
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
			readPixel(t, c)
			want := []fakeintune.SignIn{with("certificate " + fakeintune.Thumbprint(test.old)), with("certificate " + fakeintune.Thumbprint(test.renewed))}
			if diff := cmp.Diff(want, signIns(s)); diff != "" {
				t.Errorf("sign-ins (-want +got):\n%s", diff)
			}
		})
	}
}

// A file that is being written does no harm, and neither does one that is
// gone for a moment: the old certificate goes on, and the log tells.
func TestCertificate_halfWritten_leavesTheOldOneToGoOn(t *testing.T) {
	t.Parallel()
	path, old := certificate(t)
	second, renewed := certificate(t)
	s, c, log := rotated(t, fakeintune.App{Certificate: old}, graph.Credentials{CertificatePath: path})
	readPixel(t, c)
	whole := content(t, second)
	for _, size := range []int{0, 100, len(whole) / 2, len(whole) - 40} {
		put(t, path, whole[:size])
		readPixel(t, c)
		if !strings.Contains(log.String(), "the old ones go on") {
			t.Errorf("%d bytes: log %q; want a warning", size, log)
		}
		log.Reset()
		readPixel(t, c)
		if log.Len() > 0 {
			t.Errorf("%d bytes: warned of twice: %s", size, log)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	readPixel(t, c)
	s.EditApp(rotatedApp, func(a *fakeintune.App) { a.Certificate = renewed })
	put(t, path, whole)
	readPixel(t, c)
	want := []fakeintune.SignIn{with("certificate " + fakeintune.Thumbprint(old)), with("certificate " + fakeintune.Thumbprint(renewed))}
	if diff := cmp.Diff(want, signIns(s)); diff != "" {
		t.Errorf("sign-ins (-want +got):\n%s", diff)
	}
}

// Exchanged before Entra knows the new one, the certificate costs nothing:
// the old one goes on, and the new one is tried again a minute later.
func TestCertificate_exchangedTooEarly_isTriedAgain(t *testing.T) {
	t.Parallel()
	path, old := certificate(t)
	second, renewed := certificate(t)
	s, c, log := rotated(t, fakeintune.App{Certificate: old}, graph.Credentials{CertificatePath: path})
	now := time.Now()
	c.SetNow(func() time.Time { return now })
	readPixel(t, c)
	put(t, path, content(t, second))
	readPixel(t, c)
	readPixel(t, c)
	if !strings.Contains(log.String(), "Entra refuses the new credentials") {
		t.Errorf("log %q; want a warning", log)
	}
	s.EditApp(rotatedApp, func(a *fakeintune.App) { a.Certificate = renewed })
	now = now.Add(time.Minute)
	readPixel(t, c)
	want := []fakeintune.SignIn{
		with("certificate " + fakeintune.Thumbprint(old)),
		{App: rotatedApp, With: "certificate", Refused: 700027},
		with("certificate " + fakeintune.Thumbprint(renewed)),
	}
	if diff := cmp.Diff(want, signIns(s)); diff != "" {
		t.Errorf("sign-ins (-want +got):\n%s", diff)
	}
}

// Someone who asks whether the credentials are good hears of the new ones.
func TestSignIn_afterAnExchange_tellsOfTheNewCertificate(t *testing.T) {
	t.Parallel()
	path, old := certificate(t)
	second, _ := certificate(t)
	_, c, _ := rotated(t, fakeintune.App{Certificate: old}, graph.Credentials{CertificatePath: path})
	readPixel(t, c)
	put(t, path, content(t, second))
	wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "Entra does not accept the client certificate in AZURE_CLIENT_CERTIFICATE_PATH.")
}

// A certificate that Entra refuses is read again a minute later, changed or
// not: somebody may have uploaded it meanwhile.
func TestSignIn_afterARefusal_triesTheCertificateAgain(t *testing.T) {
	t.Parallel()
	path, cert := certificate(t)
	s, c, _ := rotated(t, fakeintune.App{}, graph.Credentials{CertificatePath: path})
	later := time.Now().Add(time.Hour)
	c.SetNow(func() time.Time { return later })
	if _, err := c.Read(t.Context(), pixelID); approvals.KindOf(err) != approvals.Forbidden {
		t.Fatalf("error %v; want a refusal", err)
	}
	s.EditApp(rotatedApp, func(a *fakeintune.App) { a.Certificate = cert })
	readPixel(t, c)
}

func TestClientSecretFile_exchanged_isUsedAtTheNextCall(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	put(t, path, []byte("first~secret\n"))
	s, c, log := rotated(t, fakeintune.App{Secret: "first~secret"}, graph.Credentials{ClientSecretFile: path})
	readPixel(t, c)
	put(t, path, nil)
	readPixel(t, c)
	if !strings.Contains(log.String(), "The file with the client secret is empty.") {
		t.Errorf("log %q; want a warning", log)
	}
	s.EditApp(rotatedApp, func(a *fakeintune.App) { a.Secret = "second~secret" })
	put(t, path, []byte("second~secret"))
	readPixel(t, c)
	if diff := cmp.Diff([]fakeintune.SignIn{with("secret"), with("secret")}, signIns(s)); diff != "" {
		t.Errorf("sign-ins (-want +got):\n%s", diff)
	}
}
