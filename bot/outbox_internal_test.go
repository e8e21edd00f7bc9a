package bot

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every consumer began with the note of the one that there was before them.
func TestNotes_ofEarlierVersions(t *testing.T) {
	t.Parallel()
	old := []byte(`{"channel":"C1","ts":"1.2","drawn":7,"listing":4,"parts":2,"unpostable":true,"direct":true}`)
	var card cardNote
	var thread threadNote
	for _, into := range []any{&card, &thread, nil} {
		if err := readNote(old, into); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(cardNote{Channel: "C1", TS: "1.2", Drawn: 7, Unpostable: true, Lost: true}, card); diff != "" {
		t.Errorf("the card (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(threadNote{Listing: 4, Parts: 2, Direct: true}, thread); diff != "" {
		t.Errorf("the thread (-want +got):\n%s", diff)
	}
}

// Somebody is told each post once, whether marks come oldest or latest
// first.
func TestSpot(t *testing.T) {
	t.Parallel()
	at := spot{Seq: 5}
	for _, m := range []mark{{0, 0, false}, {5, 0, true}, {4, 1, true}} {
		if at.before(m) {
			t.Errorf("%+v is told again at %+v", m, at)
		}
	}
	first, second, last, next := mark{9, 0, false}, mark{9, 1, false}, mark{9, 2, true}, mark{12, 0, true}
	for _, order := range [][]mark{{{7, 0, true}, first, second}, {second, first, {7, 0, true}}} {
		seen := at
		for _, m := range order {
			if seen.before(m) {
				seen = seen.after(m)
			}
		}
		for _, m := range order {
			if seen.before(m) {
				t.Errorf("%+v is told again at %+v", m, seen)
			}
		}
		if !seen.before(last) || !seen.before(next) {
			t.Errorf("the rest is not told at %+v", seen)
		}
		if diff := cmp.Diff(spot{Seq: 9}, seen.after(last)); diff != "" {
			t.Errorf("after the last part (-want +got):\n%s", diff)
		}
	}
}
