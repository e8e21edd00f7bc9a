package graph_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/graph/fakeintune"
)

func by(kind approvals.SelectorKind, value string) approvals.Selector {
	return approvals.Selector{Kind: kind, Value: value}
}

// names is what was found, in short.
func names(f approvals.Found) string {
	var s []string
	for _, d := range f.Devices {
		s = append(s, d.Name)
	}
	out := strings.Join(s, ", ")
	if f.Dropped > 0 {
		out += " (" + strconv.Itoa(f.Dropped) + " dropped)"
	}
	if f.More {
		out += " and more"
	}
	return out
}

// filters are the $filter of each list that Intune was asked for.
func filters(t *testing.T, s *fakeintune.Server) []string {
	t.Helper()
	var all []string
	for _, c := range s.Calls() {
		q, err := url.ParseQuery(c.Query)
		if err != nil {
			t.Fatal(err)
		}
		if f := q.Get("$filter"); f != "" {
			all = append(all, f)
		}
	}
	return all
}

func TestFind_bySelector(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sel     approvals.Selector
		want    string
		filters []string
	}{
		{by(approvals.ByID, pixelID), "Alice's Pixel", nil},
		{by(approvals.ByUser, "ALICE@contoso.com"), "Alice's Pixel, Alice's iPhone", []string{"userPrincipalName eq 'ALICE@contoso.com'"}},
		{
			by(approvals.ByUser, "alice.o'neil+phone@contoso.com"), "Alice's Pixel, Alice's iPhone",
			[]string{"userPrincipalName eq 'alice.o''neil+phone@contoso.com'", "emailAddress eq 'alice.o''neil+phone@contoso.com'"},
		},
		{by(approvals.ByUser, "carol@contoso.com"), "", []string{"userPrincipalName eq 'carol@contoso.com'", "emailAddress eq 'carol@contoso.com'"}},
		{by(approvals.BySerial, "r58m12abcde"), "Alice's Pixel", []string{"serialNumber eq 'r58m12abcde'"}},
		{by(approvals.ByName, "Alice's Pixel"), "Alice's Pixel", []string{"deviceName eq 'Alice''s Pixel'"}},
		{by(approvals.ByName, "Alice"), "", []string{"deviceName eq 'Alice'"}},
		{
			by(approvals.ByFilter, "operatingSystem eq 'Android' and complianceState eq 'noncompliant'"), "Alice's Pixel",
			[]string{"operatingSystem eq 'Android' and complianceState eq 'noncompliant'"},
		},
		{by(approvals.ByFilter, "operatingSystem eq 'Android'"), "Alice's Pixel, Bob's Galaxy", []string{"operatingSystem eq 'Android'"}},
	}
	for _, test := range tests {
		t.Run(test.sel.String(), func(t *testing.T) {
			t.Parallel()
			s, c, _ := tenant(t, fakeintune.Config{})
			got, err := c.Find(t.Context(), test.sel, 10)
			if err != nil {
				t.Fatal(err)
			}
			if names(got) != test.want {
				t.Errorf("found %q; want %q", names(got), test.want)
			}
			if diff := cmp.Diff(test.filters, filters(t, s)); diff != "" {
				t.Errorf("filters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFind_mapsDevicesLikeRead(t *testing.T) {
	t.Parallel()
	s, c, _ := tenant(t, fakeintune.Config{})
	got, err := c.Find(t.Context(), by(approvals.BySerial, "R58M12ABCDE"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(approvals.Found{Devices: []approvals.Device{pixelDevice()}}, got); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	// Lists ask for no actions, and so for no passcodes.
	if strings.Contains(s.Calls()[0].Query, "deviceActionResults") {
		t.Error("the list asks for deviceActionResults")
	}
}

func TestFind_selectsWhatAFilterNames(t *testing.T) {
	t.Parallel()
	s, c, _ := tenant(t, fakeintune.Config{})
	if _, err := c.Find(t.Context(), by(approvals.ByFilter, "complianceState eq 'x' and azureADDeviceId eq 'y'"), 10); err != nil {
		t.Fatal(err)
	}
	q, err := url.ParseQuery(s.Calls()[0].Query)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(q.Get("$select"), ",lastSyncDateTime,azureADDeviceId,complianceState") {
		t.Errorf("$select=%s; want also what the filter names", q.Get("$select"))
	}
}

func TestFind_byIDWithoutSuchADevice(t *testing.T) {
	t.Parallel()
	_, c, _ := tenant(t, fakeintune.Config{})
	_, err := c.Find(t.Context(), by(approvals.ByID, nobodyID), 10)
	wantError(t, err, approvals.NotFound, "Intune knows no device "+nobodyID+".")
}

// An empty value would name every device of the tenant.
func TestFind_anEmptyValueNeverReachesIntune(t *testing.T) {
	t.Parallel()
	for _, kind := range []approvals.SelectorKind{approvals.ByUser, approvals.BySerial, approvals.ByName, approvals.ByFilter} {
		s, c, _ := tenant(t, fakeintune.Config{})
		_, err := c.Find(t.Context(), by(kind, " \t"), 10)
		wantError(t, err, approvals.Invalid, "There is nothing behind "+string(kind)+":, and Intune would answer with every device.")
		if len(s.Calls()) > 0 {
			t.Errorf("%s: Intune was asked", kind)
		}
	}
}

func TestFind_aPersonIsNotIntunes(t *testing.T) {
	t.Parallel()
	_, c, _ := tenant(t, fakeintune.Config{})
	_, err := c.Find(t.Context(), by(approvals.ByPerson, "U1"), 10)
	wantError(t, err, approvals.Invalid, "Intune cannot be asked for devices by person.")
}

// Intune ignores some filters and answers with the whole tenant.
func TestFind_whenIntuneIgnoresAFilter_dropsWhatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	devices := fleet()
	for i := range 60 {
		d := devices[1]
		d.ID, d.DeviceName = fmt.Sprintf("44444444-4444-4444-8444-%012d", i), fmt.Sprintf("Kiosk %02d", i)
		devices = append(devices, d)
	}
	s, c, _ := tenant(t, fakeintune.Config{Devices: devices, PageSize: 25})
	got, err := c.Find(t.Context(), by(approvals.ByFilter, "deviceEnrollmentType eq 'androidEnterpriseFullyManaged'"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Alice's Pixel (62 dropped)"; names(got) != want {
		t.Errorf("found %q; want %q", names(got), want)
	}
	if len(s.Calls()) < 3 {
		t.Errorf("%d calls; want every page", len(s.Calls()))
	}
}

func TestFind_goesThroughThePages(t *testing.T) {
	t.Parallel()
	var devices []fakeintune.Device
	for i := range 120 {
		d := fleet()[0]
		d.ID, d.DeviceName = fmt.Sprintf("44444444-4444-4444-8444-%012d", i), fmt.Sprintf("Kiosk %03d", 119-i)
		devices = append(devices, d)
	}
	s, c, _ := tenant(t, fakeintune.Config{Devices: devices, PageSize: 50})
	got, err := c.Find(t.Context(), by(approvals.ByFilter, "operatingSystem eq 'Android'"), 200)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Devices) != 120 || got.More || got.Dropped != 0 {
		t.Fatalf("found %d devices, more %v, dropped %d; want 120", len(got.Devices), got.More, got.Dropped)
	}
	if got.Devices[0].Name != "Kiosk 000" || got.Devices[119].Name != "Kiosk 119" {
		t.Errorf("found from %s to %s; want them by name", got.Devices[0].Name, got.Devices[119].Name)
	}
	before := len(s.Calls())
	got, err = c.Find(t.Context(), by(approvals.ByFilter, "operatingSystem eq 'Android'"), 60)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Devices) != 60 || !got.More {
		t.Errorf("found %d devices, more %v; want 60 and more", len(got.Devices), got.More)
	}
	if n := len(s.Calls()) - before; n != 2 {
		t.Errorf("%d pages; want no more than are needed", n)
	}
	got, err = c.Find(t.Context(), by(approvals.ByFilter, "operatingSystem eq 'Android'"), 0)
	if err != nil || len(got.Devices) != 0 || !got.More {
		t.Errorf("found %+v, %v; want nothing but more with a limit of 0", got, err)
	}
}

// pages answers a list page by page.
func pages(bodies ...string) *wire {
	return &wire{graph: func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		answer(w, 200, bodies[min(n, len(bodies)-1)])
	}}
}

func TestFind_countsADeviceOnTwoPagesOnce(t *testing.T) {
	t.Parallel()
	const devices = `"value":[{"id":"` + pixelID + `","serialNumber":"S1","deviceName":"b"},{"id":"` + galaxyID + `","serialNumber":"S1","deviceName":"a"},{"id":"` + phoneID + `","serialNumber":"S2"},{"serialNumber":"S1"},null]`
	c, _ := over(t, pages(
		`{"@odata.nextLink":"https://graph.test/beta/deviceManagement/managedDevices?page=1",`+devices+`}`,
		`{`+devices+`}`,
	))
	got, err := c.Find(t.Context(), by(approvals.BySerial, "S1"), 10)
	if err != nil {
		t.Fatal(err)
	}
	// What has no id can't be reset.
	if want := "a, b (2 dropped)"; names(got) != want {
		t.Errorf("found %q; want %q", names(got), want)
	}
}

func TestFind_whenTheNextPageIsElsewhere_goesNoFurther(t *testing.T) {
	t.Parallel()
	for _, next := range []string{
		"https://evil.test/beta/deviceManagement/managedDevices?page=1", "http://graph.test/beta/x", "https://graph.test:444/beta/x",
		"https://graph.test/v1.0/x", "https://u@graph.test/beta/x", "https://graph.test/beta/../me", "::",
	} {
		w := pages(`{"@odata.nextLink":"` + next + `","value":[]}`)
		c, _ := over(t, w)
		_, err := c.Find(t.Context(), by(approvals.BySerial, "S1"), 10)
		wantError(t, err, approvals.Unavailable, "Intune's answer was not understood.")
		if calls := w.seen(); len(calls) != 1 {
			t.Errorf("%s: calls %v; want one", next, calls)
		}
	}
}

func TestFind_whenPagesGoRoundInCircles_stops(t *testing.T) {
	t.Parallel()
	w := pages(`{"@odata.nextLink":"https://graph.test/beta/x?page=0","value":[]}`)
	c, _ := over(t, w)
	_, err := c.Find(t.Context(), by(approvals.BySerial, "S1"), 10)
	wantError(t, err, approvals.Unavailable, "Intune's answer was not understood.")
	if calls := w.seen(); len(calls) != 2 {
		t.Errorf("calls %v; want two", calls)
	}
}

// A tenant of any size can come back; there is a point where going on is no
// use.
func TestFind_whenAnIgnoredFilterBringsTooMany_saysSo(t *testing.T) {
	t.Parallel()
	n := 0
	w := &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		n++
		answer(w, 200, fmt.Sprintf(`{"@odata.nextLink":"https://graph.test/beta/x?page=%d","value":[{"id":"44444444-4444-4444-8444-%012d"}]}`, n, n))
	}}
	c, _ := over(t, w)
	c.SetBounds(5, 100)
	_, err := c.Find(t.Context(), by(approvals.ByFilter, "deviceEnrollmentType eq 'x'"), 10)
	wantError(t, err, approvals.Invalid, `Intune ignores what was asked for with filter:"deviceEnrollmentType eq 'x'": among the first 5 devices that it answered, 5 do not match, and there are more.`)
	c.SetBounds(1000, 3)
	_, err = c.Find(t.Context(), by(approvals.BySerial, "S1"), 10)
	wantError(t, err, approvals.Invalid, "Intune ignores what was asked for with serial:S1: among the first 3 devices that it answered, 3 do not match, and there are more.")
}

func TestFind_whenIntuneRefusesAFilter_showsItsWords(t *testing.T) {
	t.Parallel()
	c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 400, `{"error":{"code":"BadRequest","message":"{\"Message\":\"Invalid filter clause\"}"}}`)
	}})
	_, err := c.Find(t.Context(), by(approvals.ByFilter, "lostModeState eq 'enabled'"), 10)
	e := wantError(t, err, approvals.Invalid, "Intune refuses this filter: Invalid filter clause.")
	if e.Code != "BadRequest" || e.Hint == "" {
		t.Errorf("code %q, hint %q; want Graph's code and a hint", e.Code, e.Hint)
	}
	_, err = c.Find(t.Context(), by(approvals.BySerial, "S1"), 10)
	wantError(t, err, approvals.Invalid, "Intune refuses to look devices up: Invalid filter clause.")
}

