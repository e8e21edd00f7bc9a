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
// which spreadsheets know it. What came of a device stands there as a code, for
// programs, and in words.
func (v Renderer) ResultsFile(r approvals.Request) (comment, name string, content []byte, err error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	lines := [][]string{{
		v.Say("Request"), v.Say("Device id"), v.Say("Device name"), v.Say("Serial number"), v.Say("Owner"), v.Say("Manufacturer"), v.Say("Model"),
		v.Say("Code of what is reset"), v.Say("Code of the result"), v.Say("What is reset"), v.Say("Result"), v.Say("Reason or note"),
		v.Say("Graph request-id"), v.Say("Time (UTC)"), v.Say("Page in the Intune admin center"),
	}}
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
			string(t.Scope), string(t.Result.Phase), v.scopeWords(t.Scope), v.phaseWords(t), v.Known(t.Result.Reason), t.Result.GraphRequestID, at, page,
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

// scopeWords are those for what is reset, as they may stand in a file.
func (v Renderer) scopeWords(s approvals.Scope) string {
	if s == approvals.WorkProfileScope {
		return v.Say("the work profile's passcode only")
	}
	return v.Say("the device's passcode")
}

// phaseWords say what has come of a device, without why, as they may stand in
// a file.
func (v Renderer) phaseWords(t approvals.Target) string {
	switch t.Result.Phase {
	case approvals.Waiting:
		return v.Say("waiting")
	case approvals.Sending:
		return v.Say("being sent to Intune")
	case approvals.Accepted:
		if t.Result.Unconfirmed {
			return v.Say("accepted by Intune, but not confirmed by the device")
		}
		return v.accepted()
	case approvals.Confirmed:
		return v.Say("confirmed: the device has reset it")
	case approvals.Failed:
		return v.Say("failed")
	case approvals.FailedOnDevice:
		return v.Say("failed on the device")
	case approvals.Skipped:
		return v.Say("skipped")
	case approvals.Unknown:
		return v.Say("unknown; look at the device in the Intune admin center before anybody asks again")
	}
	return ""
}

// formulaFree keeps a spreadsheet from taking what people typed for a formula.
func formulaFree(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
