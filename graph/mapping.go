package graph

import (
	"time"

	"passcodebot/approvals"
)

// wanted is what is read of each device, in the order of $select.
func wanted() []string {
	return []string{
		"id", "deviceName", "manufacturer", "model", "serialNumber", "operatingSystem", "osVersion",
		"deviceType", "deviceEnrollmentType", "managedDeviceOwnerType", "managementState", "managementAgent",
		"userId", "userPrincipalName", "emailAddress", "userDisplayName", "enrolledDateTime", "lastSyncDateTime",
	}
}

// device maps what Graph told of a device. It is false where that lacks an
// id, without which nothing can be done with it.
func (m *managedDevice) device() (approvals.Device, bool) {
	id, ok := approvals.ParseGUID(deref(m.GetId()))
	if !ok {
		return approvals.Device{}, false
	}
	return approvals.Device{
		ID:           id,
		Name:         short(m.GetDeviceName()),
		Manufacturer: short(m.GetManufacturer()),
		Model:        short(m.GetModel()),
		Serial:       short(m.GetSerialNumber()),
		OS:           short(m.GetOperatingSystem()),
		OSVersion:    short(m.GetOsVersion()),
		Type:         m.words["deviceType"],
		Enrollment:   m.words["deviceEnrollmentType"],
		Ownership:    m.words["managedDeviceOwnerType"],
		State:        m.words["managementState"],
		Agent:        m.words["managementAgent"],
		Owner: approvals.Owner{
			ID:    short(m.GetUserId()),
			UPN:   short(m.GetUserPrincipalName()),
			Email: short(m.GetEmailAddress()),
			Name:  short(m.GetUserDisplayName()),
		},
		EnrolledAt:  instant(m.GetEnrolledDateTime()),
		LastCheckIn: instant(m.GetLastSyncDateTime()),
		LastReset:   m.lastReset(),
	}, true
}

// lastReset is the reset that Intune started last.
func (m *managedDevice) lastReset() approvals.Action {
	var last approvals.Action
	for _, r := range m.resets {
		if last.State == "" || r.action.Started.After(last.Started) {
			last = r.action
		}
	}
	return last
}

// instant is a time as the rules want it: UTC, in whole microseconds, and zero
// where Intune writes the year 1 for not known.
func instant(t *time.Time) time.Time {
	if t == nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
