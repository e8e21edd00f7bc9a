package graph_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	jwts "github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

// The environment is the process's, so that the tests of this file that set it
// are not parallel.

// onAzure sends what is meant for a virtual machine's identity service to the
// fake, and everything else where it goes.
type onAzure struct {
	http.RoundTripper
	fake string
}

func (o onAzure) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host == "169.254.169.254" {
		there, err := url.Parse(o.fake)
		if err != nil {
			return nil, err
		}
		req = req.Clone(req.Context())
		req.URL.Scheme, req.URL.Host, req.Host = there.Scheme, there.Host, there.Host
	}
	return o.RoundTripper.RoundTrip(req)
}

// identities is a tenant with managed identities, of which the first has no
// permissions. azidentity keeps the tokens of managed identities for the whole
// process, so that each test has ids of its own.
func identities(t *testing.T, ids ...string) (*fakeintune.Server, graph.Config) {
	t.Helper()
	c := fakeintune.Config{Devices: fleet(), IdentityHeader: "header-of-the-machine"}
	for i, id := range ids {
		app := fakeintune.App{ClientID: id, Managed: true}
		if i > 0 {
			app.Roles = []string{graph.PermissionReset, graph.PermissionRead}
		}
		c.Apps = append(c.Apps, app)
	}
	s := graphtest.Start(t, c)
	cfg := graphtest.Config(t, s)
	cfg.Transport = onAzure{cfg.Transport, s.URL()}
	cfg.Credentials = graph.Credentials{ManagedIdentity: true}
	return s, cfg
}

func TestManagedIdentity(t *testing.T) {
	services := map[string]func(t *testing.T, s *fakeintune.Server){
		"App Service": func(t *testing.T, s *fakeintune.Server) {
			t.Setenv("IDENTITY_ENDPOINT", s.URL()+fakeintune.IdentityPath)
			t.Setenv("IDENTITY_HEADER", "header-of-the-machine")
		},
		"virtual machine": func(t *testing.T, _ *fakeintune.Server) {
			t.Setenv("IDENTITY_ENDPOINT", "")
			t.Setenv("IDENTITY_HEADER", "")
		},
	}
	for name, service := range services {
		t.Run(name, func(t *testing.T) {
			bare, able := newID(t), newID(t)
			s, cfg := identities(t, bare, able)
			service(t, s)
			cfg.Credentials.ClientID = able
			c, err := graph.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.SignIn(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Reset(t.Context(), pixelID); err != nil {
				t.Fatal(err)
			}
			if posts := s.Posts(); len(posts) != 1 || posts[0].App != able || posts[0].Status != http.StatusNoContent {
				t.Errorf("posts %+v; want one by the identity", posts)
			}

			cfg.Credentials.ClientID = bare
			if c, err = graph.New(cfg); err != nil {
				t.Fatal(err)
			}
			e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "The managed identity lacks the permissions "+graph.PermissionReset+" and "+graph.PermissionRead+".")
			if !strings.Contains(e.Hint, "docs/signing-in.md") {
				t.Errorf("hint %q; want where the commands are", e.Hint)
			}

			cfg.Credentials.ClientID = newID(t)
			if c, err = graph.New(cfg); err != nil {
				t.Fatal(err)
			}
			e = wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "This machine has no managed identity, or not the one in AZURE_CLIENT_ID.")
			if !strings.HasPrefix(e.Hint, "Give the machine a managed identity") {
				t.Errorf("hint %q; want what to do", e.Hint)
			}
		})
	}
}

func TestManagedIdentity_whereThereIsNone_saysSo(t *testing.T) {
	t.Setenv("IDENTITY_ENDPOINT", "https://"+closedPort(t)+fakeintune.IdentityPath)
	t.Setenv("IDENTITY_HEADER", "header-of-the-machine")
	_, cfg := identities(t, newID(t))
	cfg.Timeout = time.Second
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	e := wantError(t, c.SignIn(t.Context()), approvals.Unavailable, "The machine's managed identity service did not answer in time.")
	if !strings.Contains(e.Hint, "machines of Azure only") {
		t.Errorf("hint %q; want where managed identities exist", e.Hint)
	}
}

func newID(t *testing.T) string {
	t.Helper()
	var b [6]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("1d000000-0000-4000-8000-%x", b)
}

