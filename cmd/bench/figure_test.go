package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Each line holds up to its bound, and not a hair beyond.
func TestFigure_holds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		within, beyond figure
	}{
		"at most":           {atMost("", 40, "MB", 40), atMost("", 40.1, "MB", 40)},
		"times the limit":   {timesLimit("", 0.6, "s", 0.3, 2), timesLimit("", 0.61, "s", 0.3, 2)},
		"times the peer":    {timesPeer("", 2, "ms", 1, 2), timesPeer("", 2.1, "ms", 1, 2)},
		"times faster":      {faster("", 0.75, "s", 30, 40), faster("", 0.76, "s", 30, 40)},
		"nothing of a kind": {atMost("", 0, "calls", 0), atMost("", 1, "calls", 0)},
	} {
		if !tc.within.OK || tc.beyond.OK {
			t.Errorf("%s: %+v and %+v", name, tc.within, tc.beyond)
		}
	}
	if f := told("", 1e9, "calls"); !f.OK || f.Must != "" {
		t.Errorf("a figure that is only told: %+v", f)
	}
}

func TestFigure_ratio(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		f    figure
		want float64
	}{
		"of a limit":            {timesLimit("", 0.36, "s", 0.3, 2), 0.36 / 0.3},
		"of a limit that hangs": {atMost("", 20, "ms", 50).withLimit(0.2), 20 / 0.2},
		"of a peer":             {timesPeer("", 3, "ms", 2, 2), 1.5},
		"of speed":              {faster("", 0.5, "s", 30, 40), 60},
		"of speed, with limit":  {faster("", 0.5, "s", 30, 40).withLimit(0.3), 60},
	} {
		if tc.f.Ratio == nil || *tc.f.Ratio != tc.want {
			t.Errorf("%s: %v, want %v", name, tc.f.Ratio, tc.want)
		}
	}
}

func TestFigures_written(t *testing.T) {
	t.Parallel()
	figures := []figure{faster("resets", 0.5, "s", 30, 40).withLimit(0.3), told("one fsync", 0.184, "ms"), atMost("memory", 41.26, "MB", 40)}
	path := filepath.Join(t.TempDir(), "bench.jsonl")
	if err := write(path, figures); err != nil {
		t.Fatal(err)
	}
	lines, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"resets","value":0.5,"unit":"s","peer":30,"ratio":60,"limit":0.3,"must":"at least 40x faster than the peer","ok":true}
{"name":"one fsync","value":0.184,"unit":"ms","peer":null,"ratio":null,"limit":null,"must":"","ok":true}
{"name":"memory","value":41.26,"unit":"MB","peer":null,"ratio":null,"limit":null,"must":"at most 40 MB","ok":false}
`
	if diff := cmp.Diff(want, string(lines)); diff != "" {
		t.Errorf("JSON Lines (-want +got):\n%s", diff)
	}
	var shown bytes.Buffer
	table(&shown, figures)
	for _, words := range []string{"0.184", "41.3", "at most 40 MB", "NO"} {
		if !strings.Contains(shown.String(), words) {
			t.Errorf("the table lacks %q:\n%s", words, shown.String())
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0", 0.3: "0.3", 0.34567: "0.346", 2: "2", 30.16: "30.2", 99.96: "100", 1234.5: "1234", 0.0004: "0.0004"} {
		if got := number(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	var hundred []time.Duration
	for n := range 100 {
		hundred = append(hundred, time.Duration(100-n))
	}
	for share, want := range map[float64]time.Duration{0.5: 50, 0.99: 99, 1: 100} {
		if got := quantile(hundred, share); got != want {
			t.Errorf("%v of 1 to 100 is %d, want %d", share, got, want)
		}
	}
	if got := median([]time.Duration{9, 1, 4}); got != 4 {
		t.Errorf("the median of three is %d", got)
	}
	if got := quantile([]time.Duration{7}, 0.99); got != 7 {
		t.Errorf("of one value: %d", got)
	}
	if got := quantile(nil, 0.5); got != 0 {
		t.Errorf("of none: %d", got)
	}
}

// Waits that overlap are waited once, and what lies outside does not count.
func TestSpan_covered(t *testing.T) {
	t.Parallel()
	at := func(n int) time.Time { return time.Unix(int64(n), 0) }
	whole := span{at(10), at(20)}
	for name, tc := range map[string]struct {
		by   []span
		want time.Duration
	}{
		"nothing":      {nil, 0},
		"apart":        {[]span{{at(15), at(16)}, {at(11), at(12)}}, 2 * time.Second},
		"overlapping":  {[]span{{at(11), at(14)}, {at(12), at(13)}, {at(13), at(15)}}, 4 * time.Second},
		"at both ends": {[]span{{at(5), at(11)}, {at(19), at(30)}}, 2 * time.Second},
		"outside":      {[]span{{at(1), at(2)}, {at(21), at(22)}}, 0},
		"all":          {[]span{{at(0), at(30)}, {at(12), at(13)}}, 10 * time.Second},
	} {
		if got := whole.covered(tc.by); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