func TestFind_whenAFilterCannotBeChecked_saysWhyAndAsksNothing(t *testing.T) {
	t.Parallel()
	s, c, _ := tenant(t, fakeintune.Config{})
	for filter, want := range map[string][2]string{
		"devicename eq 'x'": {
			"The filter is not understood at “devicename” (character 1): there is no such property; deviceName may be meant.",
			`For example: filter:"deviceName eq 'Pixel 8'".`,
		},
		"userPrincipalName eq ''": {
			"The filter is not understood at “''” (character 22): Intune takes an empty text for every device, so it cannot be used.",
			`For example: filter:"userPrincipalName eq 'alice@contoso.com'".`,
		},
		"roleScopeTagIds/any(t:t eq '1')": {
			"The filter is not understood at “roleScopeTagIds/any” (character 1): this function cannot be checked here; contains, startswith, endswith, tolower, toupper and trim can.",
			`For example: filter:"contains(deviceName,'Pixel')".`,
		},
		"complianceState eq": {
			"The filter is not understood at its end (character 19): a value was expected here.",
			`For example: filter:"complianceState eq 'noncompliant'".`,
		},
	} {
		_, err := c.Find(t.Context(), by(approvals.ByFilter, filter), 10)
		e := wantError(t, err, approvals.Invalid, want[0])
		if e.Hint != want[1] {
			t.Errorf("hint %q; want %q", e.Hint, want[1])
		}
	}
	if len(s.Calls()) > 0 {
		t.Error("Intune was asked")
	}
}

