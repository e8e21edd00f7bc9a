package fakeintune_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/fakeintune"
)

const (
	client = "c11e0000-0000-4000-8000-00000000000a"
	secret = "s3cret"
	devs   = "/beta/deviceManagement/managedDevices"
)

// clock is the time, moved on.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) move(d time.Duration) { c.ahead.Add(int64(d)) }

// peer is a plain HTTP client of a faked tenant.
type peer struct {
	t     *testing.T
	s     *fakeintune.Server
	http  *http.Client
	token string
}

func start(t *testing.T, c fakeintune.Config) *peer {
	t.Helper()
	if len(c.Apps) == 0 {
		c.Apps = []fakeintune.App{{ClientID: client, Secret: secret, Roles: []string{fakeintune.RoleRead, fakeintune.RolePrivileged}}}
	}
	if c.Devices == nil {
		c.Devices = fakeintune.SampleFleet(time.Now())
	}
	if c.CheckIn == 0 {
		c.CheckIn = -1
	}
	s, err := fakeintune.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, s: s, http: s.Client()}
	t.Cleanup(func() {
		p.http.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// signIn asks for a token, and returns the answer.
func (p *peer) signIn(tenant string, form map[string]string) (int, map[string]any) {
	p.t.Helper()
	v := url.Values{"grant_type": {"client_credentials"}, "scope": {p.s.URL() + "/.default"}, "client_id": {client}, "client_secret": {secret}}
	for k, s := range form {
		v.Set(k, s)
	}
	res, err := p.http.PostForm(p.s.URL()+"/"+tenant+"/oauth2/v2.0/token", v)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, body
}

// call makes a Graph call with a token.
func (p *peer) call(method, path string) (*http.Response, map[string]any) {
	p.t.Helper()
	if p.token == "" {
		_, body := p.signIn(fakeintune.SampleTenant, nil)
		p.token, _ = body["access_token"].(string)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.s.URL()+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("client-request-id", "mine")
	res, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	var body map[string]any
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &body); err != nil {
			p.t.Fatalf("%v in %s", err, raw)
		}
	}
	return res, body
}

// names lists the devices that a filter brings.
func (p *peer) names(filter string) (names []string, status int) {
	p.t.Helper()
	path := devs + "?" + url.Values{"$filter": {filter}, "$select": {"deviceName"}, "$top": {"50"}}.Encode()
	res, body := p.call("GET", path)
	list, _ := body["value"].([]any)
	for _, d := range list {
		names = append(names, d.(map[string]any)["deviceName"].(string))
	}
	return names, res.StatusCode
}

func message(body map[string]any) string {
	e, _ := body["error"].(map[string]any)
	return fmt.Sprint(e["code"], ": ", e["message"])
}

func TestToken_refusals(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{Apps: []fakeintune.App{
		{ClientID: client, Secret: secret},
		{ClientID: "c11e0000-0000-4000-8000-00000000000b", Secret: secret, SecretExpires: time.Now().Add(-time.Hour)},
	}})
	for want, tc := range map[string]struct {
		tenant string
		form   map[string]string
	}{
		"AADSTS90002":   {"c0ffee00-0000-4000-8000-0000000000ff", nil},
		"AADSTS7000215": {fakeintune.SampleTenant, map[string]string{"client_secret": "wrong"}},
		"AADSTS7000222": {fakeintune.SampleTenant, map[string]string{"client_id": "c11e0000-0000-4000-8000-00000000000b"}},
		"AADSTS700016":  {fakeintune.SampleTenant, map[string]string{"client_id": "c11e0000-0000-4000-8000-0000000000ff"}},
		"AADSTS7000218": {fakeintune.SampleTenant, map[string]string{"client_secret": ""}},
		"AADSTS70011":   {fakeintune.SampleTenant, map[string]string{"scope": "User.Read"}},
		"AADSTS70003":   {fakeintune.SampleTenant, map[string]string{"grant_type": "password"}},
		"AADSTS700027":  {fakeintune.SampleTenant, map[string]string{"client_secret": "", "client_assertion": "a.b.c", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}},
	} {
		status, body := p.signIn(tc.tenant, tc.form)
		if said := fmt.Sprint(body["error_description"]); status < 400 || !strings.HasPrefix(said, want+":") {
			t.Errorf("%d %s, want %s", status, said, want)
		}
	}
}

