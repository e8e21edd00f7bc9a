package graph

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// claims are what a token says.
type claims struct {
	Roles    []string `json:"roles"` // of an app
	Scopes   string   `json:"scp"`   // of a person, with blanks between them
	Tenant   string   `json:"tid"`
	App      string   `json:"appid"`
	Audience any      `json:"aud"`
	Person   string   `json:"upn"`
}

// readClaims reads a token, without verifying it: that is Graph's work.
func readClaims(token string) (claims, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return claims{}, false
	}
	var c claims
	if json.Unmarshal(payload, &c) != nil {
		return claims{}, false
	}
	return c, true
}

// delegated says that the token is a person's, by way of an app.
func (c claims) delegated() bool { return c.Scopes != "" && len(c.Roles) == 0 }

// granted is what the token permits.
func (c claims) granted() []string {
	if c.delegated() {
		return strings.Fields(c.Scopes)
	}
	return c.Roles
}

// missing is what is needed and not granted.
func (c claims) missing() []string {
	granted := c.granted()
	var missing []string
	if !slices.Contains(granted, PermissionReset) {
		missing = append(missing, PermissionReset)
	}
	if !slices.Contains(granted, PermissionRead) && !slices.Contains(granted, permissionReadWrite) {
		missing = append(missing, PermissionRead)
	}
	return missing
}

// harmless is what each person's token holds.
var harmless = []string{"openid", "profile", "email", "offline_access", "User.Read"}

// excess is what is granted and not needed.
func (c claims) excess() []string {
	var excess []string
	for _, p := range c.granted() {
		if p != PermissionReset && p != PermissionRead && !(c.delegated() && slices.Contains(harmless, p)) {
			excess = append(excess, p)
		}
	}
	slices.Sort(excess)
	return excess
}

// audience is whom the token is for.
func (c claims) audience() string {
	audience, _ := c.Audience.(string)
	return audience
}
