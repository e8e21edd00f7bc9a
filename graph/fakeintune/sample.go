package fakeintune

import (
	"fmt"
	"strings"
	"time"
)

// way is a way of being enrolled, as Graph describes it.
type way struct{ os, kind, enrollment, owner, agent string }

var (
	fullyManaged     = way{"Android", "androidEnterprise", "androidEnterpriseFullyManaged", "company", "googleCloudDevicePolicyController"}
	dedicated        = way{"Android", "androidEnterprise", "androidEnterpriseDedicatedDevice", "company", "googleCloudDevicePolicyController"}
	corporateProfile = way{"Android", "androidEnterprise", "androidEnterpriseCorporateWorkProfile", "company", "googleCloudDevicePolicyController"}
	personalProfile  = way{"Android", "androidForWork", "userEnrollment", "personal", "mdm"}
	aospUser         = way{"Android", "androidnGMS", "androidAOSPUserOwnedDeviceEnrollment", "company", "mdm"}
	aospUserless     = way{"Android", "androidnGMS", "androidAOSPUserlessDeviceEnrollment", "company", "mdm"}
	administrator    = way{"Android", "android", "userEnrollment", "company", "mdm"}
	iPhone           = way{"iOS", "iPhone", "appleBulkWithUser", "company", "mdm"}
	iPad             = way{"iPadOS", "iPad", "appleBulkWithUser", "company", "mdm"}
	windows          = way{"Windows", "windowsRT", "windowsAzureADJoin", "company", "mdm"}
	mac              = way{"macOS", "macMDM", "appleUserEnrollment", "company", "mdm"}
	chrome           = way{"ChromeOS", "chromeOS", "unknown", "company", "googleCloudDevicePolicyController"}
)

