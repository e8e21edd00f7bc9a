package odata_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/odata"
)

var schema = odata.Schema{
	"deviceName":       {Type: odata.Text},
	"operatingSystem":  {Type: odata.Text, Sample: "'Android'"},
	"complianceState":  {Type: odata.Enum, Sample: "'noncompliant'"},
	"isEncrypted":      {Type: odata.Bool},
	"lastSyncDateTime": {Type: odata.Time},
	"storage":          {Type: odata.Number},
	"emailAddress":     {Type: odata.Text, Sample: "'alice@contoso.com'"},
}

// pixel is the device on which the tests evaluate. It has no emailAddress.
var pixel = map[string]any{
	"deviceName":       "Alice's Pixel",
	"operatingSystem":  "Android",
	"complianceState":  "noncompliant",
	"isEncrypted":      true,
	"lastSyncDateTime": time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	"storage":          int64(64),
}

func TestMatches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expression string
		want       bool
	}{
		{"operatingSystem eq 'Android'", true},
		{"operatingSystem eq 'ANDROID'", true},
		{"operatingSystem eq 'iOS'", false},
		{"operatingSystem ne 'iOS'", true},
		{"deviceName eq 'alice''s pixel'", true},
		{"contains(deviceName,'PIXEL')", true},
		{"Contains( deviceName , 'pixel' )", true},
		{"startsWith(deviceName,'alice')", true},
		{"endswith(deviceName,'alice')", false},
		{"not startswith(deviceName,'bob')", true},
		{"startswith(deviceName,'bob') eq false", true},
		{"startswith(deviceName,'alice') ne false", true},
		{"startswith(deviceName,'alice') eq false", false},
		{"tolower(deviceName) eq 'alice''s pixel'", true},
		{"trim(toupper(deviceName)) eq 'ALICE''S PIXEL'", true},
		{"complianceState eq 'noncompliant'", true},
		{"complianceState in ('compliant', 'noncompliant')", true},
		{"complianceState in ('compliant')", false},
		{"isEncrypted", true},
		{"isEncrypted eq false", false},
		{"not (isEncrypted)", false},
		{"storage ge 64 and storage le 64", true},
		{"storage gt -1", true},
		{"storage lt 64", false},
		{"lastSyncDateTime lt 2026-03-01T12:00:01Z", true},
		{"lastSyncDateTime gt 2026-03-01t13:30:00+01:00", false},
		{"lastSyncDateTime ge 2026-03-01T13:00:00.000+01:00", true},
		// and binds more tightly than or.
		{"operatingSystem eq 'Android' or operatingSystem eq 'iOS' and deviceName eq 'x'", true},
		{"(operatingSystem eq 'Android' or operatingSystem eq 'iOS') and deviceName eq 'x'", false},
		// What a device does not have is neither equal nor unequal to a text,
		// and the opposite of not known is not known.
		{"emailAddress eq null", true},
		{"emailAddress ne null", false},
		{"deviceName ne null", true},
		{"emailAddress eq 'alice@contoso.com'", false},
		{"emailAddress ne 'alice@contoso.com'", true},
		{"contains(emailAddress,'alice')", false},
		{"not contains(emailAddress,'alice')", false},
		{"contains(emailAddress,'alice') or isEncrypted", true},
		{"not (contains(emailAddress,'alice') and isEncrypted)", false},
	}
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			t.Parallel()
			e, err := odata.Parse(test.expression, schema)
			if err != nil {
				t.Fatal(err)
			}
			if e.String() != test.expression {
				t.Errorf("String() = %q; want what was parsed", e.String())
			}
			if got := e.Matches(func(p string) any { return pixel[p] }); got != test.want {
				t.Errorf("Matches = %v; want %v", got, test.want)
			}
		})
	}
}

func TestProperties_areThoseThatAreNamed(t *testing.T) {
	t.Parallel()
	e, err := odata.Parse("tolower(operatingSystem) eq 'android' and (deviceName eq 'a' or deviceName eq 'b') and isEncrypted", schema)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"deviceName", "isEncrypted", "operatingSystem"}
	if diff := cmp.Diff(want, e.Properties()); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
}

