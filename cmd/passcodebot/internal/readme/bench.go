package readme

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Bench is the table of what make bench has measured, from its JSON Lines.
func Bench(lines []byte) (string, error) {
	var b strings.Builder
	b.WriteString("| what | figure | peer | ratio | limit | must | holds |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for in := json.NewDecoder(bytes.NewReader(lines)); ; {
		var f struct {
			Name, Unit, Must          string
			Value, Peer, Ratio, Limit *float64
			OK                        bool
		}
		switch err := in.Decode(&f); {
		case err == io.EOF:
			return b.String(), nil
		case err != nil:
			return "", fmt.Errorf("read what was measured: %w", err)
		}
		holds := map[bool]string{true: "yes", false: "**no**"}[f.OK]
		if f.Must == "" {
			holds = ""
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", cell(f.Name), cell(figure(f.Value)+" "+f.Unit),
			figure(f.Peer), figure(f.Ratio), figure(f.Limit), cell(f.Must), holds)
	}
}

// figure writes three digits that count, or all of a whole number.
func figure(v *float64) string {
	switch {
	case v == nil:
		return ""
	case *v >= 100:
		return strconv.FormatFloat(*v, 'f', 0, 64)
	}
	return strconv.FormatFloat(*v, 'g', 3, 64)
}