// SampleFleet is a company's fleet of about thirty devices, of every way of
// being enrolled. Its ids are the same each time; its check-ins are relative
// to now.
func SampleFleet(now time.Time) []Device {
	now = now.UTC().Truncate(time.Second)
	var fleet []Device
	add := func(name, maker, model, serial, version, user string, w way, ago time.Duration, edit ...func(*Device)) {
		n := len(fleet) + 1
		d := Device{
			ID:         fmt.Sprintf("d%07d-0000-4000-8000-%012d", n, n),
			DeviceName: name, Manufacturer: maker, Model: model, SerialNumber: serial, OperatingSystem: w.os, OSVersion: version,
			DeviceType: w.kind, DeviceEnrollmentType: w.enrollment, ManagedDeviceOwnerType: w.owner, ManagementAgent: w.agent,
			ManagementState: "managed", ComplianceState: "compliant", AzureADDeviceID: fmt.Sprintf("a%07d-0000-4000-8000-%012d", n, n),
			EnrolledDateTime: now.AddDate(0, -n, 0), LastSyncDateTime: now.Add(-ago),
		}
		if user != "" {
			d.UserPrincipalName, d.EmailAddress = user+"@contoso.com", user+"@contoso.com"
			d.UserDisplayName = strings.ToUpper(user[:1]) + user[1:]
			d.UserID = fmt.Sprintf("e%07x-0000-4000-8000-000000000000", int(user[0])<<16|int(user[1])<<8|len(user))
		}
		for _, e := range edit {
			e(&d)
		}
		fleet = append(fleet, d)
	}
	noncompliant := func(d *Device) { d.ComplianceState = "noncompliant" }
	offline := func(d *Device) { d.Offline = true }
	state := func(s string) func(*Device) { return func(d *Device) { d.ManagementState = s } }
	const minute, hour, day = time.Minute, time.Hour, 24 * time.Hour

	add("Alice's Pixel 8", "Google", "Pixel 8", "3A161FDJH004XK", "15", "alice", fullyManaged, 4*minute)
	add("Alice's Galaxy S23", "Samsung", "SM-S911B", "R5CW30ABCDE", "14", "alice", personalProfile, 3*hour, noncompliant)
	add("Bob's Galaxy XCover", "Samsung", "SM-G736B", "R5CT90WAREH", "14", "bob", corporateProfile, 26*minute)
	add("Carla's Pixel 7a", "Google", "Pixel 7a", "31091JEHN01234", "15", "carla", fullyManaged, 50*minute)
	add("Dmitri's Moto G", "Motorola", "moto g54 5G", "ZY22HQ7K9T", "13", "dmitri", personalProfile, 2*day, offline)
	add("Erin's Pixel Fold", "Google", "Pixel Fold", "37230DLHS00777", "15", "erin", corporateProfile, 8*minute, noncompliant)
	add("Farid's Nokia X30", "HMD Global", "Nokia X30 5G", "NKX30FARID01", "14", "farid", fullyManaged, 12*hour)
	add("Grace's Galaxy A54", "Samsung", "SM-A546B", "RZCW50GRACE", "14", "grace", personalProfile, 35*minute)
	add("Hanna's Fairphone 5", "Fairphone", "FP5", "FP5HANNA0042", "14", "hanna", corporateProfile, 5*day, offline)
	add("Hanna's old Nexus", "LGE", "Nexus 5X", "LGH791HANNA", "7.1.2", "hanna", personalProfile, 40*day, noncompliant)
	add("Rita's Pixel 8 Pro", "Google", "Pixel 8 Pro", "39021FDJG00RITA", "15", "rita", fullyManaged, 11*minute)
	add("Anna's Galaxy S24", "Samsung", "SM-S921B", "R5CX10ANNA7", "15", "anna", corporateProfile, 6*minute)
	add("Ben's Pixel 9", "Google", "Pixel 9", "48111FDBEN0001", "16", "ben", fullyManaged, 17*minute)
	add("Kiosk Lobby 1", "Samsung", "SM-X200", "R9WT20LOBBY1", "14", "", dedicated, 2*minute)
	add("Kiosk Lobby 2", "Samsung", "SM-X200", "R9WT20LOBBY2", "14", "", dedicated, 9*day, offline)
	add("Scanner Dock A", "Zebra", "TC52", "20164522501234", "13", "", dedicated, 1*minute)
	add("Scanner Dock B", "Zebra", "TC52", "20164522505678", "13", "", dedicated, 75*minute, noncompliant)
	add("Headset Training 1", "RealWear", "HMT-1", "RWHMT100017", "10", "grace", aospUser, 7*hour)
	add("Headset Training 2", "HTC", "VIVE Focus 3", "FA1AB2C00123", "10", "", aospUserless, 30*hour)
	add("Forklift Tablet", "Panasonic", "FZ-A3", "2KTSA01234", "6.0.1", "bob", administrator, 18*day)
	add("Warehouse Handheld", "Honeywell", "CT40", "19310D8123", "9", "bob", administrator, 3*day, noncompliant)
	add("Carla's iPhone 15", "Apple", "iPhone 15", "F4GXQ1CARLA", "18.1", "carla", iPhone, 22*minute)
	add("Erin's iPad Air", "Apple", "iPad Air", "DMPXQ2ERIN1", "17.6", "erin", iPad, 4*hour)
	add("ALICE-LT-042", "Lenovo", "ThinkPad X1", "PF3ALICE042", "10.0.22631", "alice", windows, 13*minute)
	add("Grace's MacBook", "Apple", "MacBook Pro", "C02GRACE123", "14.6", "grace", mac, 90*minute)
	add("Reception Chromebook", "Acer", "Chromebook 314", "NXATHCHROME1", "126.0", "", chrome, 1*day)
	add("Farid's returned Pixel 6", "Google", "Pixel 6", "1B061FDFARID6", "14", "farid", fullyManaged, 15*day, state("retirePending"))
	add("Unclaimed Galaxy Tab", "Samsung", "SM-T575", "R52UNCLAIMED", "13", "", dedicated, 33*day, state("discovered"))
	add("Dmitri's Pixel 8a", "Google", "Pixel 8a", "4C051JEHNDMIT8", "15", "dmitri", fullyManaged, 20*minute)
	add("Nora's Galaxy A34", "Samsung", "SM-A346B", "RZCW40NORA34", "14", "nora", personalProfile, 55*minute)
	return fleet
}
