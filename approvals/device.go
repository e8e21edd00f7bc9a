package approvals

import (
	"strings"
	"time"
)

// Device is an Intune managed device as it was when it was read. The string
// values of Type, Enrollment, Ownership, State and Agent are the member names
// that Microsoft Graph uses (managedDevice: deviceType, deviceEnrollmentType,
// managedDeviceOwnerType, managementState, managementAgent).
type Device struct {
	ID           string // the managed device id, a GUID in lower case
	Name         string
	Manufacturer string
	Model        string
	Serial       string
	OS           string // operatingSystem, such as Android, AndroidEnterprise, iOS
	OSVersion    string
	Type         string // deviceType, such as androidForWork
	Enrollment   string // deviceEnrollmentType, such as androidEnterpriseFullyManaged
	Ownership    string // company, personal or unknown
	State        string // managementState, such as managed, retirePending
	Agent        string // managementAgent, such as mdm, googleCloudDevicePolicyController
	Owner        Owner
	EnrolledAt   time.Time
	LastCheckIn  time.Time // zero where Intune does not know
	LastReset    Action    // the last resetPasscode that Intune knows of
	ReadAt       time.Time // when Intune answered, by its own clock; zero where it did not say
}

// Owner is the user of a device. Dedicated and userless devices have none.
type Owner struct {
	ID    string // the Entra object id
	UPN   string
	Email string
	Name  string
}

// String returns how a person would name the owner: the user principal
// name, else the mail address, else the name, else nothing.
func (o Owner) String() string {
	for _, s := range []string{o.UPN, o.Email, o.Name} {
		if s != "" {
			return s
		}
	}
	return ""
}

// Key is what the owner is known by in traces: the Entra object id, else
// the user principal name or mail address in lower case, else nothing.
func (o Owner) Key() string {
	switch {
	case o.ID != "":
		return o.ID
	case o.UPN != "":
		return strings.ToLower(o.UPN)
	}
	return strings.ToLower(o.Email)
}

// ActionState is what Intune says of a remote action on a device
// (deviceActionResult: actionState).
type ActionState string

// The states of a remote action.
const (
	ActionNone         ActionState = "none"
	ActionPending      ActionState = "pending"
	ActionCanceled     ActionState = "canceled"
	ActionActive       ActionState = "active"
	ActionDone         ActionState = "done"
	ActionFailed       ActionState = "failed"
	ActionNotSupported ActionState = "notSupported"
)

// Action is the last resetPasscode of a device as Intune reports it, by
// Intune's clock. The zero Action is no reset. The temporary passcode that
// Intune keeps beside it is never read.
type Action struct {
	State     ActionState
	Started   time.Time
	Updated   time.Time
	ErrorCode int
}

// Newer says that a is another reset than base: Intune started it later.
func (a Action) Newer(base Action) bool {
	return a.State != "" && a.Started.After(base.Started)
}
