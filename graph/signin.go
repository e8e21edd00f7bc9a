package graph

import (
	"context"
	"fmt"
	"log/slog"
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

// What to do about a permission that is missing, and about several.
const (
	grant     = "In the Entra admin center, under the app registration's API permissions, add it as an application permission of Microsoft Graph and grant admin consent; it counts within minutes."
	grantMany = "In the Entra admin center, under the app registration's API permissions, add them as application permissions of Microsoft Graph and grant admin consent; they count within minutes."
)

// SignIn gets a token and looks whether it carries the permissions that are
// needed. Its error is Forbidden, and names what to change and where, or
// Unavailable where Entra does not answer.
func (c *Client) SignIn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	c.tokens.renew(nil)
	token, err := c.tokens.get(ctx)
	if err != nil {
		return err
	}
	if c.tokens.way == byCLI {
		c.log.Warn("signed in with the account of az login, which is meant for trying")
	}
	held, ok := readClaims(token)
	if !ok {
		c.log.Warn("token not readable, so its permissions are not checked")
		return nil
	}
	if missing := held.missing(); len(missing) > 0 {
		return c.tokens.way.lacks(missing, held.delegated())
	}
	return nil
}

// lacks is the error of a token without the permissions that are needed.
func (w way) lacks(missing []string, delegated bool) *approvals.Error {
	e := &approvals.Error{Kind: approvals.Forbidden, Code: "permission-missing"}
	subject, hint, many := "The app registration", grant, grantMany
	switch {
	case delegated:
		subject = "The account of az login"
		hint = "az's own app is not allowed any permission of Intune. Sign az in as the app instead, with az login --service-principal; docs/signing-in.md has the commands."
		many = hint
	case w == byManaged:
		subject = "The managed identity"
		hint = "Assign it to the managed identity as an app role of Microsoft Graph; docs/signing-in.md has the commands. Azure keeps tokens of managed identities for up to 24 hours, so it counts by then."
		many = "Assign them to the managed identity as app roles of Microsoft Graph; docs/signing-in.md has the commands. Azure keeps tokens of managed identities for up to 24 hours, so they count by then."
	}
	e.Text, e.Hint = fmt.Sprintf("%s lacks the permission %s.", subject, missing[0]), hint
	if len(missing) > 1 {
		e.Text, e.Hint = fmt.Sprintf("%s lacks the permissions %s.", subject, strings.Join(missing, " and ")), many
	}
	return e
}

// renewEvery bounds how often a refusal by Graph makes the app sign in afresh.
const renewEvery = time.Minute

// tokens gets tokens and keeps them until they end, as azidentity does. After
// a refusal they are forgotten, so that a permission that was granted counts
// without a restart.
type tokens struct {
	scope   string
	way     way
	file    string // that the credentials are made of; empty for none
	hide    func(string) string
	make    func() (azcore.TokenCredential, error)
	log     *slog.Logger
	now     func() time.Time
	timeout time.Duration // of one answer

	mu       sync.Mutex
	source   azcore.TokenCredential
	before   azcore.TokenCredential // those of the file before; nil once source is known to be good
	made     time.Time
	seen     stamp                       // of the file
	again    time.Time                   // when it is read once more; zero for when it changes
	fetching *flight[azcore.AccessToken] // nil where nobody asks
}

// GetToken implements azcore.TokenCredential. Its errors are *approvals.Error.
// Those who ask at the same time share one answer: azidentity would let them
// wait for one another, one timeout after the other, without regard to ctx.
func (t *tokens) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	t.look()
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
	if old := t.retreat(source, err); old != nil {
		token, err = old.GetToken(ctx, options)
	}
	if err == nil {
		t.settle(source)
	} else {
		failure := t.failure(err, last(), ctx.Err())
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
// go on; where they can, those before are kept for a retreat.
func (t *tokens) renew(before azcore.TokenCredential) bool {
	seen := stampOf(t.file)
	source, err := t.make()
	if err != nil {
		t.log.Warn("new credentials not usable, the old ones go on", "way", t.way.name, "error", approvals.AsError(err).Text)
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.source, t.before, t.made, t.seen, t.again, t.fetching = source, before, t.now(), seen, time.Time{}, nil
	return true
}

// refused is told that Graph has refused a token, or Entra the credentials.
func (t *tokens) refused() {
	t.mu.Lock()
	old := t.now().Sub(t.made) >= renewEvery
	t.mu.Unlock()
	if old {
		t.renew(nil)
	}
}