// cluster is Kubernetes, as far as it signs tokens of service accounts.
type cluster struct{ key *rsa.PrivateKey }

func newCluster(t *testing.T) cluster {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return cluster{key}
}

const (
	issuer  = "https://cluster.test/"
	account = "system:serviceaccount:passcodebot:passcodebot"
)

func (c cluster) token(t *testing.T, subject string) []byte {
	t.Helper()
	signed, err := jwts.NewWithClaims(jwts.SigningMethodRS256, jwts.RegisteredClaims{
		Issuer: issuer, Subject: subject, Audience: jwts.ClaimStrings{"api://AzureADTokenExchange"},
		ExpiresAt: jwts.NewNumericDate(time.Now().Add(time.Hour)),
	}).SignedString(c.key)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(signed)
}

func (c cluster) federation() *fakeintune.Federation {
	return &fakeintune.Federation{Issuer: issuer, Subject: account, Key: &c.key.PublicKey}
}

// The token's file is exchanged every hour by Kubernetes: the next sign-in is
// made with what is in it then.
func TestWorkloadIdentity_rotated_isUsedAtTheNextSignIn(t *testing.T) {
	t.Parallel()
	first, second := newCluster(t), newCluster(t)
	path := filepath.Join(t.TempDir(), "token")
	put(t, path, first.token(t, account))
	s, c, _ := rotated(t, fakeintune.App{Federation: first.federation()}, graph.Credentials{FederatedTokenFile: path})
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	readPixel(t, c)
	s.EditApp(rotatedApp, func(a *fakeintune.App) { a.Federation = second.federation() })
	put(t, path, second.token(t, account))
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]fakeintune.SignIn{with("federation"), with("federation")}, signIns(s)); diff != "" {
		t.Errorf("sign-ins (-want +got):\n%s", diff)
	}

	put(t, path, second.token(t, "system:serviceaccount:default:default"))
	e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "Entra does not accept the workload identity's token in AZURE_FEDERATED_TOKEN_FILE.")
	if e.Code != "AADSTS700213" {
		t.Errorf("code %s; want AADSTS700213", e.Code)
	}
}

