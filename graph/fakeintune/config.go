package fakeintune

import (
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"
)

// SampleTenant is the tenant where Config names none.
const SampleTenant = "c0ffee00-0000-4000-8000-00000000c0de"

// The roles that Intune asks of an application.
const (
	// RoleRead lets an application read managed devices and the audits of
	// remote actions.
	RoleRead = "DeviceManagementManagedDevices.Read.All"
	// RoleReadWrite is more than RoleRead.
	RoleReadWrite = "DeviceManagementManagedDevices.ReadWrite.All"
	// RolePrivileged lets an application reset passcodes.
	RolePrivileged = "DeviceManagementManagedDevices.PrivilegedOperations.All"
)

// Config is what the faked tenant is like. The zero value is a working tenant
// without applications and devices.
type Config struct {
	// Now is the tenant's clock; time.Now where it is nil.
	Now func() time.Time
	// Tenant is the tenant's GUID; SampleTenant where it is empty.
	Tenant string
	// Apps are the registered applications.
	Apps []App
	// Devices is the fleet.
	Devices []Device
	// Latency is added to every Graph call.
	Latency time.Duration
	// CheckIn is how long after a reset an online device carries it out;
	// 3 s where it is zero. Below zero, devices check in only by
	// Server.CheckIn.
	CheckIn time.Duration
	// PageSize is the longest page of a list; 50 where it is zero.
	PageSize int
	// Writes and Requests are what one application may do in a Window: 200
	// and 2,000 in 20 s where they are zero.
	Writes, Requests int
	// TenantWrites and TenantRequests are what all applications together
	// may do in a Window: 400 and 4,000 where they are zero.
	TenantWrites, TenantRequests int
	// Window is the time that the limits are about.
	Window time.Duration
	// OmitRetryAfter leaves the header Retry-After out of Intune's 429s, as
	// Intune often does.
	OmitRetryAfter bool
	// TokenLife is how long a token is good for; an hour where it is zero.
	TokenLife time.Duration
	// GraphHost is where Entra says that the tenant's Graph is; at the server's
	// own address where it is empty. A tenant of another cloud has another.
	GraphHost string
	// IdentityHeader is what App Service's endpoint of managed identities wants
	// in X-IDENTITY-HEADER. It gives no tokens where it is empty.
	IdentityHeader string
	// Passcode is the temporary passcode that resets set; a random one each
	// time where it is empty.
	Passcode string
	// Seed is what the chances of faults come from: the same calls in the
	// same order meet the same faults.
	Seed uint64
	// Logger hears of each call; nobody where it is nil.
	Logger *slog.Logger
}

// App is an application that is registered in the tenant.
type App struct {
	ClientID string
	// Secret is the client secret; empty for none.
	Secret string
	// SecretExpires is when the secret ends; never where it is zero.
	SecretExpires time.Time
	// Certificate is what client assertions are signed with; nil for none.
	Certificate *x509.Certificate
	// Federation is whose tokens sign it in; nil for nobody's.
	Federation *Federation
	// Managed makes it a managed identity, which signs in by the machine's own
	// endpoint alone.
	Managed bool
	// Roles are the application permissions that an administrator consented
	// to.
	Roles []string
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Tenant == "" {
		c.Tenant = SampleTenant
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Apps = slices.Clone(c.Apps)
	orDuration(&c.CheckIn, 3*time.Second)
	orDuration(&c.Window, 20*time.Second)
	orDuration(&c.TokenLife, time.Hour)
	orInt(&c.PageSize, 50)
	orInt(&c.Writes, 200)
	orInt(&c.Requests, 2000)
	orInt(&c.TenantWrites, 400)
	orInt(&c.TenantRequests, 4000)
	return c
}

// check reports every mistake at once.
func (c Config) check() error {
	var wrong []error
	if !isGUID(c.Tenant) {
		wrong = append(wrong, fmt.Errorf("the tenant %q is not a GUID", c.Tenant))
	}
	seen := map[string]bool{}
	for _, a := range c.Apps {
		id := "app " + strings.ToLower(a.ClientID)
		if a.ClientID == "" {
			wrong = append(wrong, errors.New("an app has no client id"))
		}
		if seen[id] {
			wrong = append(wrong, fmt.Errorf("two apps have the client id %q", a.ClientID))
		}
		seen[id] = true
	}
	for _, d := range c.Devices {
		id := strings.ToLower(d.ID)
		if !isGUID(d.ID) {
			wrong = append(wrong, fmt.Errorf("the device %q has the id %q, which is not a GUID", d.DeviceName, d.ID))
		}
		if seen[id] {
			wrong = append(wrong, fmt.Errorf("two devices have the id %q", d.ID))
		}
		seen[id] = true
	}
	return errors.Join(wrong...)
}

func isGUID(s string) bool {
	ok, err := regexp.MatchString(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`, s)
	return ok && err == nil
}

func orDuration(d *time.Duration, otherwise time.Duration) {
	if *d == 0 {
		*d = otherwise
	}
}

func orInt(n *int, otherwise int) {
	if *n == 0 {
		*n = otherwise
	}
}
