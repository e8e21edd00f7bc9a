package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// place is where the fakes are and what opens them, as they print it.
type place struct {
	Slack        string `json:"slack"`
	Graph        string `json:"graph"`
	Entra        string `json:"entra"`
	Control      string `json:"control"`
	CA           string `json:"ca"`
	BotToken     string `json:"bot_token"`
	AppToken     string `json:"app_token"`
	Tenant       string `json:"tenant"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Requesters   string `json:"requesters"`
	Approvers    string `json:"approvers"`
}

// device is one of the fleet's.
type device struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Serial string `json:"serial"`
}

// fakes is the process of the fakes.
type fakes struct {
	place
	process *exec.Cmd
	stdin   io.Closer
	client  *http.Client
}

func startFakes(ctx context.Context, binary string, channels, devices int) (*fakes, error) {
	// Without ctx: they end when their standard input does, after the bot.
	cmd := exec.Command(binary, "-channels", strconv.Itoa(channels), "-devices", strconv.Itoa(devices))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the fakes: %w", err)
	}
	f := &fakes{process: cmd, stdin: stdin, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &f.place)
	}
	if err != nil {
		f.stop()
		return nil, fmt.Errorf("the fakes do not say where they are: %w", err)
	}
	return f, ctx.Err()
}

// stop ends the fakes.
func (f *fakes) stop() {
	_ = f.stdin.Close()
	kill := time.AfterFunc(10*time.Second, func() { _ = f.process.Process.Kill() })
	_ = f.process.Wait() // how they end is nobody's business
	kill.Stop()
	f.client.CloseIdleConnections()
}

// get reads from the control of the fakes.
func (f *fakes) get(ctx context.Context, path string, into any) error {
	return f.do(ctx, http.MethodGet, path, nil, into)
}

// post acts through the control of the fakes.
func (f *fakes) post(ctx context.Context, path string, act any) error {
	return f.do(ctx, http.MethodPost, path, act, nil)
}

func (f *fakes) do(ctx context.Context, method, path string, act, into any) error {
	body, err := json.Marshal(act)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, f.Control+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Sandbox", "1")
	answer, err := f.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
		return fmt.Errorf("%s: %s %s", path, answer.Status, text)
	}
	if into == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
	return json.NewDecoder(answer.Body).Decode(into)
}