// az puts an az that does what the shell says in front of the PATH, and
// returns a file in which each of its runs leaves a line.
func az(t *testing.T, shell string) (runs string) {
	t.Helper()
	dir := t.TempDir()
	runs = filepath.Join(dir, "runs")
	script := "#!/bin/sh\necho \"$*\" >> '" + runs + "'\n" + shell + "\n"
	if err := os.WriteFile(filepath.Join(dir, "az"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return runs
}

// printing prints a token as az does.
func printing(token string, ends time.Time) string {
	return fmt.Sprintf(`cat <<'EOF'
{
  "accessToken": %q,
  "expiresOn": %q,
  "expires_on": %d,
  "subscription": "00000000-0000-4000-8000-000000000000",
  "tenant": %q,
  "tokenType": "Bearer"
}
EOF`, token, ends.Local().Format("2006-01-02 15:04:05.000000"), ends.Unix(), fakeintune.SampleTenant)
}

// azClient is a client that signs in with az, and its log.
func azClient(t *testing.T, s *fakeintune.Server) (*graph.Client, interface{ String() string }) {
	t.Helper()
	cfg := graphtest.Config(t, s)
	cfg.Credentials = graph.Credentials{TenantID: fakeintune.SampleTenant, CLI: true}
	log, written := logged()
	cfg.Logger = log
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c, written
}

func TestAzLogin(t *testing.T) {
	s := graphtest.Start(t, fakeintune.Config{Devices: fleet()})
	user := func(scopes ...string) string {
		token, err := s.UserToken("carol@contoso.com", scopes...)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	app, err := s.AppToken(graphtest.App().ClientID)
	if err != nil {
		t.Fatal(err)
	}
	ends := time.Now().Add(time.Hour)
	for name, token := range map[string]string{
		"a person": user("openid", "User.Read", graph.PermissionReset, graph.PermissionRead),
		"an app":   app,
	} {
		t.Run(name, func(t *testing.T) {
			runs := az(t, printing(token, ends))
			c, log := azClient(t, s)
			if err := c.SignIn(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(log.String(), "meant for trying") {
				t.Errorf("log %q; want that az login is for trying", log)
			}
			for range 3 {
				readPixel(t, c)
			}
			if _, err := c.Reset(t.Context(), pixelID); err != nil {
				t.Fatal(err)
			}
			want := "account get-access-token -o json --resource " + s.URL() + " --tenant " + fakeintune.SampleTenant + "\n"
			if got := string(content(t, runs)); got != want {
				t.Errorf("az was run with\n%swant once\n%s", got, want)
			}
		})
	}
	if audits := s.Audits(); len(audits) != 2 || audits[0].By != "carol@contoso.com" && audits[1].By != "carol@contoso.com" {
		t.Errorf("Intune's record %+v; want a reset by carol", audits)
	}

	t.Run("a person without Intune's scopes", func(t *testing.T) {
		az(t, printing(user("User.ReadWrite.All", "Group.ReadWrite.All"), ends))
		c, _ := azClient(t, s)
		e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "The account of az login lacks the permissions "+graph.PermissionReset+" and "+graph.PermissionRead+".")
		if !strings.Contains(e.Hint, "az login --service-principal") {
			t.Errorf("hint %q; want what works", e.Hint)
		}
	})
	t.Run("a token that soon ends", func(t *testing.T) {
		runs := az(t, printing(app, time.Now().Add(time.Minute)))
		c, _ := azClient(t, s)
		readPixel(t, c)
		readPixel(t, c)
		if n := strings.Count(string(content(t, runs)), "\n"); n < 2 {
			t.Errorf("az was run %d times; want it anew for each call", n)
		}
	})
}

func TestAzLogin_failures(t *testing.T) {
	s := graphtest.Start(t, fakeintune.Config{Devices: fleet()})
	fails := func(words string) string { return "cat >&2 <<'EOF'\n" + words + "\nEOF\nexit 1" }
	for _, test := range []struct {
		name, shell, code, text, hint string
	}{
		{"not signed in", fails("ERROR: Please run 'az login' to setup account."), "az-login", "The Azure CLI is not signed in.", "az login --tenant"},
		{"another tenant", fails("ERROR: AADSTS50020: User account 'carol@fabrikam.com' from identity provider 'https://sts.windows.net/1/' does not exist in tenant 'Contoso'. Trace ID: 1 Correlation ID: 2\nInteractive authentication is needed. Please run:\naz login --tenant 1"), "AADSTS50020", "The account of az login is not of the tenant in AZURE_TENANT_ID.", "az login --tenant"},
		{"unknown tenant", fails("ERROR: AADSTS90002: Tenant 'x' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."), "AADSTS90002", "The account of az login is not of the tenant in AZURE_TENANT_ID.", "az login --tenant"},
		{"an old sign-in", fails("ERROR: AADSTS700082: The refresh token has expired due to inactivity.\nInteractive authentication is needed. Please run:\naz login"), "AADSTS700082", "What az login has kept of the account no longer counts.", "az logout"},
		{"another number", fails("ERROR: AADSTS53003: Access has been blocked by Conditional Access policies."), "AADSTS53003", "The Azure CLI gave no token.", "az account get-access-token"},
		{"a crash", fails("Traceback (most recent call last): token eyJhbGciOi"), "az", "The Azure CLI gave no token.", "az account get-access-token"},
		{"no JSON", "echo eyJhbGciOi", "az", "The Azure CLI gave no token.", "az account get-access-token"},
	} {
		t.Run(test.name, func(t *testing.T) {
			az(t, test.shell)
			c, _ := azClient(t, s)
			e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, test.text)
			if e.Code != test.code || !strings.Contains(e.Hint, test.hint) {
				t.Errorf("code %s, hint %q; want %s and %q", e.Code, e.Hint, test.code, test.hint)
			}
			if printed := fmt.Sprintf("%v %+v %#v", e, e, e.Err); strings.Contains(printed, "eyJ") {
				t.Errorf("az's words are in the error: %s", printed)
			}
		})
	}
	t.Run("not installed", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		c, _ := azClient(t, s)
		e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "The Azure CLI, az, is not installed here, or is not on the PATH.")
		if e.Code != "az-missing" {
			t.Errorf("code %s; want az-missing", e.Code)
		}
	})
}
