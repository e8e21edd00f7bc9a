package graph_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

func TestRead_mapsWhatIntuneTells(t *testing.T) {
	t.Parallel()
	devices := fleet()
	devices[0].Actions = []fakeintune.Action{{
		Name: "resetPasscode", State: "failed", Started: noon.Add(-time.Minute), Updated: noon, ErrorCode: -2016330908,
	}}
	s, c, _ := tenant(t, fakeintune.Config{Devices: devices, Now: func() time.Time { return noon }})
	got, err := c.Read(t.Context(), strings.ToUpper(pixelID))
	if err != nil {
		t.Fatal(err)
	}
	want := pixelDevice()
	want.ReadAt = noon // by Graph's clock, not by this machine's
	want.LastReset = approvals.Action{State: approvals.ActionFailed, Started: noon.Add(-time.Minute), Updated: noon, ErrorCode: -2016330908}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("device (-want +got):\n%s", diff)
	}
	query, err := url.ParseQuery(s.Calls()[0].Query)
	if err != nil {
		t.Fatal(err)
	}
	const selected = "id,deviceName,manufacturer,model,serialNumber,operatingSystem,osVersion,deviceType,deviceEnrollmentType," +
		"managedDeviceOwnerType,managementState,managementAgent,userId,userPrincipalName,emailAddress,userDisplayName," +
		"enrolledDateTime,lastSyncDateTime,deviceActionResults"
	if diff := cmp.Diff(url.Values{"$select": {selected}}, query); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
}

func TestRead_whenIntuneKnowsNoSuchDevice(t *testing.T) {
	t.Parallel()
	s, c, _ := tenant(t, fakeintune.Config{})
	_, err := c.Read(t.Context(), nobodyID)
	e := wantError(t, err, approvals.NotFound, "Intune knows no device "+nobodyID+".")
	if e.Ref == "" {
		t.Error("the error has no request-id")
	}
	if len(s.Calls()) != 1 {
		t.Errorf("%d calls; want 1", len(s.Calls()))
	}
}

// Of several resets the one that started last counts, whatever the order; other
// actions don't.
func TestRead_takesTheLastReset(t *testing.T) {
	t.Parallel()
	c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"id":"`+pixelID+`","deviceActionResults":[
			{"actionName":"resetPasscode","actionState":"done","startDateTime":"2026-03-01T12:00:00Z","lastUpdatedDateTime":"2026-03-01T12:05:00.1234567Z","errorCode":0},
			{"actionName":"resetPasscode","actionState":"failed","startDateTime":"2026-02-01T12:00:00Z"},
			{"actionName":"remoteLock","actionState":"pending","startDateTime":"2026-03-02T12:00:00Z"},
			null]}`)
	}})
	got, err := c.Read(t.Context(), pixelID)
	if err != nil {
		t.Fatal(err)
	}
	want := approvals.Action{State: approvals.ActionDone, Started: noon, Updated: noon.Add(5*time.Minute + 123456*time.Microsecond)}
	if diff := cmp.Diff(want, got.LastReset); diff != "" {
		t.Errorf("last reset (-want +got):\n%s", diff)
	}
}

// The SDK makes nothing of a word that it does not know. A device in a state
// that is new to it must not pass for one in the usual state.
func TestRead_keepsWordsThatTheSDKDoesNotKnow(t *testing.T) {
	t.Parallel()
	devices := fleet()
	devices[0].ManagementState, devices[0].DeviceType = "quarantined", "androidXR"
	devices[0].DeviceEnrollmentType, devices[0].ManagedDeviceOwnerType, devices[0].ManagementAgent = "androidXREnrollment", "shared", "xr"
	devices[0].Actions = []fakeintune.Action{{Name: "resetPasscode", State: "postponed", Started: noon, Updated: noon}}
	_, c, _ := tenant(t, fakeintune.Config{Devices: devices, Now: func() time.Time { return noon }})
	got, err := c.Read(t.Context(), pixelID)
	if err != nil {
		t.Fatal(err)
	}
	want := pixelDevice()
	want.ReadAt = noon
	want.State, want.Type, want.Enrollment, want.Ownership, want.Agent = "quarantined", "androidXR", "androidXREnrollment", "shared", "xr"
	want.LastReset = approvals.Action{State: "postponed", Started: noon, Updated: noon}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("device (-want +got):\n%s", diff)
	}
	if got.Check().OK() {
		t.Error("the device may be reset; want not, in a state that nobody knows")
	}
}

func TestRead_whenIntuneDoesNotKnow_leavesItEmpty(t *testing.T) {
	t.Parallel()
	c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"@odata.context":"x","id":"`+pixelID+`","deviceName":null,"managementState":null,"lastSyncDateTime":"0001-01-01T00:00:00Z","deviceActionResults":null}`)
	}})
	got, err := c.Read(t.Context(), pixelID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(approvals.Device{ID: pixelID}, got); diff != "" {
		t.Errorf("device (-want +got):\n%s", diff)
	}
}

func TestRead_whenTheAnswerIsWrong_isUnavailable(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"another device":   `{"id":"` + galaxyID + `"}`,
		"no id":            `{}`,
		"a broken date":    `{"id":"` + pixelID + `","lastSyncDateTime":"yesterday"}`,
		"a number as name": `{"id":"` + pixelID + `","deviceName":7}`,
		"a list":           `[]`,
		"half of it":       `{"id":`,
		"nothing":          ``,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &wire{graph: func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) }}
			c, _ := over(t, w)
			_, err := c.Read(t.Context(), pixelID)
			e := wantError(t, err, approvals.Unavailable, "Intune's answer was not understood.")
			if e.Ref != "req-1" || e.Err == nil {
				t.Errorf("ref %q, cause %v; want both for the log", e.Ref, e.Err)
			}
		})
	}
}

