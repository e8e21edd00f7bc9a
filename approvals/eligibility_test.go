package approvals_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// Every row of Microsoft's table of what resetPasscode does (memdocs,
// device-passcode-reset), with the versions at its edges.
func TestCheck_enrolment(t *testing.T) {
	t.Parallel()
	const (
		admin     = "Intune cannot reset a device administrator device on Android 7 and later"
		tooOld    = "Intune cannot reset a work profile on Android 7 and earlier"
		noVersion = "Intune does not know its Android version, on which a reset depends"
	)
	eligible := func(s approvals.Scope, enrollment string) approvals.Eligibility {
		return approvals.Eligibility{Scope: s, Enrollment: enrollment}
	}
	refused := func(enrollment, code, reason string) approvals.Eligibility {
		return approvals.Eligibility{Enrollment: enrollment, Code: code, Reason: reason}
	}
	for _, tt := range []struct {
		name                      string
		kind, os, version, enroll string
		want                      approvals.Eligibility
	}{
		{"fully managed", "androidEnterprise", "Android", "15", "androidEnterpriseFullyManaged", eligible(approvals.DeviceScope, "fully managed")},
		{"fully managed, no version", "androidEnterprise", "Android", "", "androidEnterpriseFullyManaged", eligible(approvals.DeviceScope, "fully managed")},
		{"dedicated", "androidEnterprise", "AndroidEnterprise", "13", "androidEnterpriseDedicatedDevice", eligible(approvals.DeviceScope, "dedicated")},
		{"AOSP with a user", "androidnGMS", "Android (AOSP)", "10", "androidAOSPUserOwnedDeviceEnrollment", eligible(approvals.DeviceScope, "AOSP, user-associated")},
		{"AOSP without", "androidnGMS", "Android (AOSP)", "10", "androidAOSPUserlessDeviceEnrollment", eligible(approvals.DeviceScope, "AOSP, userless")},
		{"own work profile 14", "androidForWork", "Android", "14.0", "", eligible(approvals.WorkProfileScope, "personally-owned work profile")},
		{"own work profile 8", "androidForWork", "Android", "8.0.0", "userEnrollment", eligible(approvals.WorkProfileScope, "personally-owned work profile")},
		{"own work profile 8, by its system", "unknown", "AndroidForWork", "8", "", eligible(approvals.WorkProfileScope, "personally-owned work profile")},
		{"own work profile 7", "androidForWork", "Android", "7.1.2", "", refused("personally-owned work profile", "work-profile-too-old", tooOld)},
		{"own work profile, no version", "androidForWork", "Android", "", "", refused("personally-owned work profile", "unknown-version", noVersion)},
		{"corporate work profile 11", "androidEnterprise", "Android", "11", "androidEnterpriseCorporateWorkProfile", eligible(approvals.WorkProfileScope, "corporate-owned with work profile")},
		{"corporate work profile 7", "androidEnterprise", "Android", "7", "androidEnterpriseCorporateWorkProfile", refused("corporate-owned with work profile", "work-profile-too-old", tooOld)},
		{"corporate work profile on a work type", "androidForWork", "Android", "12", "androidEnterpriseCorporateWorkProfile", eligible(approvals.WorkProfileScope, "corporate-owned with work profile")},
		{"administrator 6", "android", "Android", "6.0.1", "", eligible(approvals.DeviceScope, "device administrator")},
		{"administrator 7", "android", "Android", "7.0", "", refused("device administrator", "device-administrator", admin)},
		{"administrator 13", "android", "Android", "13", "", refused("device administrator", "device-administrator", admin)},
		{"administrator, no version", "android", "Android", "Unknown", "", refused("device administrator", "unknown-version", noVersion)},
		{"administrator, version zero", "android", "Android", "0.0", "", refused("device administrator", "unknown-version", noVersion)},
		{"nobody says how", "androidEnterprise", "Android", "14", "", refused("enrolled in an unknown way", "unknown-enrolment", "Intune does not say how it is enrolled, so what a reset would do is not known")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := approvals.Device{Type: tt.kind, OS: tt.os, OSVersion: tt.version, Enrollment: tt.enroll, State: "managed"}
			got := d.Check()
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Check (-want +got):\n%s", diff)
			}
			if got.OK() != (got.Code == "") {
				t.Errorf("OK is %v with the code %q", got.OK(), got.Code)
			}
		})
	}
}

