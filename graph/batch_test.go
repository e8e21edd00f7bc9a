package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

// together reads devices at once. It returns what came of each, how many calls
// that took, and the waits between them.
func together(t *testing.T, s *fakeintune.Server, ids []string) (devices []approvals.Device, errs []error, calls int, waited []time.Duration) {
	t.Helper()
	config := graphtest.Config(t, s)
	count := &counting{RoundTripper: config.Transport}
	config.Transport = count
	c, err := graph.New(config)
	if err != nil {
		t.Fatal(err)
	}
	paused := &waits{}
	c.SetWait(paused.wait)
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := count.calls.Load()
	devices, errs = readAll(t, c, ids)
	return devices, errs, int(count.calls.Load() - before), paused.all()
}

func readAll(t *testing.T, c *graph.Client, ids []string) ([]approvals.Device, []error) {
	devices, errs := make([]approvals.Device, len(ids)), make([]error, len(ids))
	release := c.Gather(len(ids))
	var running sync.WaitGroup
	for i, id := range ids {
		running.Go(func() { devices[i], errs[i] = c.Read(approvals.OnBehalf(t.Context(), approvals.ID(i%3)), id) })
	}
	release()
	running.Wait()
	return devices, errs
}

func idsOf(devices []fakeintune.Device) []string {
	var ids []string
	for _, d := range devices {
		ids = append(ids, d.ID)
	}
	return ids
}

// Reads that are made at once go together, and each has its own answer.
func TestRead_manyAtOnce_goTogether(t *testing.T) {
	t.Parallel()
	fleet := large(45)
	for i := range fleet {
		fleet[i].DeviceName = fmt.Sprint("Pixel ", i)
		fleet[i].Actions = []fakeintune.Action{{Name: "resetPasscode", State: "done", Started: noon, Updated: noon, Passcode: "12345678"}}
	}
	s := graphtest.Start(t, fakeintune.Config{Devices: fleet, CheckIn: -1, Now: func() time.Time { return noon }})
	devices, errs, calls, _ := together(t, s, idsOf(fleet))
	for i, d := range devices {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		want := pixelDevice()
		want.ID, want.Name, want.ReadAt = fleet[i].ID, fleet[i].DeviceName, noon
		want.LastReset = approvals.Action{State: approvals.ActionDone, Started: noon, Updated: noon}
		if diff := cmp.Diff(want, d); diff != "" {
			t.Errorf("device %d (-want +got):\n%s", i, diff)
		}
	}
	if calls != 3 {
		t.Errorf("45 reads took %d calls; want 3", calls)
	}
	var items []string
	for _, call := range s.Calls() {
		items = append(items, call.Method+" "+call.Path)
		if !strings.HasPrefix(call.Query, "$select=id,deviceName,") || !strings.HasSuffix(call.Query, ",deviceActionResults") {
			t.Errorf("an item of a batch asks %q", call.Query)
		}
	}
	slices.Sort(items)
	if items = slices.Compact(items); len(items) != 45 {
		t.Errorf("Intune was asked for %d devices; want 45", len(items))
	}
}

// Items of a batch fail, and are tried again, as single reads are.
func TestRead_manyAtOnce_failSingly(t *testing.T) {
	t.Parallel()
	s := graphtest.Start(t, fakeintune.Config{Devices: large(5), CheckIn: -1})
	ids := append(idsOf(s.Devices()), nobodyID)
	s.Fail(fakeintune.Fault{Device: ids[0], Status: 503, RetryAfter: 7, Times: 2})
	s.Fail(fakeintune.Fault{Device: ids[1], Status: 403})
	s.Fail(fakeintune.Fault{Device: ids[2], Status: 429, NoRetryAfter: true, Times: 1})
	s.Fail(fakeintune.Fault{Device: ids[3], Body: "<html>", ContentType: "text/html", Times: 1})
	_, errs, _, waited := together(t, s, ids)
	if longest := slices.Max(waited); longest < 7*time.Second {
		t.Errorf("waited %v; want what the Retry-After of an item says", waited)
	}
	for _, i := range []int{0, 2, 3, 4} {
		if errs[i] != nil {
			t.Errorf("device %d: %v", i, errs[i])
		}
	}
	if e := wantError(t, errs[5], approvals.NotFound, "Intune knows no device "+nobodyID+"."); e.Code != "ResourceNotFound" || e.Ref != refOf(s, nobodyID) {
		t.Errorf("code %q, ref %q; want Graph's code and its request-id %q of this item", e.Code, e.Ref, refOf(s, nobodyID))
	}
	if e := approvals.AsError(errs[1]); e.Kind != approvals.Forbidden || e.Ref != refOf(s, ids[1]) {
		t.Errorf("error %v; want Forbidden with the item's request-id %q", e, refOf(s, ids[1]))
	}
	asked := map[string]int{}
	for _, call := range s.Calls() {
		asked[call.Path[strings.LastIndex(call.Path, "/")+1:]]++
	}
	want := map[string]int{ids[0]: 3, ids[1]: 1, ids[2]: 2, ids[3]: 2, ids[4]: 1, nobodyID: 1}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("how often each was asked for (-want +got):\n%s", diff)
	}
}