func TestRead_whenIntuneFalters_asksAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeintune.Fault{
		"429 with Retry-After":    {Status: 429, RetryAfter: 1},
		"429 without Retry-After": {Status: 429, NoRetryAfter: true},
		"503":                     {Status: 503},
		"504":                     {Status: 504},
		"answer lost":             {LoseAnswer: true},
		"connection cut":          {Cut: true},
		"Entra cut":               {Cut: true, Path: "token"},
		"Entra's 503":             {Status: 503, Path: "token"},
		"a page of a proxy":       {Body: "<html>", ContentType: "text/html"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c, paused := tenant(t, fakeintune.Config{Now: func() time.Time { return noon }})
			fault.Times = 2
			s.Fail(fault)
			got, err := c.Read(t.Context(), pixelID)
			if err != nil {
				t.Fatal(err)
			}
			want := pixelDevice()
			want.ReadAt = noon
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("device (-want +got):\n%s", diff)
			}
			// net/http repeats a GET by itself where a kept connection is cut.
			cut := fault.Path == "" && (fault.Cut || fault.LoseAnswer)
			if waited := paused.all(); len(waited) != 2 && !(cut && len(waited) == 1) {
				t.Errorf("waited %v; want two waits", waited)
			}
		})
	}
}

func TestRead_whenIntuneFaltersForGood_isUnavailable(t *testing.T) {
	t.Parallel()
	log, written := logged()
	s := graphtest.Start(t, fakeintune.Config{Devices: fleet()})
	cfg := graphtest.Config(t, s)
	cfg.Logger = log
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	paused := &waits{}
	c.SetWait(paused.wait)
	s.Fail(fakeintune.Fault{Status: 503})
	_, err = c.Read(t.Context(), pixelID)
	e := wantError(t, err, approvals.Unavailable, "Intune answered with an error of its own (503).")
	if e.Ref == "" {
		t.Error("the error has no request-id")
	}
	if len(paused.all()) != 8 || len(s.Calls()) != 9 {
		t.Errorf("%d waits, %d calls; want 8 and 9", len(paused.all()), len(s.Calls()))
	}
	if n := strings.Count(written.String(), "graph_request_id="); n != 8 || !strings.Contains(written.String(), "device="+pixelID) {
		t.Errorf("log:\n%s\nwant each repetition with device and graph_request_id", written)
	}
}

func TestRead_whenThePermissionIsMissing_namesIt(t *testing.T) {
	t.Parallel()
	c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 403, `{"error":{"code":"Forbidden","message":"Application is not authorized.","innerError":{"request-id":"inner"}}}`)
	}})
	_, err := c.Read(t.Context(), pixelID)
	e := wantError(t, err, approvals.Forbidden, "Intune does not let this app read the device, for which it needs the permission DeviceManagementManagedDevices.Read.All: Application is not authorized.")
	if e.Code != "Forbidden" || e.Ref != "req-1" || !strings.Contains(e.Hint, "API permissions") {
		t.Errorf("error %+v; want Graph's code, its request-id and how to grant the permission", e)
	}
}

// The temporary passcode comes over the wire with a device's actions, and
// ends there.
func TestRead_leavesThePasscodeAlone(t *testing.T) {
	t.Parallel()
	const passcode = "PASSCODE-481516"
	devices := fleet()
	for i := range devices {
		devices[i].Actions = []fakeintune.Action{{Name: "resetPasscode", State: "done", Started: noon, Updated: noon, Passcode: passcode}}
	}
	s := graphtest.Start(t, fakeintune.Config{Devices: devices, CheckIn: -1})
	cfg := graphtest.Config(t, s)
	spied := &spy{next: cfg.Transport}
	log, written := logged()
	cfg.Transport, cfg.Logger = spied, log
	c, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.SetWait((&waits{}).wait)

	var seen []string
	d, err := c.Read(t.Context(), pixelID)
	seen = append(seen, fmt.Sprintf("%#v %v", d, err))
	if !strings.Contains(spied.text(), passcode) {
		t.Fatal("the passcode was not on the wire, so this test proves nothing")
	}
	found, err := c.Find(t.Context(), approvals.Selector{Kind: approvals.ByFilter, Value: "operatingSystem eq 'Android'"}, 10)
	seen = append(seen, fmt.Sprintf("%#v %v", found, err))
	// An answer that can't be read must not be quoted in the error.
	spied.change = func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`"Alice's Pixel"`), []byte("7")) }
	_, err = c.Read(t.Context(), pixelID)
	seen = append(seen, fmt.Sprintf("%#v %v %v", err, err, approvals.AsError(err).Err))
	if err == nil {
		t.Error("want an error for the changed answer")
	}
	for _, s := range append(seen, written.String()) {
		if strings.Contains(s, passcode) {
			t.Errorf("the passcode is in %s", s)
		}
		if strings.Contains(s, "eyJ") {
			t.Errorf("a token is in %s", s)
		}
	}
}

// spy keeps what came over the wire, and may change it.
type spy struct {
	next   http.RoundTripper
	change func([]byte) []byte

	mu   sync.Mutex
	body bytes.Buffer
}

func (s *spy) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.body.Write(data)
	if s.change != nil {
		data = s.change(data)
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	return resp, nil
}

func (s *spy) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.body.String()
}
