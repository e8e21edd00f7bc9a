package graph

import (
	"errors"
	"log/slog"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"passcodebot/approvals"
)

// Credentials is how the app signs in to Entra: in exactly one of the ways
// ClientSecret, CertificatePath, FederatedTokenFile and ManagedIdentity.
type Credentials struct {
	TenantID string // AZURE_TENANT_ID; not for a managed identity
	ClientID string // AZURE_CLIENT_ID; for a managed identity: which, if it is not the system's

	ClientSecret        string // AZURE_CLIENT_SECRET
	CertificatePath     string // AZURE_CLIENT_CERTIFICATE_PATH: PEM or PKCS #12, with the private key
	CertificatePassword string // AZURE_CLIENT_CERTIFICATE_PASSWORD; empty for none
	FederatedTokenFile  string // AZURE_FEDERATED_TOKEN_FILE: workload identity
	ManagedIdentity     bool
}

// String returns the way of signing in, without secrets.
func (c Credentials) String() string {
	ways := c.ways()
	if len(ways) != 1 {
		return "credentials redacted"
	}
	return ways[0].name + ", redacted"
}

// GoString keeps the secrets out of %#v.
func (c Credentials) GoString() string { return "graph.Credentials{" + c.String() + "}" }

// LogValue keeps the secrets out of logs.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// way is a way of signing in.
type way struct {
	name     string
	variable string // the environment variable that it comes from
}

var (
	bySecret      = way{"a client secret", "AZURE_CLIENT_SECRET"}
	byCertificate = way{"a client certificate", "AZURE_CLIENT_CERTIFICATE_PATH"}
	byWorkload    = way{"a workload identity", "AZURE_FEDERATED_TOKEN_FILE"}
	byManaged     = way{"a managed identity", "AZURE_CLIENT_ID"}
)

func (c Credentials) ways() []way {
	var ways []way
	if c.ClientSecret != "" {
		ways = append(ways, bySecret)
	}
	if c.CertificatePath != "" {
		ways = append(ways, byCertificate)
	}
	if c.FederatedTokenFile != "" {
		ways = append(ways, byWorkload)
	}
	if c.ManagedIdentity {
		ways = append(ways, byManaged)
	}
	return ways
}

// way returns the one way that the credentials are for.
func (c Credentials) way() (way, error) {
	ways := c.ways()
	switch {
	case len(ways) == 0:
		return way{}, badCredentials("There is nothing with which to sign in to Entra.",
			"Set AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE, or choose the managed identity.", nil)
	case len(ways) > 1:
		return way{}, badCredentials("There is more than one way to sign in to Entra: "+ways[0].name+" and "+ways[1].name+".",
			"Keep one of them.", nil)
	case ways[0] == byManaged:
		return ways[0], nil
	case strings.TrimSpace(c.TenantID) == "":
		return way{}, badCredentials("The Entra tenant is not given.", "Set AZURE_TENANT_ID.", nil)
	case strings.TrimSpace(c.ClientID) == "":
		return way{}, badCredentials("The app registration is not given.", "Set AZURE_CLIENT_ID to its application (client) id.", nil)
	}
	return ways[0], nil
}

// credential makes what gets tokens. It does not sign in.
func (c Credentials) credential(options azcore.ClientOptions, ownAuthority bool) (azcore.TokenCredential, error) {
	w, err := c.way()
	if err != nil {
		return nil, err
	}
	var made azcore.TokenCredential
	switch w {
	case bySecret:
		made, err = azidentity.NewClientSecretCredential(c.TenantID, c.ClientID, c.ClientSecret,
			&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: ownAuthority})
	case byCertificate:
		made, err = c.certificate(options, ownAuthority)
	case byWorkload:
		if _, err := os.Stat(c.FederatedTokenFile); err != nil {
			return nil, badCredentials("The file with the workload identity's token cannot be read.",
				"Look at AZURE_FEDERATED_TOKEN_FILE and at the service account's annotations.", err)
		}
		made, err = azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: options, DisableInstanceDiscovery: ownAuthority,
			TenantID: c.TenantID, ClientID: c.ClientID, TokenFilePath: c.FederatedTokenFile,
		})
	default:
		// The managed identity's own service is slow to start, and its
		// documentation asks for the SDK's retries.
		options.Retry = policy.RetryOptions{}
		o := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: options}
		if c.ClientID != "" {
			o.ID = azidentity.ClientID(c.ClientID)
		}
		made, err = azidentity.NewManagedIdentityCredential(o)
	}
	if _, known := errors.AsType[*approvals.Error](err); known {
		return nil, err
	}
	if err != nil {
		return nil, badCredentials("The credentials for Entra cannot be used.", "Look at AZURE_TENANT_ID, AZURE_CLIENT_ID and "+w.variable+".", err)
	}
	return made, nil
}

func (c Credentials) certificate(options azcore.ClientOptions, ownAuthority bool) (azcore.TokenCredential, error) {
	data, err := os.ReadFile(c.CertificatePath)
	if err != nil {
		return nil, badCredentials("The client certificate cannot be read.", "Look at AZURE_CLIENT_CERTIFICATE_PATH.", err)
	}
	chain, key, err := azidentity.ParseCertificates(data, []byte(c.CertificatePassword))
	if err != nil {
		return nil, badCredentials("The client certificate is not understood.",
			"AZURE_CLIENT_CERTIFICATE_PATH names a PEM or PKCS #12 file that holds the certificate and its private key; a password goes into AZURE_CLIENT_CERTIFICATE_PASSWORD.", err)
	}
	return azidentity.NewClientCertificateCredential(c.TenantID, c.ClientID, chain, key,
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: ownAuthority})
}

func badCredentials(text, hint string, err error) error {
	return &approvals.Error{Kind: approvals.Invalid, Code: "credentials", Text: text, Hint: hint, Err: err}
}
