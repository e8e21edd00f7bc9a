package fakeintune_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/fakeintune"
)

// ofUser lists the devices of a person, in the order of the list.
func ofUser(fleet []fakeintune.Device, user string) (names []string) {
	for _, d := range fleet {
		if d.UserPrincipalName == user+"@contoso.com" {
			names = append(names, d.DeviceName+" "+d.DeviceType+" "+d.DeviceEnrollmentType)
		}
	}
	return names
}

// The sandbox's tour and stories are told with these devices.
func TestSampleFleet_devicesOfTheStories(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fleet := fakeintune.SampleFleet(now)
	want := map[string][]string{
		"alice": {
			"Alice's Pixel 8 androidEnterprise androidEnterpriseFullyManaged",
			"Alice's Galaxy S23 androidForWork userEnrollment",
			"ALICE-LT-042 windowsRT windowsAzureADJoin",
		},
		"bob":   {"Bob's Galaxy XCover androidEnterprise androidEnterpriseCorporateWorkProfile"},
		"carla": {"Carla's Pixel 7a androidEnterprise androidEnterpriseFullyManaged"},
	}
	got := map[string][]string{
		"alice": ofUser(fleet, "alice"), "bob": ofUser(fleet, "bob")[:1], "carla": ofUser(fleet, "carla")[:1],
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(fleet, fakeintune.SampleFleet(now)); diff != "" {
		t.Errorf("it is another one each time (-first +second):\n%s", diff)
	}
}

// Every row of what Intune resets, and every kind that it does not.
func TestSampleFleet_everyKind(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var got []string
	ids, users := map[string]bool{}, map[string]string{}
	for _, d := range fakeintune.SampleFleet(now) {
		major, _, _ := strings.Cut(d.OSVersion, ".")
		kind := d.DeviceType + " " + d.DeviceEnrollmentType
		if d.DeviceType == "android" || d.DeviceType == "androidForWork" {
			kind += " " + major
		}
		got = append(got, kind, d.ManagementState)
		if ids[d.ID] || ids[d.SerialNumber] || d.Manufacturer == "" || d.Model == "" || d.SerialNumber == "" {
			t.Errorf("%s: an id or a serial number twice, or something is missing", d.DeviceName)
		}
		ids[d.ID], ids[d.SerialNumber] = true, true
		if other, known := users[d.UserID]; known && other != d.UserPrincipalName {
			t.Errorf("%s and %s have one user id", other, d.UserPrincipalName)
		}
		users[d.UserID] = d.UserPrincipalName
		if age := now.Sub(d.LastSyncDateTime); age <= 0 || age > 40*24*time.Hour {
			t.Errorf("%s checked in %v ago", d.DeviceName, age)
		}
	}
	slices.Sort(got)
	want := []string{
		"android userEnrollment 6", "android userEnrollment 9",
		"androidEnterprise androidEnterpriseCorporateWorkProfile", "androidEnterprise androidEnterpriseDedicatedDevice",
		"androidEnterprise androidEnterpriseFullyManaged",
		"androidForWork userEnrollment 13", "androidForWork userEnrollment 14", "androidForWork userEnrollment 7",
		"androidnGMS androidAOSPUserOwnedDeviceEnrollment", "androidnGMS androidAOSPUserlessDeviceEnrollment",
		"chromeOS unknown", "discovered", "iPad appleBulkWithUser", "iPhone appleBulkWithUser", "macMDM appleUserEnrollment",
		"managed", "retirePending", "windowsRT windowsAzureADJoin",
	}
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
