package graph

import (
	"cmp"
	"time"

	"passcodebot/approvals"
)

// Level is how bad a finding is.
type Level string

// The levels.
const (
	LevelOK      Level = "ok"
	LevelWarning Level = "warning" // works, and somebody should look at it
	LevelError   Level = "error"   // does not work, or soon will not
)

// Finding is one thing that an examination has found.
type Finding struct {
	Level Level `json:"level"`
	// Code names what was looked at, and stays the same from release to
	// release: sign-in, for-trying, tenant-cloud, token-tenant, token-app,
	// token-audience, permissions, permissions-excess, read-devices,
	// read-audits, clock-entra, clock-graph, certificate, secret.
	Code string `json:"code"`
	// Text is what was found, a sentence; Hint is what to do, and often holds
	// a command.
	Text string `json:"text"`
	Hint string `json:"hint,omitempty"`
	// Ref is Graph's request-id or Entra's trace id, which Microsoft's support
	// asks for.
	Ref string `json:"ref,omitempty"`
}

// Examination is what Examine has found.
type Examination struct {
	// Way is how the app signs in, such as "a client certificate".
	Way   string `json:"way"`
	Cloud Cloud  `json:"cloud"` // as configured
	// Tenant and App are what the token says; empty without a token that can
	// be read. Person is who has signed in with az; empty for an app.
	Tenant string `json:"tenant,omitempty"`
	App    string `json:"app,omitempty"`
	Person string `json:"person,omitempty"`
	// Permissions are the token's roles, or the scopes of a person's token.
	// Missing are those that are needed and not among them, Excess those that
	// are among them and not needed.
	Permissions []string `json:"permissions"`
	Missing     []string `json:"missing"`
	Excess      []string `json:"excess"`
	// CertificateEnds and SecretEnds are zero where they are not known.
	CertificateEnds time.Time `json:"certificate_ends,omitzero"`
	SecretEnds      time.Time `json:"secret_ends,omitzero"`
	// Findings are in the order in which things were looked at.
	Findings []Finding `json:"findings"`
}

// Worst is the worst level among the findings.
func (x Examination) Worst() Level {
	worst := LevelOK
	for _, f := range x.Findings {
		if f.Level == LevelError || f.Level == LevelWarning && worst == LevelOK {
			worst = f.Level
		}
	}
	return worst
}

func (x *Examination) add(level Level, code, text, hint, ref string) {
	x.Findings = append(x.Findings, Finding{level, code, text, hint, ref})
}

// failed adds what an error says.
func (x *Examination) failed(code string, err error) {
	e := approvals.AsError(err)
	x.add(LevelError, code, e.Text, cmp.Or(e.Hint, silentHint), e.Ref)
}

// silentHint is what to do where the other side said nothing that helps.
const silentHint = "Run this again; if it stays, look at the way out to Microsoft's addresses, through the proxy and the firewall, and at status.cloud.microsoft."