func TestParse_saysWhatIsNotUnderstood(t *testing.T) {
	t.Parallel()
	const plain = "operatingSystem eq 'Android' and deviceName eq 'Pixel 8'"
	tests := []struct {
		expression string
		want       odata.Error
	}{
		{"", odata.Error{1, "", "there is nothing in it, and an empty filter would name every device", plain}},
		{" \n", odata.Error{1, "", "there is nothing in it, and an empty filter would name every device", plain}},
		{"devicename eq 'x'", odata.Error{1, "devicename", "there is no such property; deviceName may be meant", "deviceName eq 'Pixel 8'"}},
		{"operatingSytem eq 'x'", odata.Error{1, "operatingSytem", "there is no such property; operatingSystem may be meant", "operatingSystem eq 'Android'"}},
		{"isEncrypted and skuFamily eq 'x'", odata.Error{17, "skuFamily", "this property cannot be checked here, so it cannot be relied on", plain}},
		{"hardwareInformation/imei eq 'x'", odata.Error{1, "hardwareInformation/imei", "this property cannot be checked here, so it cannot be relied on", plain}},
		{"length(deviceName) gt 3", odata.Error{1, "length", "this function cannot be checked here; contains, startswith, endswith, tolower, toupper and trim can", "contains(deviceName,'Pixel')"}},
		{"deviceName = 'x'", odata.Error{12, "=", "OData writes operators as words: eq, ne, gt, ge, lt, le, and, or, not", "operatingSystem eq 'Android'"}},
		{"deviceName EQ 'x'", odata.Error{12, "EQ", "operators are written in lower case: eq", "deviceName eq 'Pixel 8'"}},
		{"isEncrypted AND isEncrypted", odata.Error{13, "AND", "operators are written in lower case: and", "isEncrypted eq true"}},
		{"deviceName like 'x'", odata.Error{12, "like", "an operator was expected here: eq, ne, gt, ge, lt, le or in", "deviceName eq 'Pixel 8'"}},
		{"deviceName", odata.Error{11, "", "an operator was expected here: eq, ne, gt, ge, lt, le or in", "deviceName eq 'Pixel 8'"}},
		{"deviceName eq", odata.Error{14, "", "a value was expected here", "deviceName eq 'Pixel 8'"}},
		{"deviceName eq 'Alice's Pixel'", odata.Error{22, "s", "the text ends before it; an apostrophe in a text is written twice", "deviceName eq 'Alice''s Pixel'"}},
		{"deviceName eq 'Pixel", odata.Error{15, "'Pixel", "this text has no closing quote (an apostrophe in a text is written twice)", "deviceName eq 'Alice''s Pixel'"}},
		{`deviceName eq "Pixel"`, odata.Error{15, `"`, "a text stands between straight single quotes", "deviceName eq 'Pixel 8'"}},
		{"deviceName eq ‘Pixel’", odata.Error{15, "‘", "a text stands between straight single quotes", "deviceName eq 'Pixel 8'"}},
		{"deviceName eq Pixel", odata.Error{15, "Pixel", "deviceName is compared with a text in single quotes", "deviceName eq 'Pixel 8'"}},
		{"deviceName eq operatingSystem", odata.Error{15, "operatingSystem", "a property is compared with a value, not with another property", "deviceName eq 'Pixel 8'"}},
		{"emailAddress eq ''", odata.Error{17, "''", "Intune takes an empty text for every device, so it cannot be used", "emailAddress eq 'alice@contoso.com'"}},
		{"isEncrypted and contains(deviceName,' ')", odata.Error{37, "' '", "Intune takes an empty text for every device, so it cannot be used", "deviceName eq 'Pixel 8'"}},
		{"emailAddress in ('')", odata.Error{18, "''", "Intune takes an empty text for every device, so it cannot be used", "emailAddress eq 'alice@contoso.com'"}},
		{"'x' eq deviceName", odata.Error{1, "'x'", "a condition begins with a property, not with a value", plain}},
		{"1 eq 1", odata.Error{1, "1", "a condition begins with a property, not with a value", plain}},
		{"true or isEncrypted", odata.Error{1, "true", "a condition begins with a property, not with a value", plain}},
		{"deviceName gt '14'", odata.Error{12, "gt", "deviceName has no order; eq and ne can be used with it", "deviceName eq 'Pixel 8'"}},
		{"deviceName le null", odata.Error{12, "le", "deviceName has no order; eq and ne can be used with it", "deviceName eq 'Pixel 8'"}},
		{"complianceState gt 'x'", odata.Error{17, "gt", "complianceState has no order; eq and ne can be used with it", "complianceState eq 'noncompliant'"}},
		{"contains(complianceState,'x')", odata.Error{10, "complianceState", "contains looks into texts, and complianceState is none", "contains(deviceName,'Pixel')"}},
		{"contains(deviceName)", odata.Error{20, ")", "a comma and a text in single quotes were expected here", "contains(deviceName,'Pixel')"}},
		{"contains(deviceName,null)", odata.Error{21, "null", "contains looks for a text in single quotes", "contains(deviceName,'Pixel')"}},
		{"contains deviceName", odata.Error{10, "deviceName", "an opening parenthesis was expected behind contains", "contains(deviceName,'Pixel')"}},
		{"contains(deviceName,'x') eq 'y'", odata.Error{29, "'y'", "true or false was expected here", "contains(deviceName,'Pixel')"}},
		{"tolower(isEncrypted) eq 'x'", odata.Error{9, "isEncrypted", "tolower changes texts, and isEncrypted is none", "isEncrypted eq true"}},
		{"isEncrypted eq 'true'", odata.Error{16, "'true'", "isEncrypted is compared with true or false, without quotes", "isEncrypted eq true"}},
		{"storage gt '5'", odata.Error{12, "'5'", "storage is compared with a whole number, without quotes", "storage eq 16"}},
		{"storage gt 99999999999999999999", odata.Error{12, "99999999999999999999", "this number is too large", "storage eq 16"}},
		{"lastSyncDateTime gt '2026-01-01T00:00:00Z'", odata.Error{21, "'2026-01-01T00:00:00Z'", "lastSyncDateTime is compared with an instant such as 2026-01-31T00:00:00Z, without quotes", "lastSyncDateTime eq 2026-01-31T00:00:00Z"}},
		{"lastSyncDateTime gt 2026-01-01", odata.Error{21, "2026-01-01", "an instant is written with its time and zone", "lastSyncDateTime gt 2026-01-31T00:00:00Z"}},
		{"not operatingSystem eq 'iOS'", odata.Error{5, "operatingSystem", "what stands behind not needs parentheses", "not (operatingSystem eq 'iOS')"}},
		{"(isEncrypted", odata.Error{13, "", "a closing parenthesis was expected here", "(operatingSystem eq 'Android') and (complianceState eq 'noncompliant')"}},
		{"isEncrypted)", odata.Error{12, ")", "and or or was expected here", "operatingSystem eq 'Android' and complianceState eq 'noncompliant'"}},
		{"complianceState in 'x'", odata.Error{20, "'x'", "a list in parentheses was expected behind in", "complianceState in ('noncompliant')"}},
		{"complianceState in ('x'", odata.Error{24, "", "a comma or a closing parenthesis was expected here", "complianceState in ('noncompliant')"}},
		{"and", odata.Error{1, "and", "the name of a property was expected here", plain}},
		{"isEncrypted; drop", odata.Error{12, ";", "this character has no meaning here", "operatingSystem eq 'Android'"}},
		{strings.Repeat("(", 40) + "isEncrypted", odata.Error{32, "(", "parentheses are nested too deeply here", plain}},
		{strings.Repeat("x", 2000), odata.Error{1501, "…", "the filter is too long; 1,500 characters is the most", plain}},
	}
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			t.Parallel()
			_, err := odata.Parse(test.expression, schema)
			got, ok := errors.AsType[*odata.Error](err)
			if !ok {
				t.Fatalf("error %v; want an *odata.Error", err)
			}
			if diff := cmp.Diff(test.want, *got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if _, err := odata.Parse(got.Example, schema); err != nil {
				t.Errorf("the example %q is refused itself: %v", got.Example, err)
			}
		})
	}
}

