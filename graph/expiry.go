package graph

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// examineFiles reads when the client certificate ends.
func (c *Client) examineFiles(x *Examination) {
	if c.tokens.way != byCertificate {
		return
	}
	chain, key, err := c.setup.credentials.certificate()
	if err != nil {
		x.failed("certificate", err)
		return
	}
	leaf := leafOf(chain, key)
	if leaf == nil {
		return // the sign-in tells what is wrong
	}
	x.CertificateEnds = leaf.NotAfter.UTC()
	if now := c.now(); now.Before(leaf.NotBefore) {
		x.add(LevelError, "certificate", "The client certificate is not good before "+leaf.NotBefore.UTC().Format(time.RFC3339)+".",
			"Wait until then, or set this machine's clock.", "")
		return
	}
	c.ends(x, "certificate", "client certificate", leaf.NotAfter,
		"Make a new one, upload its public part (az ad app credential reset --id APP --cert @new.crt --append), and then exchange the file in AZURE_CLIENT_CERTIFICATE_PATH; no restart is needed.")
}

// leafOf is the certificate of a key.
func leafOf(chain []*x509.Certificate, key crypto.PrivateKey) *x509.Certificate {
	private, ok := key.(crypto.Signer)
	if !ok {
		return nil
	}
	public, ok := private.Public().(interface{ Equal(x crypto.PublicKey) bool })
	if !ok {
		return nil
	}
	if i := slices.IndexFunc(chain, func(cert *x509.Certificate) bool { return public.Equal(cert.PublicKey) }); i >= 0 {
		return chain[i]
	}
	return nil
}

// mayReadApps are the permissions with which an app can read its own
// registration. This app should have none of them.
var mayReadApps = []string{"Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.Read.All", "Directory.ReadWrite.All"}

// examineSecret says when the client secret ends. A secret does not tell, and
// to ask Entra takes a permission that this app should not have, so that it
// is asked only where the app has it anyway.
func (c *Client) examineSecret(ctx context.Context, x *Examination) {
	const renew = "Make a new one with az ad app credential reset --id APP --append, and put its value into AZURE_CLIENT_SECRET, or into the file in AZURE_CLIENT_SECRET_FILE, which needs no restart."
	if slices.ContainsFunc(mayReadApps, func(p string) bool { return slices.Contains(x.Permissions, p) }) {
		if ends, err := c.secretEnds(ctx); err == nil && !ends.IsZero() {
			x.SecretEnds = ends
			c.ends(x, "secret", "client secret", ends, renew)
			return
		}
	}
	x.add(LevelOK, "secret", "When the client secret ends cannot be known from here: this app is not allowed to read its own registration, and need not be.",
		`Look with az ad app credential list --id `+x.App+` --query "[].{hint:hint,ends:endDateTime}", and put the day into a calendar; a certificate tells its end by itself.`, "")
}

// secretEnds reads the end of the secret that is used: Entra shows the first
// characters of each. Where several begin alike it is the first end.
func (c *Client) secretEnds(ctx context.Context) (time.Time, error) {
	secret, err := c.setup.credentials.secret()
	if err != nil {
		return time.Time{}, err
	}
	var data []byte
	_, failure := c.do(ctx, operation{name: opApplication}, func(ctx context.Context) error {
		info := abstractions.NewRequestInformation()
		info.Method, info.UrlTemplate = abstractions.GET, "{+baseurl}/applications(appId='{app}')?%24select=passwordCredentials"
		info.PathParameters["app"] = c.setup.credentials.ClientID
		info.Headers.TryAdd("Accept", "application/json")
		raw, err := c.adapter.SendPrimitive(ctx, info, "[]byte", errorMappings())
		data, _ = raw.([]byte)
		return err
	})
	if failure != nil {
		return time.Time{}, failure
	}
	var app struct {
		Secrets []struct {
			Hint string    `json:"hint"`
			Ends time.Time `json:"endDateTime"`
		} `json:"passwordCredentials"`
	}
	if json.Unmarshal(data, &app) != nil {
		return time.Time{}, errors.New("the answer is not an application")
	}
	var ends []time.Time
	for _, s := range app.Secrets {
		if s.Hint != "" && strings.HasPrefix(secret, s.Hint) || len(app.Secrets) == 1 {
			ends = append(ends, s.Ends.UTC())
		}
	}
	return earliest(ends), nil
}
