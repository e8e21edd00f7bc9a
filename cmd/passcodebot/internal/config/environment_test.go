package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/cmd/passcodebot/internal/config"
)

const (
	oneWay    = `Use exactly one of AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE, and azure.managed_identity: true or, for trying, azure.cli: true in the file.`
	botHint   = `Copy the Bot User OAuth Token from OAuth & Permissions of the Slack app; it begins with xoxb-.`
	appHint   = `Copy the App-Level Token with the scope connections:write from Basic Information of the Slack app; it begins with xapp-.`
	botUnset  = `SLACK_BOT_TOKEN: is not set. Set it, or SLACK_BOT_TOKEN_FILE. The bot's token, from OAuth & Permissions of the Slack app.`
	appUnset  = `SLACK_APP_TOKEN: is not set. Set it, or SLACK_APP_TOKEN_FILE. The app-level token with the scope connections:write, from Basic Information of the Slack app.`
	tenUnset  = `AZURE_TENANT_ID: is not set. Set it, or AZURE_TENANT_ID_FILE. The directory (tenant) id; needed unless a managed identity signs in.`
	cliUnset  = `AZURE_CLIENT_ID: is not set. Set it, or AZURE_CLIENT_ID_FILE. The application (client) id of the app registration, or of a user-assigned managed identity.`
	noWay     = `AZURE_*: there is no way to sign in to Entra ID. ` + oneWay
	keyMarker = "PRIVATE KEY"
)

func pemFile(types ...string) string {
	var b strings.Builder
	for _, typ := range types {
		b.WriteString("-----BEGIN " + typ + "-----\nAAAA\n-----END " + typ + "-----\n")
	}
	return b.String()
}

