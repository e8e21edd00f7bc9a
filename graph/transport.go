package graph

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	khttp "github.com/microsoft/kiota-http-go"
	msgraphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
)

// maxAnswer is more than the longest page of devices.
const maxAnswer = 64 << 20

// exchange is what is seen of one call below the SDK, which tells less than
// is needed to know whether a reset may have happened. It travels with the
// call's context.
type exchange struct {
	sent      atomic.Bool // the call was given to the transport
	dialled   atomic.Bool // the transport looked for a connection
	connected atomic.Bool // it had one, so that something may have been written
	status    int         // of the answer; zero without one
	header    http.Header // of the answer
}

// requestID is Graph's name for the call, which Microsoft's support asks for.
func (e *exchange) requestID() string { return e.header.Get("request-id") }

// unsent says that the call has provably not left this machine.
func (e *exchange) unsent(err error) bool {
	if !e.sent.Load() {
		return true
	}
	if e.status != 0 {
		return false
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && (dial.Op == "dial" || dial.Op == "proxyconnect") {
		return true
	}
	// A transport that reports to httptrace reports each connection.
	return e.dialled.Load() && !e.connected.Load()
}

type exchangeKey struct{}

// watch is the middleware that fills in the exchange, and the last one before
// the wire. It also keeps calls and tokens on Graph's own host.
type watch struct {
	root *url.URL
}

var (
	errElsewhere = errors.New("the address is not Graph's")
	errNoToken   = errors.New("there is no token for this address")
)

// Intercept implements khttp.Middleware.
func (w watch) Intercept(pipeline khttp.Pipeline, next int, req *http.Request) (*http.Response, error) {
	if !within(w.root, req.URL) {
		return nil, errElsewhere
	}
	if !strings.HasPrefix(req.Header.Get("Authorization"), "Bearer ") {
		return nil, errNoToken
	}
	ex, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		ex = &exchange{}
	}
	trace := &httptrace.ClientTrace{
		GetConn:      func(string) { ex.dialled.Store(true) },
		GotConn:      func(httptrace.GotConnInfo) { ex.connected.Store(true) },
		WroteHeaders: func() { ex.connected.Store(true) },
	}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	ex.sent.Store(true)
	resp, err := pipeline.Next(req, next)
	if err != nil {
		return nil, err
	}
	ex.status, ex.header = resp.StatusCode, resp.Header
	// The SDK's adapter would send a call again by itself after a claims
	// challenge, and panics over one that it does not understand.
	resp.Header.Del("WWW-Authenticate")
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

// within says whether u is Graph's: the same scheme, host and port, below the
// same path.
func within(root, u *url.URL) bool {
	return u.Scheme == root.Scheme && strings.EqualFold(u.Host, root.Host) && u.User == nil &&
		strings.HasPrefix(u.Path, root.Path+"/") && !strings.Contains(u.Path, "/../")
}

// newHTTPClient makes the client that the SDK's adapter uses. Its pipeline has
// neither retries, which would repeat a POST after a 504, nor redirects, nor
// compression of requests.
func newHTTPClient(transport http.RoundTripper, root *url.URL) *http.Client {
	pipeline := khttp.NewCustomTransportWithParentTransport(transport,
		msgraphcore.NewGraphTelemetryHandler(&msgraphcore.GraphClientOptions{}),
		khttp.NewParametersNameDecodingHandler(),
		khttp.NewUserAgentHandler(),
		watch{root},
	)
	return &http.Client{Transport: pipeline, CheckRedirect: stay}
}

// stay follows no redirect.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// entraTransport carries token requests. It keeps the error of the last one,
// since azidentity keeps only its text.
type entraTransport struct{ client *http.Client }

type entraErrorKey struct{}

// Do implements policy.Transporter.
func (t entraTransport) Do(req *http.Request) (*http.Response, error) {
	resp, err := t.client.Do(req)
	if err != nil {
		if last, ok := req.Context().Value(entraErrorKey{}).(*atomic.Pointer[error]); ok {
			last.Store(&err)
		}
		return nil, err
	}
	return resp, nil
}

// withEntraError returns a context in which an entraTransport leaves its last
// error.
func withEntraError(ctx context.Context) (context.Context, func() error) {
	last := &atomic.Pointer[error]{}
	return context.WithValue(ctx, entraErrorKey{}, last), func() error {
		if err := last.Load(); err != nil {
			return *err
		}
		return nil
	}
}
