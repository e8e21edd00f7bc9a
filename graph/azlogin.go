package graph

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"passcodebot/approvals"
)

// keptUntil is how long before its end a token is asked for anew.
const keptUntil = 5 * time.Minute

// kept keeps the token of a credential that keeps none itself: azidentity
// would run az, which takes a second, for each call.
type kept struct {
	source azcore.TokenCredential

	mu    sync.Mutex
	token azcore.AccessToken
}

// GetToken implements azcore.TokenCredential.
func (k *kept) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Until(k.token.ExpiresOn) > keptUntil {
		return k.token, nil
	}
	token, err := k.source.GetToken(ctx, options)
	if err == nil {
		k.token = token
	}
	return token, err
}

// entraNumber is how Entra numbers its errors.
var entraNumber = regexp.MustCompile(`AADSTS(\d{4,9})`)

// azRefusals are what a person needs to know of az's failures, by Entra's
// numbers in them.
var azRefusals = []entraRefusal{
	{[]int{90002, 900023, 50020, 50034}, "", "The account of az login is not of the tenant in AZURE_TENANT_ID", "Run: az login --tenant TENANT --allow-no-subscriptions, with the tenant's id."},
	{[]int{50076, 50078, 50079, 50173, 50133, 70043, 70044, 700082, 700084, 500133}, "", "What az login has kept of the account no longer counts", "Run: az logout, and then: az login --tenant TENANT --allow-no-subscriptions."},
	{[]int{65002}, "", "Entra gives az's own app no token for this", "Sign az in as the app itself: az login --service-principal; docs/signing-in.md has the commands."},
}

// azFailure is why az gave no token. It has no codes but those of Entra in
// its words, and the words themselves are not passed on.
func azFailure(err error) *approvals.Error {
	e := &approvals.Error{
		Kind: approvals.Forbidden, Code: "az",
		Text: "The Azure CLI gave no token.",
		Hint: "Run: az account get-access-token --resource-type ms-graph --query expiresOn; it says why.",
		Err:  errors.New("az failed"),
	}
	words := err.Error()
	if found := entraNumber.FindStringSubmatch(words); found != nil {
		e.Code, e.Err = found[0], errors.New("az failed with "+found[0])
		number := entraError{Description: found[0]}.code()
		for _, r := range azRefusals {
			if r.has(number) {
				e.Text, e.Hint = r.text+".", r.hint
			}
		}
		return e
	}
	_, failed := errors.AsType[*azidentity.AuthenticationFailedError](err)
	switch {
	case !failed && strings.Contains(words, "not found on path"):
		e.Code, e.Text = "az-missing", "The Azure CLI, az, is not installed here, or is not on the PATH."
		e.Hint = "Install it (https://aka.ms/azure-cli), or sign in in another way: docs/signing-in.md."
	case strings.Contains(words, "az login"):
		e.Code, e.Text = "az-login", "The Azure CLI is not signed in."
		e.Hint = "Run: az login --tenant TENANT --allow-no-subscriptions, as the user who runs this program."
	}
	return e
}
