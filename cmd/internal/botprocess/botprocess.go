// Package botprocess runs the bot as a process, for programs that test or
// measure it from outside.
package botprocess

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Config and Log are the names of the bot's files in its folder.
const (
	Config = "passcodebot.yml"
	Log    = "passcodebot.log"
)

const (
	// works is what the bot logs once it is at work, and startTime bounds how
	// long it may take until then.
	works     = "passcodebot is at work"
	startTime = time.Minute
	// listening is how long after its start the bot listens to signals, and
	// deaf how long that may take on a machine with much else to do. Once it
	// has said something it does.
	listening = time.Second
	deaf      = 15 * time.Second
	// late is how much longer than its grace a stop may take before it counts
	// as none.
	late = 2 * time.Second
)

// Process is a bot that was started.
type Process struct {
	cmd   *exec.Cmd
	dir   string
	began time.Time
	works chan time.Time
	spoke chan struct{} // closed when it has logged something
	ended chan struct{} // closed when it has ended, and its log is written
}

// Start starts the bot of a binary with the config in a folder, where its log
// is appended to.
func Start(binary, dir string, env []string) (*Process, error) {
	p := &Process{
		cmd: exec.Command(binary, "serve", "--config", filepath.Join(dir, Config)), dir: dir,
		works: make(chan time.Time, 1), spoke: make(chan struct{}), ended: make(chan struct{}),
	}
	p.cmd.Env = append(os.Environ(), env...)
	out, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(dir, Log), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the bot: %w", err), log.Close())
	}
	go func() {
		defer close(p.ended)
		defer log.Close()
		spoke := sync.OnceFunc(func() { close(p.spoke) })
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			spoke()
			if strings.Contains(line, works) {
				select {
				case p.works <- time.Now():
				default:
				}
			}
			fmt.Fprint(log, line) // what can't be kept is still read
			if err != nil {
				break
			}
		}
		_ = p.cmd.Wait() // its state tells the same
	}()
	return p, nil
}

// AtWork waits until the bot is at work, and returns how long after its start
// that was.
func (p *Process) AtWork(ctx context.Context) (time.Duration, error) {
	select {
	case at := <-p.works:
		return at.Sub(p.began), nil
	case <-p.ended:
		return 0, fmt.Errorf("the bot ended with %s; its last words: %s", p.cmd.ProcessState, LastWords(p.dir))
	case <-time.After(startTime):
		return 0, fmt.Errorf("the bot is not at work after %s; its last words: %s", startTime, LastWords(p.dir))
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// PID returns the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends a signal, which one that has ended does not hear.
func (p *Process) Signal(s os.Signal) { _ = p.cmd.Process.Signal(s) }

// Wait waits for the end of the bot, and returns how it ended.
func (p *Process) Wait() *os.ProcessState {
	<-p.ended
	return p.cmd.ProcessState
}

// Kill ends the bot with SIGKILL. The error says that it had ended by itself.
func (p *Process) Kill() error {
	p.Signal(syscall.SIGKILL)
	how := p.Wait()
	if EndedBy(how, syscall.SIGKILL) {
		return nil
	}
	return fmt.Errorf("the bot ended by itself with %s; its last words: %s", how, LastWords(p.dir))
}

// Stop ends the bot with SIGTERM: it has to exit with 0 within its grace. One
// that does not is killed.
func (p *Process) Stop(grace time.Duration) error {
	// Before it listens to signals, SIGTERM is as SIGKILL.
	<-time.After(time.Until(p.began.Add(listening)))
	select {
	case <-p.spoke:
	case <-time.After(time.Until(p.began.Add(deaf))):
	}
	p.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		if how := p.cmd.ProcessState; !how.Success() {
			return fmt.Errorf("the bot was told to stop and ended with %s; its last words: %s", how, LastWords(p.dir))
		}
		return nil
	case <-time.After(grace + late):
		return errors.Join(fmt.Errorf("the bot has not stopped within %s of SIGTERM; its last words: %s", grace, LastWords(p.dir)), p.Kill())
	}
}

// EndedBy says that a signal ended a process.
func EndedBy(how *os.ProcessState, s syscall.Signal) bool {
	status, ok := how.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == s
}

// LastWords is the end of the log in a folder.
func LastWords(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, Log))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
