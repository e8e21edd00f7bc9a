package pictures_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// others are what the goldens of bot/view leave out, because it is put
// together elsewhere.
func others(t *testing.T, v view.Renderer) map[string]any {
	t.Helper()
	return map[string]any{"form-wrong": wrong(t, v), "thread-file": file(t, v)}
}

// wrong is the form as it stands after it was submitted with nothing in it,
// with the errors as Slack puts them at its fields.
func wrong(t *testing.T, v view.Renderer) any {
	t.Helper()
	raw, err := json.Marshal(v.Form(view.Form{
		Metadata: "{}", PickChannel: true, Channels: []string{"C0HELP", "C0ELSE"}, MaxReason: 1000,
		Looked: approvals.Looked{
			Terms: approvals.Terms{Quorum: 1}, Asks: approvals.Audience{Groups: []string{"S0ONCALL"}},
			Able: []approvals.Person{{ID: "U0ANNA", Name: "Anna"}}, MaxDevices: 100,
		},
	}, noon))
	if err != nil {
		t.Fatal(err)
	}
	var form map[string]any
	if err := json.Unmarshal(raw, &form); err != nil {
		t.Fatal(err)
	}
	errors := map[string]string{}
	for _, field := range []string{view.FormChannel, view.FormSearch, view.FormReason, view.FormText} {
		errors[field] = v.Missing(field)
	}
	form["errors"] = errors
	return form
}

// file is the message with the results of many devices.
func file(t *testing.T, v view.Renderer) any {
	t.Helper()
	r := approvals.Request{ID: 12, State: approvals.Done}
	for i := range 40 {
		r.Targets = append(r.Targets, approvals.Target{
			Device: approvals.Device{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1), Name: fmt.Sprintf("KIOSK-%d", i+1)},
			Scope:  approvals.DeviceScope, Result: approvals.Result{Phase: approvals.Confirmed},
		})
	}
	comment, name, content, err := v.ResultsFile(r)
	if err != nil {
		t.Fatal(err)
	}
	return []any{map[string]any{
		"Text": comment, "Files": []any{map[string]any{"id": "F1", "name": name, "title": name, "filetype": "csv", "size": len(content)}},
	}}
}

// It is not parallel: the pictures are drawn from what it writes.
func TestOthers_golden(t *testing.T) {
	for _, l := range words.Languages() {
		for name, shown := range others(t, view.Renderer{}.In(l)) {
			t.Run(name+"."+string(l), func(t *testing.T) {
				t.Parallel()
				var got bytes.Buffer
				enc := json.NewEncoder(&got)
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				if err := enc.Encode(shown); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join("testdata", name+"."+string(l)+".json")
				if *update {
					if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got.String()); diff != "" {
					t.Errorf("%s; make pictures rewrites it (-want +got):\n%s", path, diff)
				}
			})
		}
	}
}
