package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
	"passcodebot/store"
)

const doctorApp, doctorSecret = "d0c70000-0000-4000-8000-00000000d0c7", "abc8Q~the-secret-of-the-doctor"

// surgery is the faked services of one part of a script.
type surgery struct {
	slack  *fakeslack.Server
	intune *fakeintune.Server
	folder map[string]string // as it was before
}

// surgeries are the last ones of each script, by its folder.
var surgeries sync.Map

// plan is what they are started with.
type plan struct {
	space  fakeslack.Config
	tenant fakeintune.Config
	sick   func(*fakeslack.Server, *fakeintune.Server) // once they run; nil for nothing
	key    []byte                                      // the client certificate with its key; nil to sign in by secret
}

func (p *plan) app() *fakeslack.App { return &p.space.App }
func (p *plan) roles() *[]string    { return &p.tenant.Apps[0].Roles }

func (p *plan) person(id string) *fakeslack.Person {
	return &p.space.People[slices.IndexFunc(p.space.People, func(x fakeslack.Person) bool { return x.ID == id })]
}

func (p *plan) channel(id string) *fakeslack.Channel {
	return &p.space.Channels[slices.IndexFunc(p.space.Channels, func(x fakeslack.Channel) bool { return x.ID == id })]
}

// ailments are what a script can say that is otherwise than well.
func ailments() map[string]func(*testscript.TestScript, *plan) {
	simple := map[string]func(*plan){
		"scope-missing": func(p *plan) {
			p.app().Scopes = slices.DeleteFunc(p.app().Scopes, func(s string) bool { return s == "im:history" })
		},
		"scope-extra":        func(p *plan) { p.app().Scopes = append(p.app().Scopes, "reactions:write") },
		"group-empty":        func(p *plan) { p.space.Groups[1].Members = nil },
		"group-of-one":       func(p *plan) { p.space.Groups[1].Members = []string{"U0BEN"} },
		"group-open":         func(p *plan) { p.space.Groups[1].Locked = false },
		"deactivated":        func(p *plan) { p.person("U0BEN").Deactivated, p.person("U0ANNA").Deactivated = true, true },
		"channel-not-joined": func(p *plan) { p.channel("C0INCIDENTS").Members = []string{"U0RITA"} },
		"channel-shared":     func(p *plan) { p.channel("C0INCIDENTS").Shared = true },
		"role-missing":       func(p *plan) { *p.roles() = []string{fakeintune.RoleRead} },
		"role-extra":         func(p *plan) { *p.roles() = append(*p.roles(), "Directory.ReadWrite.All") },
		"secret-wrong":       func(p *plan) { p.tenant.Apps[0].Secret = "another" },
		"secret-ended":       func(p *plan) { p.tenant.Apps[0].SecretExpires = time.Now().Add(-time.Hour) },
		"other-cloud":        func(p *plan) { p.tenant.GraphHost = "graph.microsoft.us" },
		"clock-behind":       func(p *plan) { p.tenant.Now = func() time.Time { return time.Now().Add(2 * time.Minute) } },
		"clock-ahead":        func(p *plan) { p.tenant.Now = func() time.Time { return time.Now().Add(-20 * time.Minute) } },
		"slack-silent": func(p *plan) {
			p.sick = func(slack *fakeslack.Server, _ *fakeintune.Server) { slack.Fail(fakeslack.Fault{Delay: time.Minute}) }
		},
		"entra-silent": func(p *plan) {
			p.sick = func(_ *fakeslack.Server, intune *fakeintune.Server) {
				intune.Fail(fakeintune.Fault{Path: "token", Delay: time.Minute})
			}
		},
		"graph-fails": func(p *plan) {
			p.sick = func(_ *fakeslack.Server, intune *fakeintune.Server) { intune.Fail(fakeintune.Fault{Status: 403}) }
		},
	}
	all := map[string]func(*testscript.TestScript, *plan){}
	for name, edit := range simple {
		all[name] = func(_ *testscript.TestScript, p *plan) { edit(p) }
	}
	for name, left := range map[string]time.Duration{"certificate-ends": 20 * 24 * time.Hour, "certificate-good": 90 * 24 * time.Hour} {
		all[name] = func(ts *testscript.TestScript, p *plan) { p.key, p.tenant.Apps[0].Certificate = certificate(ts, left) }
	}
	return all
}

// healthy is a workspace and a tenant in which all is well.
func healthy() plan {
	p := plan{space: fakeslack.SampleWorkspace(), tenant: fakeintune.Config{
		Apps: []fakeintune.App{{ClientID: doctorApp, Secret: doctorSecret, Roles: []string{fakeintune.RoleRead, fakeintune.RolePrivileged}}},
	}}
	p.space.App.Scopes = append(bot.Scopes(), "channels:read", "groups:read")
	p.space.Groups[0].Locked, p.space.Groups[1].Locked = true, true
	return p
}

