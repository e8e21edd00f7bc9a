package graph_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

const (
	pixelID  = "11111111-1111-4111-8111-111111111111"
	galaxyID = "22222222-2222-4222-8222-222222222222"
	phoneID  = "33333333-3333-4333-8333-333333333333"
	nobodyID = "99999999-9999-4999-8999-999999999999"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fleet is two Androids of Alice's and Bob's, and an iPhone of Alice's.
func fleet() []fakeintune.Device {
	pixel := fakeintune.Device{
		ID: pixelID, DeviceName: "Alice's Pixel", Manufacturer: "Google", Model: "Pixel 8", SerialNumber: "R58M12ABCDE",
		OperatingSystem: "Android", OSVersion: "15.0", DeviceType: "androidEnterprise", DeviceEnrollmentType: "androidEnterpriseFullyManaged",
		ManagedDeviceOwnerType: "company", ManagementState: "managed", ManagementAgent: "googleCloudDevicePolicyController", ComplianceState: "noncompliant",
		UserID: "a0000000-0000-4000-8000-00000000000a", UserPrincipalName: "alice@contoso.com", EmailAddress: "alice.o'neil+phone@contoso.com", UserDisplayName: "Alice O'Neil",
		AzureADDeviceID: "d0000000-0000-4000-8000-00000000000d", EnrolledDateTime: noon.AddDate(-1, 0, 0), LastSyncDateTime: noon.Add(-time.Hour),
	}
	galaxy := pixel
	galaxy.ID, galaxy.DeviceName, galaxy.Manufacturer, galaxy.Model, galaxy.SerialNumber = galaxyID, "Bob's Galaxy", "Samsung", "S24", "RZ8N30XYZ"
	galaxy.DeviceEnrollmentType, galaxy.ComplianceState = "androidEnterpriseCorporateWorkProfile", "compliant"
	galaxy.UserID, galaxy.UserPrincipalName, galaxy.EmailAddress, galaxy.UserDisplayName = "b0000000-0000-4000-8000-00000000000b", "bob@contoso.com", "bob@contoso.com", "Bob Berg"
	phone := pixel
	phone.ID, phone.DeviceName, phone.Manufacturer, phone.Model, phone.SerialNumber = phoneID, "Alice's iPhone", "Apple", "iPhone 15", "F2LXAPPLE"
	phone.OperatingSystem, phone.OSVersion, phone.DeviceType, phone.DeviceEnrollmentType = "iOS", "18.1", "iPhone", "appleBulkWithUser"
	return []fakeintune.Device{pixel, galaxy, phone}
}

// pixelDevice is how the rules see the first device of the fleet.
func pixelDevice() approvals.Device {
	return approvals.Device{
		ID: pixelID, Name: "Alice's Pixel", Manufacturer: "Google", Model: "Pixel 8", Serial: "R58M12ABCDE",
		OS: "Android", OSVersion: "15.0", Type: "androidEnterprise", Enrollment: "androidEnterpriseFullyManaged",
		Ownership: "company", State: "managed", Agent: "googleCloudDevicePolicyController",
		Owner:      approvals.Owner{ID: "a0000000-0000-4000-8000-00000000000a", UPN: "alice@contoso.com", Email: "alice.o'neil+phone@contoso.com", Name: "Alice O'Neil"},
		EnrolledAt: noon.AddDate(-1, 0, 0), LastCheckIn: noon.Add(-time.Hour),
	}
}

// waits keeps the waits that a client asked for, and ends each at once.
type waits struct {
	mu   sync.Mutex
	seen []time.Duration
}

func (w *waits) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, d)
	return ctx.Err()
}

func (w *waits) all() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen
}

// tenant starts a fake with the fleet and a client whose waits end at once.
func tenant(t *testing.T, c fakeintune.Config) (*fakeintune.Server, *graph.Client, *waits) {
	t.Helper()
	if c.Devices == nil {
		c.Devices = fleet()
	}
	c.CheckIn = -1
	s, client := graphtest.New(t, c)
	w := &waits{}
	client.SetWait(w.wait)
	return s, client, w
}

// wantError checks what came of a call, and that the sentence is complete.
func wantError(t *testing.T, err error, kind approvals.Kind, text string) *approvals.Error {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %s: %s", kind, text)
	}
	e := approvals.AsError(err)
	if e.Kind != kind || e.Text != text {
		t.Fatalf("error\n %s: %s\nwant\n %s: %s\ncause: %v", e.Kind, e.Text, kind, text, e.Err)
	}
	if e.Code == "" {
		t.Errorf("the error has no code: %v", err)
	}
	return e
}

// wire is Entra and Graph without sockets, for answers that a fake of them
// would not give.
type wire struct {
	token func() string
	graph http.HandlerFunc
	entra http.HandlerFunc // nil for a good token

	mu    sync.Mutex
	calls []string
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	rec := httptest.NewRecorder()
	switch {
	case strings.Contains(req.URL.Path, "openid-configuration"):
		base := "https://" + req.URL.Host + "/" + strings.Split(req.URL.Path, "/")[1]
		_ = json.NewEncoder(rec).Encode(map[string]string{
			"token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": base + "/oauth2/v2.0/authorize", "issuer": base + "/v2.0",
		})
	case strings.HasSuffix(req.URL.Path, "/token"):
		if w.entra != nil {
			w.entra(rec, req)
			break
		}
		_ = json.NewEncoder(rec).Encode(map[string]any{"token_type": "Bearer", "expires_in": 3599, "access_token": w.bearer()})
	default:
		w.mu.Lock()
		w.calls = append(w.calls, req.Method+" "+req.URL.String())
		w.mu.Unlock()
		w.graph(rec, req)
	}
	if err := req.Context().Err(); err != nil {
		return nil, err // nobody waits for the answer any more
	}
	return rec.Result(), nil
}

func (w *wire) bearer() string {
	if w.token != nil {
		return w.token()
	}
	return jwt(graph.PermissionReset, graph.PermissionRead)
}

// jwt is a token with roles, signed by nobody.
func jwt(roles ...string) string { return signedByNobody(map[string]any{"roles": roles}) }

func signedByNobody(claims map[string]any) string {
	payload, _ := json.Marshal(claims)
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString(payload) + ".sig"
}

func (w *wire) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// over makes a client on a wire.
func over(t *testing.T, w http.RoundTripper) (*graph.Client, *waits) {
	t.Helper()
	c, err := graph.New(wireConfig(w))
	if err != nil {
		t.Fatal(err)
	}
	paused := &waits{}
	c.SetWait(paused.wait)
	return c, paused
}

func wireConfig(w http.RoundTripper) graph.Config {
	return graph.Config{
		Credentials: graph.Credentials{TenantID: fakeintune.SampleTenant, ClientID: "app", ClientSecret: "s3cret~value"},
		Endpoint:    "https://graph.test", Authority: "https://entra.test", Transport: w,
	}
}

// answer writes a JSON answer.
func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("request-id", "req-1")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// logged is a logger and what it wrote.
func logged() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, nil)), &b
}

// pass lets time pass in a test's bubble, where it costs none. Outside of one
// it must not be used.
func pass(d time.Duration) { <-time.After(d) }
