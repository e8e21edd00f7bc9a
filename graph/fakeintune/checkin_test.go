package fakeintune_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/fakeintune"
)

// named returns the device of a name.
func (p *peer) named(name string) fakeintune.Device {
	p.t.Helper()
	for _, d := range p.s.Devices() {
		if d.DeviceName == name {
			return d
		}
	}
	p.t.Fatalf("no device is called %s", name)
	return fakeintune.Device{}
}

// action is how a device's latest reset stands.
func (p *peer) action(id string) fakeintune.Action {
	p.t.Helper()
	d, _ := p.s.Device(id)
	if len(d.Actions) == 0 {
		return fakeintune.Action{}
	}
	a := d.Actions[0]
	a.Started, a.Updated = a.Started.UTC(), a.Updated.UTC()
	return a
}

// stopped is a clock that stands still until it is moved.
type stopped struct {
	mu sync.Mutex
	at time.Time
}

func (c *stopped) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *stopped) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// A device that is online carries a reset out by the tenant's clock; one that
// is offline does when it is back; and its last check-in moves with it.
func TestCheckIn_byTheClock(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := &stopped{at: noon}
	p := start(t, fakeintune.Config{Now: clock.now, TokenLife: 24 * time.Hour, CheckIn: 10 * time.Second, Devices: fakeintune.SampleFleet(noon)})
	id := p.named("Bob's Galaxy XCover").ID
	var got []string
	see := func() { got = append(got, p.action(id).State) }
	reset := func() {
		if res, body := p.call("POST", devs+"/"+id+"/resetPasscode"); res.StatusCode != 204 {
			t.Fatalf("%d %v", res.StatusCode, body)
		}
	}
	reset()
	see()
	clock.move(9 * time.Second)
	see()
	clock.move(time.Second)
	see()
	clock.move(2 * time.Second)
	see()
	want := fakeintune.Action{Name: "resetPasscode", State: "done", Started: noon, Updated: noon.Add(12 * time.Second)}
	last := p.action(id)
	if last.Passcode == "" {
		t.Error("the device set no passcode")
	}
	last.Passcode = ""
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d, _ := p.s.Device(id); !d.LastSyncDateTime.Equal(noon.Add(12 * time.Second)) {
		t.Errorf("the last check-in is %v", d.LastSyncDateTime)
	}

	p.s.Edit(id, func(d *fakeintune.Device) { d.Offline, d.FailsWith = true, 7 })
	reset()
	clock.move(time.Hour)
	see()
	p.s.Edit(id, func(d *fakeintune.Device) { d.Offline = false })
	see()
	clock.move(12 * time.Second)
	see()
	if diff := cmp.Diff([]string{"pending", "pending", "active", "done", "pending", "pending", "failed"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a := p.action(id); a.ErrorCode != 7 || a.Passcode != "" {
		t.Errorf("the failed reset is %+v", a)
	}
}

// Whoever waits hears of a check-in that nobody looked for.
func TestWait_hearsOfCheckIns(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{CheckIn: time.Millisecond})
	id := p.named("Carla's Pixel 7a").ID
	if res, _ := p.call("POST", devs+"/"+id+"/resetPasscode"); res.StatusCode != 204 {
		t.Fatal(res.Status)
	}
	if err := p.s.Wait(t.Context(), func() bool { return p.action(id).State == "done" }); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.s.Wait(ctx, func() bool { return false }); err == nil {
		t.Error("waited for nothing without an error")
	}
}

// The audits tell how each reset ended, also one that another replaced, and
// who asked for it.
func TestAudits_ofSeveralResets(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	id := p.named("Ben's Pixel 9").ID
	p.call("POST", devs+"/"+id+"/resetPasscode")
	p.s.CheckIn(id)
	p.s.ResetInAdminCenter(id, "operator@contoso.com")
	_, body := p.call("GET", "/beta/deviceManagement/remoteActionAudits?$filter=action%20eq%20%27none%27")
	var got []string
	for _, a := range body["value"].([]any) {
		a := a.(map[string]any)
		got = append(got, fmt.Sprint(a["initiatedByUserPrincipalName"], " ", a["deviceOwnerUserPrincipalName"], " ", a["actionState"]))
	}
	if diff := cmp.Diff([]string{"operator@contoso.com ben@contoso.com pending", "app " + client + " ben@contoso.com done"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, a := range p.s.Audits() {
		if a.Owner != "ben@contoso.com" {
			t.Errorf("the record of %s has the owner %q", a.By, a.Owner)
		}
	}
	if n := len(p.s.Posts()); n != 1 {
		t.Errorf("%d posts, want the application's only", n)
	}
}

// The record comes in pages, newest first.
func TestAudits_inPages(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{PageSize: 2})
	id := p.named("Ben's Pixel 9").ID
	for n := range 5 {
		p.s.ResetInAdminCenter(id, fmt.Sprint(n))
	}
	var got []string
	pages := 0
	for next := "/beta/deviceManagement/remoteActionAudits?$top=3"; next != ""; pages++ {
		_, body := p.call("GET", next)
		for _, a := range body["value"].([]any) {
			got = append(got, fmt.Sprint(a.(map[string]any)["initiatedByUserPrincipalName"]))
		}
		link, _ := body["@odata.nextLink"].(string)
		next = strings.TrimPrefix(link, p.s.URL())
	}
	if diff := cmp.Diff([]string{"4", "3", "2", "1", "0"}, got); diff != "" || pages != 3 {
		t.Errorf("%d pages (-want +got):\n%s", pages, diff)
	}
	if res, _ := p.call("GET", "/beta/deviceManagement/remoteActionAudits?$top=0"); res.StatusCode != 400 {
		t.Errorf("a page of nothing: %d, want 400", res.StatusCode)
	}
}

// Close may come while calls arrive, and waits for them.
func TestClose_whileCallsArrive(t *testing.T) {
	t.Parallel()
	for range 5 {
		s, err := fakeintune.Start(fakeintune.Config{Latency: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		clients := s.Client()
		var calls sync.WaitGroup
		for range 4 {
			calls.Go(func() {
				req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL()+devs, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if res, err := clients.Do(req); err == nil {
					res.Body.Close()
					t.Error("it was answered")
				}
			})
		}
		if err := s.Wait(t.Context(), func() bool { return len(s.Calls()) > 0 }); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		calls.Wait()
		clients.CloseIdleConnections()
	}
}
