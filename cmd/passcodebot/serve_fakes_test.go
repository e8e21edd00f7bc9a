package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// callFakes is the command callfakes of the scripts: it does what somebody
// else's program would, with nothing but the lines of a file that the fakes
// have written: a plain HTTP client reads devices, and slack-go posts and gets
// a command over a socket.
func callFakes(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	at := map[string]string{}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(line, "#") {
			at[name] = strings.Trim(value, "'")
		}
	}
	readDevices(ctx, ts, at)
	page := post(ctx, ts, http.DefaultClient, at["PAGE"]+"/sandbox/kill", "application/json", "{}")
	if page.StatusCode != http.StatusNotFound {
		ts.Fatalf("there is a bot to be killed: %s", page.Status)
	}

	api := slack.New(at["SLACK_BOT_TOKEN"], slack.OptionAppLevelToken(at["SLACK_APP_TOKEN"]), slack.OptionAPIURL(at["SLACK_API_URL"]))
	_, _, err := api.PostMessageContext(ctx, "C0INCIDENTS", slack.MsgOptionText("hello", false))
	ts.Check(err)
	client := socketmode.New(api)
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	for {
		select {
		case err := <-ended:
			ts.Fatalf("the socket ended: %v", err)
		case e := <-client.Events:
			switch e.Type {
			case socketmode.EventTypeHello:
				go func() {
					_ = post(ctx, ts, http.DefaultClient, at["PAGE"]+"/slack/command", "application/json",
						`{"as": "U0RITA", "channel": "C0INCIDENTS", "text": "/reset-passcode help"}`)
				}()
			case socketmode.EventTypeSlashCommand:
				ts.Check(client.Ack(*e.Request))
				if got := e.Data.(slack.SlashCommand); got.UserID != "U0RITA" || got.Text != "help" {
					ts.Fatalf("the command is %+v", got)
				}
				cancel()
				<-ended
				return
			}
		}
	}
}

// readDevices signs in to Entra and asks Graph for the fleet.
func readDevices(ctx context.Context, ts *testscript.TestScript, at map[string]string) {
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM([]byte(ts.ReadFile(at["CA_FILE"]))) {
		ts.Fatalf("%s holds no certificate", at["CA_FILE"])
	}
	web := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}}
	defer web.CloseIdleConnections()
	resp := post(ctx, ts, web, at["AZURE_AUTHORITY_HOST"]+"/"+at["AZURE_TENANT_ID"]+"/oauth2/v2.0/token", "application/x-www-form-urlencoded", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {at["AZURE_CLIENT_ID"]}, "client_secret": {at["AZURE_CLIENT_SECRET"]},
		"scope": {at["GRAPH_URL"] + "/.default"},
	}.Encode())
	var token struct {
		AccessToken string `json:"access_token"`
	}
	ts.Check(json.NewDecoder(strings.NewReader(resp.body)).Decode(&token))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at["GRAPH_URL"]+"/beta/deviceManagement/managedDevices", nil)
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	answer, err := web.Do(req)
	ts.Check(err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(raw), "Pixel") {
		ts.Fatalf("Graph answers %s %s", answer.Status, raw)
	}
}

// answered is an answer that was read.
type answered struct {
	*http.Response
	body string
}

func post(ctx context.Context, ts *testscript.TestScript, web *http.Client, address, kind, body string) answered {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	ts.Check(err)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-Sandbox", "1")
	resp, err := web.Do(req)
	if err != nil {
		return answered{body: fmt.Sprint(err)}
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body) // what is missing is missed by who reads it
	return answered{resp, string(raw)}
}