func TestCheck_otherPlatforms(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ kind, os, want string }{
		{"iPhone", "iOS", "iOS"},
		{"iPod", "iOS", "iOS"},
		{"iPad", "iOS", "iPadOS"},
		{"", "iPadOS", "iPadOS"},
		{"unknown", "iOS", "iOS"},
		{"mac", "macOS", "macOS"},
		{"macMDM", "macOS", "macOS"},
		{"", "Mac OS X", "macOS"},
		{"chromeOS", "ChromeOS", "ChromeOS"},
		{"", "Chrome OS", "ChromeOS"},
		{"desktop", "Windows", "Windows"},
		{"windowsRT", "Windows", "Windows"},
		{"windowsPhone", "Windows", "Windows"},
		{"windows10x", "Windows", "Windows"},
		{"winMO6", "Windows", "Windows"},
		{"winEmbedded", "Windows", "Windows"},
		{"surfaceHub", "Windows", "Windows"},
		{"holoLens", "Windows", "Windows"},
		{"cloudPC", "Windows", "Windows"},
		{"", "Windows", "Windows"},
		{"linux", "Linux (ubuntu)", "Linux (ubuntu)"},
		{"visionOS", "visionOS", "visionOS"},
		{"appleTV", "tvOS", "tvOS"},
		// What the system claims doesn't make another type of device Android.
		{"iPhone", "Android", "iOS"},
		{"desktop", "AndroidEnterprise", "Windows"},
		{"", "", "an unknown system"},
	} {
		t.Run(tt.kind+" "+tt.os, func(t *testing.T) {
			t.Parallel()
			d := approvals.Device{Type: tt.kind, OS: tt.os, OSVersion: "15", Enrollment: "androidEnterpriseFullyManaged", State: "managed"}
			want := approvals.Eligibility{
				Enrollment: tt.want + " device", Code: "not-android",
				Reason: "it runs " + tt.want + ", and this bot resets Android passcodes only",
			}
			if diff := cmp.Diff(want, d.Check()); diff != "" {
				t.Errorf("Check (-want +got):\n%s", diff)
			}
		})
	}
}

// Each managementState and managementAgent that Graph's beta names.
func TestCheck_management(t *testing.T) {
	t.Parallel()
	const (
		retired = "it is being retired"
		wiped   = "it is being wiped"
		deleted = "it is being deleted from Intune"
	)
	for _, tt := range []struct{ state, agent, want string }{
		{"managed", "", ""},
		{"", "", ""},
		{"retirePending", "", retired},
		{"retireIssued", "", retired},
		{"retireFailed", "", ""},
		{"retireCanceled", "", ""},
		{"wipePending", "", wiped},
		{"wipeIssued", "", wiped},
		{"wipeFailed", "", ""},
		{"wipeCanceled", "", ""},
		{"unhealthy", "", ""},
		{"deletePending", "", deleted},
		{"discovered", "", "it is known to Intune but not managed by it"},
		{"unknownFutureValue", "", "Intune does not manage it now (unknownFutureValue)"},
		{"managed", "mdm", ""},
		{"managed", "easMdm", ""},
		{"managed", "intuneClient", ""},
		{"managed", "configurationManagerClientMdm", ""},
		{"managed", "googleCloudDevicePolicyController", ""},
		{"managed", "intuneAosp", ""},
		{"managed", "eas", "it is not managed by Intune (eas)"},
		{"managed", "msSense", "it is not managed by Intune (msSense)"},
		{"managed", "configurationManagerClient", "it is not managed by Intune (configurationManagerClient)"},
		{"wipeIssued", "eas", wiped},
	} {
		t.Run(tt.state+" "+tt.agent, func(t *testing.T) {
			t.Parallel()
			d := managed(pixel, "Alice Pixel", "alice")
			d.State, d.Agent = tt.state, tt.agent
			want := approvals.Eligibility{Scope: approvals.DeviceScope, Enrollment: "fully managed"}
			if tt.want != "" {
				want = approvals.Eligibility{Enrollment: "fully managed", Code: "not-managed", Reason: tt.want}
			}
			if diff := cmp.Diff(want, d.Check()); diff != "" {
				t.Errorf("Check (-want +got):\n%s", diff)
			}
		})
	}
}
