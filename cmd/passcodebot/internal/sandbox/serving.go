package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"time"

	"passcodebot/approvals"
)

// listen listens on a port of this machine; on any free one where it is zero.
func listen(port int) (net.Listener, error) {
	if port < 0 || port > 65535 {
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "port",
			Text: fmt.Sprintf("%d is no port.", port), Hint: "Choose one from 1 to 65535 with --port, or leave it out for a free one.",
		}
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", fmt.Sprint(port)))
	if err != nil {
		return nil, &approvals.Error{
			Kind: approvals.Unavailable, Code: "port", Err: err,
			Text: fmt.Sprintf("Port %d of this machine is taken or not allowed.", port),
			Hint: "Choose another with --port, or leave it out for a free one.",
		}
	}
	return listener, nil
}

// serve serves the page. The channel gets why that ended by itself, and end
// ends it.
func serve(listener net.Listener, page http.Handler) (served <-chan error, end func()) {
	server := &http.Server{Handler: page, ReadHeaderTimeout: 10 * time.Second}
	failed, over := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(over)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serve the page: %w", err)
		}
	}()
	return failed, func() { _ = server.Close(); <-over }
}

// browse opens an address in the browser, where the machine has one.
func browse(address string, stdout io.Writer) {
	var command []string
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open"}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler"}
	default:
		command = []string{"xdg-open"}
	}
	opener := exec.Command(command[0], append(command[1:], address)...)
	if err := opener.Start(); err != nil {
		fmt.Fprintln(stdout, "No browser could be opened: open the address yourself.")
		return
	}
	// Some stay until the browser ends, which the sandbox neither waits for nor
	// brings about.
	go func() { _ = opener.Wait() }()
}
