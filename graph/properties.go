package graph

import (
	"time"

	"github.com/microsoftgraph/msgraph-beta-sdk-go/models"

	"passcodebot/graph/odata"
)

// property is a property of a managed device that is read, or that a filter
// may ask about.
type property struct {
	odata.Property
	// value reads it; nil for the words of an enumeration, which
	// managedDevice keeps.
	value func(*models.ManagedDevice) any
}

// get returns the property's value on a device, of the Go type that the
// filter language wants, or nil where it has none.
func (p property) get(name string, d *managedDevice) any {
	if p.value != nil {
		return p.value(d.ManagedDevice)
	}
	if w, ok := d.words[name]; ok {
		return w
	}
	return nil
}

// properties are those with simple values that say something of an Android
// device. A filter on others is refused.
var properties = map[string]property{
	"id":                          text((*models.ManagedDevice).GetId, "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'"),
	"deviceName":                  text((*models.ManagedDevice).GetDeviceName, "'Pixel 8'"),
	"managedDeviceName":           text((*models.ManagedDevice).GetManagedDeviceName, "'alice_Android_1/31/2026'"),
	"manufacturer":                text((*models.ManagedDevice).GetManufacturer, "'Google'"),
	"model":                       text((*models.ManagedDevice).GetModel, "'Pixel 8'"),
	"serialNumber":                text((*models.ManagedDevice).GetSerialNumber, "'R58M12ABCDE'"),
	"imei":                        text((*models.ManagedDevice).GetImei, "'356938035643809'"),
	"meid":                        text((*models.ManagedDevice).GetMeid, "'A0000040A1B2C3'"),
	"iccid":                       text((*models.ManagedDevice).GetIccid, "'8945000000000000000'"),
	"phoneNumber":                 text((*models.ManagedDevice).GetPhoneNumber, "'+4512345678'"),
	"wiFiMacAddress":              text((*models.ManagedDevice).GetWiFiMacAddress, "'001122AABBCC'"),
	"subscriberCarrier":           text((*models.ManagedDevice).GetSubscriberCarrier, "'Contoso Mobile'"),
	"operatingSystem":             text((*models.ManagedDevice).GetOperatingSystem, "'Android'"),
	"osVersion":                   text((*models.ManagedDevice).GetOsVersion, "'15.0'"),
	"androidSecurityPatchLevel":   text((*models.ManagedDevice).GetAndroidSecurityPatchLevel, "'2026-01-05'"),
	"userPrincipalName":           text((*models.ManagedDevice).GetUserPrincipalName, "'alice@contoso.com'"),
	"emailAddress":                text((*models.ManagedDevice).GetEmailAddress, "'alice@contoso.com'"),
	"userDisplayName":             text((*models.ManagedDevice).GetUserDisplayName, "'Alice Berg'"),
	"userId":                      text((*models.ManagedDevice).GetUserId, "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'"),
	"enrolledByUserPrincipalName": text((*models.ManagedDevice).GetEnrolledByUserPrincipalName, "'alice@contoso.com'"),
	"enrollmentProfileName":       text((*models.ManagedDevice).GetEnrollmentProfileName, "'Kiosks'"),
	"azureADDeviceId":             text((*models.ManagedDevice).GetAzureADDeviceId, "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'"),
	"deviceCategoryDisplayName":   text((*models.ManagedDevice).GetDeviceCategoryDisplayName, "'Warehouse'"),
	"jailBroken":                  text((*models.ManagedDevice).GetJailBroken, "'True'"),
	"isEncrypted":                 flag((*models.ManagedDevice).GetIsEncrypted),
	"isSupervised":                flag((*models.ManagedDevice).GetIsSupervised),
	"azureADRegistered":           flag((*models.ManagedDevice).GetAzureADRegistered),
	"enrolledDateTime":            moment((*models.ManagedDevice).GetEnrolledDateTime),
	"lastSyncDateTime":            moment((*models.ManagedDevice).GetLastSyncDateTime),
	"complianceGracePeriodExpirationDateTime": moment((*models.ManagedDevice).GetComplianceGracePeriodExpirationDateTime),
	"totalStorageSpaceInBytes":                number((*models.ManagedDevice).GetTotalStorageSpaceInBytes),
	"freeStorageSpaceInBytes":                 number((*models.ManagedDevice).GetFreeStorageSpaceInBytes),
	"complianceState":                         enum("'noncompliant'"),
	"managementState":                         enum("'managed'"),
	"managementAgent":                         enum("'mdm'"),
	"managedDeviceOwnerType":                  enum("'company'"),
	"deviceEnrollmentType":                    enum("'androidEnterpriseFullyManaged'"),
	"deviceType":                              enum("'androidForWork'"),
	"deviceRegistrationState":                 enum("'registered'"),
	"lostModeState":                           enum("'disabled'"),
	"partnerReportedThreatState":              enum("'secured'"),
}

func text(get func(*models.ManagedDevice) *string, sample string) property {
	return property{odata.Property{Type: odata.Text, Sample: sample}, func(d *models.ManagedDevice) any {
		return valueOf(get(d))
	}}
}

func flag(get func(*models.ManagedDevice) *bool) property {
	return property{odata.Property{Type: odata.Bool}, func(d *models.ManagedDevice) any { return valueOf(get(d)) }}
}

func moment(get func(*models.ManagedDevice) *time.Time) property {
	return property{odata.Property{Type: odata.Time}, func(d *models.ManagedDevice) any { return valueOf(get(d)) }}
}

func number(get func(*models.ManagedDevice) *int64) property {
	return property{odata.Property{Type: odata.Number}, func(d *models.ManagedDevice) any { return valueOf(get(d)) }}
}

func enum(sample string) property {
	return property{Property: odata.Property{Type: odata.Enum, Sample: sample}}
}

// valueOf returns what p points to, or nil without a type.
func valueOf[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// schema is the properties, for the filter language.
func schema() odata.Schema {
	s := odata.Schema{}
	for name, p := range properties {
		s[name] = p.Property
	}
	return s
}
