package approvals

import (
	"fmt"
	"strconv"
	"strings"
)

// Scope says which passcode a reset changes.
type Scope string

// The scopes of a reset. Intune: what resetPasscode does depends on how the
// Android device is enrolled (memdocs, device-passcode-reset).
const (
	DeviceScope      Scope = "device"       // the passcode of the whole device
	WorkProfileScope Scope = "work profile" // the passcode of the work profile only
)

// Eligibility is whether a device may have its passcode reset: with the
// Scope where it may, with the Reason where it may not.
type Eligibility struct {
	Scope      Scope  // empty where the device is not eligible
	Enrollment string // how the device is enrolled, in words
	Code       string // a fixed name of the reason, such as not-android; empty where eligible
	Reason     string // why not, in words; empty where eligible
}

// Enrolments returns the ways of being enrolled that rules can name, with the
// words in which an Eligibility has them.
func Enrolments() map[string]string {
	return map[string]string{
		"fully-managed":          "fully managed",
		"dedicated":              "dedicated",
		"aosp-user":              "AOSP, user-associated",
		"aosp-userless":          "AOSP, userless",
		"corporate-work-profile": "corporate-owned with work profile",
		"personal-work-profile":  "personally-owned work profile",
		"device-administrator":   "device administrator",
	}
}

// OK says that the device may have its passcode reset.
func (e Eligibility) OK() bool { return e.Scope != "" }

// Check says whether a device may have its passcode reset.
func (d Device) Check() Eligibility {
	if platform := d.platform(); platform != "Android" {
		return Eligibility{
			Enrollment: fmt.Sprintf("%s device", platform), Code: "not-android",
			Reason: fmt.Sprintf("it runs %s, and this bot resets Android passcodes only", platform),
		}
	}
	e := d.enrolment()
	if reason := d.unmanaged(); reason != "" {
		return Eligibility{Enrollment: e.Enrollment, Code: "not-managed", Reason: reason}
	}
	return e
}

// platform names the device's platform. deviceType is the surer witness;
// operatingSystem is asked where deviceType says nothing of the platform.
func (d Device) platform() string {
	kind := strings.ToLower(d.Type)
	os := strings.ToLower(strings.ReplaceAll(d.OS, " ", ""))
	has := func(s string, parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(s, p) {
				return true
			}
		}
		return false
	}
	switch {
	case strings.HasPrefix(kind, "android"):
		return "Android"
	case kind == "ipad":
		return "iPadOS"
	case kind == "iphone", kind == "ipod":
		return "iOS"
	case kind == "mac", kind == "macmdm":
		return "macOS"
	case kind == "chromeos":
		return "ChromeOS"
	case has(kind, "windows", "desktop", "surfacehub", "hololens", "winmo", "winembedded", "holographic", "cloudpc"):
		return "Windows"
	case has(os, "android"):
		return "Android"
	case has(os, "ipados"):
		return "iPadOS"
	case has(os, "ios"):
		return "iOS"
	case has(os, "mac"):
		return "macOS"
	case has(os, "chrome"):
		return "ChromeOS"
	case has(os, "windows"):
		return "Windows"
	case d.OS != "":
		return d.OS
	}
	return "an unknown system"
}

// enrolment is Microsoft's table of what a reset does, by how an Android
// device is enrolled (memdocs, device-passcode-reset).
func (d Device) enrolment() Eligibility {
	major, known := d.majorVersion()
	switch d.Enrollment {
	case "androidEnterpriseFullyManaged":
		return Eligibility{Scope: DeviceScope, Enrollment: "fully managed"}
	case "androidEnterpriseDedicatedDevice":
		return Eligibility{Scope: DeviceScope, Enrollment: "dedicated"}
	case "androidAOSPUserOwnedDeviceEnrollment":
		return Eligibility{Scope: DeviceScope, Enrollment: "AOSP, user-associated"}
	case "androidAOSPUserlessDeviceEnrollment":
		return Eligibility{Scope: DeviceScope, Enrollment: "AOSP, userless"}
	case "androidEnterpriseCorporateWorkProfile":
		return workProfile("corporate-owned with work profile", major, known)
	}
	switch {
	case d.Type == "androidForWork" || strings.EqualFold(d.OS, "AndroidForWork"):
		return workProfile("personally-owned work profile", major, known)
	case d.Type == "android" && strings.EqualFold(d.OS, "Android"):
		return deviceAdministrator(major, known)
	}
	return Eligibility{
		Enrollment: "enrolled in an unknown way", Code: "unknown-enrolment",
		Reason: "Intune does not say how it is enrolled, so what a reset would do is not known",
	}
}

func workProfile(enrollment string, major int, known bool) Eligibility {
	switch {
	case !known:
		return unknownVersion(enrollment)
	case major < 8:
		return Eligibility{
			Enrollment: enrollment, Code: "work-profile-too-old",
			Reason: "Intune cannot reset a work profile on Android 7 and earlier",
		}
	}
	return Eligibility{Scope: WorkProfileScope, Enrollment: enrollment}
}

func deviceAdministrator(major int, known bool) Eligibility {
	const enrollment = "device administrator"
	switch {
	case !known:
		return unknownVersion(enrollment)
	case major >= 7:
		return Eligibility{
			Enrollment: enrollment, Code: "device-administrator",
			Reason: "Intune cannot reset a device administrator device on Android 7 and later",
		}
	}
	return Eligibility{Scope: DeviceScope, Enrollment: enrollment}
}

func unknownVersion(enrollment string) Eligibility {
	return Eligibility{
		Enrollment: enrollment, Code: "unknown-version",
		Reason: "Intune does not know its Android version, on which a reset depends",
	}
}

func (d Device) majorVersion() (int, bool) {
	digits, _, _ := strings.Cut(d.OSVersion, ".")
	n, err := strconv.Atoi(strings.TrimSpace(digits))
	return n, err == nil && n > 0
}

// unmanaged says why Intune would not carry out an action on the device, or
// nothing where it would.
func (d Device) unmanaged() string {
	switch d.State {
	case "retirePending", "retireIssued":
		return "it is being retired"
	case "wipePending", "wipeIssued":
		return "it is being wiped"
	case "deletePending", "delete":
		return "it is being deleted from Intune"
	case "discovered":
		return "it is known to Intune but not managed by it"
	case "", "managed", "retireFailed", "retireCanceled", "wipeFailed", "wipeCanceled", "unhealthy":
	default:
		return fmt.Sprintf("Intune does not manage it now (%s)", d.State)
	}
	switch d.Agent {
	case "eas", "msSense", "configurationManagerClient":
		return fmt.Sprintf("it is not managed by Intune (%s)", d.Agent)
	}
	return ""
}
