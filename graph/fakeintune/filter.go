package fakeintune

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// matcher says whether a device is in a list.
type matcher func(*Device) bool

func everything(*Device) bool { return true }

// supported are the properties by which Intune filters. A filter on another
// is ignored without an error, and the answer holds every device.
// microsoft-graph-docs-contrib#235, #2416; microsoft-graph-docs#19890.
var supported = map[string]func(*Device) string{
	"devicename":                func(d *Device) string { return d.DeviceName },
	"devicecategorydisplayname": func(*Device) string { return "Unknown" },
	"jailbroken":                func(*Device) string { return "Unknown" },
	"operatingsystem":           func(d *Device) string { return d.OperatingSystem },
	"userprincipalname":         func(d *Device) string { return d.UserPrincipalName },
	"emailaddress":              func(d *Device) string { return d.EmailAddress },
	"serialnumber":              func(d *Device) string { return d.SerialNumber },
	"compliancestate":           func(d *Device) string { return d.ComplianceState },
	"manageddeviceownertype":    func(d *Device) string { return d.ManagedDeviceOwnerType },
	"managementstate":           func(d *Device) string { return d.ManagementState },
	"azureaddeviceid":           func(d *Device) string { return d.AzureADDeviceID },
}

var instants = map[string]func(*Device) time.Time{
	"enrolleddatetime": func(d *Device) time.Time { return d.EnrolledDateTime },
	"lastsyncdatetime": func(d *Device) time.Time { return d.LastSyncDateTime },
}

var (
	lexeme     = regexp.MustCompile(`^(?:\s+|'(?:[^']|'')*'|[()]|,|[\p{L}_][\p{L}\p{N}_/]*|[0-9][0-9A-Za-z:.+-]*)`)
	comparison = []string{"eq", "ne", "gt", "ge", "lt", "le"}
	functions  = []string{"contains", "startswith", "endswith"}
)

// clause is one comparison of a filter.
type clause struct {
	property, function, value string
	quoted                    bool
}

// filtering reads a $filter as Intune does, with Intune's misbehaviour.
type filtering struct {
	words []string
	bad   bool
	roles bool // it names roleScopeTagIds
	all   bool // something in it made Intune ignore the whole
}

// parseFilter returns what a $filter finds. The refusal is not nil for one
// that Intune does not take.
func parseFilter(expression string) (matcher, *refusal) {
	if strings.TrimSpace(expression) == "" {
		return everything, nil
	}
	f := &filtering{}
	for rest := expression; rest != ""; {
		word := lexeme.FindString(rest)
		if word == "" {
			f.bad = true
			break
		}
		rest = rest[len(word):]
		if strings.TrimSpace(word) != "" {
			f.words = append(f.words, word)
		}
	}
	matches := everything
	if !f.bad {
		matches, _ = f.or()
	}
	switch {
	case f.roles:
		return nil, &refusal{status: http.StatusBadRequest, code: "BadRequest", message: "Invalid filter clause: roleScopeTagIds", intune: true}
	case f.bad || len(f.words) > 0:
		return nil, &refusal{status: http.StatusBadRequest, code: "BadRequest", message: "Invalid filter clause: There is a syntax error in '" + expression + "'.", intune: true}
	case f.all:
		return everything, nil
	}
	return matches, nil
}

func (f *filtering) next() string {
	if len(f.words) == 0 {
		return ""
	}
	return f.words[0]
}

func (f *filtering) take(word string) bool {
	if !strings.EqualFold(f.next(), word) || word == "" {
		return false
	}
	f.words = f.words[1:]
	return true
}

// or reads alternatives. Over two properties, over two startswith or over
// azureADDeviceId, Intune honours the first alone.
// powershell-intune-samples#188, msgraph-beta-sdk-dotnet#1156.
func (f *filtering) or() (matcher, []clause) {
	matches, clauses := f.and()
	for f.take("or") {
		left := matches
		right, more := f.and()
		both := append(slices.Clone(clauses), more...)
		if alike(both) {
			matches = func(d *Device) bool { return left(d) || right(d) }
		}
		clauses = both
	}
	return matches, clauses
}

