package bolt

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passcodebot/approvals"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fillFields puts something of its own into every exported field, but for
// those that are left out by their type and name.
func fillFields(v reflect.Value, n *int, without ...string) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 1, 1, 0, 0, *n, *n*1000, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() && !slices.Contains(without, v.Type().Name()+"."+f.Name) {
				fillFields(v.Field(i), n, without...)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fillFields(v.Index(i), n, without...)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{fmt.Sprint("key ", *n): fmt.Sprint("value ", *n)}))
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	default:
		panic("no value for " + v.Type().String())
	}
}

func filledRequest() approvals.Request {
	var r approvals.Request
	n := 0
	fillFields(reflect.ValueOf(&r).Elem(), &n)
	return r
}

func filledEvent() approvals.Event {
	var e approvals.Event
	n := 0
	fillFields(reflect.ValueOf(&e).Elem(), &n)
	return e
}

// A field that is added to approvals.Request, or to anything within it, and
// not stored fails here.
func TestRecord_keepsEveryFieldOfARequest(t *testing.T) {
	t.Parallel()
	want := filledRequest()
	data, err := encodeRequest(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeRequest(want.ID, data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(approvals.Request{})); diff != "" {
		t.Errorf("request differs (-want +got):\n%s", diff)
	}
	golden(t, "request-v4.json", data[headSize:])
}

// What an earlier form did not have is zero, but for how often a device was
// sent to, which the first did not have: once where it was.
func TestRecord_readsEarlierForms(t *testing.T) {
	t.Parallel()
	third := []string{
		"Request.Thread", "Request.ThreadLink", "Request.Again", "Request.Borrowed", "Request.Unusual", "Request.Handover", "Request.Reminded",
	}
	second := append([]string{
		"Request.Statement", "Request.Rule", "Request.Groups", "Request.Policy", "Request.Unread", "Request.Earlier", "Request.Review",
		"Decision.Groups", "Decision.Void", "Target.Named",
	}, third...)
	first := append([]string{
		"Device.ReadAt", "Result.BaselineAt", "Result.TakenAt", "Result.DoubtedAt", "Result.Sends", "Result.Answered",
	}, second...)
	for form, without := range map[int][]string{1: first, 2: second, 3: third} {
		t.Run(fmt.Sprint(form), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(fmt.Sprintf("testdata/request-v%d.json", form))
			if err != nil {
				t.Fatal(err)
			}
			got, err := decodeRequest(12, append(head(3, 0), data...))
			if err != nil {
				t.Fatal(err)
			}
			var want approvals.Request
			n := 0
			fillFields(reflect.ValueOf(&want).Elem(), &n, without...)
			want.ID, want.Version = 12, 3
			for i := range want.Targets {
				if form == 1 {
					want.Targets[i].Result.Sends = 1
				}
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(approvals.Request{})); diff != "" {
				t.Errorf("request differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRecord_keepsEveryFieldOfAnEvent(t *testing.T) {
	t.Parallel()
	want := filledEvent()
	body, err := encodeEvent(want)
	if err != nil {
		t.Fatal(err)
	}
	hash := chain(link{}, body)
	_, _, got, err := decodeEntry(want.Seq, append(hash[:], body...))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event differs (-want +got):\n%s", diff)
	}
	golden(t, "event-v1.json", body)
}

// golden holds a stored form still: what was written with it must be read
// for ever. Where it changes, its version must change too, and a new file
// comes beside the old one.
func golden(t *testing.T, name string, data []byte) {
	t.Helper()
	var got bytes.Buffer
	if err := json.Indent(&got, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the stored form differs from %s (-want +got):\n%s", path, diff)
	}
}

func TestRecord_ofAnotherVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, code, text string }{
		{`{"v":6,"state":"pending"}`, "store-newer-record", "The request R-12 was stored by a newer passcodebot, in a form (6) that this one does not know."},
		{`{"v":6,"state":{"name":"pending"}}`, "store-newer-record", "The request R-12 was stored by a newer passcodebot, in a form (6) that this one does not know."},
		{`{"v":0}`, "store-damaged", "The request R-12 has no known version in the database (0)."},
		{`{"v":-1}`, "store-damaged", "The request R-12 has no known version in the database (-1)."},
		{`{"v":1,"state":7}`, "store-damaged", "The request R-12 cannot be read from the database."},
		{`{"v":1`, "store-damaged", "The request R-12 cannot be read from the database."},
		{``, "store-damaged", "The request R-12 cannot be read from the database."},
	} {
		_, err := decodeRequest(12, append(head(1, 0), c.body...))
		e := approvals.AsError(err)
		if e.Kind != approvals.Unavailable || e.Code != c.code || e.Text != c.text || e.Hint == "" {
			t.Errorf("%s: got %q %q %q", c.body, e.Kind, e.Code, e.Text)
		}
	}
	_, _, _, err := decodeEntry(3, append(make([]byte, 32), `{"v":9}`...))
	if e := approvals.AsError(err); e.Text != "Event 3 of the log was stored by a newer passcodebot, in a form (9) that this one does not know." {
		t.Errorf("got %q", e.Text)
	}
}

func TestRecord_ofATimeBeyondTheCalendar(t *testing.T) {
	t.Parallel()
	r := filledRequest()
	r.EndedAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := encodeRequest(r); approvals.KindOf(err) != approvals.Invalid {
		t.Errorf("got %v, want an error of kind invalid", err)
	}
}