func TestGraph_tokenAndRoles(t *testing.T) {
	t.Parallel()
	var clock clock
	p := start(t, fakeintune.Config{
		Now: clock.now, TokenLife: time.Minute,
		Apps: []fakeintune.App{{ClientID: client, Secret: secret, Roles: []string{fakeintune.RoleRead}}},
	})
	id := p.s.Devices()[0].ID
	if res, body := p.call("POST", devs+"/"+id+"/resetPasscode"); res.StatusCode != 403 || !strings.Contains(message(body), "must have one of the following scopes: "+fakeintune.RolePrivileged) {
		t.Errorf("without the role: %d %s", res.StatusCode, message(body))
	}
	if res, _ := p.call("GET", devs+"/"+id); res.StatusCode != 200 || res.Header.Get("request-id") == "" || res.Header.Get("client-request-id") != "mine" {
		t.Errorf("a read: %d %v", res.StatusCode, res.Header)
	}
	clock.move(2 * time.Minute)
	if res, body := p.call("GET", devs+"/"+id); res.StatusCode != 401 || !strings.Contains(message(body), "InvalidAuthenticationToken: Lifetime validation failed") {
		t.Errorf("expired: %d %s", res.StatusCode, message(body))
	}
	p.token = "forged.forged.forged"
	if res, _ := p.call("GET", devs); res.StatusCode != 401 {
		t.Errorf("forged: %d", res.StatusCode)
	}
}

// $filter works where Intune documents it, and misbehaves as Intune does.
func TestFilter(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	whole := len(p.s.Devices())
	for filter, want := range map[string]int{
		"operatingSystem eq 'iOS'": 1, "serialNumber eq '3a161fdjh004xk'": 1, "contains(deviceName,'Kiosk')": 2,
		"deviceName eq 'Alice''s Pixel 8'": 1, "userPrincipalName eq 'alice@contoso.com' and operatingSystem eq 'Android'": 2,
		"operatingSystem eq 'iOS' or operatingSystem eq 'iPadOS'":         2,
		"not (operatingSystem eq 'Android') and operatingSystem ne 'iOS'": 4,
		"deviceEnrollmentType eq 'androidEnterpriseDedicatedDevice'":      whole,
		"id eq 'x'":               whole,
		"userPrincipalName eq ''": whole,
		"serialNumber eq 'R5CT90WAREH' or deviceName eq 'Kiosk Lobby 1'":           1,
		"startswith(deviceName,'Kiosk Lobby 1') or startswith(deviceName,'Alice')": 1,
		"lastSyncDateTime lt 2000-01-01T00:00:00Z":                                 0,
		"enrolledDateTime gt 2000-01-01T00:00:00Z":                                 whole,
	} {
		if got, status := p.names(filter); len(got) != want || status != 200 {
			t.Errorf("%s: %d devices (%d) %v, want %d", filter, len(got), status, got, want)
		}
	}
	for _, filter := range []string{
		"operatingSystem eq", "operatingSystem like 'x'", "(operatingSystem eq 'x'", "roleScopeTagIds eq '0'", "operatingSystem eq 'x' and", "§",
		"operatingSystem eq Android", "operatingSystem eq 'x", "lastSyncDateTime lt 'yesterday'", "lastSyncDateTime lt yesterday",
		"enrolledDateTime gt '2000-01-01T00:00:00Z'", "contains(enrolledDateTime,'2000')",
	} {
		if _, status := p.names(filter); status != 400 {
			t.Errorf("%s: %d, want 400", filter, status)
		}
	}
}

func TestList_pagesAndSelects(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{PageSize: 7})
	seen := map[string]bool{}
	pages := 0
	for next := devs + "?$select=id,deviceName"; next != ""; pages++ {
		_, body := p.call("GET", next)
		for _, d := range body["value"].([]any) {
			d := d.(map[string]any)
			if len(d) != 2 {
				t.Fatalf("more than was selected: %v", d)
			}
			seen[d["id"].(string)] = true
		}
		link, _ := body["@odata.nextLink"].(string)
		next = strings.TrimPrefix(link, p.s.URL())
	}
	if len(seen) != len(p.s.Devices()) || pages != 5 {
		t.Errorf("%d devices in %d pages", len(seen), pages)
	}
}

