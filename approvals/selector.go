package approvals

import (
	"regexp"
	"strings"
)

// SelectorKind is a way of naming devices.
type SelectorKind string

// The ways of naming devices.
const (
	ByID     SelectorKind = "id"     // Intune's managed device id, a GUID in lower case
	ByUser   SelectorKind = "user"   // the user principal name or mail address of the device's user
	ByPerson SelectorKind = "person" // a Slack user id: that person's devices, through their mail address
	BySerial SelectorKind = "serial"
	ByName   SelectorKind = "name"
	ByFilter SelectorKind = "filter" // an OData expression, handed to Intune and checked again here
)

// Selector names devices in one way.
type Selector struct {
	Kind  SelectorKind
	Value string
}

// String returns the selector as a person types it.
func (s Selector) String() string {
	switch s.Kind {
	case ByID:
		return s.Value
	case ByPerson:
		return "<@" + s.Value + ">"
	case ByUser, BySerial:
		if !strings.ContainsAny(s.Value, " ,\"\n\t") {
			return string(s.Kind) + ":" + s.Value
		}
	}
	return string(s.Kind) + `:"` + s.Value + `"`
}

var guid = regexp.MustCompile(`^\{?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\}?$`)

// ParseGUID returns the lower-case form of a GUID with or without braces,
// and whether s is one.
func ParseGUID(s string) (string, bool) {
	m := guid.FindStringSubmatch(s)
	if m == nil || strings.HasPrefix(s, "{") != strings.HasSuffix(s, "}") {
		return "", false
	}
	return strings.ToLower(m[1]), true
}

// Matches says whether d is one of the devices that s names. Case does not
// matter. It is false for ByPerson and ByFilter, which others must resolve
// first: a filter is evaluated where it is understood, in the Devices port.
func (s Selector) Matches(d Device) bool {
	if s.Value == "" {
		return false
	}
	switch s.Kind {
	case ByID:
		return strings.EqualFold(d.ID, s.Value)
	case ByUser:
		return strings.EqualFold(d.Owner.UPN, s.Value) || strings.EqualFold(d.Owner.Email, s.Value)
	case BySerial:
		return strings.EqualFold(d.Serial, s.Value)
	case ByName:
		return strings.EqualFold(d.Name, s.Value)
	}
	return false
}
