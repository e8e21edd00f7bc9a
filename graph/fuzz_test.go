package graph_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"passcodebot/approvals"
	"passcodebot/graph"
)

// What Graph and Entra answer is foreign input. Whatever it is: no panic, an
// error with a sentence on one line, and nothing in what is returned that is
// longer than what is kept.
//
// With the fuzzer's instrumentation the Graph SDK takes minutes to compile.
// Without it they run by: go test -c -o graph.test . && ./graph.test -test.run='^$' -test.fuzz='^FuzzDevices$' -test.fuzzcachedir=DIR

// answering is a client to which Graph answers with a body.
func answering(t *testing.T, status int, body []byte) *graph.Client {
	t.Helper()
	c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}})
	return c
}

// fit checks an error as a person would see it.
func fit(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	e := approvals.AsError(err)
	if e.Kind == approvals.Internal || e.Text == "" || e.Code == "" || strings.ContainsAny(e.Text, "\r\n") || !utf8.ValidString(e.Text) || len(e.Text) > 4000 {
		t.Errorf("error %s %q, code %q", e.Kind, e.Text, e.Code)
	}
}

// small checks a device that came out of an answer.
func small(t *testing.T, devices ...approvals.Device) {
	t.Helper()
	for _, d := range devices {
		if _, ok := approvals.ParseGUID(d.ID); !ok {
			t.Errorf("a device has the id %q", d.ID)
		}
		for _, s := range []string{d.Name, d.Serial, d.OS, d.State, d.Owner.UPN, d.Owner.Email, string(d.LastReset.State)} {
			if len(s) > 1000 {
				t.Errorf("a device keeps a text of %d bytes", len(s))
			}
		}
	}
}

const (
	deviceJSON = `{"id":"` + pixelID + `","deviceName":"Alice's Pixel","operatingSystem":"Android","managementState":"managed","lastSyncDateTime":"2026-03-01T12:00:00Z",
		"deviceActionResults":[{"@odata.type":"#microsoft.graph.resetPasscodeActionResult","actionName":"resetPasscode","actionState":"done","startDateTime":"2026-03-01T12:00:00Z","errorCode":0,"passcode":"48151623"}]}`
	auditJSON = `{"id":"a","action":"resetPasscode","managedDeviceId":"` + pixelID + `","requestDateTime":"2026-03-01T12:00:00Z","initiatedByUserPrincipalName":"app x","actionState":"done"}`
)

func FuzzDevices(f *testing.F) {
	for _, seed := range []string{
		`{"value":[` + deviceJSON + `]}`, `{"value":[],"@odata.nextLink":"https://graph.test/beta/deviceManagement/managedDevices?$skiptoken=x"}`,
		`{"value":[null,{},7]}`, `{"value":{}}`, `null`, `[]`, ``, `{"value":[{"id":7}]}`, "\xff", strings.Repeat("[", 200),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := answering(t, 200, body)
		c.SetBounds(50, 5)
		for _, sel := range []approvals.Selector{{Kind: approvals.ByName, Value: "Alice's Pixel"}, {Kind: approvals.ByFilter, Value: "operatingSystem eq 'Android' and lastSyncDateTime gt 2020-01-01T00:00:00Z"}} {
			found, err := c.Find(t.Context(), sel, 10)
			fit(t, err)
			small(t, found.Devices...)
		}
	})
}