// A reset is queued, carried out at the check-in, and audited.
func TestReset_life(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	d := p.s.Devices()[1]
	state := func() string {
		_, body := p.call("GET", devs+"/"+d.ID+"?$select=deviceActionResults")
		actions := body["deviceActionResults"].([]any)
		if len(actions) == 0 {
			return "none"
		}
		a := actions[0].(map[string]any)
		return fmt.Sprint(a["actionName"], " ", a["actionState"], " ", a["passcode"] != nil)
	}
	var got []string
	got = append(got, state())
	res, _ := p.call("POST", devs+"/"+d.ID+"/resetPasscode")
	got = append(got, fmt.Sprint(res.StatusCode), state())
	p.s.CheckIn(d.ID)
	got = append(got, state())
	if diff := cmp.Diff([]string{"none", "204", "resetPasscode pending false", "resetPasscode done true"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, body := p.call("GET", "/beta/deviceManagement/remoteActionAudits")
	audit := body["value"].([]any)[0].(map[string]any)
	if audit["action"] != "resetPasscode" || audit["managedDeviceId"] != d.ID || audit["actionState"] != "done" {
		t.Errorf("the audit says %v", audit)
	}
	posts := p.s.Posts()
	if len(posts) != 1 || posts[0].Device != d.ID || posts[0].Status != 204 || !posts[0].Took || posts[0].ClientRequestID != "mine" {
		t.Errorf("the log of resets says %+v", posts)
	}
}

func TestReset_refused(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	for name, want := range map[string]string{
		"Warehouse Handheld": "not supported", "Hanna's old Nexus": "not supported", "ALICE-LT-042": "not supported",
		"Farid's returned Pixel 6": "retirePending", "Grace's MacBook": "not supported",
	} {
		for _, d := range p.s.Devices() {
			if d.DeviceName != name {
				continue
			}
			if res, body := p.call("POST", devs+"/"+d.ID+"/resetPasscode"); res.StatusCode != 400 || !strings.Contains(message(body), want) {
				t.Errorf("%s: %d %s, want %s", name, res.StatusCode, message(body), want)
			}
		}
	}
	if res, _ := p.call("POST", devs+"/00000000-0000-4000-8000-00000000dead/resetPasscode"); res.StatusCode != 404 {
		t.Errorf("unknown device: %d", res.StatusCode)
	}
	for _, d := range p.s.Devices() {
		if len(d.Actions) > 0 {
			t.Errorf("%s was reset", d.DeviceName)
		}
	}
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	for _, omit := range []bool{false, true} {
		var clock clock
		p := start(t, fakeintune.Config{Now: clock.now, Writes: 3, OmitRetryAfter: omit})
		id := p.s.Devices()[0].ID
		var got []int
		for range 4 {
			res, _ := p.call("POST", devs+"/"+id+"/resetPasscode")
			got = append(got, res.StatusCode)
			if after := res.Header.Get("Retry-After"); res.StatusCode == 429 && (after == "") != omit {
				t.Errorf("Retry-After %q", after)
			}
		}
		if diff := cmp.Diff([]int{204, 204, 204, 429}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if res, _ := p.call("GET", devs); res.StatusCode != 200 {
			t.Errorf("reads are throttled by writes: %d", res.StatusCode)
		}
		clock.move(21 * time.Second)
		if res, _ := p.call("POST", devs+"/"+id+"/resetPasscode"); res.StatusCode != 204 {
			t.Errorf("after the window: %d", res.StatusCode)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	id := p.s.Devices()[0].ID
	p.call("GET", devs)
	for _, tc := range []struct {
		fault fakeintune.Fault
		took  bool
	}{
		{fakeintune.Fault{Method: "POST", Times: 1, LoseAnswer: true}, true},
		{fakeintune.Fault{Method: "POST", Times: 1, Cut: true}, false},
	} {
		p.s.Fail(tc.fault)
		req, err := http.NewRequestWithContext(t.Context(), "POST", p.s.URL()+devs+"/"+id+"/resetPasscode", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+p.token)
		if res, err := p.http.Do(req); err == nil {
			res.Body.Close()
			t.Errorf("%+v: it was answered", tc.fault)
		}
		posts := p.s.Posts()
		if last := posts[len(posts)-1]; last.Took != tc.took || last.Status != 0 {
			t.Errorf("%+v: the log says %+v", tc.fault, last)
		}
	}
	remove := p.s.Fail(fakeintune.Fault{Status: 503, NoRetryAfter: true})
	if res, _ := p.call("GET", devs); res.StatusCode != 503 || res.Header.Get("Retry-After") != "" {
		t.Errorf("503: %d %v", res.StatusCode, res.Header)
	}
	remove()
	if res, _ := p.call("GET", devs); res.StatusCode != 200 {
		t.Errorf("removed: %d", res.StatusCode)
	}
}

// Nobody but the sandbox's own page acts on the fleet.
func TestControl(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	id := p.s.Devices()[0].ID
	do := func(host, sandbox, body string) int {
		req := httptest.NewRequestWithContext(t.Context(), "POST", "/fleet/device", strings.NewReader(body))
		req.Host = host
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Sandbox", sandbox)
		rec := httptest.NewRecorder()
		p.s.Control().ServeHTTP(rec, req)
		return rec.Code
	}
	good := fmt.Sprintf(`{"id":%q,"offline":true}`, id)
	for _, tc := range []struct {
		host, sandbox, body string
		want                int
	}{
		{"evil.example", "1", good, 403},
		{"127.0.0.1:1", "", good, 403},
		{"127.0.0.1:1", "1", "{", 400},
		{"127.0.0.1:1", "1", `{"id":"none"}`, 404},
		{"127.0.0.1:1", "1", good, 200},
	} {
		if got := do(tc.host, tc.sandbox, tc.body); got != tc.want {
			t.Errorf("%+v: %d", tc, got)
		}
	}
	if d, _ := p.s.Device(id); !d.Offline {
		t.Error("the device is still online")
	}
}
