package fakeintune

import (
	"slices"
	"time"
)

// Device is a managed device. Its fields have Graph's names and hold Graph's
// words: ManagementState is "managed" or "retirePending", not a number.
type Device struct {
	ID                     string
	DeviceName             string
	Manufacturer           string
	Model                  string
	SerialNumber           string
	OperatingSystem        string
	OSVersion              string
	DeviceType             string
	DeviceEnrollmentType   string
	ManagedDeviceOwnerType string
	ManagementState        string
	ManagementAgent        string
	ComplianceState        string
	UserID                 string
	UserPrincipalName      string
	EmailAddress           string
	UserDisplayName        string
	AzureADDeviceID        string
	EnrolledDateTime       time.Time
	LastSyncDateTime       time.Time
	// Actions are its deviceActionResults, one per kind of action.
	Actions []Action

	// Offline keeps the device from checking in. Like what follows, it is
	// the fake's alone and not in Graph.
	Offline bool
	// Unlisted keeps the device out of lists, while a read by its id finds
	// it, as Intune's lists sometimes do.
	Unlisted bool
	// FailsWith is the errorCode with which the device fails resets; zero for
	// success.
	FailsWith int
	// Passcode is the temporary passcode that a reset of the device sets;
	// Config.Passcode where it is empty.
	Passcode string
	// Refuses are the words with which Intune refuses a reset of the device;
	// empty where it does not.
	Refuses string
}

// Action is one of a device's deviceActionResults.
type Action struct {
	Name      string // "resetPasscode"
	State     string // one of Graph's actionStates
	Started   time.Time
	Updated   time.Time
	ErrorCode int
	// Passcode is the temporary passcode, once the device has set it. It is
	// here so that tests can prove that nobody reads it.
	Passcode string
}

// open says that the device still has to carry it out.
func (a *Action) open() bool { return a != nil && (a.State == statePending || a.State == stateActive) }

// The actionStates that a reset goes through.
const (
	statePending = "pending"
	stateActive  = "active"
	stateDone    = "done"
	stateFailed  = "failed"
)

// resetPasscode is the name of the action, and of the call.
const resetPasscode = "resetPasscode"

// reset is the device's latest reset, or nil.
func (d *Device) reset() *Action {
	for i := range d.Actions {
		if d.Actions[i].Name == resetPasscode {
			return &d.Actions[i]
		}
	}
	return nil
}

func (d Device) clone() Device {
	d.Actions = slices.Clone(d.Actions)
	return d
}
