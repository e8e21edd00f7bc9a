package graph

import (
	"log/slog"
	"strings"

	"passcodebot/approvals"
)

// Credentials is how the app signs in to Entra: in exactly one of the ways
// ClientSecret (or its file), CertificatePath, FederatedTokenFile,
// ManagedIdentity and CLI. The files may be exchanged while the app runs: the
// new content counts from the next time that a token is needed, and the old
// goes on while the new can't be read.
type Credentials struct {
	TenantID string // AZURE_TENANT_ID; not needed for a managed identity and for az
	ClientID string // AZURE_CLIENT_ID; for a managed identity: which, if it is not the system's; not for az

	ClientSecret string // AZURE_CLIENT_SECRET
	// ClientSecretFile is AZURE_CLIENT_SECRET_FILE, and holds the secret and
	// nothing else but white space around it. It goes before ClientSecret.
	ClientSecretFile    string
	CertificatePath     string // AZURE_CLIENT_CERTIFICATE_PATH: PEM or PKCS #12, with the private key
	CertificatePassword string // AZURE_CLIENT_CERTIFICATE_PASSWORD; empty for none
	FederatedTokenFile  string // AZURE_FEDERATED_TOKEN_FILE: workload identity
	ManagedIdentity     bool
	CLI                 bool // the account of `az login`, for trying
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
	byCLI         = way{"the account of az login", "AZURE_TENANT_ID"}
)

func (c Credentials) ways() []way {
	var ways []way
	if c.ClientSecret != "" || c.ClientSecretFile != "" {
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
	if c.CLI {
		ways = append(ways, byCLI)
	}
	return ways
}

// way returns the one way that the credentials are for.
func (c Credentials) way() (way, error) {
	ways := c.ways()
	switch {
	case len(ways) == 0:
		return way{}, badCredentials("There is nothing with which to sign in to Entra.",
			"Set AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE, or choose the managed identity or, for trying, az login.", nil)
	case len(ways) > 1:
		return way{}, badCredentials("There is more than one way to sign in to Entra: "+ways[0].name+" and "+ways[1].name+".",
			"Keep one of them.", nil)
	case ways[0] == byManaged, ways[0] == byCLI:
		return ways[0], nil
	case strings.TrimSpace(c.TenantID) == "":
		return way{}, badCredentials("The Entra tenant is not given.", "Set AZURE_TENANT_ID.", nil)
	case strings.TrimSpace(c.ClientID) == "":
		return way{}, badCredentials("The app registration is not given.", "Set AZURE_CLIENT_ID to its application (client) id.", nil)
	}
	return ways[0], nil
}

func badCredentials(text, hint string, err error) error {
	return &approvals.Error{Kind: approvals.Invalid, Code: "credentials", Text: text, Hint: hint, Err: err}
}
