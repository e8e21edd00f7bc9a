package bot

import "strings"

// Space is the address of a workspace, such as https://contoso.slack.com/.
// Slack: auth.test tells it as url.
type Space string

// message is the address of a message; empty where that is not known.
// Slack: chat.getPermalink gives addresses of this form.
func (s Space) message(channel, ts string) string {
	if s == "" || channel == "" || ts == "" {
		return ""
	}
	return strings.TrimSuffix(string(s), "/") + "/archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", "")
}
