package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

const (
	auditsPath = "/beta/deviceManagement/remoteActionAudits"
	tabletID   = "abcdef00-0000-4000-8000-00000000000f"
)

// Resets of this app and of others are all there, whatever the pages of the
// answer, the latest first.
func TestResets_bringsAllSinceATime(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	now := func() time.Time { return noon.Add(time.Duration(ahead.Load())) }
	s, c, _ := tenant(t, fakeintune.Config{Now: now, PageSize: 2})
	var want []approvals.Recorded
	for n := range 7 {
		ahead.Store(int64(n) * int64(time.Minute))
		by := "ada@contoso.com"
		if n%2 == 0 {
			by = "app " + graphtest.App().ClientID
			if _, err := c.Reset(t.Context(), pixelID); err != nil {
				t.Fatal(err)
			}
		} else {
			s.ResetInAdminCenter(galaxyID, by)
		}
		id, owner := pixelID, "alice@contoso.com"
		if n%2 == 1 {
			id, owner = galaxyID, "bob@contoso.com"
		}
		want = append([]approvals.Recorded{{Device: id, At: now(), By: by, Owner: owner, State: approvals.ActionPending}}, want...)
	}
	got, err := c.Resets(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	if got[0].ByPerson() || !got[1].ByPerson() {
		t.Errorf("%v: by persons %v, %v; want the admin's alone", got[:2], got[0].ByPerson(), got[1].ByPerson())
	}
	before := len(s.Calls())
	got, err = c.Resets(t.Context(), noon.Add(5*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want[:2], got); diff != "" {
		t.Errorf("the latest (-want +got):\n%s", diff)
	}
	if n := len(s.Calls()) - before; n != 2 {
		t.Errorf("%d pages were read; want two, of which the second is older", n)
	}
}

// auditPages answers with pages of entries, which follow one another.
func auditPages(pages ...[]map[string]any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := len(r.URL.Query().Get("$skiptoken"))
		page := map[string]any{"value": pages[n]}
		if n+1 < len(pages) {
			page["@odata.nextLink"] = "https://graph.test" + auditsPath + "?$skiptoken=" + strings.Repeat("x", n+1)
		}
		body, _ := json.Marshal(page)
		answer(w, http.StatusOK, string(body))
	}
}

func entry(id, action string, minutes int) map[string]any {
	return map[string]any{
		"id": id, "action": action, "managedDeviceId": strings.ToUpper(tabletID), "initiatedByUserPrincipalName": "ada@contoso.com",
		"requestDateTime": noon.Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339), "actionState": "somethingNew",
		"deviceOwnerUserPrincipalName": "carl@contoso.com",
	}
}

