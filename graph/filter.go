package graph

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"passcodebot/approvals"
	"passcodebot/graph/odata"
)

// search is one question to Intune, and how its answer is checked.
type search struct {
	filter     string
	properties []string // $select
	matches    func(*managedDevice, approvals.Device) bool
}

// plan says how the devices of a selector are looked for. A later search is
// for when those before it have found nothing.
func plan(sel approvals.Selector) ([]search, error) {
	if strings.TrimSpace(sel.Value) == "" {
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "empty-value",
			Text: fmt.Sprintf("There is nothing behind %s:, and Intune would answer with every device.", sel.Kind),
		}
	}
	switch sel.Kind {
	case approvals.ByUser:
		return []search{equal("userPrincipalName", sel), equal("emailAddress", sel)}, nil
	case approvals.BySerial:
		return []search{equal("serialNumber", sel)}, nil
	case approvals.ByName:
		return []search{equal("deviceName", sel)}, nil
	case approvals.ByFilter:
		return byExpression(sel.Value)
	}
	return nil, &approvals.Error{
		Kind: approvals.Invalid, Code: "unknown-selector",
		Text: fmt.Sprintf("Intune cannot be asked for devices by %s.", sel.Kind),
	}
}

func equal(property string, sel approvals.Selector) search {
	return search{
		filter:     property + " eq " + odata.Quote(sel.Value),
		properties: wanted(),
		matches:    func(_ *managedDevice, d approvals.Device) bool { return sel.Matches(d) },
	}
}

// byExpression hands a person's filter on as it was typed, if it can be
// checked here.
func byExpression(expression string) ([]search, error) {
	e, err := odata.Parse(expression, schema())
	if bad, ok := errors.AsType[*odata.Error](err); ok {
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "filter-not-understood", Err: err,
			Text: fmt.Sprintf("The filter is not understood %s.", bad),
			Hint: fmt.Sprintf(`For example: filter:"%s".`, bad.Example),
		}
	}
	if err != nil {
		return nil, err
	}
	selected := wanted()
	for _, name := range e.Properties() {
		if !slices.Contains(selected, name) {
			selected = append(selected, name)
		}
	}
	return []search{{
		filter:     expression,
		properties: selected,
		matches: func(m *managedDevice, _ approvals.Device) bool {
			return e.Matches(func(name string) any { return properties[name].get(name, m) })
		},
	}}, nil
}
