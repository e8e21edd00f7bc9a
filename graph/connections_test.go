package graph_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

// large is a fleet of so many Androids.
func large(n int) []fakeintune.Device {
	var devices []fakeintune.Device
	for i := range n {
		d := fleet()[0]
		d.ID = fmt.Sprintf("10000000-0000-4000-8000-%012d", i)
		devices = append(devices, d)
	}
	return devices
}

// A hundred calls at once, and none before them, share what few connections
// it takes.
func TestNewTransport_sharesConnections(t *testing.T) {
	t.Parallel()
	const latency = 300 * time.Millisecond
	s := graphtest.Start(t, fakeintune.Config{Devices: large(100), CheckIn: -1, Latency: latency})
	config := graphtest.Config(t, s)
	config.Endpoint = strings.Replace(s.URL(), "127.0.0.1", "localhost", 1) // apart from Entra, which is asked first
	// No connection is open before all of the calls want one.
	asking, dials := make(chan struct{}), atomic.Int64{}
	transport, _ := config.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "localhost") {
			dials.Add(1)
			<-asking
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	c, err := graph.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	var wanted atomic.Int64
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GetConn: func(string) {
		if wanted.Add(1) == 100 {
			close(asking)
		}
	}})
	start := time.Now()
	var running sync.WaitGroup
	for _, d := range s.Devices() {
		running.Go(func() {
			if _, err := c.Reset(ctx, d.ID); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if n := dials.Load(); n > 16 {
		t.Errorf("%d connections were opened for 100 calls at once; want no more than 16", n)
	}
	// Over 16 connections that each carry one call at a time it takes seven
	// rounds.
	if took := time.Since(start); took >= 7*latency {
		t.Errorf("100 calls took %v; want that they go side by side, over HTTP/2", took)
	}
}

// net/http sends a call without a body again by itself when its stream is
// reset with PROTOCOL_ERROR. A reset must not be.
func TestReset_whenItsStreamIsReset_isSentOnce(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]byte{"PROTOCOL_ERROR": 1, "INTERNAL_ERROR": 2, "REFUSED_STREAM": 7} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := graphtest.Start(t, fakeintune.Config{})
			certificate := httptest.NewUnstartedServer(nil)
			certificate.StartTLS()
			defer certificate.Close()
			address, arrived := resetting(t, certificate.TLS.Certificates, code)
			config := graphtest.Config(t, s)
			transport, _ := config.Transport.(*http.Transport)
			transport.TLSClientConfig.RootCAs.AddCert(certificate.Certificate())
			config.Endpoint = "https://" + address
			c, err := graph.New(config)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Reset(t.Context(), pixelID)
			if e := wantError(t, err, approvals.UnknownOutcome, "The connection to Intune broke before it answered, so the reset may or may not happen."); e.Answered {
				t.Error("Intune's work on it is said to be over")
			}
			if n := arrived.Load(); n != 1 {
				t.Errorf("the reset arrived %d times; want once", n)
			}
		})
	}
}

// resetting is a server of HTTP/2 that resets each stream, with one of RFC
// 9113's error codes. It tells how many have arrived.
func resetting(t *testing.T, certificates []tls.Certificate, code byte) (address string, arrived *atomic.Int64) {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	arrived = &atomic.Int64{}
	var serving sync.WaitGroup
	serve := func(conn net.Conn) {
		defer conn.Close()
		if _, err := io.CopyN(io.Discard, conn, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
			return
		}
		_, _ = conn.Write([]byte{0, 0, 0, 4, 0, 0, 0, 0, 0}) // SETTINGS
		for {
			var header [9]byte
			if _, err := io.ReadFull(conn, header[:]); err != nil {
				return
			}
			payload := make([]byte, int(header[0])<<16|int(header[1])<<8|int(header[2]))
			if _, err := io.ReadFull(conn, payload); err != nil {
				return
			}
			if header[3] == 6 && header[4] == 0 { // PING
				_, _ = conn.Write(append([]byte{0, 0, 8, 6, 1, 0, 0, 0, 0}, payload...))
			}
			if header[3] == 1 { // HEADERS
				arrived.Add(1)
				_, _ = conn.Write(append([]byte{0, 0, 4, 3, 0}, append(header[5:9:9], 0, 0, 0, code)...)) // RST_STREAM
			}
		}
	}
	ended := make(chan struct{})
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { serve(conn) })
			serving.Go(func() {
				<-ended
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() {
		close(ended)
		_ = l.Close()
		serving.Wait()
	})
	return l.Addr().String(), arrived
}
