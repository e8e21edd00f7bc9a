package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// bot is the process of the bot, one after the other.
type bot struct {
	binary string
	dir    string
	env    []string

	process *exec.Cmd
	began   time.Time
	ended   chan struct{} // closed when the process has ended
}

// start starts the bot. Its log is appended to one file.
func (b *bot) start() error {
	log, err := os.OpenFile(filepath.Join(b.dir, "passcodebot.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(b.binary, "serve", "--config", filepath.Join(b.dir, "passcodebot.yml"))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), b.env...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	b.process, b.began, b.ended = cmd, time.Now(), make(chan struct{})
	go func(ended chan<- struct{}) {
		_ = cmd.Wait() // its state tells the same
		close(ended)
	}(b.ended)
	return nil
}

// kill ends the bot with SIGKILL. The error says that it had ended by itself.
func (b *bot) kill() error {
	if b.process == nil {
		return nil
	}
	_ = b.process.Process.Kill() // fails where it has ended, which Wait tells
	<-b.ended
	how := b.process.ProcessState
	b.process = nil
	if status, ok := how.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGKILL {
		return nil
	}
	return fmt.Errorf("the bot ended by itself with %s; its last words: %s", how, b.lastWords())
}

// listening is how long after its start the bot listens to signals for sure.
const listening = time.Second

// stop ends the bot with SIGTERM: it has to exit with 0 within its grace. One
// that does not is killed.
func (b *bot) stop(grace time.Duration) error {
	// Before it listens to signals, SIGTERM is as SIGKILL.
	<-time.After(time.Until(b.began.Add(listening)))
	_ = b.process.Process.Signal(syscall.SIGTERM) // fails where it has ended, which Wait tells
	select {
	case <-b.ended:
		how := b.process.ProcessState
		b.process = nil
		if how.Success() {
			return nil
		}
		return fmt.Errorf("the bot was told to stop and ended with %s; its last words: %s", how, b.lastWords())
	case <-time.After(grace + 2*time.Second):
		return errors.Join(fmt.Errorf("the bot has not stopped within %s of SIGTERM; its last words: %s", grace, b.lastWords()), b.kill())
	}
}

// lastWords is the end of the bot's log.
func (b *bot) lastWords() string {
	raw, err := os.ReadFile(filepath.Join(b.dir, "passcodebot.log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
