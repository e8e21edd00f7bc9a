package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"passcodebot/approvals"
)

// Scopes are the scopes that the bot token needs; manifest.yml has them too.
func Scopes() []string {
	return []string{
		"commands", "chat:write", "im:write", "users:read", "users:read.email", "usergroups:read",
		"channels:history", "groups:history", "im:history", "app_mentions:read",
	}
}

// What OptionalScopes are for.
const (
	scopeProfiles = "users.profile:read" // Entra ids in custom profile fields
	scopePublic   = "channels:read"      // whether channels are archived or shared, for Examine
	scopePrivate  = "groups:read"        // the same for private channels
	scopeFiles    = "files:write"        // results of many devices as a file
)

// OptionalScopes are the scopes that something needs which may be left out.
func OptionalScopes() []string { return []string{scopeProfiles, scopePublic, scopePrivate, scopeFiles} }

// appInToken is the app's id in a token of an app: xapp-1-A…-digits-letters.
var appInToken = regexp.MustCompile(`^xapp-\d+-(A[A-Z0-9]+)-`)

// AppOf returns the id of the app that an app token names; empty where it
// names none.
func AppOf(appToken string) string {
	if m := appInToken.FindStringSubmatch(appToken); m != nil {
		return m[1]
	}
	return ""
}

// botToken reports whether the bot token signs in.
func (x *examination) botToken(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	who, err := x.api.AuthTestContext(ctx)
	if err != nil {
		x.fail("bot-token", err, "auth.test", botToken)
		return false
	}
	x.home = approvals.Home{Team: who.TeamID, Enterprise: who.EnterpriseID}
	x.granted = scopesIn(who.Header)
	x.say(Fine, "bot-token", fmt.Sprintf("%s signs in as %s to %s (%s).", botToken, who.User, who.Team, who.TeamID), "")

	app, err := appOf(ctx, x.api, who)
	switch {
	case err != nil && slackCode(err) != "missing_scope": // which scopes says
		x.fail("bot-app", err, "bots.info", botToken)
	case app == "" || x.AppTokenApp == "":
		x.say(Warning, "same-app", "It is not known whether both tokens are of the same app.", "Compare the app's id at api.slack.com/apps with the one in the name of "+appToken+".")
	case app != x.AppTokenApp:
		x.say(Wrong, "same-app", fmt.Sprintf("%s is of the app %s and %s of the app %s, so every command and click is refused.", botToken, app, appToken, x.AppTokenApp), "Copy both tokens from the settings of one app.")
	default:
		x.say(Fine, "same-app", "Both tokens are of the app "+app+".", "")
	}
	return true
}

// appToken looks at the app token, and at the sockets of its app.
func (x *examination) appToken(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	asking, headers := withHeaders(ctx)
	_, url, err := x.api.StartSocketModeContext(asking)
	switch {
	case slackCode(err) == "socket_mode_not_enabled":
		x.say(Wrong, "app-token", "Socket Mode is switched off for the app.", "Switch it on in the app's settings at api.slack.com/apps.")
		return
	case err != nil:
		x.fail("app-token", err, "apps.connections.open", appToken)
		return
	}
	x.say(Fine, "app-token", appToken+" may open sockets.", "")
	if extra := beyond(scopesIn(*headers), []string{"connections:write"}); len(extra) > 0 {
		x.say(Warning, "app-scopes-extra", fmt.Sprintf("%s has scopes that passcodebot does not use: %s.", appToken, strings.Join(extra, ", ")), "Make a new app token with connections:write alone.")
	}
	if !x.Socket {
		return
	}
	others, err := x.hello(ctx, url)
	what := fmt.Sprintf("%d other sockets of this app are open.", others)
	if others == 1 {
		what = "1 other socket of this app is open."
	}
	switch {
	case err != nil:
		x.say(Wrong, "socket", fmt.Sprintf("No socket could be opened: %v.", withoutURL(err)), "Let this machine open wss:// connections to Slack, through the proxy if there is one.")
	case others > 1:
		x.say(Warning, "other-sockets", what, "One is the running passcodebot's. If you do not know another, stop its process, or make a new app token.")
	default:
		x.say(Fine, "other-sockets", what, "")
	}
}

// hello opens a socket, and returns how many others Slack counts.
func (x *examination) hello(ctx context.Context, url string) (others int, err error) {
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshakeTime}
	if x.Transport != nil {
		dialer.Proxy, dialer.TLSClientConfig = x.Transport.Proxy, x.Transport.TLSClientConfig
	}
	conn, resp, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	defer func() { _ = conn.Close() }()
	conn.SetReadLimit(maxFrame)
	if err := conn.SetReadDeadline(time.Now().Add(handshakeTime)); err != nil {
		return 0, err
	}
	_, frame, err := conn.ReadMessage()
	if err != nil {
		return 0, err
	}
	var hello struct {
		Type        string `json:"type"`
		Reason      string `json:"reason"`
		Connections int    `json:"num_connections"`
	}
	switch err := json.Unmarshal(frame, &hello); {
	case err != nil:
		return 0, err
	case hello.Type != "hello":
		return 0, fmt.Errorf("no hello came, but %s: %s", hello.Type, hello.Reason)
	}
	return max(0, hello.Connections-1), nil
}

// scopes compares what the bot token may do with what it needs.
func (x *examination) scopes() {
	if x.granted == nil {
		x.say(Warning, "scopes-unknown", "Slack does not say which scopes "+botToken+" has.", "Compare them with manifest.yml in the app's settings.")
		return
	}
	needed := Scopes()
	if x.EntraField != "" {
		needed = append(needed, scopeProfiles)
	}
	missing, extra := beyond(needed, x.granted), beyond(x.granted, slices.Concat(needed, OptionalScopes()))
	if len(missing) > 0 {
		x.say(Wrong, "scopes-missing", fmt.Sprintf("%s lacks the scopes %s.", botToken, strings.Join(missing, ", ")), "Add them to the app (manifest.yml says what each is for), install the app again and start again.")
	}
	if len(extra) > 0 {
		x.say(Warning, "scopes-extra", fmt.Sprintf("%s has scopes that passcodebot does not use: %s.", botToken, strings.Join(extra, ", ")), "Take them from the app and install it again: whoever steals the token can do that much less.")
	}
	if len(missing)+len(extra) == 0 {
		x.say(Fine, "scopes", fmt.Sprintf("%s has the %d scopes that it needs, and no others.", botToken, len(needed)), "")
	}
}

// scopesIn returns the scopes that an answer names; nil where it names none.
func scopesIn(h http.Header) []string {
	var scopes []string
	for s := range strings.SplitSeq(h.Get("X-OAuth-Scopes"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			scopes = append(scopes, s)
		}
	}
	return scopes
}

// beyond returns what of a is not in b, in a's order.
func beyond(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
