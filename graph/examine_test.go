package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

// levels are the codes of findings and how bad each is, a line each.
func levels(x graph.Examination) string {
	var b strings.Builder
	for _, f := range x.Findings {
		fmt.Fprintf(&b, "%s %s\n", f.Code, f.Level)
	}
	return b.String()
}

// finding is the finding with a code.
func finding(t *testing.T, x graph.Examination, code string) graph.Finding {
	t.Helper()
	for _, f := range x.Findings {
		if f.Code == code {
			return f
		}
	}
	t.Fatalf("no finding %s in\n%s", code, levels(x))
	return graph.Finding{}
}

// examined is what is found of a tenant with an app.
func examined(t *testing.T, c fakeintune.Config, app fakeintune.App, change func(*graph.Config), clock func() time.Time) (*fakeintune.Server, graph.Examination) {
	t.Helper()
	app.ClientID = rotatedApp
	c.Devices, c.Apps = fleet(), []fakeintune.App{app}
	s := graphtest.Start(t, c)
	cfg := graphtest.Config(t, s)
	cfg.Credentials.ClientID, cfg.Credentials.ClientSecret = app.ClientID, app.Secret
	if change != nil {
		change(&cfg)
	}
	client, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if clock != nil {
		client.SetNow(clock)
	}
	return s, client.Examine(t.Context())
}

func needed() []string { return []string{graph.PermissionReset, graph.PermissionRead} }

func TestExamine_whereAllIsWell(t *testing.T) {
	t.Parallel()
	s, x := examined(t, fakeintune.Config{}, fakeintune.App{Secret: "s3cret", Roles: needed()}, nil, nil)
	const want = "clock-entra ok\ntenant-cloud ok\nsign-in ok\ntoken-tenant ok\ntoken-app ok\npermissions ok\nread-devices ok\nclock-graph ok\nread-audits ok\nsecret ok\n"
	if diff := cmp.Diff(want, levels(x)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if x.Worst() != graph.LevelOK || x.Tenant != fakeintune.SampleTenant || x.App != rotatedApp || x.Way != "a client secret" {
		t.Errorf("examination %+v", x)
	}
	if f := finding(t, x, "secret"); !strings.Contains(f.Hint, "az ad app credential list --id "+rotatedApp) {
		t.Errorf("hint %q; want how to look when the secret ends", f.Hint)
	}
	calls := s.Calls()
	if len(calls) != 2 || finding(t, x, "read-devices").Ref != calls[0].RequestID || finding(t, x, "read-audits").Ref != calls[1].RequestID {
		t.Errorf("findings %+v; want the request-ids of %+v", x.Findings, calls)
	}
	for _, call := range calls {
		if call.Method != http.MethodGet || !strings.Contains(call.Query, "top=1") {
			t.Errorf("call %+v; want one that reads one entry and changes nothing", call)
		}
	}
}

func TestExamine_permissions(t *testing.T) {
	t.Parallel()
	_, x := examined(t, fakeintune.Config{}, fakeintune.App{Secret: "s3cret", Roles: []string{fakeintune.RoleReadWrite, "Directory.ReadWrite.All"}}, nil, nil)
	if diff := cmp.Diff([]string{graph.PermissionReset}, x.Missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"DeviceManagementManagedDevices.ReadWrite.All", "Directory.ReadWrite.All"}, x.Excess); diff != "" {
		t.Errorf("too many (-want +got):\n%s", diff)
	}
	if f := finding(t, x, "permissions"); f.Level != graph.LevelError || f.Text != "The app registration lacks the permission "+graph.PermissionReset+"." || f.Hint == "" {
		t.Errorf("finding %+v", f)
	}
	if f := finding(t, x, "permissions-excess"); f.Level != graph.LevelWarning || f.Text != "The token has permissions that are not needed: Directory.ReadWrite.All." || !strings.Contains(f.Hint, "az ad app permission delete") {
		t.Errorf("finding %+v", f)
	}

	_, x = examined(t, fakeintune.Config{}, fakeintune.App{Secret: "s3cret", Roles: []string{graph.PermissionReset}}, nil, nil)
	for _, code := range []string{"read-devices", "read-audits"} {
		if f := finding(t, x, code); f.Level != graph.LevelError || f.Ref == "" || !strings.Contains(f.Text, graph.PermissionRead) {
			t.Errorf("finding %+v; want the permission that it takes", f)
		}
	}
}

