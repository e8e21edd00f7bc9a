package config

import (
	"regexp"
	"strings"
)

// variable is one of the environment's variables that are read. Each can
// also be given as the content of a file, named by the variable NAME_FILE.
type variable struct {
	name    string
	meaning string
	example string
	keep    func(*Config, string)
	check   func(string) (wrong, remedy string)
	lines   bool                  // it may have several lines
	path    func(*Config, string) // keeps the file that it was read from
}

// variables returns them all, in the order in which the documentation shows them.
func variables() []variable {
	return []variable{
		{
			"SLACK_BOT_TOKEN", "The bot's token, from OAuth & Permissions of the Slack app.", "xoxb-…",
			func(c *Config, s string) { c.Slack.BotToken = NewSecret(s) }, checkBotToken, false, nil,
		},
		{
			"SLACK_APP_TOKEN", "The app-level token with the scope connections:write, from Basic Information of the Slack app.", "xapp-…",
			func(c *Config, s string) { c.Slack.AppToken = NewSecret(s) }, checkAppToken, false, nil,
		},
		{
			"AZURE_TENANT_ID", "The directory (tenant) id; needed unless a managed identity signs in.", "11111111-2222-3333-4444-555555555555",
			func(c *Config, s string) { c.Azure.TenantID = s }, checkTenant, false, nil,
		},
		{
			"AZURE_CLIENT_ID", "The application (client) id of the app registration, or of a user-assigned managed identity.", "66666666-7777-8888-9999-000000000000",
			func(c *Config, s string) { c.Azure.ClientID = s }, checkClient, false, nil,
		},
		{
			"AZURE_CLIENT_SECRET", "Sign in with a client secret: its value, not its id.", "…",
			func(c *Config, s string) { c.Azure.ClientSecret = NewSecret(s) }, checkClientSecret, false,
			func(c *Config, path string) { c.Azure.ClientSecretFile = path },
		},
		{
			"AZURE_CLIENT_CERTIFICATE_PATH", "Sign in with a certificate: the path of a PEM or PKCS #12 file that holds its private key too.", "/etc/passcodebot/client.pem",
			func(c *Config, s string) { c.Azure.CertificatePath = s }, checkCertificate, false, nil,
		},
		{
			"AZURE_CLIENT_CERTIFICATE_PASSWORD", "The password of the certificate's file, where it has one.", "…",
			func(c *Config, s string) { c.Azure.CertificatePassword = NewSecret(s) }, nil, false, nil,
		},
		{
			"AZURE_FEDERATED_TOKEN_FILE", "Sign in with a workload identity: the path of its token. Kubernetes sets it.", "/var/run/secrets/azure/tokens/azure-identity-token",
			func(c *Config, s string) { c.Azure.FederatedTokenFile = s }, checkFederatedToken, false, nil,
		},
		{
			"PASSCODEBOT_ANCHOR_KEY", "Signs the anchors: an Ed25519 private key, as PKCS #8 in PEM or as the base64 of its 32-byte seed.", "…",
			func(c *Config, s string) { c.Audit.Anchors.Key = SigningKey{NewSecret(s)} }, checkAnchorKey, true, nil,
		},
	}
}

// Environment returns every environment variable, for documentation.
func Environment() []Option {
	var options []Option
	for _, v := range variables() {
		options = append(options, Option{Key: v.name, Type: "text", Meaning: v.meaning, Example: v.example})
	}
	return options
}

var (
	hump      = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	separator = regexp.MustCompile(`[^A-Za-z0-9]+`)
	secretKey = regexp.MustCompile(`(TOKEN|SECRET|PASSWORD|(^|_)KEY)S?$`)
)

// forEnvironment returns what to do about a key of the file that belongs
// into the environment: SLACK_BOT_TOKEN is meant by slack.bot_token,
// bot_token and botToken. A key that only sounds secret is told of all.
func forEnvironment(key string) (remedy string, ok bool) {
	variableName := func(s string) string {
		return strings.ToUpper(separator.ReplaceAllString(hump.ReplaceAllString(s, "${1}_${2}"), "_"))
	}
	whole, last := variableName(key), variableName(key[strings.LastIndex(key, ".")+1:])
	for _, v := range variables() {
		// A last part of one word, such as id, says too little.
		if whole == v.name || whole == v.name+"_FILE" || strings.Contains(last, "_") && strings.HasSuffix(v.name, "_"+last) {
			return "Move it to the environment variable " + v.name + ", or to a file that " + v.name + "_FILE names.", true
		}
	}
	if secretKey.MatchString(last) {
		return environmentOnly(), true
	}
	return "", false
}

// environmentOnly tells where secrets belong.
func environmentOnly() string {
	return "Move it to the environment: secrets are read from SLACK_BOT_TOKEN, SLACK_APP_TOKEN, AZURE_CLIENT_SECRET, " +
		"AZURE_CLIENT_CERTIFICATE_PASSWORD and PASSCODEBOT_ANCHOR_KEY, or from files that variables of these names with _FILE at the end name."
}
