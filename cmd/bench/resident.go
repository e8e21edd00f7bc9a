package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// resident is what of a process is in memory, in bytes.
type resident struct {
	all    int64
	own    int64 // not backed by a file
	mapped int64 // pages of the database file
}

// apart is what is in memory apart from pages of the mapped file.
func (r resident) apart() int64 { return r.all - r.mapped }

// residentOf reads what is in memory of a process, as Linux tells it.
func residentOf(pid int, database string) (resident, error) {
	var r resident
	proc := fmt.Sprintf("/proc/%d/", pid)
	err := eachLine(proc+"status", func(line string) {
		switch name, value, _ := strings.Cut(line, ":"); name {
		case "VmRSS":
			r.all = kilobytes(value)
		case "RssAnon":
			r.own = kilobytes(value)
		}
	})
	if err != nil {
		return r, err
	}
	ours := false
	err = eachLine(proc+"smaps", func(line string) {
		if mapping.MatchString(line) {
			ours = strings.HasSuffix(line, " "+database)
		}
		if value, found := strings.CutPrefix(line, "Rss:"); found && ours {
			r.mapped += kilobytes(value)
		}
	})
	return r, err
}

// mapping is the first line of a mapping in smaps.
var mapping = regexp.MustCompile(`^[0-9a-f]+-[0-9a-f]+ `)

func eachLine(path string, do func(string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		do(lines.Text())
	}
	return lines.Err()
}

// kilobytes reads "  1234 kB".
func kilobytes(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(s), " kB"), 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}
