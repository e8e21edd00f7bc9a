package graph

import (
	"strings"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/models"

	"passcodebot/approvals"
)

// audit reads an entry of Intune's record of remote actions. Like
// managedDevice, it keeps the words of enumerations as Graph wrote them.
type audit struct {
	id, device, action, by, owner, state string
	at                                   time.Time
}

func newAudit(serialization.ParseNode) (serialization.Parsable, error) { return &audit{}, nil }

func (a *audit) isReset() bool { return strings.EqualFold(a.action, "resetPasscode") }

func (a *audit) recorded() approvals.Recorded {
	device := a.device
	if id, ok := approvals.ParseGUID(device); ok {
		device = id
	}
	return approvals.Recorded{Device: device, At: a.at, By: a.by, Owner: a.owner, State: approvals.ActionState(a.state)}
}

// Serialize implements serialization.Parsable; nothing is ever sent.
func (a *audit) Serialize(serialization.SerializationWriter) error { return nil }

// GetFieldDeserializers implements serialization.Parsable.
func (a *audit) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	word := func(into *string) func(serialization.ParseNode) error {
		return func(n serialization.ParseNode) error {
			s, err := n.GetStringValue()
			*into = short(s)
			return err
		}
	}
	return map[string]func(serialization.ParseNode) error{
		"id":                           word(&a.id),
		"managedDeviceId":              word(&a.device),
		"action":                       word(&a.action),
		"initiatedByUserPrincipalName": word(&a.by),
		"deviceOwnerUserPrincipalName": word(&a.owner),
		"actionState":                  word(&a.state),
		"requestDateTime": func(n serialization.ParseNode) error {
			t, err := n.GetTimeValue()
			a.at = instant(t)
			return err
		},
	}
}

// auditsPage reads a page of the record.
type auditsPage struct {
	models.BaseCollectionPaginationCountResponse
	audits []*audit
}

func newAuditsPage(serialization.ParseNode) (serialization.Parsable, error) {
	return &auditsPage{BaseCollectionPaginationCountResponse: *models.NewBaseCollectionPaginationCountResponse()}, nil
}

// GetFieldDeserializers implements serialization.Parsable.
func (p *auditsPage) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	fields := p.BaseCollectionPaginationCountResponse.GetFieldDeserializers()
	fields["value"] = func(n serialization.ParseNode) error {
		values, err := n.GetCollectionOfObjectValues(newAudit)
		if err != nil {
			return err
		}
		for _, v := range values {
			if a, ok := v.(*audit); ok {
				p.audits = append(p.audits, a)
			}
		}
		return nil
	}
	return fields
}

// GetAdditionalData gives what has no other place to nobody.
func (p *auditsPage) GetAdditionalData() map[string]any { return map[string]any{} }
