package fakeintune_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/fakeintune"
)

// While all devices are offline none of them checks in, not at a person's
// wish either, and what each was by itself it is again afterwards.
func TestSetOffline(t *testing.T) {
	t.Parallel()
	clock := &stopped{at: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)}
	p := start(t, fakeintune.Config{Now: clock.now, CheckIn: 10 * time.Second})
	d, alone := p.named("Alice's Pixel 8"), p.named("Ben's Pixel 9")
	p.s.Edit(alone.ID, func(d *fakeintune.Device) { d.Offline = true })
	page := map[string]string{"Content-Type": "application/json", "X-Sandbox": "1"}

	p.s.SetOffline(true)
	p.call("POST", devs+"/"+d.ID+"/resetPasscode")
	clock.move(time.Hour)
	if a := p.action(d.ID); a.State != "pending" {
		t.Errorf("offline, the reset is %s", a.State)
	}
	for _, wish := range []string{`"check_in":true`, `"offline":false`} {
		body := p.control("POST", "/fleet/device", fmt.Sprintf(`{"id":%q,%s}`, d.ID, wish), page).Body.String()
		if diff := cmp.Diff(`{"error":"All devices are offline. Put them online first."}`+"\n", body); diff != "" {
			t.Errorf("%s is answered (-want +got):\n%s", wish, diff)
		}
	}

	p.s.SetOffline(false)
	clock.move(9 * time.Second)
	if a := p.action(d.ID); a.State != "pending" {
		t.Errorf("9 s after it is back, the reset is %s", a.State)
	}
	clock.move(10 * time.Second)
	if a := p.action(d.ID); a.State != "done" {
		t.Errorf("19 s after it is back, the reset is %s", a.State)
	}
	if now, _ := p.s.Device(alone.ID); !now.Offline {
		t.Error("a device that was offline by itself is not any more")
	}
}

// A fault is among those that calls can still meet until it has been met as
// often as it should, or was removed.
func TestFaults_waiting(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	once, always := fakeintune.Fault{Status: 503, Times: 1, NoRetryAfter: true}, fakeintune.Fault{Path: "remoteActionAudits", Status: 429}
	p.s.Fail(once)
	remove := p.s.Fail(always)
	if diff := cmp.Diff([]fakeintune.Fault{once, always}, p.s.Faults()); diff != "" {
		t.Errorf("before any call (-want +got):\n%s", diff)
	}
	p.call("GET", devs)
	if diff := cmp.Diff([]fakeintune.Fault{always}, p.s.Faults()); diff != "" {
		t.Errorf("after one (-want +got):\n%s", diff)
	}
	remove()
	if left := p.s.Faults(); len(left) > 0 {
		t.Errorf("in the end there are %+v", left)
	}
}
