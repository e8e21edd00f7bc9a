// Package config reads what passcodebot is told at its start: a YAML file
// for everything that may be seen, and environment variables for secrets and
// for how to sign in.
//
// Load returns a Config that needs no further checks, or Problems: all that
// is wrong, in one run, each with its place and what to do. One table
// (settings.go) holds the keys with their limits, defaults and meanings; it
// reads the file and it writes the reference in the documentation.
//
// The package knows neither Slack's nor Microsoft's libraries. Cloud and
// Store are checked here and opened elsewhere.
package config

import (
	"log/slog"
	"time"

	"passcodebot/approvals"
)

// Config is a complete and checked configuration.
type Config struct {
	Requesters approvals.Audience // who may ask for a reset
	Approvers  approvals.Audience // who may approve or deny it

	Quorum           int           // approvals that a request needs besides its requester
	TimeToLive       time.Duration // how long a request waits for decisions
	MaxDevices       int           // devices per request
	MaxReason        int           // characters of a reason
	ExecutionTimeout time.Duration // how long the resets of one request may take
	ResendAfter      time.Duration // how long Intune must show nothing of a reset without an answer before it is sent again
	SettleTimeout    time.Duration // how long a reset of unknown outcome is looked for
	FollowUpFor      time.Duration // how long devices are waited for after their reset

	Rules         []approvals.Rule // the first that fits a request holds
	BreakGlass    approvals.BreakGlass
	Escalation    approvals.Audience // who is mentioned where a request has waited for most of its time
	Admins        approvals.Audience // who sees the health of passcodebot
	WorkingHours  []approvals.Times  // what is asked at any other time is unusual; none means that no time is
	HandoverAfter time.Duration      // how long after the resets the requester is asked whether the person has a passcode of their own; negative for never
	Language      string             // of what many people read: en, de or ja
	Languages     []ChannelLanguage  // of single channels, by their ids
	Limits        Limits
	ShowEarlier   time.Duration // how far back earlier resets are shown; zero for not at all
	OutsideResets OutsideResets

	Channels    []string // channel ids where people may ask; empty means any
	CardChannel string   // channel id where cards go; empty means where it was asked

	Cloud     string        // global, usgov, usdod or china
	Sweep     string        // when deadlines are looked at; read it with ParseSchedule
	Store     string        // where requests are kept, such as bolt:passcodebot.db
	Retention time.Duration // how long ended requests are kept; zero for ever
	StopGrace time.Duration // how long a stop waits for what has begun

	Endpoints Endpoints

	Log   Log
	Slack Slack
	Azure Azure
	Audit Audit
}

// Limits are how much one person may ask for; zero means any number.
type Limits struct {
	RequestsPerHour int
	DevicesPerHour  int
}

// OutsideResets is who is told of resets outside of passcodebot.
type OutsideResets struct {
	Channel string // empty for nobody
	Every   time.Duration
}

// Audit is what proves afterwards what was done.
type Audit struct{ Anchors Anchors }

// Anchors is where the end of the log is written down, and when.
type Anchors struct {
	Schedule string // read it with ParseSchedule
	Channel  string // these three are empty where no anchors go
	File     string
	Syslog   string // local, or udp:// or tcp:// with a host and a port
	Key      SigningKey
}

// placed says that anchors go anywhere.
func (a Anchors) placed() bool { return a.Channel != "" || a.File != "" || a.Syslog != "" }

// Endpoints are where the services are, where that is not the usual place.
type Endpoints struct {
	Slack string // the Web API
	Graph string
	Entra string
}

// Log is what is logged, and how.
type Log struct {
	Format string // text or json
	Level  slog.Level
}

// Slack holds the app's two tokens, and what is particular to the workspace.
type Slack struct {
	BotToken     Secret // xoxb-…
	AppToken     Secret // xapp-…
	EntraIDField string // the profile field with the Entra object id or user principal name; empty for none
}

// Azure is how passcodebot signs in to Entra ID. Exactly one of
// ClientSecret, CertificatePath, FederatedTokenFile, ManagedIdentity and CLI is set.
type Azure struct {
	TenantID            string // may be empty with a managed identity and with CLI
	ClientID            string // empty for a system-assigned managed identity
	ClientSecret        Secret
	ClientSecretFile    string // where ClientSecret was read, to be read again when it has changed; empty if it was no file
	CertificatePath     string // PEM or PKCS #12, with the private key
	CertificatePassword Secret // empty for a key that is not encrypted
	FederatedTokenFile  string // workload identity
	ManagedIdentity     bool
	CLI                 bool // the account of az login
}

// Default returns the configuration that an empty file would give, if nobody
// had to be named and nothing were secret.
func Default() Config {
	return Config{
		Quorum:           approvals.DefaultQuorum,
		TimeToLive:       approvals.DefaultTimeToLive,
		MaxDevices:       approvals.DefaultMaxDevices,
		MaxReason:        1000,
		ExecutionTimeout: approvals.DefaultExecutionTimeout,
		ResendAfter:      approvals.DefaultResendAfter,
		SettleTimeout:    approvals.DefaultSettleFor,
		FollowUpFor:      approvals.DefaultFollowUpFor,
		HandoverAfter:    approvals.DefaultHandoverAfter,
		Language:         "en",
		ShowEarlier:      24 * time.Hour,
		OutsideResets:    OutsideResets{Every: 5 * time.Minute},
		Audit:            Audit{Anchors{Schedule: "@every 1h"}},
		Cloud:            "global",
		Sweep:            "@every 15s",
		Store:            "bolt:passcodebot.db",
		StopGrace:        25 * time.Second,
		Log:              Log{Format: "text", Level: slog.LevelInfo},
	}
}

// Policy returns the part that the rules work with, for the workspace home.
func (c Config) Policy(home approvals.Home) approvals.Policy {
	p := c.policy()
	p.Home, p.Fingerprint = home, c.PolicyFingerprint()
	p.Escalation, p.Admins, p.WorkingHours, p.HandoverAfter = c.Escalation, c.Admins, c.WorkingHours, c.HandoverAfter
	p.Many, p.OfflineFor = approvals.DefaultMany, approvals.DefaultOfflineFor
	return p
}

// policy is what decides about requests, and has a fingerprint therefore.
func (c Config) policy() approvals.Policy {
	return approvals.Policy{
		Requesters:       c.Requesters,
		Approvers:        c.Approvers,
		Quorum:           c.Quorum,
		TimeToLive:       c.TimeToLive,
		MaxDevices:       c.MaxDevices,
		Rules:            c.Rules,
		BreakGlass:       c.BreakGlass,
		ShowEarlier:      c.ShowEarlier,
		MaxRequests:      c.Limits.RequestsPerHour,
		MaxResets:        c.Limits.DevicesPerHour,
		Channels:         c.Channels,
		CardChannel:      c.CardChannel,
		ExecutionTimeout: c.ExecutionTimeout,
		ResendAfter:      c.ResendAfter,
		SettleFor:        c.SettleTimeout,
		FollowUp:         approvals.DefaultFollowUp(),
		FollowUpFor:      c.FollowUpFor,
	}
}

// Load reads the file at path and the environment. An error is always of
// type Problems, and then the Config is empty.
func Load(path string, getenv func(string) string) (Config, error) {
	r := newReader(path)
	if data, ok := r.open(path); ok {
		r.file(data)
	}
	return r.finish(getenv)
}

// Parse reads data as if it were the content of a file of that name, and
// the environment, like Load.
func Parse(name string, data []byte, getenv func(string) string) (Config, error) {
	r := newReader(name)
	r.file(data)
	return r.finish(getenv)
}
