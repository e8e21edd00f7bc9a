package config

import "strings"

// nearest returns the candidate that word was probably meant to be, if any:
// the one with the fewest slips of the pen, the one that it lengthens or
// shortens (warning for warn), or whose initials it is (ttl for
// time_to_live). Case and separators don't count.
func nearest(word string, candidates []string) (string, bool) {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(s))
	}
	w := plain(word)
	best, least := "", len(w)+1
	for _, c := range candidates {
		p := plain(c)
		d := slips(w, p)
		if min(len(w), len(p)) > 3 && (strings.HasPrefix(w, p) || strings.HasPrefix(p, w)) {
			d = min(d, 1)
		}
		if d < least {
			best, least = c, d
		}
		if len(w) > 1 && w == initials(c) {
			return c, true
		}
	}
	return best, best != "" && least <= max(1, len(w)/3)
}

func initials(key string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(key, "_") {
		b.WriteString(part[:1])
	}
	return b.String()
}

// slips counts the letters to insert, drop, change or swap with their
// neighbour to get from a to b.
func slips(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
