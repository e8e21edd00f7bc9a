package graph

import (
	"context"
	"errors"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/devicemanagement"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/models/odataerrors"

	"passcodebot/approvals"
)

// Read implements approvals.Devices.
func (c *Client) Read(ctx context.Context, device string) (approvals.Device, error) {
	id, err := deviceID(device)
	if err != nil {
		return approvals.Device{}, err
	}
	var d approvals.Device
	ex, failure := c.do(ctx, operation{name: opRead, device: id}, func(ctx context.Context) error {
		read, err := c.readOnce(ctx, id)
		d = read
		return err
	})
	if failure != nil {
		return approvals.Device{}, failure
	}
	d.ReadAt = ex.answeredAt()
	return d, nil
}

var errOtherDevice = errors.New("the answer is not the device that was asked for")

func (c *Client) readOnce(ctx context.Context, id string) (approvals.Device, error) {
	info, err := c.devices().ByManagedDeviceId(id).ToGetRequestInformation(ctx, &devicemanagement.ManagedDevicesManagedDeviceItemRequestBuilderGetRequestConfiguration{
		QueryParameters: &devicemanagement.ManagedDevicesManagedDeviceItemRequestBuilderGetQueryParameters{
			Select: append(wanted(), "deviceActionResults"),
		},
	})
	if err != nil {
		return approvals.Device{}, err
	}
	answer, err := c.reads.get(ctx, info, newManagedDevice)
	if err != nil {
		return approvals.Device{}, err
	}
	m, ok := answer.(*managedDevice)
	if !ok {
		return approvals.Device{}, errOtherDevice
	}
	d, ok := m.device()
	if !ok || d.ID != id {
		return approvals.Device{}, errOtherDevice
	}
	return d, nil
}

// get sends a request of the SDK and reads the answer as we want it.
func (c *Client) get(ctx context.Context, info *abstractions.RequestInformation, as serialization.ParsableFactory) (serialization.Parsable, error) {
	return c.adapter.Send(ctx, info, as, errorMappings())
}

// errorMappings says how errors are read.
func errorMappings() abstractions.ErrorMappings {
	return abstractions.ErrorMappings{
		"4XX": odataerrors.CreateODataErrorFromDiscriminatorValue,
		"5XX": odataerrors.CreateODataErrorFromDiscriminatorValue,
	}
}
