package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

func TestSignIn_succeedsWithBothPermissions(t *testing.T) {
	t.Parallel()
	_, c, _ := tenant(t, fakeintune.Config{})
	if err := c.SignIn(t.Context()); err != nil {
		t.Error(err)
	}
	for _, roles := range [][]string{
		{graph.PermissionRead, graph.PermissionReset, "User.Read.All"},
		{"DeviceManagementManagedDevices.ReadWrite.All", graph.PermissionReset},
	} {
		c, _ := over(t, &wire{token: func() string { return jwt(roles...) }})
		if err := c.SignIn(t.Context()); err != nil {
			t.Errorf("with %v: %v", roles, err)
		}
	}
}

func TestSignIn_namesTheMissingPermission(t *testing.T) {
	t.Parallel()
	const how = "In the Entra admin center, under the app registration's API permissions, "
	tests := []struct {
		roles      []string
		text, hint string
	}{
		{[]string{graph.PermissionRead}, "The app registration lacks the permission DeviceManagementManagedDevices.PrivilegedOperations.All.", how + "add it as an application permission of Microsoft Graph and grant admin consent; it counts within minutes."},
		{[]string{graph.PermissionReset}, "The app registration lacks the permission DeviceManagementManagedDevices.Read.All.", how + "add it as an application permission of Microsoft Graph and grant admin consent; it counts within minutes."},
		{nil, "The app registration lacks the permissions DeviceManagementManagedDevices.PrivilegedOperations.All and DeviceManagementManagedDevices.Read.All.", how + "add them as application permissions of Microsoft Graph and grant admin consent; they count within minutes."},
	}
	for _, test := range tests {
		app := fakeintune.App{ClientID: "5d2f4c1e-0000-4000-8000-00000000000e", Secret: "s", Roles: test.roles}
		s := graphtest.Start(t, fakeintune.Config{Apps: []fakeintune.App{app}})
		cfg := graphtest.Config(t, s)
		cfg.Credentials.ClientID, cfg.Credentials.ClientSecret = app.ClientID, app.Secret
		c, err := graph.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, test.text)
		if e.Hint != test.hint {
			t.Errorf("hint\n %s\nwant\n %s", e.Hint, test.hint)
		}
	}
}

func TestSignIn_whenTheTokenCannotBeRead_goesOn(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"opaque", "a.%%.c", "a.e30x.c"} {
		w := &wire{token: func() string { return token }}
		cfg := wireConfig(w)
		log, written := logged()
		cfg.Logger = log
		c, err := graph.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SignIn(t.Context()); err != nil {
			t.Errorf("%q: %v", token, err)
		}
		if !strings.Contains(written.String(), "permissions are not checked") {
			t.Errorf("log %q; want that nothing was checked", written)
		}
	}
}

// Against the fake: what it says and what is made of it must agree.
func TestSignIn_whenEntraRefuses_namesTheVariable(t *testing.T) {
	t.Parallel()
	expired := fakeintune.App{ClientID: "5d2f4c1e-0000-4000-8000-00000000000e", Secret: "old", SecretExpires: noon.AddDate(-5, 0, 0)}
	tests := []struct {
		name   string
		change func(*graph.Credentials)
		code   string
		text   string
	}{
		{"wrong secret", func(c *graph.Credentials) { c.ClientSecret = "wrong" }, "AADSTS7000215", "Entra does not accept the client secret in AZURE_CLIENT_SECRET."},
		{"expired secret", func(c *graph.Credentials) { c.ClientID, c.ClientSecret = expired.ClientID, "old" }, "AADSTS7000222", "The client secret in AZURE_CLIENT_SECRET has expired."},
		{"unknown app", func(c *graph.Credentials) { c.ClientID = nobodyID }, "AADSTS700016", "Entra knows no app registration with the id in AZURE_CLIENT_ID in this tenant."},
		{"unknown tenant", func(c *graph.Credentials) { c.TenantID = nobodyID }, "AADSTS90002", "Entra knows no tenant with the id in AZURE_TENANT_ID."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := graphtest.Start(t, fakeintune.Config{Apps: []fakeintune.App{expired}})
			cfg := graphtest.Config(t, s)
			test.change(&cfg.Credentials)
			c, err := graph.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, test.text)
			if e.Code != test.code || e.Hint == "" {
				t.Errorf("code %q, hint %q; want %s and what to do", e.Code, e.Hint, test.code)
			}
			if s := e.Error(); strings.Contains(s, "wrong") || strings.Contains(s, "eyJ") {
				t.Errorf("the error holds the secret: %s", s)
			}
		})
	}
}

// refusing answers each token request with an AADSTS error.
func refusing(status, code int, description string) *wire {
	return &wire{entra: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"error": "invalid_client", "error_description": description, "error_codes": []int{code}, "trace_id": "trace-1", "correlation_id": "corr-1",
		})
	}}
}

