package graph

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/devicemanagement"

	"passcodebot/approvals"
)

const (
	// clocksDiffer and clocksApart are from when on a difference of clocks is
	// a warning and an error: Entra takes assertions for five minutes.
	clocksDiffer = 30 * time.Second
	clocksApart  = 5 * time.Minute
	// endsSoon is how long before its end a certificate or a secret is warned
	// of.
	endsSoon = 30 * 24 * time.Hour
)

// Examine asks Entra and Graph whether all is well, and changes nothing there:
// it signs in afresh, reads one device and one entry of the record of remote
// actions, and compares tenant, app, permissions, clouds, clocks and ends with
// what is configured. What fails is a finding; there is no error.
func (c *Client) Examine(ctx context.Context) Examination {
	x := &Examination{Way: c.tokens.way.name, Cloud: c.setup.cloud, Permissions: []string{}, Missing: []string{}, Excess: []string{}, Findings: []Finding{}}
	c.examineTenant(ctx, x)
	c.examineFiles(x)
	signIn, cancel := context.WithTimeout(ctx, c.timeout)
	c.tokens.renew(nil)
	token, err := c.tokens.get(signIn)
	cancel()
	if err != nil {
		x.failed("sign-in", err)
		return *x
	}
	x.add(LevelOK, "sign-in", "Entra signs this app in with "+x.Way+".", "", "")
	if c.tokens.way == byCLI {
		x.add(LevelWarning, "for-trying", "This app signs in with the account of az login, which is meant for trying.",
			"For serving, sign in as an app: docs/signing-in.md has the ways.", "")
	}
	held, readable := readClaims(token)
	if readable {
		c.examineToken(x, held)
	} else {
		x.add(LevelWarning, "permissions", "The token cannot be read here, so its permissions are not known.", "", "")
	}
	c.examineReads(ctx, x)
	if c.tokens.way == bySecret {
		c.examineSecret(ctx, x)
	}
	return *x
}

// examineTenant asks Entra of which cloud the tenant is, and what time it is.
// Microsoft identity platform: OpenID Connect discovery, which needs no token.
func (c *Client) examineTenant(ctx context.Context, x *Examination) {
	if c.setup.credentials.TenantID == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	address := strings.TrimRight(c.setup.authority, "/") + "/" + url.PathEscape(c.setup.credentials.TenantID) + "/v2.0/.well-known/openid-configuration"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return // the sign-in tells what is wrong
	}
	resp, err := entraTransport{&http.Client{Transport: c.setup.transport, CheckRedirect: stay}}.Do(req)
	if err != nil {
		return
	}
	now := c.now()
	defer resp.Body.Close()
	c.examineClock(x, "clock-entra", "Entra", resp.Header.Get("Date"), now)
	var told struct {
		Graph string `json:"msgraph_host"`
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(data, &told) != nil || told.Graph == "" {
		return
	}
	host := func(address string) string { return strings.ToLower(strings.TrimPrefix(address, "https://")) }
	if host(told.Graph) == host(c.setup.graph) {
		x.add(LevelOK, "tenant-cloud", "The tenant is of the configured cloud, "+string(c.setup.cloud)+".", "", "")
		return
	}
	hint := "Set the cloud in which the tenant is."
	for _, other := range []Cloud{Global, USGov, USDoD, China} {
		if host(other.addresses().graph) == host(told.Graph) {
			hint = "Set cloud: " + string(other) + " in the config."
		}
	}
	x.add(LevelError, "tenant-cloud", "The tenant is not of the configured cloud, "+string(c.setup.cloud)+": its Graph is at "+oneLine(told.Graph, 60)+".", hint, "")
}

// examineToken compares what the token says with what is configured.
func (c *Client) examineToken(x *Examination, held claims) {
	x.Tenant, x.App, x.Person = oneLine(held.Tenant, 60), oneLine(held.App, 60), oneLine(held.Person, 200)
	if granted := held.granted(); granted != nil {
		x.Permissions = granted
	}
	configured := c.setup.credentials
	compare := func(code, what, variable, have, want string) {
		if _, isID := approvals.ParseGUID(want); !isID || have == "" {
			return // a tenant may be configured by its domain
		}
		if strings.EqualFold(have, want) {
			x.add(LevelOK, code, "The token is of the configured "+what+".", "", "")
			return
		}
		x.add(LevelError, code, "The token is of another "+what+" than the configured one: "+have+".", "Look at "+variable+".", "")
	}
	compare("token-tenant", "tenant", "AZURE_TENANT_ID", x.Tenant, configured.TenantID)
	if c.tokens.way != byCLI {
		compare("token-app", "app", "AZURE_CLIENT_ID", x.App, configured.ClientID)
	}
	const graphApp = "00000003-0000-0000-c000-000000000000" // of Graph, in each cloud
	if audience := strings.TrimRight(held.audience(), "/"); audience != "" && audience != graphApp && !strings.EqualFold(audience, c.setup.graph) {
		x.add(LevelError, "token-audience", "The token is not for the Graph of the configured cloud, "+string(c.setup.cloud)+", but for "+oneLine(audience, 60)+".",
			"Set cloud in the config to the tenant's: global, usgov, usdod or china.", "")
	}
	if missing := held.missing(); len(missing) > 0 {
		x.Missing = missing
		x.failed("permissions", c.tokens.way.lacks(missing, held.delegated()))
	} else {
		x.add(LevelOK, "permissions", "The token has the permissions that are needed: "+PermissionReset+" and "+held.reads()+".", "", "")
	}
	const how = ": in the Entra admin center under the app's API permissions, or with az ad app permission delete and then az ad app permission admin-consent."
	excess := held.excess()
	x.Excess = append(x.Excess, excess...)
	if held.reads() == permissionReadWrite {
		excess = slices.DeleteFunc(excess, func(p string) bool { return p == permissionReadWrite })
		x.add(LevelWarning, "permissions-stand-in", "The token reads devices by "+permissionReadWrite+", which also lets who steals the credentials change them; "+PermissionRead+" is enough.",
			"Add "+PermissionRead+" and consent to it first, since there is no other right to read; then take "+permissionReadWrite+" away"+how, "")
	}
	if len(excess) > 0 {
		x.add(LevelWarning, "permissions-excess", "The token has permissions that are not needed: "+oneLine(strings.Join(excess, ", "), 1000)+".",
			"Take them away, so that who steals the credentials can do less"+how, "")
	}
}