// alike says that alternatives are of the kind that Intune honours.
func alike(clauses []clause) bool {
	for _, c := range clauses {
		if c.property != clauses[0].property || c.property == "azureaddeviceid" || c.function == "startswith" {
			return false
		}
	}
	return true
}

func (f *filtering) and() (matcher, []clause) {
	matches, clauses := f.one()
	for f.take("and") {
		left := matches
		right, more := f.one()
		matches = func(d *Device) bool { return left(d) && right(d) }
		clauses = append(clauses, more...)
	}
	return matches, clauses
}

func (f *filtering) one() (matcher, []clause) {
	if f.take("not") {
		matches, clauses := f.one()
		return func(d *Device) bool { return !matches(d) }, clauses
	}
	if f.take("(") {
		matches, clauses := f.or()
		f.bad = f.bad || !f.take(")")
		return matches, clauses
	}
	var c clause
	word := strings.ToLower(f.next())
	f.take(f.next())
	switch {
	case slices.Contains(functions, word):
		c.function = word
		f.bad = f.bad || !f.take("(")
		c.property = f.name()
		f.bad = f.bad || !f.take(",")
		c.value, c.quoted = f.literal()
		f.bad = f.bad || !f.take(")")
	case word != "" && word[0] != '\'' && word != "(" && word != ")":
		c.property, c.function = word, strings.ToLower(f.next())
		f.bad = f.bad || !slices.Contains(comparison, c.function)
		f.take(f.next())
		c.value, c.quoted = f.literal()
	default:
		f.bad = true
	}
	f.roles = f.roles || c.property == "rolescopetagids"
	m, fits := c.matcher()
	f.bad = f.bad || !fits
	if m == nil || c.value == "" {
		f.all = true // ignored, and with it the whole
		m = everything
	}
	return m, []clause{c}
}

func (f *filtering) name() string {
	n := strings.ToLower(f.next())
	f.take(f.next())
	return n
}

// literal reads a value, and whether it was quoted.
func (f *filtering) literal() (value string, quoted bool) {
	word := f.next()
	if word == "" || slices.Contains([]string{"(", ")", ","}, word) {
		f.bad = true
		return "", false
	}
	f.take(word)
	if inner, quoted := strings.CutPrefix(word, "'"); quoted {
		return strings.ReplaceAll(strings.TrimSuffix(inner, "'"), "''", "'"), true
	}
	return word, false
}

// matcher compares; nil where Intune does not filter by this. A value that
// does not fit the property's type is a mistake that Intune sees: an instant
// is not quoted, a text is.
func (c clause) matcher() (_ matcher, fits bool) {
	if at := instants[c.property]; at != nil {
		limit, err := time.Parse(time.RFC3339Nano, c.value)
		if err != nil || c.quoted || !slices.Contains(comparison, c.function) {
			return nil, false
		}
		return func(d *Device) bool { return holds(c.function, at(d).Compare(limit)) }, true
	}
	text := supported[c.property]
	if text == nil {
		return nil, true
	}
	if !c.quoted {
		return nil, false
	}
	want := strings.ToLower(c.value)
	return func(d *Device) bool {
		have := strings.ToLower(text(d))
		switch c.function {
		case "contains":
			return strings.Contains(have, want)
		case "startswith":
			return strings.HasPrefix(have, want)
		case "endswith":
			return strings.HasSuffix(have, want)
		}
		return holds(c.function, strings.Compare(have, want))
	}, true
}

func holds(operator string, order int) bool {
	switch operator {
	case "eq":
		return order == 0
	case "ne":
		return order != 0
	case "gt":
		return order > 0
	case "ge":
		return order >= 0
	case "lt":
		return order < 0
	case "le":
		return order <= 0
	}
	return false
}
