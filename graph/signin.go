package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"passcodebot/approvals"
)

// The application permissions that the app needs.
const (
	PermissionReset = "DeviceManagementManagedDevices.PrivilegedOperations.All"
	PermissionRead  = "DeviceManagementManagedDevices.Read.All"
	// permissionReadWrite includes PermissionRead.
	permissionReadWrite = "DeviceManagementManagedDevices.ReadWrite.All"
)

const grant = "In the Entra admin center, under the app registration's API permissions, add it as an application permission of Microsoft Graph and grant admin consent; it counts within minutes."

// SignIn gets a token and looks whether it carries the permissions that are
// needed. Its error is Forbidden, and names what to change and where, or
// Unavailable where Entra does not answer.
func (c *Client) SignIn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	c.tokens.renew()
	token, err := c.tokens.get(ctx)
	if err != nil {
		return err
	}
	roles, ok := rolesOf(token)
	if !ok {
		c.log.Warn("token not readable, so its permissions are not checked")
		return nil
	}
	var missing []string
	if !slices.Contains(roles, PermissionReset) {
		missing = append(missing, PermissionReset)
	}
	if !slices.Contains(roles, PermissionRead) && !slices.Contains(roles, permissionReadWrite) {
		missing = append(missing, PermissionRead)
	}
	if len(missing) == 0 {
		return nil
	}
	text, hint := "The app registration lacks the permission "+missing[0]+".", grant
	if len(missing) > 1 {
		text = "The app registration lacks the permissions " + strings.Join(missing, " and ") + "."
		hint = strings.NewReplacer("add it as an application permission", "add them as application permissions", "it counts", "they count").Replace(grant)
	}
	return &approvals.Error{Kind: approvals.Forbidden, Code: "permission-missing", Text: text, Hint: hint}
}

// rolesOf reads a token's roles, without verifying it: that is Graph's work.
func rolesOf(token string) ([]string, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return nil, false
	}
	var claims struct {
		Roles []string `json:"roles"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return nil, false
	}
	return claims.Roles, true
}

// renewEvery bounds how often a refusal by Graph makes the app sign in afresh.
const renewEvery = time.Minute

// tokens gets tokens and keeps them until they end, as azidentity does. After
// a refusal they are forgotten, so that a permission that was granted counts
// without a restart.
type tokens struct {
	scope   string
	way     way
	make    func() (azcore.TokenCredential, error)
	now     func() time.Time
	timeout time.Duration // of one answer

	mu       sync.Mutex
	source   azcore.TokenCredential
	made     time.Time
	fetching *flight[azcore.AccessToken] // nil where nobody asks
}

// GetToken implements azcore.TokenCredential. Its errors are *approvals.Error.
// Those who ask at the same time share one answer: azidentity would let them
// wait for one another, one timeout after the other, without regard to ctx.
func (t *tokens) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	t.mu.Lock()
	if !t.fetching.open() {
		t.fetching = newFlight[azcore.AccessToken](ctx, &t.mu)
		go t.fetch(t.fetching, t.source, options)
	}
	mine := t.fetching
	mine.waiting++
	t.mu.Unlock()
	token, err := mine.wait(ctx)
	if err != nil && ctx.Err() != nil {
		return azcore.AccessToken{}, unanswered(t.way, nil, ctx.Err())
	}
	return token, err
}

// fetch gets a token for those who wait for it.
func (t *tokens) fetch(f *flight[azcore.AccessToken], source azcore.TokenCredential, options policy.TokenRequestOptions) {
	ctx, cancel := context.WithTimeout(f.ctx, t.timeout)
	defer cancel()
	ctx, last := withEntraError(ctx)
	token, err := source.GetToken(ctx, options)
	if err != nil {
		failure := signInFailure(t.way, err, last(), ctx.Err())
		if failure.Kind == approvals.Forbidden {
			t.refused() // a certificate that was exchanged on disk counts
		}
		token, err = azcore.AccessToken{}, failure
	}
	t.mu.Lock()
	if t.fetching == f {
		t.fetching = nil
	}
	t.mu.Unlock()
	f.land(token, err)
}

func (t *tokens) get(ctx context.Context) (string, error) {
	token, err := t.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{t.scope}})
	return token.Token, err
}

// renew forgets what is kept. Where new credentials can't be made the old ones
// go on.
func (t *tokens) renew() {
	source, err := t.make()
	if err != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.source, t.made, t.fetching = source, t.now(), nil
}

// refused is told that Graph has refused a token, or Entra the credentials.
func (t *tokens) refused() {
	t.mu.Lock()
	old := t.now().Sub(t.made) >= renewEvery
	t.mu.Unlock()
	if old {
		t.renew()
	}
}
