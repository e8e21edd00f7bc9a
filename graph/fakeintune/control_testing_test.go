package fakeintune_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/fakeintune"
)

// order does something by the control's JSON, and returns its status.
func (p *peer) order(path, body string) int {
	return p.control("POST", path, body, map[string]string{"Content-Type": "application/json", "X-Sandbox": "1"}).Code
}

// told reads one of the control's lists.
func told[T any](p *peer, path string) []T {
	p.t.Helper()
	var list []T
	rec := p.control("GET", path, "", nil)
	if err := json.Unmarshal(rec.Body.Bytes(), &list); err != nil || rec.Code != 200 {
		p.t.Fatalf("%s: %d %v: %s", path, rec.Code, err, rec.Body)
	}
	return list
}

func TestControl_testsSeeAllThatArrived(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	d := p.named("Alice's Pixel 8")
	if posts := told[map[string]any](p, "/fleet/posts"); posts == nil || len(posts) != 0 {
		t.Errorf("before anything arrived: %v, want an empty list", posts)
	}
	if code := p.order("/fleet/fail", `{"path":"resetPasscode","status":503,"times":1,"delay":"1ms"}`); code != 200 {
		t.Fatalf("fail: %d", code)
	}
	for range 2 {
		p.call("POST", devs+"/"+d.ID+"/resetPasscode")
	}
	if code := p.order("/fleet/reset-by-admin", fmt.Sprintf(`{"id":%q,"by":"ada@contoso.com"}`, d.ID)); code != 200 {
		t.Fatalf("reset by an admin: %d", code)
	}
	if diff := cmp.Diff(p.s.Posts(), told[fakeintune.Post](p, "/fleet/posts")); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(p.s.Calls(), told[fakeintune.Call](p, "/fleet/calls")); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	var got []any
	for _, post := range told[map[string]any](p, "/fleet/posts") {
		got = append(got, post["seq"], post["device"], post["app"], post["status"], post["took"], post["request_id"] != "")
	}
	want := []any{1.0, d.ID, client, 503.0, false, true, 2.0, d.ID, client, 204.0, true, true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("posts as they are sent (-want +got):\n%s", diff)
	}
	audits := told[fakeintune.Audit](p, "/fleet/audits")
	got = nil
	for _, a := range audits {
		got = append(got, a.Device, a.By, a.State)
	}
	if diff := cmp.Diff([]any{d.ID, "app " + client, "pending", d.ID, "ada@contoso.com", "pending"}, got); diff != "" {
		t.Errorf("audits (-want +got):\n%s", diff)
	}
}

// A fault with a chance strikes about as often, the same calls each time by
// the seed, until it is healed.
func TestFail_byChance(t *testing.T) {
	t.Parallel()
	statuses := func(seed uint64) []int {
		p := start(t, fakeintune.Config{Seed: seed})
		d := p.named("Alice's Pixel 8")
		if code := p.order("/fleet/fail", `{"path":"managedDevices","status":500,"percent":30}`); code != 200 {
			t.Fatalf("fail: %d", code)
		}
		var seen []int
		for range 100 {
			res, _ := p.call("GET", devs+"/"+d.ID)
			seen = append(seen, res.StatusCode)
		}
		p.order("/fleet/heal", `{}`)
		if res, _ := p.call("GET", devs+"/"+d.ID); res.StatusCode != 200 {
			t.Errorf("it was healed, and answers %d", res.StatusCode)
		}
		return seen
	}
	one, again, other := statuses(1), statuses(1), statuses(2)
	if diff := cmp.Diff(one, again); diff != "" {
		t.Errorf("the same seed (-first +second):\n%s", diff)
	}
	if slices.Equal(one, other) {
		t.Error("another seed makes no difference")
	}
	failed := 0
	for _, status := range one {
		if status == 500 {
			failed++
		}
	}
	if failed < 10 || failed > 50 {
		t.Errorf("%d of 100 calls went wrong; want about 30", failed)
	}
}

func TestControl_testsAreReadStrictly(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	for path, body := range map[string]string{
		"/fleet/fail":           `{"lose":true}`,
		"/fleet/others":         `{"reads":1}`,
		"/fleet/reset-by-admin": `[]`,
	} {
		if code := p.order(path, body); code != 400 {
			t.Errorf("%s %s: %d, want 400", path, body, code)
		}
	}
	for _, body := range []string{`{"delay":"soon"}`, `{"percent":101}`, `{"percent":-1}`} {
		if code := p.order("/fleet/fail", body); code != 400 {
			t.Errorf("a fault %s: %d, want 400", body, code)
		}
	}
	if code := p.order("/fleet/reset-by-admin", `{"id":"00000000-0000-4000-8000-00000000dead"}`); code != 404 {
		t.Errorf("a device that is not there: %d, want 404", code)
	}
	if code := p.control("POST", "/fleet/fail", `{}`, map[string]string{"Content-Type": "application/json"}).Code; code != 403 {
		t.Errorf("another page: %d, want 403", code)
	}
}

// What other applications use is not left to this one.
func TestThrottle_othersUse(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{TenantWrites: 5, Writes: 4})
	d := p.named("Alice's Pixel 8")
	p.order("/fleet/others", `{"writes":3}`)
	var got []int
	for range 3 {
		res, _ := p.call("POST", devs+"/"+d.ID+"/resetPasscode")
		got = append(got, res.StatusCode)
	}
	if diff := cmp.Diff([]int{204, 204, 429}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
