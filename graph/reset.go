package graph

import (
	"context"
	"fmt"

	"passcodebot/approvals"
)

// Reset implements approvals.Devices. It waits for its turn for as long as
// ctx lasts, also between repetitions: where ctx ends then, its error is
// Unavailable, with the code "stopped" or, at a deadline, "throttled", and
// Intune has taken nothing. Once it
// is on the wire the end of ctx does not break it off, and it takes no longer
// than Config.Timeout.
func (c *Client) Reset(ctx context.Context, device string) (approvals.Receipt, error) {
	id, err := deviceID(device)
	if err != nil {
		return approvals.Receipt{}, err
	}
	ex, failure := c.do(ctx, operation{name: opReset, device: id}, func(ctx context.Context) error {
		return c.devices().ByManagedDeviceId(id).ResetPasscode().Post(ctx, nil)
	})
	if failure != nil {
		return approvals.Receipt{}, failure
	}
	return approvals.Receipt{GraphRequestID: ex.requestID(), At: ex.answeredAt()}, nil
}

// deviceID keeps what is no device id out of addresses.
func deviceID(device string) (string, error) {
	id, ok := approvals.ParseGUID(device)
	if !ok {
		return "", &approvals.Error{
			Kind: approvals.Invalid, Code: "no-device-id",
			Text: fmt.Sprintf("“%s” is not the id of a device.", oneLine(device, 60)),
			Hint: "It looks like 6ba7b810-9dad-11d1-80b4-00c04fd430c8.",
		}
	}
	return id, nil
}
