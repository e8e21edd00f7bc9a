// Package today re-enacts how passcodes are reset without passcodebot: as the
// action of the Terraform provider for Microsoft 365 does, with Microsoft's
// SDK as it comes. It reads one device after the other, whole, and gives up
// where one is not there; then it resets one after the other.
//
// It imports the SDK itself, where the product does so in package graph alone:
// what is compared must not share its code.
package today

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	kiotaazure "github.com/microsoft/kiota-authentication-azure-go"
	khttp "github.com/microsoft/kiota-http-go"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/devicemanagement"
	msgraphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
)

// Tenant is where the devices are, and who signs in.
type Tenant struct {
	URL                        string            // of Graph and of Entra
	Transport                  http.RoundTripper // trusts it
	ID, ClientID, ClientSecret string
}

// Reset validates the devices and then resets them, one after the other. It
// returns how long that took; the sign-in does not count.
func Reset(ctx context.Context, t Tenant, devices []string) (time.Duration, error) {
	adapter, err := t.signIn(ctx)
	if err != nil {
		return 0, err
	}
	builder := func(id string) *devicemanagement.ManagedDevicesManagedDeviceItemRequestBuilder {
		return devicemanagement.NewManagedDevicesRequestBuilderInternal(map[string]string{}, adapter).ByManagedDeviceId(id)
	}
	began := time.Now()
	for _, id := range devices {
		if _, err := builder(id).Get(ctx, nil); err != nil {
			return 0, fmt.Errorf("validate device %s: %w", id, err)
		}
	}
	for _, id := range devices {
		if err := builder(id).ResetPasscode().Post(ctx, nil); err != nil {
			return 0, fmt.Errorf("reset device %s: %w", id, err)
		}
	}
	return time.Since(began), nil
}

// signIn makes the SDK's adapter with all of its default middleware, which
// also repeats calls, and fetches a token.
func (t Tenant) signIn(ctx context.Context) (*msgraphcore.GraphRequestAdapterBase, error) {
	credential, err := azidentity.NewClientSecretCredential(t.ID, t.ClientID, t.ClientSecret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: azcore.ClientOptions{
			Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: t.URL, Services: map[cloud.ServiceName]cloud.ServiceConfiguration{}},
			Transport: &http.Client{Transport: t.Transport},
		},
		DisableInstanceDiscovery: true,
	})
	if err != nil {
		return nil, err
	}
	const scope = "/.default"
	if _, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{t.URL + scope}}); err != nil {
		return nil, err
	}
	auth, err := kiotaazure.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(credential, []string{t.URL + scope}, []string{"127.0.0.1"})
	if err != nil {
		return nil, err
	}
	options := msgraphcore.GraphClientOptions{GraphServiceVersion: "beta"}
	client := &http.Client{Transport: khttp.NewCustomTransportWithParentTransport(t.Transport, msgraphcore.GetDefaultMiddlewaresWithOptions(&options)...)}
	adapter, err := msgraphcore.NewGraphRequestAdapterBaseWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		auth, options, jsonserialization.NewJsonParseNodeFactory(), jsonserialization.NewJsonSerializationWriterFactory(), client)
	if err != nil {
		return nil, err
	}
	adapter.SetBaseUrl(t.URL + "/beta")
	return adapter, nil
}
