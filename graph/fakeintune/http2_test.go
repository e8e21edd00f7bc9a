package fakeintune_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"passcodebot/graph/fakeintune"
)

// A fault that cuts a call resets its stream: no other call of the connection
// is harmed.
func TestFail_cutsOneCallOfAConnection(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{Latency: 50 * time.Millisecond})
	first, second := p.s.Devices()[0].ID, p.s.Devices()[1].ID
	if res, _ := p.call("GET", devs+"/"+first); res.ProtoMajor != 2 {
		t.Fatalf("it speaks %s", res.Proto)
	}
	connections := p.s.Connections()
	p.s.Fail(fakeintune.Fault{Device: second, Cut: true})
	var calls sync.WaitGroup
	for range 10 {
		calls.Go(func() {
			if res, _ := p.call("GET", devs+"/"+first); res.StatusCode != http.StatusOK {
				t.Errorf("a call beside one that is cut: %d", res.StatusCode)
			}
		})
		calls.Go(func() {
			req, err := http.NewRequestWithContext(t.Context(), "GET", p.s.URL()+devs+"/"+second, nil)
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Authorization", "Bearer "+p.token)
			if res, err := p.http.Do(req); err == nil {
				res.Body.Close()
				t.Errorf("a call that is cut was answered: %d", res.StatusCode)
			}
		})
	}
	calls.Wait()
	if n := p.s.Connections(); n != connections {
		t.Errorf("%d connections were opened anew; want none", n-connections)
	}
}

// Answers are dated by the tenant's clock, errors and cut-in pages too.
func TestAnswers_areDatedByTheTenantsClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	p := start(t, fakeintune.Config{Now: func() time.Time { return at }})
	id := p.s.Devices()[0].ID
	dated := func(what, path string) {
		t.Helper()
		res, _ := p.call("GET", path)
		if got := res.Header.Get("Date"); got != at.Format(http.TimeFormat) {
			t.Errorf("%s is dated %q", what, got)
		}
	}
	dated("an answer", devs+"/"+id)
	dated("a refusal", devs+"/nothing")
	p.s.Fail(fakeintune.Fault{Body: "{}", ContentType: "application/json"})
	dated("a page of a proxy", devs+"/"+id)
}