func TestError_saysTheEnd(t *testing.T) {
	t.Parallel()
	_, err := odata.Parse("deviceName eq", schema)
	if want := "at its end (character 14): a value was expected here"; err.Error() != want {
		t.Errorf("error %q; want %q", err, want)
	}
}

func TestQuote_keepsATextInside(t *testing.T) {
	t.Parallel()
	e, err := odata.Parse("deviceName eq "+odata.Quote("x' or operatingSystem eq 'Android"), schema)
	if err != nil {
		t.Fatal(err)
	}
	if e.Matches(func(p string) any { return pixel[p] }) {
		t.Error("the text broke out of its quotes")
	}
}

func TestMatches_zeroExpressionMatchesNothing(t *testing.T) {
	t.Parallel()
	if (odata.Expression{}).Matches(func(p string) any { return pixel[p] }) {
		t.Error("the zero Expression matches a device")
	}
}

// Whatever is typed: no panic, an error that says where and whose example is
// right, and what is accepted can be evaluated on any device.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		"operatingSystem eq 'Android' and not (contains(deviceName,'x') or isEncrypted ne true)",
		"lastSyncDateTime gt 2026-01-01T00:00:00Z", "storage in (1,2,-3)", "deviceName eq 'a''b'",
		"((((", "not not not", "'", "\xff\xfe", "contains(,)", "tolower(tolower(deviceName)) eq null", "deviceName eq '\u200b'",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		e, err := odata.Parse(source, schema)
		if err == nil {
			for _, p := range e.Properties() {
				if _, known := schema[p]; !known {
					t.Errorf("property %q is not in the schema", p)
				}
			}
			e.Matches(func(string) any { return nil })
			e.Matches(func(p string) any { return pixel[p] })
			return
		}
		bad, ok := errors.AsType[*odata.Error](err)
		if !ok {
			t.Fatalf("error %v; want an *odata.Error", err)
		}
		if bad.Position < 1 || bad.Position > len(source)+1 || bad.Reason == "" {
			t.Errorf("error %+v of %q has no place or no reason", bad, source)
		}
		if _, err := odata.Parse(bad.Example, schema); err != nil {
			t.Errorf("the example %q is refused itself: %v", bad.Example, err)
		}
	})
}