// refOf is the request-id of the last call about a device.
func refOf(s *fakeintune.Server, device string) string {
	ref := ""
	for _, call := range s.Calls() {
		if strings.HasSuffix(call.Path, device) {
			ref = call.RequestID
		}
	}
	return ref
}

// When a batch fails as a whole, all its reads are made again.
func TestRead_manyAtOnce_failTogether(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeintune.Fault{
		"503":               {Status: 503, NoRetryAfter: true},
		"429":               {Status: 429, NoRetryAfter: true},
		"answer lost":       {LoseAnswer: true},
		"cut":               {Cut: true},
		"a page of a proxy": {Body: "<html>", ContentType: "text/html"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := graphtest.Start(t, fakeintune.Config{Devices: large(20), CheckIn: -1})
			fault.Path, fault.Times = "$batch", 1
			s.Fail(fault)
			ids := idsOf(s.Devices())
			devices, errs, _, _ := together(t, s, ids)
			for i := range ids {
				if errs[i] != nil || devices[i].ID != ids[i] {
					t.Errorf("device %d: %q, %v", i, devices[i].ID, errs[i])
				}
			}
		})
	}
}

// A batch that is refused for good is a refusal of each of its reads.
func TestRead_manyAtOnce_refusedTogether(t *testing.T) {
	t.Parallel()
	s := graphtest.Start(t, fakeintune.Config{Devices: large(4), CheckIn: -1})
	s.Fail(fakeintune.Fault{Path: "$batch", Status: 403, Code: "Forbidden", Message: "No batches here."})
	_, errs, calls, _ := together(t, s, idsOf(s.Devices()))
	for _, err := range errs {
		e := wantError(t, err, approvals.Forbidden, "Intune does not let this app read the device, for which it needs the permission "+graph.PermissionRead+": No batches here.")
		if e.Ref == "" || e.Ref != approvals.AsError(errs[0]).Ref {
			t.Errorf("ref %q; want the request-id of the batch", e.Ref)
		}
	}
	if calls != 1 {
		t.Errorf("%d calls; want one", calls)
	}
}

// What is missing from the answer to a batch, or is another's, is asked for
// again.
func TestRead_manyAtOnce_whenAnswersAreMissing(t *testing.T) {
	t.Parallel()
	var batches atomic.Int64
	w := &wire{}
	w.graph = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Date", noon.Format(http.TimeFormat)) // of the whole answer; its items have none
		body := func(id string) string { return fmt.Sprintf(`{"id":%q,"deviceName":"x"}`, id) }
		if !strings.HasSuffix(r.URL.Path, "$batch") {
			answer(rw, 200, body(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]))
			return
		}
		first := batches.Add(1) == 1
		var in struct {
			Requests []struct{ ID, Method, URL string }
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		var responses []string
		for i, one := range in.Requests {
			id, _, _ := strings.Cut(one.URL[strings.LastIndex(one.URL, "/")+1:], "?")
			switch {
			case first && i == 0: // nothing
			case first && i == 1:
				responses = append(responses, fmt.Sprintf(`{"id":%q,"status":200,"body":%s}`, one.ID, body(nobodyID)))
			case first && i == 2:
				responses = append(responses, fmt.Sprintf(`{"id":%q,"status":200}`, one.ID))
			default:
				responses = append(responses, fmt.Sprintf(`{"id":%q,"status":200,"body":%s}`, one.ID, body(id)))
			}
		}
		slices.Reverse(responses) // their order means nothing
		answer(rw, 200, `{"responses":[`+strings.Join(responses, ",")+`]}`)
	}
	c, paused := over(t, w)
	ids := idsOf(large(6))
	devices, errs := readAll(t, c, ids)
	for i := range ids {
		if errs[i] != nil || devices[i].ID != ids[i] {
			t.Errorf("device %d: %q, %v", i, devices[i].ID, errs[i])
		}
	}
	for _, d := range devices {
		if !d.ReadAt.Equal(noon) {
			t.Errorf("a device is read at %v; want the time of the answer", d.ReadAt)
		}
	}
	if n := len(paused.all()); n != 3 || batches.Load() == 0 {
		t.Errorf("%d reads were made again after %d batches; want the three without an answer", n, batches.Load())
	}
}
