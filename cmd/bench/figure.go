package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"
	"time"
)

// figure is one line of the table. Peer, Ratio and Limit are nil where the
// line has none.
type figure struct {
	Name  string   `json:"name"`
	Value float64  `json:"value"`
	Unit  string   `json:"unit"`
	Peer  *float64 `json:"peer"`  // what it is compared with
	Ratio *float64 `json:"ratio"` // how many times the peer, or else the limit; for a peer to be outrun, how many times faster
	Limit *float64 `json:"limit"` // what nothing could beat
	Must  string   `json:"must"`  // empty where the figure is only told
	OK    bool     `json:"ok"`
}

// told is a figure that has nothing to hold.
func told(name string, value float64, unit string) figure {
	return figure{Name: name, Value: value, Unit: unit, OK: true}
}

// atMost is a figure that must not be above most.
func atMost(name string, value float64, unit string, most float64) figure {
	return figure{Name: name, Value: value, Unit: unit, Must: "at most " + number(most) + " " + unit, OK: value <= most}
}

// withLimit adds what nothing could beat.
func (f figure) withLimit(limit float64) figure {
	f.Limit = new(limit)
	if f.Ratio == nil && limit > 0 {
		f.Ratio = new(f.Value / limit)
	}
	return f
}

// timesLimit is a figure that must not be above so many times what nothing
// could beat.
func timesLimit(name string, value float64, unit string, limit, times float64) figure {
	f := figure{Name: name, Value: value, Unit: unit, Must: "at most " + number(times) + "x the limit", OK: value <= times*limit}
	return f.withLimit(limit)
}

// timesPeer is a figure that must not be above so many times its peer.
func timesPeer(name string, value float64, unit string, peer, times float64) figure {
	return figure{
		Name: name, Value: value, Unit: unit, Peer: new(peer), Ratio: new(value / peer),
		Must: "at most " + number(times) + "x the peer", OK: value <= times*peer,
	}
}

// faster is a figure that must be so many times faster than its peer.
func faster(name string, value float64, unit string, peer, times float64) figure {
	return figure{
		Name: name, Value: value, Unit: unit, Peer: new(peer), Ratio: new(peer / value),
		Must: "at least " + number(times) + "x faster than the peer", OK: peer >= times*value,
	}
}

// table writes figures as a table.
func table(w io.Writer, figures []figure) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "what\tfigure\t\tpeer\tratio\tlimit\tmust\tholds")
	for _, f := range figures {
		holds := "yes"
		switch {
		case f.Must == "":
			holds = ""
		case !f.OK:
			holds = "NO"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.Name, number(f.Value), f.Unit, optional(f.Peer), optional(f.Ratio), optional(f.Limit), f.Must, holds)
	}
	_ = t.Flush() // as for every print: nobody is left to tell
}

// write writes figures as JSON Lines.
func write(path string, figures []figure) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(f)
	lines.SetEscapeHTML(false)
	for _, one := range figures {
		err = errors.Join(err, lines.Encode(one))
	}
	return errors.Join(err, f.Close())
}

func optional(v *float64) string {
	if v == nil {
		return ""
	}
	return number(*v)
}

// number writes three digits that count, or all of a whole number.
func number(v float64) string {
	if v >= 100 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

func seconds(d time.Duration) float64 { return d.Seconds() }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }
