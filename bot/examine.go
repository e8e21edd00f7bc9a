package bot

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// Level is how much a Finding matters.
type Level string

// The levels of a Finding.
const (
	Fine    Level = "ok"
	Warning Level = "warning" // it works, and somebody should look
	Wrong   Level = "error"   // it does not work, or not as the config says
)

// Finding is one thing that Examine has looked at. What is a sentence for
// people, and Remedy what to do; it is empty where nothing is to be done.
type Finding struct {
	Level  Level
	Code   string // a short fixed name, such as scopes-missing
	What   string
	Remedy string
}

// ExamineConfig is what the configuration has of Slack.
type ExamineConfig struct {
	AppTokenApp string // the app in the app token, as AppOf reads it; empty where it is not known
	Audiences   []AudienceUse
	Channels    []ChannelUse
	EntraField  string // the custom profile field for Entra ids; empty for none
	// Socket opens a socket for a moment, to learn how many others there are.
	// Slack may send a command or click to it that a running passcodebot
	// then lacks; its person is shown an error and has to repeat it.
	Socket bool
	// Transport dials the socket's host where Socket is set; nil means the
	// network, with the proxy of the environment.
	Transport *http.Transport
}

// AudienceUse is an audience with what it is for and how many active people
// it needs.
type AudienceUse struct {
	Use      string // such as approvers
	Audience approvals.Audience
	Least    int
}

// ChannelUse is a channel with what it is for.
type ChannelUse struct {
	Use    string // such as cards
	ID     string
	Passed bool // passcodebot has nothing to do in it: it is only to be there
}

// examination is an Examine at work.
type examination struct {
	ExamineConfig
	api      *slack.Client
	findings []Finding
	granted  []string // scopes of the bot token; nil where Slack does not tell
	home     approvals.Home
	people   map[string]standing
	members  map[string]bool // groups of which it is said who can change their members

	directory *slackDirectory
}

func (x *examination) say(level Level, code, what, remedy string) {
	x.findings = append(x.findings, Finding{level, code, what, remedy})
}

// fail says that a method failed, in the words that a start would have.
func (x *examination) fail(code string, err error, method, token string) {
	e := explain(err, method, token)
	hint := e.Hint
	if e.Kind == approvals.Unavailable {
		hint = "Run this again; if it stays, look at status.slack.com and at the way out to the internet."
	}
	what := e.Text
	if slackCode(err) == "" {
		what += " " + fmt.Sprintf("(%v)", withoutURL(err))
	}
	x.say(Wrong, code, what, hint)
}

// Examine looks at everything in Slack that passcodebot works with, and
// changes nothing. It asks for the address of a socket, which Slack lets
// lapse, and opens one only where the config says so. The findings come in a
// fixed order.
func Examine(ctx context.Context, api *slack.Client, c ExamineConfig) []Finding {
	x := &examination{
		ExamineConfig: c, api: api, people: map[string]standing{}, members: map[string]bool{},
		directory: NewDirectory(api, slog.New(slog.DiscardHandler)).slack,
	}
	signedIn := x.botToken(ctx)
	x.appToken(ctx)
	if signedIn {
		x.scopes()
		x.audiences(ctx)
		x.entraIDs(ctx)
		x.channels(ctx)
	}
	return x.findings
}
