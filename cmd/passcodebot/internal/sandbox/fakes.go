package sandbox

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
)

const (
	// caFile is the certificate authority of the fakes, in PEM.
	caFile = "ca.pem"
	// placeFile is what is printed, for programs that read it.
	placeFile = "fakes.env"
)

// ServeFakes runs the fake Slack and the fake Entra and Intune without the
// product until ctx is done, so that other programs can be tested against
// them. It prints where they are and what opens them, as lines that a shell
// understands; with a folder they are also in the file fakes.env there.
// People act on the page.
func ServeFakes(ctx context.Context, o Options, stdout io.Writer) (err error) {
	dir, remove, err := folder(o.Dir)
	if err != nil {
		return err
	}
	defer remove()
	listener, err := listen(o.Port)
	if err != nil {
		return err
	}
	defer listener.Close()
	space := fakeslack.SampleWorkspace()
	slack, err := fakeslack.Start(space)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, slack.Close()) }()
	intune, err := fakeintune.Start(tenant(time.Now))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, intune.Close()) }()

	ca := filepath.Join(dir, caFile)
	if ca, err = filepath.Abs(ca); err != nil {
		return unusable(dir, err)
	}
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: intune.CA().Raw}), 0o600); err != nil {
		return unusable(dir, err)
	}
	served, closePage := serve(listener, slack.Page(map[string]http.Handler{"/fleet/": intune.Control()}))
	defer closePage()
	address := "http://" + listener.Addr().String()
	said := place(address, slack.URL(), intune.URL(), ca, space.App)
	if o.Dir != "" {
		if err := os.WriteFile(filepath.Join(dir, placeFile), []byte(said), 0o600); err != nil {
			return unusable(dir, err)
		}
	}
	fmt.Fprint(stdout, said)
	if o.Browser {
		browse(address, stdout)
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return nil
	}
}

// place says where the fakes are and what opens them.
func place(page, slack, intune, ca string, app fakeslack.App) string {
	var b strings.Builder
	comment := func(line string) { fmt.Fprintf(&b, "# %s\n", line) }
	set := func(name, value string) { fmt.Fprintf(&b, "%s='%s'\n", name, value) }
	comment("Slack, Entra and Intune are faked on this machine; nothing leaves it. Ctrl-C ends them.")
	comment("People act on the page.")
	set("PAGE", page)
	comment("Slack: its Web API and, by apps.connections.open, Socket Mode.")
	set("SLACK_API_URL", slack)
	set("SLACK_BOT_TOKEN", app.BotToken)
	set("SLACK_APP_TOKEN", app.AppToken)
	comment("Microsoft Graph (its beta) and Entra, both over TLS with the certificate authority in CA_FILE.")
	set("GRAPH_URL", intune)
	set("AZURE_AUTHORITY_HOST", intune)
	set("AZURE_TENANT_ID", fakeintune.SampleTenant)
	set("AZURE_CLIENT_ID", clientID)
	set("AZURE_CLIENT_SECRET", clientSecret)
	set("CA_FILE", ca)
	return b.String()
}
