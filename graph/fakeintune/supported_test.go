package fakeintune_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"passcodebot/graph/fakeintune"
)

// Whatever the table of what is supported names, the server knows.
func TestSupported(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{})
	id := fakeintune.SampleFleet(time.Now())[0].ID
	token := p.token
	if _, body := p.signIn(fakeintune.SampleTenant, nil); body["access_token"] != nil {
		token, _ = body["access_token"].(string)
	}
	for _, s := range append(fakeintune.Supported(), fakeintune.Support{Of: "Graph", Method: "GET", Path: "/beta/nothing"}) {
		path := strings.NewReplacer("{tenant}", fakeintune.SampleTenant, "appId='{id}'", "appId='"+client+"'", "{id}", id).Replace(s.Path)
		req, err := http.NewRequest(s.Method, p.s.URL()+path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		res, err := p.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		unknown := res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusMethodNotAllowed
		if unknown != (s.Path == "/beta/nothing") {
			t.Errorf("%s %s: %s", s.Method, s.Path, res.Status)
		}
	}
}
