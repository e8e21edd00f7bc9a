package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// The door lets calls pass until it is shut, and then fails one in twenty
// with an error of Graph's, and remembers the waits that it asked for.
func TestDoor(t *testing.T) {
	t.Parallel()
	s, err := (&bench{dir: t.TempDir()}).set(scene{devices: 1, faults: true, seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	client := s.door.server.Client()
	call := func() (status int, err error) {
		answer, err := client.Get(s.door.URL() + "/beta/deviceManagement/managedDevices/none")
		if err != nil {
			return 0, err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err == nil && (!strings.Contains(string(body), `"innerError"`) || answer.Header.Get("request-id") == "") {
			err = fmt.Errorf("%d without Graph's words or a request-id: %s", answer.StatusCode, body)
		}
		return answer.StatusCode, err
	}
	statuses := func(calls int) map[int]int {
		seen, mu := map[int]int{}, sync.Mutex{}
		var calling sync.WaitGroup
		for range calls {
			calling.Go(func() {
				status, err := call()
				mu.Lock()
				defer mu.Unlock()
				seen[status]++
				if err != nil {
					t.Error(err)
				}
			})
		}
		calling.Wait()
		return seen
	}
	// The fake refuses a call without a token.
	if seen := statuses(20); seen[http.StatusUnauthorized] != 20 {
		t.Errorf("before it is shut: %v", seen)
	}
	s.door.shut()
	seen := statuses(400)
	failed, waits := s.door.seen()
	if failed < 8 || failed > 40 || seen[http.StatusUnauthorized]+failed != 400 {
		t.Errorf("%d of 400 calls failed: %v", failed, seen)
	}
	if throttled := seen[http.StatusTooManyRequests]; throttled == 0 || throttled == failed || len(waits) == 0 || len(waits) >= throttled {
		t.Errorf("%d waits were asked for with %v", len(waits), seen)
	}
}