// certificate makes a client certificate that has so long left.
func certificate(ts *testscript.TestScript, left time.Duration) ([]byte, *x509.Certificate) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	ts.Check(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "passcodebot"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(left)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ts.Check(err)
	made, err := x509.ParseCertificate(der)
	ts.Check(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	return slices.Concat(
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	), made
}

// startFakes is the command fakes of the scripts: it starts Slack, Entra and
// Intune with the ailments that are named, and makes SRC with the endpoints
// to the file passcodebot.yml. The environment then has all that opens them.
func startFakes(ts *testscript.TestScript, _ bool, args []string) {
	p := healthy()
	for _, name := range args[1:] {
		edit := ailments()[name]
		if edit == nil {
			ts.Fatalf("there is no ailment %s", name)
		}
		edit(ts, &p)
	}
	slack, err := fakeslack.Start(p.space)
	ts.Check(err)
	ts.Defer(func() { _ = slack.Close() })
	intune, err := fakeintune.Start(p.tenant)
	ts.Check(err)
	ts.Defer(func() { _ = intune.Close() })

	if p.sick != nil {
		p.sick(slack, intune)
	}

	write := func(name string, data []byte) string {
		path := ts.MkAbs(name)
		ts.Check(os.WriteFile(path, data, 0o600))
		return path
	}
	write("passcodebot.yml", fmt.Appendf([]byte(ts.ReadFile(args[0])), "\nendpoints: {slack: %s, graph: %s, entra: %s}\n", slack.URL(), intune.URL(), intune.URL()))
	ts.Setenv("SSL_CERT_FILE", write("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: intune.CA().Raw})))
	ts.Setenv("SLACK_BOT_TOKEN", healthy().space.App.BotToken)
	ts.Setenv("SLACK_APP_TOKEN", healthy().space.App.AppToken)
	ts.Setenv("AZURE_TENANT_ID", fakeintune.SampleTenant)
	ts.Setenv("AZURE_CLIENT_ID", doctorApp)
	ts.Setenv("AZURE_CLIENT_SECRET", doctorSecret)
	ts.Setenv("AZURE_CLIENT_CERTIFICATE_PATH", "")
	if p.key != nil {
		ts.Setenv("AZURE_CLIENT_SECRET", "")
		ts.Setenv("AZURE_CLIENT_CERTIFICATE_PATH", write("client.pem", p.key))
	}
	surgeries.Store(ts.Getenv("WORK"), &surgery{slack, intune, contents(ts)})
}

// contents are all files of the script's folder, with what can be seen of
// them.
func contents(ts *testscript.TestScript) map[string]string {
	found := map[string]string{}
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		found[path] = fmt.Sprint(info.Mode(), info.ModTime(), len(data), string(data))
		return err
	}))
	return found
}

// untouched is the command untouched of the scripts: since fakes, nothing was
// done but reading, the folder is as it was, and what was printed last holds
// no secret.
func untouched(ts *testscript.TestScript, _ bool, _ []string) {
	last, _ := surgeries.Load(ts.Getenv("WORK"))
	s := last.(*surgery)
	calls := s.slack.Calls()
	reads := regexp.MustCompile(`^(auth\.test|bots\.info|apps\.connections\.open|users\.info|users\.profile\.get|usergroups\.list|usergroups\.users\.list|conversations\.(info|history))$`)
	for _, c := range calls {
		if !reads.MatchString(c.Method) {
			ts.Fatalf("Slack was asked for %s", c.Method)
		}
	}
	for _, c := range s.intune.Calls() {
		if c.Method != "GET" {
			ts.Fatalf("Graph was asked for %s %s", c.Method, c.Path)
		}
	}
	if len(s.intune.Posts()) > 0 || len(calls) == 0 {
		ts.Fatalf("%d resets, and %d calls of Slack", len(s.intune.Posts()), len(calls))
	}
	for _, secret := range []string{"xoxb-", "xapp-", doctorSecret, "PRIVATE KEY", "eyJ", "ticket="} {
		for _, printed := range []string{"stdout", "stderr"} {
			if strings.Contains(ts.ReadFile(printed), secret) {
				ts.Fatalf("%s holds a secret: %s", printed, secret)
			}
		}
	}
	if diff := cmp.Diff(s.folder, contents(ts)); diff != "" {
		ts.Fatalf("the folder is not as it was:\n%s", diff)
	}
}

// makeDatabase is the command database of the scripts: it makes one at a path.
func makeDatabase(ts *testscript.TestScript, _ bool, args []string) {
	s, err := store.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(s.Close())
}

// withCode is the command code of the scripts: it runs a program, which must
// exit with the code that is given first.
func withCode(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		code = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("the exit code is %d, not %s", code, args[0])
	}
}
