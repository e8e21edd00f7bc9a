package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// atWork is what the bot logs once it works.
const atWork = "passcodebot is at work"

// startTime bounds how long the bot may take until it works.
const startTime = time.Minute

// process is the bot, running.
type process struct {
	cmd    *exec.Cmd
	log    string        // the file that its log is appended to
	took   time.Duration // from its start until it was at work
	atWork chan time.Time
	read   chan struct{} // closed at the end of its log
}

// startProcess starts the bot, and returns once it is at work.
func startProcess(ctx context.Context, binary, dir string, env []string) (*process, error) {
	p := &process{
		cmd: exec.Command(binary, "serve", "--config", filepath.Join(dir, "passcodebot.yml")),
		log: filepath.Join(dir, "passcodebot.log"), atWork: make(chan time.Time, 1), read: make(chan struct{}),
	}
	p.cmd.Env = append(os.Environ(), env...)
	out, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	kept, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the bot: %w", err), kept.Close())
	}
	go func() {
		defer close(p.read)
		defer kept.Close()
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.Contains(lines.Text(), atWork) {
				select {
				case p.atWork <- time.Now():
				default:
				}
			}
			fmt.Fprintln(kept, lines.Text())
		}
	}()
	select {
	case at := <-p.atWork:
		p.took = at.Sub(began)
		return p, nil
	case <-p.read:
		err = fmt.Errorf("the bot ended: %s", p.lastWords())
	case <-time.After(startTime):
		err = fmt.Errorf("the bot is not at work after %s: %s", startTime, p.lastWords())
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errors.Join(err, p.kill())
}

// stop ends the bot with SIGTERM, as whoever replaces it does.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails where it has ended, which Wait tells
	kill := time.AfterFunc(startTime, func() { _ = p.cmd.Process.Kill() })
	defer kill.Stop()
	<-p.read
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("the bot was told to stop: %w: %s", err, p.lastWords())
	}
	return nil
}

// kill ends the bot at once.
func (p *process) kill() error {
	_ = p.cmd.Process.Kill() // fails where it has ended already
	<-p.read
	_ = p.cmd.Wait() // it was killed
	return nil
}

// lastWords is the end of the bot's log.
func (p *process) lastWords() string {
	raw, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
