package words

import (
	"slices"
	"testing"
)

// samples are what can stand in places.
var samples = map[place]string{
	verbatim: "Kiosk 7", phrase: "the card was deleted", number: "1,200", request: "R-12", instant: "09:30:00 UTC on 5 Jan 2026",
	leftOut: "Kiosk: it is being wiped; PC: no.", list: "Devices.Read and Devices.Reset", word: "Tizen 7",
}

// What goes into the places of a sentence is told of sentences that there
// are, for each of their places.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for english, holds := range places {
		text, ok := Of(German, english)
		if !ok || !slices.Contains(storedSubjects, text.Subject) {
			t.Errorf("%q is not among what is stored", english)
		}
		if n := len(verbs(english)); n != len(holds) {
			t.Errorf("%q has %d places, and %q tells of %d", english, n, holds, len(holds))
		}
		for _, kind := range holds {
			if _, ok := samples[place(kind)]; !ok {
				t.Errorf("%q: there is no kind %q", english, kind)
			}
		}
	}
}

// Each sentence that is stored is found again, whatever stands in it, and not
// taken for another.
func TestKnown_each(t *testing.T) {
	t.Parallel()
	for _, l := range []Language{German, Japanese} {
		s, x := In(l), indexes()[l]
		for _, english := range All(l) {
			text, _ := Of(l, english)
			if !slices.Contains(storedSubjects, text.Subject) {
				continue
			}
			f := newFormat(english, english, verbs(english), false)
			stored, args := "", []any{}
			for i, v := range f.verbs {
				sample := samples[f.kind(v)]
				if v.letter == "d" {
					sample = "12"
				}
				stored += f.literals[i] + sample
				args = append(args, x.argument(s, v, f.kind(v), sample))
			}
			stored += f.literals[len(f.verbs)]
			want := s.Say(english, args...)
			if got := s.Known(stored); got != want {
				t.Errorf("%s: %s:\n%s\nwant\n%s", l, stored, got, want)
			}
		}
	}
}
