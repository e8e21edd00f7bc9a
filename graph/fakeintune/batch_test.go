package fakeintune_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/fakeintune"
)

// batch sends a $batch of resets, and returns its status and each item's.
func (p *peer) batch(ids ...string) (status int, items []int, err error) {
	p.t.Helper()
	p.call("GET", devs+"/"+p.s.Devices()[0].ID) // for a token
	var requests []any
	for i, id := range ids {
		requests = append(requests, map[string]any{"id": fmt.Sprint(i), "method": "POST", "url": "/deviceManagement/managedDevices/" + id + "/microsoft.graph.resetPasscode"})
	}
	raw, err := json.Marshal(map[string]any{"requests": requests})
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), "POST", p.s.URL()+"/beta/$batch", bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := p.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	var body struct {
		Responses []struct {
			ID     string
			Status int
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		p.t.Fatal(err)
	}
	for i, r := range body.Responses {
		if r.ID != fmt.Sprint(i) {
			p.t.Errorf("response %d has the id %s", i, r.ID)
		}
		items = append(items, r.Status)
	}
	return res.StatusCode, items, nil
}

// Items of a $batch count singly against the limits, and meet faults singly.
func TestBatch_itemsAreSingleCalls(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{Writes: 3})
	good := p.s.Devices()[1].ID
	p.s.Fail(fakeintune.Fault{Path: "resetPasscode", Status: 503, Times: 1})
	status, items, err := p.batch(good, good, "00000000-0000-4000-8000-00000000dead", good, good)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{503, 204, 404, 204, 429}, items); diff != "" || status != 200 {
		t.Errorf("%d (-want +got):\n%s", status, diff)
	}
	var took []bool
	for _, post := range p.s.Posts() {
		took = append(took, post.Took)
	}
	if diff := cmp.Diff([]bool{false, true, false, true, false}, took); diff != "" {
		t.Errorf("the log of resets (-want +got):\n%s", diff)
	}
}

func TestBatch_refusedAsAWhole(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	if status, _, err := p.batch(make([]string, 21)...); status != 400 || err != nil {
		t.Errorf("21 items: %d %v", status, err)
	}
	if status, _, err := p.batch(); status != 400 || err != nil {
		t.Errorf("no items: %d %v", status, err)
	}
	if posts := p.s.Posts(); len(posts) > 0 {
		t.Errorf("something was done: %+v", posts)
	}
}

// All answers of a $batch share a connection: when one is lost, all are, and
// what was asked for has happened.
func TestBatch_answerLost(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	good := p.s.Devices()[1].ID
	p.s.Fail(fakeintune.Fault{Path: "resetPasscode", LoseAnswer: true, Times: 1})
	if status, _, err := p.batch(good, good); err == nil {
		t.Errorf("it was answered: %d", status)
	}
	for _, post := range p.s.Posts() {
		if !post.Took || post.Status != 0 {
			t.Errorf("the log of resets says %+v", post)
		}
	}
	p.s.Fail(fakeintune.Fault{Path: "$batch", Cut: true, Times: 1})
	if status, _, err := p.batch(good); err == nil {
		t.Errorf("it was answered: %d", status)
	}
	if posts := p.s.Posts(); len(posts) != 2 {
		t.Errorf("%d resets arrived, want 2", len(posts))
	}
}

// The answer to a $batch takes as long as that of its slowest item.
func TestBatch_takesAsLongAsItsSlowestItem(t *testing.T) {
	t.Parallel()
	const delay = 100 * time.Millisecond
	p := start(t, fakeintune.Config{})
	good := p.s.Devices()[1].ID
	p.s.Fail(fakeintune.Fault{Path: "resetPasscode", Delay: delay})
	began := time.Now()
	if _, items, err := p.batch(good, good, good, good, good); err != nil || len(items) != 5 {
		t.Fatal(items, err)
	}
	if took := time.Since(began); took < delay || took > 4*delay {
		t.Errorf("it took %v; want about %v", took, delay)
	}
}
