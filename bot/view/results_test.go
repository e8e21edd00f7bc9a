package view_test

import (
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/words"
)

// The file with the results is in the language of its reader, but for the
// codes.
func TestResultsFile(t *testing.T) {
	t.Parallel()
	r := done(approvals.Failed, approvals.Accepted)
	r.Targets[0].Result.Reason = "it is being wiped"
	r.Targets[0].Device.Name = "=1+1"
	r.Targets[1].Result.ChangedAt = noon
	const id, page = "00000000-0000-4000-8000-00000000000", "https://intune.microsoft.com/#view/mdmDeviceId/"
	for l, want := range map[words.Language][][]string{
		words.English: {
			{"Request", "Device id", "Device name", "Serial number", "Owner", "Manufacturer", "Model", "Code of what is reset", "Code of the result", "What is reset", "Result", "Reason or note", "Graph request-id", "Time (UTC)", "Page in the Intune admin center"},
			{"R-12", id + "1", "'=1+1", "SERIAL0001", "alice@contoso.com", "Google", "Pixel 8", "device", "failed", "the device's passcode", "failed", "it is being wiped", "11111111-2222-4333-8444-555555555555", "", page + id + "1"},
			{"R-12", id + "2", "Phone 2", "SERIAL0002", "alice@contoso.com", "Google", "Pixel 8", "work profile", "accepted", "the work profile's passcode only", "accepted by Intune; the device does it at its next check-in", "", "", "2026-03-02T12:00:00Z", page + id + "2"},
		},
		words.German: {
			{"Anfrage", "Geräte-ID", "Gerätename", "Seriennummer", "Besitzer", "Hersteller", "Modell", "Code dessen, was zurückgesetzt wird", "Code des Ergebnisses", "Was zurückgesetzt wird", "Ergebnis", "Grund oder Hinweis", "Request-ID von Graph", "Zeit (UTC)", "Seite im Intune Admin Center"},
			{"R-12", id + "1", "'=1+1", "SERIAL0001", "alice@contoso.com", "Google", "Pixel 8", "device", "failed", "der Passcode des Geräts", "fehlgeschlagen", renderer.In(words.German).Known("it is being wiped"), "11111111-2222-4333-8444-555555555555", "", page + id + "1"},
			{"R-12", id + "2", "Phone 2", "SERIAL0002", "alice@contoso.com", "Google", "Pixel 8", "work profile", "accepted", "nur der Passcode des Arbeitsprofils", "von Intune angenommen; das Gerät setzt beim nächsten Check-in zurück", "", "", "2026-03-02T12:00:00Z", page + id + "2"},
		},
	} {
		_, name, content, err := renderer.In(l).ResultsFile(r)
		if err != nil || name != "R-12-results.csv" {
			t.Fatalf("%s, %v", name, err)
		}
		got, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l, diff)
		}
	}
}
