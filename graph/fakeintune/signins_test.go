package fakeintune_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"passcodebot/graph/fakeintune"
)

// A federated credential takes the tokens of one issuer for one subject, and
// says which of them does not fit.
func TestFederation(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, fakeintune.Config{Apps: []fakeintune.App{{
		ClientID: client, Federation: &fakeintune.Federation{Issuer: "https://issuer.test/", Subject: "account", Key: &key.PublicKey},
	}}})
	var want []fakeintune.SignIn
	for _, tc := range []struct {
		change func(*jwt.RegisteredClaims)
		key    *rsa.PrivateKey
		number int // zero for a token
	}{
		{func(*jwt.RegisteredClaims) {}, key, 0},
		{func(c *jwt.RegisteredClaims) { c.Issuer = "https://elsewhere.test/" }, key, 700211},
		{func(c *jwt.RegisteredClaims) { c.Subject = "another" }, key, 700213},
		{func(c *jwt.RegisteredClaims) { c.Audience = jwt.ClaimStrings{"api://other"} }, key, 700212},
		{func(c *jwt.RegisteredClaims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Minute)) }, key, 700024},
		{func(*jwt.RegisteredClaims) {}, other, 700024},
	} {
		c := jwt.RegisteredClaims{
			Issuer: "https://issuer.test/", Subject: "account", Audience: jwt.ClaimStrings{"api://AzureADTokenExchange"},
			ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Minute)),
		}
		tc.change(&c)
		signed, err := jwt.NewWithClaims(jwt.SigningMethodRS256, c).SignedString(tc.key)
		if err != nil {
			t.Fatal(err)
		}
		_, body := p.signIn(fakeintune.SampleTenant, map[string]string{
			"client_secret": "", "client_assertion": signed, "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
		})
		said := fmt.Sprint(body["error_description"])
		if good := body["access_token"] != nil; good != (tc.number == 0) || !good && !strings.HasPrefix(said, fmt.Sprintf("AADSTS%d:", tc.number)) {
			t.Errorf("%+v: %s; want %d", c, said, tc.number)
		}
		want = append(want, fakeintune.SignIn{App: client, With: "federation", Refused: tc.number})
	}
	got := p.s.SignIns()
	for i := range got {
		got[i].At = time.Time{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sign-ins (-want +got):\n%s", diff)
	}
}

// The machine's endpoint gives tokens to who is on the machine.
func TestManagedIdentity_refusals(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{IdentityHeader: "h", Apps: []fakeintune.App{{ClientID: client, Managed: true}}})
	const imds = "/metadata/identity/oauth2/token"
	for _, tc := range []struct {
		path, query, name, value string
		status                   int
	}{
		{imds, "resource=r&api-version=1", "Metadata", "true", 200},
		{imds, "resource=r&api-version=1", "", "", 400},
		{imds, "api-version=1", "Metadata", "true", 400},
		{imds, "resource=r&api-version=1&client_id=other", "Metadata", "true", 400},
		{fakeintune.IdentityPath, "resource=r&api-version=1", "X-IDENTITY-HEADER", "h", 200},
		{fakeintune.IdentityPath, "resource=r&api-version=1", "X-IDENTITY-HEADER", "wrong", 401},
		{fakeintune.IdentityPath, "resource=r&api-version=1", "Metadata", "true", 401},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.s.URL()+tc.path+"?"+tc.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tc.name != "" {
			req.Header.Set(tc.name, tc.value)
		}
		res, err := p.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
		if res.StatusCode != tc.status {
			t.Errorf("%+v: %d", tc, res.StatusCode)
		}
	}
}

// An app reads its registration only if it may read registrations.
func TestApplication(t *testing.T) {
	t.Parallel()
	ends := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	const path = "/beta/applications(appId='" + client + "')"
	app := fakeintune.App{ClientID: client, Secret: secret, SecretExpires: ends, Roles: []string{fakeintune.RoleRead}}
	p := start(t, fakeintune.Config{Apps: []fakeintune.App{app}})
	if res, body := p.call("GET", path); res.StatusCode != 403 || !strings.HasPrefix(message(body), "Authorization_RequestDenied") {
		t.Errorf("without the permission: %d %v", res.StatusCode, body)
	}
	p.s.EditApp(client, func(a *fakeintune.App) { a.Roles = []string{"Application.Read.All"} })
	p.token = ""
	if res, _ := p.call("GET", "/beta/applications(appId='c11e0000-0000-4000-8000-00000000000b')"); res.StatusCode != 404 {
		t.Errorf("another app: %d", res.StatusCode)
	}
	_, body := p.call("GET", path)
	secrets, _ := body["passwordCredentials"].([]any)
	if len(secrets) != 1 {
		t.Fatalf("registration %v; want one secret", body)
	}
	if shown := secrets[0].(map[string]any); shown["hint"] != secret[:3] || shown["endDateTime"] != "2027-01-02T03:04:05Z" || shown["secretText"] != nil {
		t.Errorf("secret %v; want its beginning and its end", shown)
	}
}

// A person's token counts by its scopes, and the person is named in the record.
func TestUserToken(t *testing.T) {
	t.Parallel()
	p := start(t, fakeintune.Config{Passcode: "48151623"})
	device := p.s.Devices()[0].ID
	for _, d := range p.s.Devices() {
		if d.DeviceEnrollmentType == "androidEnterpriseFullyManaged" && d.ManagementState == "managed" {
			device = d.ID
		}
	}
	for status, scopes := range map[int][]string{403: {"User.Read"}, 204: {"User.Read", fakeintune.RolePrivileged}} {
		token, err := p.s.UserToken("carol@contoso.com", scopes...)
		if err != nil {
			t.Fatal(err)
		}
		p.token = token
		if res, body := p.call("POST", devs+"/"+device+"/resetPasscode"); res.StatusCode != status {
			t.Errorf("with %v: %d %v; want %d", scopes, res.StatusCode, body, status)
		}
	}
	p.s.CheckIn(device)
	if audits := p.s.Audits(); len(audits) != 1 || audits[0].By != "carol@contoso.com" {
		t.Errorf("record %+v; want one reset by carol", audits)
	}
	if d, _ := p.s.Device(device); d.Actions[len(d.Actions)-1].Passcode != "48151623" {
		t.Errorf("actions %+v; want the passcode that was given", d.Actions)
	}
}