func TestSignIn_whenEntraRefusesForAnotherReason_saysItsWords(t *testing.T) {
	t.Parallel()
	c, _ := over(t, refusing(401, 7000112, "AADSTS7000112: Application is disabled. Trace ID: t"))
	wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "The app registration in AZURE_CLIENT_ID is disabled.")

	c, _ = over(t, refusing(400, 999999, "AADSTS999999: Something new.\r\nTrace ID: t Correlation ID: c"))
	e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "Entra refuses to sign this app in: AADSTS999999: Something new.")
	if e.Ref != "trace-1" || e.Hint != "Look at AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET." {
		t.Errorf("error %+v; want Entra's trace id and where to look", e)
	}

	c, _ = over(t, &wire{entra: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }})
	wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "Entra refuses to sign this app in.")
}

func TestSignIn_whenEntraFalters_isUnavailable(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 500, 503} {
		c, _ := over(t, refusing(status, 90033, "AADSTS90033: A transient error has occurred."))
		wantError(t, c.SignIn(t.Context()), approvals.Unavailable, fmt.Sprintf("Entra could not sign this app in: it answered with an error of its own (%d).", status))
	}
	s, c, _ := tenant(t, fakeintune.Config{})
	s.Fail(fakeintune.Fault{Path: "token", Cut: true})
	wantError(t, c.SignIn(t.Context()), approvals.Unavailable, "Entra cannot be reached.")

	cfg := wireConfig(nil)
	cfg.Transport = nil
	cfg.Authority = "https://" + closedPort(t)
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, c.SignIn(t.Context()), approvals.Unavailable, "Entra cannot be reached.")
}

func TestSignIn_whenEntraDoesNotAnswerInTime_isUnavailable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := over(t, &wire{entra: silent})
		start := time.Now()
		wantError(t, c.SignIn(t.Context()), approvals.Unavailable, "Entra did not answer in time.")
		if took := time.Since(start); took != graph.DefaultTimeout {
			t.Errorf("waited %v; want %v", took, graph.DefaultTimeout)
		}
	})
}

// While Entra hangs, those who need a token wait together, not one after the
// other, and leave when their time is over.
func TestSignIn_whileEntraHangs_allWaitTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		c, _ := over(t, &wire{entra: func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			silent(w, r)
		}})
		start := time.Now()
		var waiting sync.WaitGroup
		for n := range 50 {
			waiting.Go(func() {
				pass(time.Duration(n) * time.Second / 10)
				patience := graph.DefaultTimeout
				if n%2 == 1 {
					patience = time.Second
				}
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				began := time.Now()
				_, err := c.Reset(ctx, pixelID)
				wantError(t, err, approvals.Unavailable, "Entra did not answer in time.")
				if waited := time.Since(began); waited > patience {
					t.Errorf("who has %v waited for %v", patience, waited)
				}
			})
		}
		waiting.Wait()
		if took := time.Since(start); took != graph.DefaultTimeout {
			t.Errorf("all of them waited for %v; want %v", took, graph.DefaultTimeout)
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("Entra was asked %d times; want once", n)
		}
	})
}

// A sign-in that the one who began it has left goes on for the others.
func TestSignIn_whoLeavesLeavesAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &wire{graph: throttling(0, "")}
		w.entra = func(rw http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(5 * time.Second):
				answer(rw, 200, fmt.Sprintf(`{"token_type":"Bearer","expires_in":3599,"access_token":%q}`, jwt()))
			case <-r.Context().Done():
			}
		}
		c, _ := over(t, w)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var left sync.WaitGroup
		left.Go(func() {
			_, err := c.Reset(ctx, galaxyID)
			wantError(t, err, approvals.Unavailable, "Entra did not answer in time.")
		})
		synctest.Wait()
		if _, err := c.Reset(t.Context(), pixelID); err != nil {
			t.Error(err)
		}
		left.Wait()
		if calls := w.seen(); len(calls) != 1 {
			t.Errorf("calls %v; want one reset", calls)
		}
	})
}

// A token in an answer that is otherwise not understood stays out of errors.
func TestSignIn_keepsTokensOutOfErrors(t *testing.T) {
	t.Parallel()
	c, _ := over(t, &wire{entra: func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"access_token":%q, oops`, jwt())
	}})
	e := wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "This app could not sign in to Entra with a client secret.")
	if s := fmt.Sprintf("%v %#v", e, e.Err); strings.Contains(s, "eyJ") {
		t.Errorf("the error holds the token: %s", s)
	}
}

// The body of a token request holds the secret: a redirect must not carry it
// elsewhere.
func TestSignIn_followsNoRedirect(t *testing.T) {
	t.Parallel()
	asked := 0
	c, _ := over(t, &wire{entra: func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Location", "https://elsewhere.test/token")
		w.WriteHeader(http.StatusPermanentRedirect)
	}})
	err := c.SignIn(t.Context())
	if approvals.KindOf(err) != approvals.Forbidden || asked != 1 {
		t.Errorf("error %v after %d requests; want a refusal after one", err, asked)
	}
}
