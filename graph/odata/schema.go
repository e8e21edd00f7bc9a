package odata

import (
	"slices"
	"strings"
)

// Type is the type of a property and of the values that it is compared with.
type Type string

// The types of properties.
const (
	Text   Type = "text"    // string
	Enum   Type = "word"    // string, one of a few words
	Bool   Type = "yes/no"  // bool
	Time   Type = "instant" // time.Time
	Number Type = "number"  // int64
)

// Property is what an expression may ask about.
type Property struct {
	Type Type
	// Sample is a value as an expression writes it, for examples; a plain
	// one of the type where it is empty.
	Sample string
}

// sample returns a value for examples.
func (p Property) sample() string {
	switch {
	case p.Sample != "":
		return p.Sample
	case p.Type == Bool:
		return "true"
	case p.Type == Time:
		return "2026-01-31T00:00:00Z"
	case p.Type == Number:
		return "16"
	}
	return "'Pixel 8'"
}

// Schema is the properties that an expression may name.
type Schema map[string]Property

// nearest returns the property that was probably meant, or nothing.
func (s Schema) nearest(name string) string {
	best, distance := "", 3
	for _, known := range s.names() {
		if strings.EqualFold(known, name) {
			return known
		}
		if d := edits(strings.ToLower(known), strings.ToLower(name)); d < distance && d < len(name) {
			best, distance = known, d
		}
	}
	return best
}

func (s Schema) names() []string {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// edits counts the insertions, deletions and replacements between two words.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
