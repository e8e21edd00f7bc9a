package graph

import (
	"crypto"
	"crypto/x509"
	"errors"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"passcodebot/approvals"
)

// credential makes what gets tokens. It does not sign in.
func (c Credentials) credential(options azcore.ClientOptions, ownAuthority bool) (azcore.TokenCredential, error) {
	w, err := c.way()
	if err != nil {
		return nil, err
	}
	var made azcore.TokenCredential
	switch w {
	case bySecret:
		made, err = c.secretCredential(options, ownAuthority)
	case byCertificate:
		made, err = c.certificateCredential(options, ownAuthority)
	case byWorkload:
		if _, err := os.Stat(c.FederatedTokenFile); err != nil {
			return nil, badCredentials("The file with the workload identity's token cannot be read.",
				"Look at AZURE_FEDERATED_TOKEN_FILE and at the service account's annotations.", err)
		}
		made, err = azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: options, DisableInstanceDiscovery: ownAuthority,
			TenantID: c.TenantID, ClientID: c.ClientID, TokenFilePath: c.FederatedTokenFile,
		})
	case byCLI:
		var az *azidentity.AzureCLICredential
		if az, err = azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: c.TenantID}); err == nil {
			made = &kept{source: az}
		}
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

func (c Credentials) secretCredential(options azcore.ClientOptions, ownAuthority bool) (azcore.TokenCredential, error) {
	secret, err := c.secret()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientSecretCredential(c.TenantID, c.ClientID, secret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: ownAuthority})
}

// secret is the client secret as it is now.
func (c Credentials) secret() (string, error) {
	if c.ClientSecretFile == "" {
		return c.ClientSecret, nil
	}
	data, err := os.ReadFile(c.ClientSecretFile)
	if err != nil {
		return "", badCredentials("The file with the client secret cannot be read.", "Look at AZURE_CLIENT_SECRET_FILE.", err)
	}
	secret := strings.TrimSpace(string(data))
	if secret == "" {
		return "", badCredentials("The file with the client secret is empty.", "Put the secret's value into the file that AZURE_CLIENT_SECRET_FILE names.", nil)
	}
	return secret, nil
}

func (c Credentials) certificateCredential(options azcore.ClientOptions, ownAuthority bool) (azcore.TokenCredential, error) {
	chain, key, err := c.certificate()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientCertificateCredential(c.TenantID, c.ClientID, chain, key,
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: ownAuthority})
}

// certificate reads the client certificate as it is now.
func (c Credentials) certificate() ([]*x509.Certificate, crypto.PrivateKey, error) {
	data, err := os.ReadFile(c.CertificatePath)
	if err != nil {
		return nil, nil, badCredentials("The client certificate cannot be read.", "Look at AZURE_CLIENT_CERTIFICATE_PATH.", err)
	}
	chain, key, err := azidentity.ParseCertificates(data, []byte(c.CertificatePassword))
	if err != nil {
		return nil, nil, badCredentials("The client certificate is not understood.",
			"AZURE_CLIENT_CERTIFICATE_PATH names a PEM or PKCS #12 file that holds the certificate and its private key; a password goes into AZURE_CLIENT_CERTIFICATE_PASSWORD.", err)
	}
	return chain, key, nil
}

// hide takes the secrets out of words that come from elsewhere.
func (c Credentials) hide(words string) string {
	secret, _ := c.secret()
	for _, s := range []string{secret, c.ClientSecret, c.CertificatePassword} {
		if s != "" {
			words = strings.ReplaceAll(words, s, "…")
		}
	}
	return words
}