// Where a wider permission stands in for the one to read, that one is named,
// and nobody is told to take away the only right to read.
func TestExamine_aPermissionThatStandsIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		roles         []string
		held          string
		standIn, also string // what the hint of the finding begins with; empty for none
	}{
		{[]string{graph.PermissionReset, fakeintune.RoleReadWrite}, fakeintune.RoleReadWrite, "Add " + graph.PermissionRead + " and consent to it first", ""},
		{append(needed(), fakeintune.RoleReadWrite), graph.PermissionRead, "", "Take them away"},
	} {
		_, x := examined(t, fakeintune.Config{}, fakeintune.App{Secret: "s3cret", Roles: test.roles}, nil, nil)
		if f := finding(t, x, "permissions"); f.Level != graph.LevelOK || f.Text != "The token has the permissions that are needed: "+graph.PermissionReset+" and "+test.held+"." {
			t.Errorf("%v: finding %+v; want that %s is held", test.roles, f, test.held)
		}
		if diff := cmp.Diff([]string{fakeintune.RoleReadWrite}, x.Excess); diff != "" {
			t.Errorf("%v: too many (-want +got):\n%s", test.roles, diff)
		}
		for code, want := range map[string]string{"permissions-stand-in": test.standIn, "permissions-excess": test.also} {
			if want == "" {
				if strings.Contains(levels(x), code) {
					t.Errorf("%v: findings\n%s; want no %s", test.roles, levels(x), code)
				}
				continue
			}
			if f := finding(t, x, code); f.Level != graph.LevelWarning || !strings.HasPrefix(f.Hint, want) {
				t.Errorf("%v: finding %+v; want the hint %q", test.roles, f, want)
			}
		}
	}
}

func TestExamine_whereTheSignInFails_goesNoFurther(t *testing.T) {
	t.Parallel()
	s, x := examined(t, fakeintune.Config{}, fakeintune.App{Secret: "s3cret", Roles: needed()}, func(c *graph.Config) { c.Credentials.ClientSecret = "wrong" }, nil)
	if diff := cmp.Diff("clock-entra ok\ntenant-cloud ok\nsign-in error\n", levels(x)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if f := finding(t, x, "sign-in"); f.Text != "Entra does not accept the client secret in AZURE_CLIENT_SECRET." || f.Hint == "" || f.Ref == "" {
		t.Errorf("finding %+v", f)
	}
	if n := len(s.Calls()); n != 0 || x.Worst() != graph.LevelError {
		t.Errorf("%d calls, worst %s; want none, and an error", n, x.Worst())
	}
}

func TestExamine_aTenantOfAnotherCloud(t *testing.T) {
	t.Parallel()
	_, x := examined(t, fakeintune.Config{GraphHost: "graph.microsoft.us"}, fakeintune.App{Secret: "s3cret", Roles: needed()}, nil, nil)
	if f := finding(t, x, "tenant-cloud"); f.Level != graph.LevelError || f.Hint != "Set cloud: usgov in the config." {
		t.Errorf("finding %+v", f)
	}
}

func TestExamine_aTokenOfSomethingElse(t *testing.T) {
	t.Parallel()
	w := &wire{graph: func(rw http.ResponseWriter, _ *http.Request) { answer(rw, 200, `{"value":[]}`) }}
	w.token = func() string {
		return signedByNobody(map[string]any{"roles": needed(), "tid": nobodyID, "appid": pixelID, "aud": "https://graph.microsoft.us/"})
	}
	cfg := wireConfig(w)
	cfg.Credentials.ClientID = rotatedApp
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	x := c.Examine(t.Context())
	for code, hint := range map[string]string{"token-tenant": "AZURE_TENANT_ID", "token-app": "AZURE_CLIENT_ID", "token-audience": "cloud"} {
		if f := finding(t, x, code); f.Level != graph.LevelError || !strings.Contains(f.Hint, hint) {
			t.Errorf("finding %+v; want an error and what to look at", f)
		}
	}
}

func TestExamine_clocks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		ahead time.Duration
		level graph.Level
		text  string
	}{
		{20 * time.Second, graph.LevelOK, "agrees with"},
		{time.Minute, graph.LevelWarning, "ahead of"},
		{-time.Minute, graph.LevelWarning, "behind"},
		{6 * time.Minute, graph.LevelError, "ahead of"},
		{-6 * time.Minute, graph.LevelError, "behind"},
	} {
		_, x := examined(t, fakeintune.Config{}, fakeintune.App{Secret: "s3cret", Roles: needed()}, nil, func() time.Time { return time.Now().Add(test.ahead) })
		for code, service := range map[string]string{"clock-entra": "Entra", "clock-graph": "Graph"} {
			f := finding(t, x, code)
			if f.Level != test.level || !strings.Contains(f.Text, test.text) || !strings.Contains(f.Text, service) || (f.Hint == "") != (test.level == graph.LevelOK) {
				t.Errorf("%v: finding %+v; want %s, %s %s", test.ahead, f, test.level, test.text, service)
			}
		}
	}
}

