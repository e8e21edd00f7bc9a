package config

import (
	"encoding/pem"
	"regexp"
	"strings"

	"passcodebot/cmd/passcodebot/internal/audit"
)

var (
	botToken = regexp.MustCompile(`^xoxb-[A-Za-z0-9-]+$`)
	appToken = regexp.MustCompile(`^xapp-[A-Za-z0-9-]+$`)
	guid     = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	domain   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)+$`)
)

func checkBotToken(token string) (wrong, remedy string) {
	const where = "Copy the Bot User OAuth Token from OAuth & Permissions of the Slack app; it begins with xoxb-."
	switch {
	case botToken.MatchString(token):
		return "", ""
	case strings.HasPrefix(token, "xapp-"):
		return "is an app-level token, which belongs in SLACK_APP_TOKEN", where
	case strings.HasPrefix(token, "xoxp-"):
		return "is a user's token, not the bot's", where
	}
	return "is not a bot token", where
}

func checkAppToken(token string) (wrong, remedy string) {
	const where = "Copy the App-Level Token with the scope connections:write from Basic Information of the Slack app; it begins with xapp-."
	switch {
	case appToken.MatchString(token):
		return "", ""
	case strings.HasPrefix(token, "xoxb-"):
		return "is a bot token, which belongs in SLACK_BOT_TOKEN", where
	}
	return "is not an app-level token", where
}

func checkTenant(tenant string) (wrong, remedy string) {
	const where = "Copy the Directory (tenant) ID from the overview of the app registration in the Entra admin center."
	switch {
	case guid.MatchString(tenant), domain.MatchString(tenant):
		return "", ""
	case tenant == "common", tenant == "organizations", tenant == "consumers":
		return tenant + " is for people who sign in, not for an app that does", where
	}
	return "is neither a GUID nor a domain", where
}

func checkClient(client string) (wrong, remedy string) {
	if guid.MatchString(client) {
		return "", ""
	}
	return "is not a GUID", "Copy the Application (client) ID from the overview of the app registration in the Entra admin center."
}

// A secret's id is a GUID and stands in the same table as its value, so it
// is what people copy by mistake.
func checkClientSecret(secret string) (wrong, remedy string) {
	if guid.MatchString(secret) {
		return "is the id of a secret, not the secret", "Copy the Value from Certificates & secrets of the app registration. It is shown only once; make a new secret if it is lost."
	}
	return "", ""
}

// checkCertificate looks into PEM files only; whether the key fits and is
// valid is found out at the sign-in.
func checkCertificate(path string) (wrong, remedy string) {
	data, wrong, remedy := checkReadable(path, secretly)
	if wrong != "" || !strings.Contains(string(data), "-----BEGIN") {
		return wrong, remedy
	}
	certificate, key := false, false
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		certificate = certificate || block.Type == "CERTIFICATE"
		key = key || strings.HasSuffix(block.Type, "PRIVATE KEY")
	}
	switch {
	case !certificate:
		return cite(path) + " holds no certificate", "Put the certificate and its private key into one file."
	case !key:
		return cite(path) + " holds a certificate without its private key", "Put the certificate and its private key into one file."
	}
	return "", ""
}

func checkFederatedToken(path string) (wrong, remedy string) {
	_, wrong, remedy = checkReadable(path, unaltered)
	return wrong, remedy
}

func checkAnchorKey(key string) (wrong, remedy string) {
	if _, err := audit.ParsePrivateKey(key); err != nil {
		return "is not an Ed25519 private key: " + err.Error(), "Make one with: openssl genpkey -algorithm ed25519"
	}
	return "", ""
}
