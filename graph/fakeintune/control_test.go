package fakeintune_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/fakeintune"
)

// control asks the sandbox's part of the fake.
func (p *peer) control(method, path, body string, header map[string]string) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(p.t.Context(), method, path, strings.NewReader(body))
	req.Host = "localhost:8080"
	for k, v := range header {
		req.Header.Set(k, v)
	}
	rec := httptest.NewRecorder()
	p.s.Control().ServeHTTP(rec, req)
	return rec
}

// Only the sandbox page's own script can send these headers.
func TestControl_otherPages(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	id := p.named("Alice's Pixel 8").ID
	body := fmt.Sprintf(`{"id":%q,"refuses":"No."}`, id)
	for _, header := range []map[string]string{
		{"Content-Type": "application/json"},
		{"Content-Type": "application/json", "X-Sandbox": "0"},
		{"Content-Type": "text/plain", "X-Sandbox": "1"},
		{"Content-Type": "application/jsonp", "X-Sandbox": "1"},
		{"X-Sandbox": "1"},
	} {
		if rec := p.control("POST", "/fleet/device", body, header); rec.Code != 403 {
			t.Errorf("%v: %d", header, rec.Code)
		}
	}
	if d, _ := p.s.Device(id); d.Refuses != "" {
		t.Error("another page acted")
	}
	if rec := p.control("POST", "/fleet/device", body, map[string]string{"Content-Type": "application/json; charset=utf-8", "X-Sandbox": "1"}); rec.Code != 200 {
		t.Errorf("the page itself: %d", rec.Code)
	}
	if d, _ := p.s.Device(id); d.Refuses != "No." {
		t.Error("the page itself could not act")
	}
}

// The page sees a device, its reset and the posts as they are agreed, and can
// look at any time, also while a post is being answered.
func TestControl_devices(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{Latency: time.Millisecond})
	d := p.named("Alice's Pixel 8")
	p.call("GET", devs+"/"+d.ID) // for a token
	var looking sync.WaitGroup
	posted := make(chan struct{})
	looking.Go(func() {
		for looks := true; looks; {
			select {
			case <-posted:
				looks = false
			default:
				p.control("GET", "/fleet/devices", "", nil)
			}
		}
	})
	for range 10 {
		p.call("POST", devs+"/"+d.ID+"/resetPasscode")
	}
	close(posted)
	looking.Wait()
	p.s.CheckIn(d.ID)
	var page struct {
		Rev     int
		Devices []map[string]any
		Posts   []map[string]any
	}
	if err := json.Unmarshal(p.control("GET", "/fleet/devices", "", nil).Body.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	if page.Rev == 0 || len(page.Devices) != len(p.s.Devices()) || len(page.Posts) != 10 {
		t.Fatalf("rev %d, %d devices, %d posts", page.Rev, len(page.Devices), len(page.Posts))
	}
	for _, shown := range page.Devices {
		if shown["id"] != d.ID {
			continue
		}
		reset, _ := shown["reset"].(map[string]any)
		got := []any{shown["name"], shown["enrollment"], shown["owner"], shown["serial"], shown["compliance"], shown["offline"], reset["state"]}
		want := []any{"Alice's Pixel 8", "androidEnterpriseFullyManaged", "alice@contoso.com", d.SerialNumber, "compliant", false, "done"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if _, shows := reset["passcode"]; shows {
			t.Error("the page shows a passcode")
		}
	}
}

// The page hears of changes as server-sent events.
func TestControl_changes(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	page := httptest.NewServer(p.s.Control())
	defer page.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", page.URL+"/fleet/changes?since=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := page.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("it is %s", kind)
	}
	lines := bufio.NewScanner(res.Body)
	for i := range 3 {
		p.s.Edit(p.named("Ben's Pixel 9").ID, func(d *fakeintune.Device) { d.FailsWith = i })
		for lines.Scan() && !strings.HasPrefix(lines.Text(), `data: {"rev":`) {
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
}