func FuzzDevice(f *testing.F) {
	for _, seed := range []string{deviceJSON, `{}`, `null`, `{"id":null}`, `{"id":"` + pixelID + `","deviceActionResults":[{"startDateTime":"48151623"}]}`, `{"id":"` + pixelID + `","lastSyncDateTime":7,"managementState":["x"]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := answering(t, 200, body).Read(t.Context(), pixelID)
		fit(t, err)
		if err == nil {
			small(t, d)
		}
	})
}

func FuzzBatch(f *testing.F) {
	for _, seed := range []string{
		`{"responses":[{"id":"0","status":200,"headers":{"request-id":"r"},"body":` + deviceJSON + `},{"id":"1","status":404,"body":{"error":{"code":"x","message":"y"}}}]}`,
		`{"responses":[{"id":"0","status":200,"body":null},{"id":"1","status":-1}]}`, `{"responses":null}`, `[]`, `{"responses":[{"id":"0","status":429,"headers":{"Retry-After":"1"}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := answering(t, 200, body)
		release := c.Gather(2)
		var both sync.WaitGroup
		for _, id := range []string{pixelID, galaxyID} {
			both.Go(func() {
				d, err := c.Read(t.Context(), id)
				fit(t, err)
				if err == nil {
					small(t, d)
				}
			})
		}
		release()
		both.Wait()
	})
}

func FuzzAudits(f *testing.F) {
	for _, seed := range []string{
		`{"value":[` + auditJSON + `]}`, `{"value":[{"action":"resetPasscode"}]}`, `{"value":[{"action":7}]}`, `{"@odata.nextLink":"https://elsewhere.test/"}`,
		`{"value":[` + auditJSON + `],"@odata.nextLink":"https://graph.test/beta/deviceManagement/remoteActionAudits?$skiptoken=x"}`, `null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		resets, err := answering(t, 200, body).Resets(t.Context(), noon.Add(-time.Hour))
		fit(t, err)
		for _, r := range resets {
			if len(r.By) > 1000 || len(r.Device) > 1000 || len(r.State) > 1000 {
				t.Errorf("an entry keeps a text of %d bytes", max(len(r.By), len(r.Device), len(r.State)))
			}
		}
	})
}

func FuzzRefusal(f *testing.F) {
	for _, seed := range []string{
		`{"error":{"code":"BadRequest","message":"{\"Message\":\"x - Operation ID (for customer support): 1\"}","innerError":{"request-id":"r"}}}`,
		`{"error":null}`, `{"error":{"message":7}}`, `<html>`, ``, `{"error":{"code":"","innerError":[]}}`, `{"error":{"message":"\u202e\r\npasscode: 48151623"}}`,
	} {
		f.Add(400, []byte(seed))
		f.Add(503, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 400 || status > 599 {
			status = 400 + (status&0x7fffffff)%200
		}
		c := answering(t, status, body)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Reset(ctx, pixelID)
		if err == nil {
			t.Errorf("a reset that is answered with %d has no error", status)
		}
		fit(t, err)
		if _, err = c.Find(ctx, approvals.Selector{Kind: approvals.BySerial, Value: "x"}, 1); err == nil {
			t.Errorf("a search that is answered with %d has no error", status)
		}
		fit(t, err)
	})
}

func FuzzToken(f *testing.F) {
	for _, seed := range []string{`{"roles":["a"],"scp":"b c","tid":"t","aud":"x"}`, `{"roles":"a"}`, `{"aud":["x",7]}`, `null`, `[]`, "\xff", `{"scp":7}`} {
		f.Add([]byte(seed), []byte(`{"token_type":"Bearer","expires_in":3599,"access_token":"TOKEN"}`))
	}
	f.Add([]byte(`{}`), []byte(`{"expires_in":"x","access_token":7}`))
	f.Fuzz(func(t *testing.T, payload, body []byte) {
		token := "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString(payload) + ".sig"
		c, _ := over(t, &wire{
			entra: func(w http.ResponseWriter, _ *http.Request) {
				answer(w, 200, strings.ReplaceAll(string(body), "TOKEN", token))
			},
			graph: func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"value":[]}`) },
		})
		fit(t, c.SignIn(t.Context()))
		for _, found := range c.Examine(t.Context()).Findings {
			if found.Text == "" || strings.ContainsAny(found.Text, "\r\n") || len(found.Text) > 8000 {
				t.Errorf("finding %+v", found)
			}
		}
	})
}

func FuzzEntraRefusal(f *testing.F) {
	for _, seed := range []string{
		`{"error":"invalid_client","error_description":"AADSTS7000215: x Trace ID: t","error_codes":[7000215],"trace_id":"t","correlation_id":"c"}`,
		`{"error_codes":["x"]}`, `{"error_description":"AADSTS99999999999999999999: x"}`, `<html>`, ``, `{"error":7}`,
	} {
		f.Add(401, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 400 || status > 599 {
			status = 400 + (status&0x7fffffff)%200
		}
		c, _ := over(t, &wire{entra: func(w http.ResponseWriter, _ *http.Request) { answer(w, status, string(body)) }})
		err := c.SignIn(t.Context())
		if err == nil {
			t.Errorf("a sign-in that is answered with %d has no error", status)
		}
		fit(t, err)
		if printed := fmt.Sprintf("%+v", err); len(printed) > 4000 {
			t.Errorf("the error is %d bytes long", len(printed))
		}
	})
}