// reads is the permission by which the token reads devices; empty for none.
func (c claims) reads() string {
	for _, p := range []string{PermissionRead, permissionReadWrite} {
		if slices.Contains(c.granted(), p) {
			return p
		}
	}
	return ""
}

// examineReads reads a device and an entry of the record.
func (c *Client) examineReads(ctx context.Context, x *Examination) {
	one := new(int32(1))
	ex := c.examineRead(ctx, x, opFind, "read-devices", "Graph lets this app read managed devices.", func(ctx context.Context) (*abstractions.RequestInformation, error) {
		return c.devices().ToGetRequestInformation(ctx, &devicemanagement.ManagedDevicesRequestBuilderGetRequestConfiguration{
			QueryParameters: &devicemanagement.ManagedDevicesRequestBuilderGetQueryParameters{Top: one, Select: []string{"id"}},
		})
	}, newDevicePage)
	if ex.status != 0 {
		c.examineClock(x, "clock-graph", "Graph", ex.header.Get("Date"), c.now())
	}
	c.examineRead(ctx, x, opResets, "read-audits", "Graph lets this app read the record of remote actions.", func(ctx context.Context) (*abstractions.RequestInformation, error) {
		return c.audits().ToGetRequestInformation(ctx, &devicemanagement.RemoteActionAuditsRequestBuilderGetRequestConfiguration{
			QueryParameters: &devicemanagement.RemoteActionAuditsRequestBuilderGetQueryParameters{Top: one},
		})
	}, newAuditsPage)
}

func (c *Client) examineRead(ctx context.Context, x *Examination, op, code, good string, info func(context.Context) (*abstractions.RequestInformation, error), as serialization.ParsableFactory) *exchange {
	ctx, cancel := context.WithTimeout(ctx, 2*c.timeout)
	defer cancel()
	ex, failure := c.do(ctx, operation{name: op}, func(ctx context.Context) error {
		request, err := info(ctx)
		if err != nil {
			return err
		}
		_, err = c.get(ctx, request, as)
		return err
	})
	if failure != nil {
		x.failed(code, failure)
		return ex
	}
	x.add(LevelOK, code, good, "", ex.requestID())
	return ex
}

// examineClock compares this machine's clock with that of a service.
func (c *Client) examineClock(x *Examination, code, service, date string, now time.Time) {
	there, err := http.ParseTime(date)
	if err != nil {
		return
	}
	apart := now.Sub(there)
	word := "ahead of"
	if apart < 0 {
		apart, word = -apart, "behind"
	}
	level, text, hint := LevelOK, "This machine's clock agrees with "+service+"'s.", ""
	if apart > clocksDiffer {
		level, text = LevelWarning, "This machine's clock is "+apart.Round(time.Second).String()+" "+word+" "+service+"'s."
		hint = "Let it be set from the network: timedatectl set-ntp true."
	}
	if apart > clocksApart {
		level = LevelError
	}
	x.add(level, code, text, hint, "")
}

// ends adds when something ends.
func (c *Client) ends(x *Examination, code, what string, at time.Time, renew string) {
	day := at.UTC().Format(time.DateOnly)
	switch left := at.Sub(c.now()); {
	case left <= 0:
		x.add(LevelError, code, "The "+what+" has ended on "+day+".", renew, "")
	case left < endsSoon:
		x.add(LevelWarning, code, "The "+what+" ends soon, on "+day+".", renew, "")
	default:
		x.add(LevelOK, code, "The "+what+" is good until "+day+".", "", "")
	}
}

// earliest is the first of instants; zero for none.
func earliest(at []time.Time) time.Time {
	if len(at) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(at, time.Time.Compare)
}
