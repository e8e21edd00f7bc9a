package bot

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// The names under which people know the tokens.
const (
	botToken = "SLACK_BOT_TOKEN"
	appToken = "SLACK_APP_TOKEN"
)

// slackCode returns Slack's error code, or the empty string where the error
// is not an answer of Slack.
func slackCode(err error) string {
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return e.Err
	}
	return ""
}

// wait returns how long Slack asks us to stay away.
func wait(err error) (time.Duration, bool) {
	if e, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return max(e.RetryAfter, time.Second), true
	}
	// Slack: a 429 without Retry-After comes as a plain status.
	if e, ok := errors.AsType[slack.StatusCodeError](err); ok && e.Code == 429 {
		return 5 * time.Second, true
	}
	return 0, false
}

// explain turns an error of slack-go into one of ours: Forbidden where only
// a person can mend it, with the remedy, and Unavailable for all else.
func explain(err error, method, token string) *approvals.Error {
	code := slackCode(err)
	e := &approvals.Error{Kind: approvals.Forbidden, Code: code, Err: withoutURL(err)}
	switch code {
	case "invalid_auth", "not_authed":
		e.Text = fmt.Sprintf("Slack does not know the token in %s.", token)
		e.Hint = "Copy it again from the app's settings at api.slack.com/apps and start again."
	case "token_revoked", "account_inactive", "token_expired":
		e.Text = fmt.Sprintf("Slack says that the token in %s is no longer valid (%s).", token, code)
		e.Hint = "Install the app again, copy the new token and start again."
	case "not_allowed_token_type":
		e.Text = fmt.Sprintf("The token in %s is of the wrong type.", token)
		e.Hint = "SLACK_BOT_TOKEN starts with xoxb-, SLACK_APP_TOKEN with xapp-."
	case "missing_scope":
		e.Text = fmt.Sprintf("The token in %s lacks a scope for %s.", token, method)
		if needs, has := scopes(err); needs != "" {
			e.Text = fmt.Sprintf("The token in %s lacks a scope for %s: it needs %s and has %s.", token, method, needs, has)
		}
		e.Hint = "Add it to the app (manifest.yml has them all), install the app again and start again."
	case "team_access_not_granted", "no_permission", "org_login_required", "ekm_access_denied":
		e.Text = fmt.Sprintf("Slack does not let the app work here (%s in %s).", code, method)
		e.Hint = "Ask an admin of the workspace to allow the app."
	default:
		e.Kind, e.Text = approvals.Unavailable, fmt.Sprintf("Slack did not answer %s.", method)
		if code != "" {
			e.Text = fmt.Sprintf("Slack refused %s: %s.", method, code)
		}
		e.Hint = "It is tried again."
	}
	return e
}

// scopes returns what Slack says of the scopes that a call needs, and that
// the token has.
func scopes(err error) (needs, has string) {
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return e.Needed, e.Provided
	}
	return "", ""
}

// withoutURL drops the address from an HTTP error: a response_url is a
// secret, and a socket's address is one too.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}
