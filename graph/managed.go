package graph

import (
	"strings"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/models"

	"passcodebot/approvals"
)

// managedDevice reads a device out of an answer. It differs from the SDK's
// model, which it holds, in three ways:
//
//   - it takes the properties that were asked for and drops all others;
//   - the words of enumerations are kept as Graph wrote them. The SDK makes
//     nothing of a word that it does not know, and a device whose state is a
//     new word must not look like one without a state;
//   - of a device's actions it knows the resets alone, and of those not the
//     temporary passcode.
type managedDevice struct {
	*models.ManagedDevice
	words  map[string]string
	resets []*actionResult
}

func newManagedDevice(serialization.ParseNode) (serialization.Parsable, error) {
	return &managedDevice{ManagedDevice: models.NewManagedDevice(), words: map[string]string{}}, nil
}

// GetFieldDeserializers implements serialization.Parsable.
func (m *managedDevice) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	fields := m.ManagedDevice.GetFieldDeserializers()
	for name := range fields {
		switch p, used := properties[name]; {
		case !used:
			fields[name] = func(serialization.ParseNode) error { return nil }
		case p.value == nil:
			fields[name] = m.word(name)
		}
	}
	fields["deviceActionResults"] = m.actions
	return fields
}

// GetAdditionalData gives what has no other place to nobody.
func (m *managedDevice) GetAdditionalData() map[string]any { return map[string]any{} }

// word keeps the word of an enumeration.
func (m *managedDevice) word(name string) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) error {
		s, err := n.GetStringValue()
		if err == nil && s != nil {
			m.words[name] = short(s)
		}
		return err
	}
}

func (m *managedDevice) actions(n serialization.ParseNode) error {
	results, err := n.GetCollectionOfObjectValues(newActionResult)
	if err != nil {
		return err
	}
	for _, r := range results {
		if a, ok := r.(*actionResult); ok && strings.EqualFold(a.name, "resetPasscode") {
			m.resets = append(m.resets, a)
		}
	}
	return nil
}

// actionResult reads an action of a device. What it has no field for, the
// passcode above all, is skipped by the parser.
type actionResult struct {
	name   string
	action approvals.Action
}

func newActionResult(serialization.ParseNode) (serialization.Parsable, error) {
	return &actionResult{}, nil
}

// Serialize implements serialization.Parsable; nothing is ever sent.
func (a *actionResult) Serialize(serialization.SerializationWriter) error { return nil }

// GetFieldDeserializers implements serialization.Parsable.
func (a *actionResult) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"actionName": func(n serialization.ParseNode) error {
			s, err := n.GetStringValue()
			a.name = short(s)
			return err
		},
		"actionState": func(n serialization.ParseNode) error {
			s, err := n.GetStringValue()
			a.action.State = approvals.ActionState(short(s))
			return err
		},
		"startDateTime": func(n serialization.ParseNode) error {
			t, err := n.GetTimeValue()
			a.action.Started = instant(t)
			return err
		},
		"lastUpdatedDateTime": func(n serialization.ParseNode) error {
			t, err := n.GetTimeValue()
			a.action.Updated = instant(t)
			return err
		},
		"errorCode": func(n serialization.ParseNode) error {
			code, err := n.GetInt32Value()
			a.action.ErrorCode = int(deref(code))
			return err
		},
	}
}

// devicePage reads a page of a list of devices.
type devicePage struct {
	models.BaseCollectionPaginationCountResponse
	devices []*managedDevice
}

func newDevicePage(serialization.ParseNode) (serialization.Parsable, error) {
	return &devicePage{BaseCollectionPaginationCountResponse: *models.NewBaseCollectionPaginationCountResponse()}, nil
}

// GetFieldDeserializers implements serialization.Parsable.
func (p *devicePage) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	fields := p.BaseCollectionPaginationCountResponse.GetFieldDeserializers()
	fields["value"] = func(n serialization.ParseNode) error {
		values, err := n.GetCollectionOfObjectValues(newManagedDevice)
		if err != nil {
			return err
		}
		for _, v := range values {
			if d, ok := v.(*managedDevice); ok {
				p.devices = append(p.devices, d)
			}
		}
		return nil
	}
	return fields
}

// GetAdditionalData gives what has no other place to nobody.
func (p *devicePage) GetAdditionalData() map[string]any { return map[string]any{} }
