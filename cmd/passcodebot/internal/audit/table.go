package audit

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"passcodebot/approvals"
)

// table writes CSV as RFC 4180 has it. It is for people and their
// spreadsheets: what a spreadsheet would run or hide is changed in it.
type table struct{ rows *csv.Writer }

func newTable(to io.Writer) table {
	rows := csv.NewWriter(to)
	rows.UseCRLF = true
	return table{rows}
}

// Columns are those of an export as CSV, in their order.
func Columns() []string {
	return []string{"schema", "seq", "at", "kind", "request", "actor_id", "actor_name", "actor_team", "device", "text", "data"}
}

func (t table) Begin() error { return t.row(Columns()) }

func (t table) Write(e approvals.Event) error {
	data := ""
	if len(e.Data) > 0 {
		var b strings.Builder
		if err := encoder(&b).Encode(e.Data); err != nil {
			return err
		}
		data = strings.TrimSuffix(b.String(), "\n")
	}
	return t.row([]string{
		Schema, strconv.FormatUint(uint64(e.Seq), 10), e.At.Format(time.RFC3339Nano), string(e.Kind), request(e.Request),
		e.Actor.ID, e.Actor.Name, e.Actor.Team, e.Device, e.Text, data,
	})
}

func (t table) row(cells []string) error {
	for i, c := range cells {
		cells[i] = harmless(c)
	}
	if err := t.rows.Write(cells); err != nil {
		return err
	}
	t.rows.Flush()
	return t.rows.Error()
}

// harmless returns a cell that no spreadsheet takes for a formula: an
// apostrophe stands before what begins one. Where a program splits lines at
// another separator than the comma, a cell can begin in the middle of ours.
// Characters that can't be seen are shown by their sign or number.
func harmless(cell string) string {
	var b strings.Builder
	begins := true
	for _, r := range cell {
		if begins && strings.ContainsRune("=+-@＝＋－＠\t\r\n", r) {
			b.WriteByte('\'')
			begins = false
		}
		begins = strings.ContainsRune(",;|\t\r\n", r) || begins && (unicode.IsSpace(r) || r == '"' || !visible(r))
		switch {
		case visible(r):
			b.WriteRune(r)
		case r < ' ':
			b.WriteRune('\u2400' + r)
		case r == 0x7f:
			b.WriteRune('\u2421')
		default:
			fmt.Fprintf(&b, "[U+%04X]", r)
		}
	}
	return b.String()
}

// visible says that a character shows itself and changes none beside it, as
// control characters and those of direction do.
func visible(r rune) bool { return r == ' ' || unicode.IsGraphic(r) && !unicode.Is(unicode.Z, r) }
