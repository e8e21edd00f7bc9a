package view

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"passcodebot/approvals"
)

// MostListed is up to how many devices the thread alone tells the results of;
// with more, a file has them too.
const MostListed = 25

// ResultsFile is what is said of the file with the results of a request, its
// name, and its content: one line for each device, in UTF-8 with the mark by
// which spreadsheets know it.
func (v Renderer) ResultsFile(r approvals.Request) (comment, name string, content []byte, err error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	lines := [][]string{{"request", "device_id", "device", "serial", "owner", "manufacturer", "model", "resets", "result", "reason", "graph_request_id", "at", "page"}}
	for _, t := range r.Targets {
		page := ""
		if v.Page != nil {
			page = v.Page(t.Device.ID)
		}
		at := ""
		if !t.Result.ChangedAt.IsZero() {
			at = t.Result.ChangedAt.UTC().Format("2006-01-02T15:04:05Z")
		}
		lines = append(lines, []string{
			r.ID.String(), t.Device.ID, t.Device.Name, t.Device.Serial, t.Device.Owner.String(), t.Device.Manufacturer, t.Device.Model,
			string(t.Scope), string(t.Result.Phase), t.Result.Reason, t.Result.GraphRequestID, at, page,
		})
	}
	for _, line := range lines {
		for i := range line {
			line[i] = formulaFree(line[i])
		}
	}
	if err := w.WriteAll(lines); err != nil {
		return "", "", nil, fmt.Errorf("write the results of %s: %w", r.ID, err)
	}
	return v.Say("The results of %s as a file, as they were at its end: %d devices.", r.ID.String(), len(r.Targets)), r.ID.String() + "-results.csv", b.Bytes(), nil
}

// formulaFree keeps a spreadsheet from taking what people typed for a formula.
func formulaFree(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
