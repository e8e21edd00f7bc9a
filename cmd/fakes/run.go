package main

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
)

// place is where the fakes are and what opens them.
type place struct {
	Slack        string `json:"slack"` // the Web API
	Graph        string `json:"graph"`
	Entra        string `json:"entra"`
	Control      string `json:"control"`
	CA           string `json:"ca"` // a PEM file; Graph and Entra speak TLS with it
	BotToken     string `json:"bot_token"`
	AppToken     string `json:"app_token"`
	Tenant       string `json:"tenant"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Requesters   string `json:"requesters"` // user group
	Approvers    string `json:"approvers"`
}

// run serves the fakes until ctx is done or stdin ends.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("fakes", flag.ContinueOnError)
	flags.SetOutput(stderr)
	channels := flags.Int("channels", 40, "how many `channels` the workspace has")
	devices := flags.Int("devices", 400, "how many `devices` the tenant has")
	latency := flags.Duration("latency", 20*time.Millisecond, "the `time` that each Graph call takes")
	checkIn := flags.Duration("check-in", 2*time.Second, "the `time` after which a device carries out its reset")
	if err := flags.Parse(args); err != nil {
		return err
	}

	space := workspace(*channels)
	slack, err := fakeslack.Start(space)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, slack.Close()) }()
	intune, err := fakeintune.Start(tenant(*devices, *latency, *checkIn))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, intune.Close()) }()

	dir, err := os.MkdirTemp("", "passcodebot-fakes-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: intune.CA().Raw}), 0o600); err != nil {
		return err
	}

	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c := &control{slack: slack, intune: intune, space: space}
	server := &http.Server{
		Handler:           slack.Page(map[string]http.Handler{"/fleet/": intune.Control(), "/fakes/": c.handler()}),
		ReadHeaderTimeout: 10 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() { err = errors.Join(err, server.Close()) }()

	err = json.NewEncoder(stdout).Encode(place{
		Slack: slack.URL(), Graph: intune.URL(), Entra: intune.URL(), Control: "http://" + listener.Addr().String(), CA: ca,
		BotToken: space.App.BotToken, AppToken: space.App.AppToken,
		Tenant: fakeintune.SampleTenant, ClientID: clientID, ClientSecret: clientSecret,
		Requesters: requesters, Approvers: approvers,
	})
	if err != nil {
		return fmt.Errorf("say where the fakes are: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // an error ends it as its end does
		close(ended)
	}()
	select {
	case err := <-served:
		return err
	case <-ended:
	case <-ctx.Done():
	}
	return nil
}