func TestEnvironment_mistakes(t *testing.T) {
	t.Parallel()
	both := file(t, "both.pem", pemFile("CERTIFICATE", keyMarker))
	pfx := file(t, "both.pfx", "\x30\x82\x01")
	public := file(t, "public.pem", pemFile("CERTIFICATE"))
	private := file(t, "private.pem", pemFile("RSA "+keyMarker))
	empty := file(t, "empty", "\n")
	nothing := file(t, "nothing", "")
	token := file(t, "token", "xoxb-12-Hidden\r\n")
	dir := t.TempDir()
	certificate := good().with("AZURE_CLIENT_SECRET", "")
	for name, tt := range map[string]struct {
		env     vars
		managed bool
		want    []string
	}{
		"nothing wrong":          {env: good()},
		"nothing set":            {env: vars{}, want: []string{botUnset, appUnset, noWay, tenUnset, cliUnset}},
		"tokens swapped":         {env: good().with("SLACK_BOT_TOKEN", "xapp-1-Hidden", "SLACK_APP_TOKEN", "xoxb-1-Hidden"), want: []string{`SLACK_BOT_TOKEN: is an app-level token, which belongs in SLACK_APP_TOKEN. ` + botHint, `SLACK_APP_TOKEN: is a bot token, which belongs in SLACK_BOT_TOKEN. ` + appHint}},
		"a user's token":         {env: good().with("SLACK_BOT_TOKEN", "xoxp-1-Hidden"), want: []string{`SLACK_BOT_TOKEN: is a user's token, not the bot's. ` + botHint}},
		"no tokens":              {env: good().with("SLACK_BOT_TOKEN", "Hidden", "SLACK_APP_TOKEN", "'xapp-1-Hidden'"), want: []string{`SLACK_BOT_TOKEN: is not a bot token. ` + botHint, `SLACK_APP_TOKEN: is not an app-level token. ` + appHint}},
		"a space":                {env: good().with("SLACK_BOT_TOKEN", "xoxb-1-Hidden "), want: []string{`SLACK_BOT_TOKEN: has spaces around it, or more than one line. Set it again without them.`}},
		"tenant for people":      {env: good().with("AZURE_TENANT_ID", "common"), want: []string{`AZURE_TENANT_ID: common is for people who sign in, not for an app that does. Copy the Directory (tenant) ID from the overview of the app registration in the Entra admin center.`}},
		"no tenant":              {env: good().with("AZURE_TENANT_ID", "Hidden!"), want: []string{`AZURE_TENANT_ID: is neither a GUID nor a domain. Copy the Directory (tenant) ID from the overview of the app registration in the Entra admin center.`}},
		"a domain":               {env: good().with("AZURE_TENANT_ID", "contoso.onmicrosoft.com")},
		"no client":              {env: good().with("AZURE_CLIENT_ID", "passcodebot"), want: []string{`AZURE_CLIENT_ID: is not a GUID. Copy the Application (client) ID from the overview of the app registration in the Entra admin center.`}},
		"a secret's id":          {env: good().with("AZURE_CLIENT_SECRET", tenant), want: []string{`AZURE_CLIENT_SECRET: is the id of a secret, not the secret. Copy the Value from Certificates & secrets of the app registration. It is shown only once; make a new secret if it is lost.`}},
		"no way":                 {env: good().with("AZURE_CLIENT_SECRET", ""), want: []string{noWay}},
		"two ways":               {env: good().with("AZURE_CLIENT_CERTIFICATE_PATH", both), want: []string{`AZURE_*: there are several ways to sign in to Entra ID: AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH. ` + oneWay}},
		"two ways, one managed":  {env: good(), managed: true, want: []string{`AZURE_*: there are several ways to sign in to Entra ID: AZURE_CLIENT_SECRET and azure.managed_identity in the file. ` + oneWay}},
		"managed":                {env: good().with("AZURE_CLIENT_SECRET", "", "AZURE_CLIENT_ID", "", "AZURE_TENANT_ID", ""), managed: true},
		"federated":              {env: certificate.with("AZURE_FEDERATED_TOKEN_FILE", token)},
		"federated, none":        {env: certificate.with("AZURE_FEDERATED_TOKEN_FILE", "/none"), want: []string{`AZURE_FEDERATED_TOKEN_FILE: there is no file "/none". Name an existing file by its path.`}},
		"federated, the token":   {env: certificate.with("AZURE_FEDERATED_TOKEN_FILE", "eyJhbGciOiJub25lIn0.eyJIaddenIjoiSGlkZGVuIn0.Hidden"), want: []string{`AZURE_FEDERATED_TOKEN_FILE: there is no such file. Name an existing file by its path.`}},
		"certificate, the key":   {env: certificate.with("AZURE_CLIENT_CERTIFICATE_PATH", strings.Repeat("Hidden+", 50)), want: []string{`AZURE_CLIENT_CERTIFICATE_PATH: the file cannot be read: file name too long. Name a file that this process may read.`}},
		"federated, empty":       {env: certificate.with("AZURE_FEDERATED_TOKEN_FILE", nothing), want: []string{`AZURE_FEDERATED_TOKEN_FILE: "` + nothing + `" is empty. Name the right file.`}},
		"PEM":                    {env: certificate.with("AZURE_CLIENT_CERTIFICATE_PATH", both, "AZURE_CLIENT_CERTIFICATE_PASSWORD", "Hidden")},
		"PKCS #12":               {env: certificate.with("AZURE_CLIENT_CERTIFICATE_PATH", pfx)},
		"certificate, directory": {env: certificate.with("AZURE_CLIENT_CERTIFICATE_PATH", dir), want: []string{`AZURE_CLIENT_CERTIFICATE_PATH: "` + dir + `" cannot be read: it is a directory. Name a file that this process may read.`}},
		"certificate, no key":    {env: certificate.with("AZURE_CLIENT_CERTIFICATE_PATH", public), want: []string{`AZURE_CLIENT_CERTIFICATE_PATH: "` + public + `" holds a certificate without its private key. Put the certificate and its private key into one file.`}},
		"key, no certificate":    {env: certificate.with("AZURE_CLIENT_CERTIFICATE_PATH", private), want: []string{`AZURE_CLIENT_CERTIFICATE_PATH: "` + private + `" holds no certificate. Put the certificate and its private key into one file.`}},
		"password alone":         {env: good().with("AZURE_CLIENT_CERTIFICATE_PASSWORD", "Hidden"), want: []string{`AZURE_CLIENT_CERTIFICATE_PASSWORD: is set without a certificate. Set AZURE_CLIENT_CERTIFICATE_PATH too, or unset it.`}},
		"from a file":            {env: good().with("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN_FILE", token)},
		"both":                   {env: good().with("SLACK_BOT_TOKEN_FILE", token), want: []string{`SLACK_BOT_TOKEN: is set, and SLACK_BOT_TOKEN_FILE is too. Unset one of the two.`}},
		"file, none":             {env: good().with("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN_FILE", "/none"), want: []string{`SLACK_BOT_TOKEN_FILE: the file cannot be read: no such file or directory. Name a file that this process may read.`}},
		"file, empty":            {env: good().with("AZURE_CLIENT_SECRET", "", "AZURE_CLIENT_SECRET_FILE", empty), want: []string{`AZURE_CLIENT_SECRET_FILE: the file is empty. Put the value into it, or unset the variable.`}},
		"file, wrong content":    {env: good().with("SLACK_APP_TOKEN", "", "SLACK_APP_TOKEN_FILE", token), want: []string{`SLACK_APP_TOKEN: is a bot token, which belongs in SLACK_BOT_TOKEN. ` + appHint}},
	} {
		written := people
		if tt.managed {
			written += "azure: {managed_identity: true}\n"
		}
		_, err := config.Parse("passcodebot.yml", []byte(written), tt.env.get)
		if diff := cmp.Diff(tt.want, told(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if err != nil && strings.Contains(err.Error(), "Hidden") {
			t.Errorf("%s: a value is repeated: %v", name, err)
		}
	}
}

// Every variable can be given as a file, whose last line break doesn't count.
func TestEnvironment_files(t *testing.T) {
	t.Parallel()
	certificate := file(t, "client.pem", pemFile("CERTIFICATE", keyMarker))
	values := map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-12-Bot", "SLACK_APP_TOKEN": "xapp-1-App", "AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": client,
		"AZURE_CLIENT_CERTIFICATE_PATH": certificate, "AZURE_CLIENT_CERTIFICATE_PASSWORD": "a word",
	}
	env := vars{}
	for name, value := range values {
		env[name+"_FILE"] = file(t, name, value+"\n")
	}
	got, err := config.Parse("passcodebot.yml", []byte(people), env.get)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Azure{TenantID: tenant, ClientID: client, CertificatePath: certificate, CertificatePassword: config.NewSecret("a word")}
	if diff := cmp.Diff(want, got.Azure); diff != "" {
		t.Errorf("azure (-want +got):\n%s", diff)
	}
	if got.Slack.BotToken.Reveal() != "xoxb-12-Bot" || got.Slack.AppToken.Reveal() != "xapp-1-App" {
		t.Error("the tokens are not the files' content")
	}

	federated := file(t, "token", "eyJ")
	env = good().with("AZURE_CLIENT_SECRET", "", "AZURE_FEDERATED_TOKEN_FILE_FILE", file(t, "path", federated))
	if got, err = config.Parse("passcodebot.yml", []byte(people), env.get); err != nil || got.Azure.FederatedTokenFile != federated {
		t.Errorf("the token's path is %q, %v; want %q", got.Azure.FederatedTokenFile, err, federated)
	}
	env = good().with("AZURE_CLIENT_SECRET", "", "AZURE_CLIENT_SECRET_FILE", file(t, "secret", "abc8Q~x"))
	if got, err = config.Parse("passcodebot.yml", []byte(people), env.get); err != nil || got.Azure.ClientSecret.Reveal() != "abc8Q~x" {
		t.Errorf("the client secret is not the file's content: %v", err)
	}
}