func TestFind_whenIntuneIsMissing_isUnavailable(t *testing.T) {
	t.Parallel()
	c, _ := over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 404, `{"error":{"code":"ResourceNotFound","message":"no such path"}}`)
	}})
	_, err := c.Find(t.Context(), by(approvals.BySerial, "S1"), 10)
	wantError(t, err, approvals.Unavailable, "Intune was not found at its address: no such path.")
}

// A filter can only be checked on what the device has: each property that a
// filter may name is one that the SDK reads.
func TestFind_canCheckEachPropertyThatAFilterMayName(t *testing.T) {
	t.Parallel()
	device := map[string]string{
		"deviceName": `"x"`, "jailBroken": `"x"`, "imei": `"x"`, "complianceState": `"x"`, "lostModeState": `"x"`, "isEncrypted": "true", "isSupervised": "true",
		"azureADRegistered": "true", "enrolledDateTime": `"2026-03-01T00:00:00Z"`, "complianceGracePeriodExpirationDateTime": `"2026-03-01T00:00:00Z"`,
		"totalStorageSpaceInBytes": "12", "freeStorageSpaceInBytes": "12",
	}
	body := `{"value":[{"id":"` + pixelID + `"`
	var conditions []string
	for name, value := range device {
		body += `,"` + name + `":` + value
		conditions = append(conditions, name+" eq "+strings.ReplaceAll(strings.ReplaceAll(value, `"2026-03-01T00:00:00Z"`, "2026-03-01T00:00:00Z"), `"`, "'"))
	}
	c, _ := over(t, pages(body+"}]}"))
	got, err := c.Find(t.Context(), by(approvals.ByFilter, strings.Join(conditions, " and ")), 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Devices) != 1 {
		t.Errorf("found %+v; want the device", got)
	}
}