func TestExamine_theEndOfTheCertificate(t *testing.T) {
	t.Parallel()
	path, cert := certificate(t) // good for an hour
	for _, test := range []struct {
		at    time.Duration
		level graph.Level
		text  string
	}{
		{-40 * 24 * time.Hour, graph.LevelError, "not good before"},
		{0, graph.LevelWarning, "ends soon"},
		{2 * time.Hour, graph.LevelError, "has ended"},
	} {
		_, x := examined(t, fakeintune.Config{}, fakeintune.App{Certificate: cert, Roles: needed()}, func(c *graph.Config) {
			c.Credentials.ClientSecret, c.Credentials.CertificatePath = "", path
		}, func() time.Time { return time.Now().Add(test.at) })
		if f := finding(t, x, "certificate"); f.Level != test.level || !strings.Contains(f.Text, test.text) || f.Hint == "" {
			t.Errorf("%v: finding %+v; want %s: %s", test.at, f, test.level, test.text)
		}
	}
	_, x := examined(t, fakeintune.Config{}, fakeintune.App{Roles: needed()}, func(c *graph.Config) {
		c.Credentials.ClientSecret, c.Credentials.CertificatePath, c.Credentials.CertificatePassword = "", "testdata/first.p12", "pkcs12-password"
	}, nil)
	if f := finding(t, x, "certificate"); f.Level != graph.LevelOK || x.CertificateEnds.IsZero() || !strings.Contains(f.Text, x.CertificateEnds.Format(time.DateOnly)) {
		t.Errorf("finding %+v; want the day on which it ends", f)
	}
}

// The end of the secret is asked for where the app may ask anyway.
func TestExamine_theEndOfTheSecret(t *testing.T) {
	t.Parallel()
	may := append(needed(), "Application.Read.All")
	for _, test := range []struct {
		left  time.Duration
		level graph.Level
	}{{90 * 24 * time.Hour, graph.LevelOK}, {20 * 24 * time.Hour, graph.LevelWarning}} {
		ends := time.Now().Add(test.left).UTC().Truncate(time.Second)
		_, x := examined(t, fakeintune.Config{}, fakeintune.App{Secret: "s3cret", SecretExpires: ends, Roles: may}, nil, nil)
		if f := finding(t, x, "secret"); f.Level != test.level || !x.SecretEnds.Equal(ends) || !strings.Contains(f.Text, ends.Format(time.DateOnly)) {
			t.Errorf("finding %+v, ends %v; want %s and %v", f, x.SecretEnds, test.level, ends)
		}
	}
	s, _ := examined(t, fakeintune.Config{}, fakeintune.App{Secret: "s3cret", SecretExpires: time.Now().Add(time.Hour), Roles: needed()}, nil, nil)
	for _, call := range s.Calls() {
		if strings.Contains(call.Path, "applications") {
			t.Errorf("call %+v; want none that is not allowed", call)
		}
	}
}

func TestExamine_azLogin_isAWarning(t *testing.T) {
	s := graphtest.Start(t, fakeintune.Config{Devices: fleet()})
	token, err := s.UserToken("carol@contoso.com", "openid", graph.PermissionReset, graph.PermissionRead)
	if err != nil {
		t.Fatal(err)
	}
	az(t, printing(token, time.Now().Add(time.Hour)))
	c, _ := azClient(t, s)
	x := c.Examine(t.Context())
	const want = "clock-entra ok\ntenant-cloud ok\nsign-in ok\nfor-trying warning\ntoken-tenant ok\npermissions ok\nread-devices ok\nclock-graph ok\nread-audits ok\n"
	if diff := cmp.Diff(want, levels(x)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if x.Person != "carol@contoso.com" {
		t.Errorf("person %q; want carol", x.Person)
	}
}