// Nothing that Intune leaves open is relied on: the order, the filter, what
// comes twice because the pages moved on, the words.
func TestResets_trustsNoOrder(t *testing.T) {
	t.Parallel()
	w := &wire{graph: auditPages(
		[]map[string]any{entry("1", "resetPasscode", 1), entry("2", "remoteLock", 9), entry("6", "remoteLock", 2)},
		[]map[string]any{entry("1", "resetPasscode", 1), entry("3", "ResetPasscode", 7)},
		[]map[string]any{entry("3", "ResetPasscode", 7), entry("4", "resetPasscode", 5), entry("5", "aNewAction", 8)},
	)}
	c, _ := over(t, w)
	got, err := c.Resets(t.Context(), noon.Add(4*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	at := func(minutes int) approvals.Recorded {
		return approvals.Recorded{Device: tabletID, At: noon.Add(time.Duration(minutes) * time.Minute), By: "ada@contoso.com", Owner: "carl@contoso.com", State: "somethingNew"}
	}
	if diff := cmp.Diff([]approvals.Recorded{at(7), at(5)}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if calls := w.seen(); len(calls) != 3 || strings.Contains(calls[0], "filter") || !strings.Contains(calls[0], "$top=100") {
		t.Errorf("calls %v; want three pages, without a filter", calls)
	}
}

// What is not understood must not look like a record without a reset.
func TestResets_whenTheRecordIsNotUnderstood_isUnavailable(t *testing.T) {
	t.Parallel()
	undated := entry("1", "resetPasscode", 1)
	undated["requestDateTime"] = "0001-01-01T00:00:00Z"
	ofNoDevice := entry("1", "resetPasscode", 1)
	delete(ofNoDevice, "managedDeviceId")
	elsewhere := func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"value":[],"@odata.nextLink":"https://elsewhere.test/beta/x"}`)
	}
	for name, h := range map[string]http.HandlerFunc{
		"a reset without a time":   auditPages([]map[string]any{undated}),
		"a reset without a device": auditPages([]map[string]any{ofNoDevice}),
		"a page elsewhere":         elsewhere,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := over(t, &wire{graph: h})
			got, err := c.Resets(t.Context(), noon)
			wantError(t, err, approvals.Unavailable, "Intune's answer was not understood.")
			if got != nil {
				t.Errorf("and yet it brought %v", got)
			}
		})
	}
}

// Who asked can ask again for less: a shorter span of the same record is read.
func TestResets_whenTheRecordIsTooLong_saysSo(t *testing.T) {
	t.Parallel()
	const longest = 50 // pages
	record := func(pages int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			n := len(r.URL.Query().Get("$skiptoken"))
			page := map[string]any{"value": []any{entry(fmt.Sprint(n), "resetPasscode", -n)}}
			if n+1 < pages {
				page["@odata.nextLink"] = "https://graph.test" + auditsPath + "?$skiptoken=" + strings.Repeat("x", n+1)
			}
			body, _ := json.Marshal(page)
			answer(w, http.StatusOK, string(body))
		}
	}
	w := &wire{graph: record(10 * longest)}
	c, _ := over(t, w)
	got, err := c.Resets(t.Context(), noon.Add(-longest*time.Minute))
	wantError(t, err, approvals.Unavailable, "Intune's record of remote actions is too long to be read that far back.")
	if e := approvals.AsError(err); e.Code != "record-too-long" || got != nil {
		t.Errorf("code %q, and %d resets; want record-too-long without any", e.Code, len(got))
	}
	if n := len(w.seen()); n != longest {
		t.Errorf("%d pages were read; want %d", n, longest)
	}
	for name, all := range map[string]struct {
		pages int
		since time.Duration
	}{
		"a shorter span":     {10 * longest, 2 - longest},
		"to the end exactly": {longest, -10 * longest},
	} {
		c, _ := over(t, &wire{graph: record(all.pages)})
		got, err := c.Resets(t.Context(), noon.Add(all.since*time.Minute))
		if want := min(longest, 1-int(all.since)); err != nil || len(got) != want {
			t.Errorf("%s: %d resets, %v; want %d", name, len(got), err, want)
		}
	}
}

func TestResets_whenThePermissionIsMissing_namesIt(t *testing.T) {
	t.Parallel()
	c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 403, `{"error":{"code":"Forbidden","message":"no"}}`)
	}})
	_, err := c.Resets(t.Context(), noon)
	wantError(t, err, approvals.Forbidden, "Intune does not let this app read its record of remote actions, for which it needs the permission "+graph.PermissionRead+": no.")
}

// Those who ask while the record is read share the next reading, which knows
// what had happened when they asked.
func TestResets_areShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var known [][]map[string]any // a page each
		readings := 0
		w := &wire{}
		w.graph = func(rw http.ResponseWriter, r *http.Request) {
			mu.Lock()
			pages := known
			mu.Unlock()
			pass(time.Second)
			if r.URL.Query().Get("$skiptoken") == "" {
				readings++
			}
			auditPages(pages...)(rw, r)
		}
		for n := range 8 {
			known = append(known, []map[string]any{entry(fmt.Sprint(-n-1), "resetPasscode", -n-1)})
		}
		c, _ := over(t, w)
		var running sync.WaitGroup
		for n := range 30 {
			mu.Lock()
			known = append([][]map[string]any{{entry(fmt.Sprint(n), "resetPasscode", n)}}, known...)
			mu.Unlock()
			since := noon.Add(time.Duration(n) * time.Minute)
			if n == 20 {
				since = noon.Add(-5 * time.Minute)
			}
			running.Go(func() {
				got, err := c.Resets(t.Context(), since)
				if err != nil {
					t.Error(err)
					return
				}
				newest, oldest := got[0].At, got[len(got)-1].At
				if newest.Before(noon.Add(time.Duration(n)*time.Minute)) || !oldest.Equal(since) {
					t.Errorf("who asked for the resets since %v got those from %v to %v", since, oldest, newest)
				}
			})
			synctest.Wait()
		}
		running.Wait()
		if readings != 2 {
			t.Errorf("%d readings for 30 who asked at the same time; want 2", readings)
		}
	})
}

// Who leaves leaves alone; when nobody waits any more the reading ends.
func TestResets_whoLeavesLeavesAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := make(chan struct{}, 1)
		w := &wire{graph: func(rw http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
				broken <- struct{}{}
			case <-time.After(10 * time.Second):
				auditPages([]map[string]any{entry("1", "resetPasscode", 1)})(rw, r)
			}
		}}
		c, _ := over(t, w)
		first, cancel := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := c.Resets(first, noon)
			left <- err
		}()
		synctest.Wait()
		stayed := make(chan int, 1)
		go func() {
			got, err := c.Resets(t.Context(), noon)
			if err != nil {
				t.Error(err)
			}
			stayed <- len(got)
		}()
		synctest.Wait()
		cancel()
		if e := approvals.AsError(<-left); e.Kind != approvals.Unavailable || e.Code != "stopped" {
			t.Errorf("who left is told %v", e)
		}
		<-broken
		if n := <-stayed; n != 1 {
			t.Errorf("who stayed got %d resets; want 1", n)
		}
	})
}
