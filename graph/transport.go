package graph

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	khttp "github.com/microsoft/kiota-http-go"
	msgraphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
)

// maxConnections bounds the connections to Graph. Over one of HTTP/2 a hundred
// calls go at a time, but which it is shows only once it is open; over this
// many of HTTP/1.1 go as many as Intune's limits let through.
const maxConnections = 16

// NewTransport makes what carries calls where Config has no Transport. It
// trusts roots, or the machine's where they are nil, and opens no more
// connections than it needs.
func NewTransport(roots *x509.CertPool) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	t.ForceAttemptHTTP2 = true
	t.MaxConnsPerHost, t.MaxIdleConnsPerHost = maxConnections, maxConnections
	// A connection that has silently died must not take all later calls with
	// it: it is asked for a sign of life when it is quiet while calls wait.
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 5 * time.Second}
	return t
}

// maxToken is more than the longest answer of Entra.
const maxToken = 1 << 20

// exchange is what is seen of one call below the SDK, which tells less than
// is needed to know whether a reset may have happened. It travels with the
// call's context.
type exchange struct {
	sent      atomic.Bool // the call was given to the transport
	dialled   atomic.Bool // the transport looked for a connection
	connected atomic.Bool // it had one, so that something may have been written
	wrote     atomic.Bool // it has been written
	again     atomic.Bool // it was about to be written once more, which was kept from happening
	status    int         // of the answer; zero without one
	header    http.Header // of the answer
	shared    bool        // the answer is one to several calls, and told of with another
}

// requestID is Graph's name for the call, which Microsoft's support asks for.
func (e *exchange) requestID() string { return oneLine(e.header.Get("request-id"), 100) }

// unsent says that the call has provably not left this machine.
func (e *exchange) unsent(err error) bool {
	if !e.sent.Load() {
		return true
	}
	if e.status != 0 || e.connected.Load() {
		return false // also where a second try, by net/http itself, found no connection
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && (dial.Op == "dial" || dial.Op == "proxyconnect") {
		return true
	}
	// A transport that reports to httptrace reports each connection.
	return e.dialled.Load()
}

type exchangeKey struct{}

// exchangeOf returns the exchange of a call.
func exchangeOf(ctx context.Context) *exchange {
	if ex, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return ex
	}
	return &exchange{}
}

// watch is the middleware that fills in the exchange, and the last one before
// the wire. It also keeps calls and tokens on Graph's own host.
type watch struct {
	root *url.URL
}

var (
	errElsewhere = errors.New("the address is not Graph's")
	errNoToken   = errors.New("there is no token for this address")
	errReset     = errors.New("the stream was reset before it was answered")
)

// Intercept implements khttp.Middleware.
func (w watch) Intercept(pipeline khttp.Pipeline, next int, req *http.Request) (*http.Response, error) {
	if !within(w.root, req.URL) {
		return nil, errElsewhere
	}
	if !strings.HasPrefix(req.Header.Get("Authorization"), "Bearer ") {
		return nil, errNoToken
	}
	ex := exchangeOf(req.Context())
	ctx, cancel := context.WithCancel(req.Context())
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { ex.dialled.Store(true) },
		GotConn: func(httptrace.GotConnInfo) {
			ex.connected.Store(true)
			if req.Method == http.MethodPost && ex.wrote.Load() {
				// net/http sends a call without a body a second time by
				// itself after some resets of its stream, such as
				// PROTOCOL_ERROR, which a proxy may send after the effect.
				ex.again.Store(true)
				cancel()
			}
		},
		WroteHeaders: func() {
			ex.connected.Store(true)
			ex.wrote.Store(true)
		},
	}
	ex.sent.Store(true)
	resp, err := pipeline.Next(req.WithContext(httptrace.WithClientTrace(ctx, trace)), next)
	if err != nil {
		cancel()
		if ex.again.Load() {
			return nil, errReset
		}
		return nil, err
	}
	ex.status, ex.header = resp.StatusCode, resp.Header
	// The SDK's adapter would send a call again by itself after a claims
	// challenge, and panics over one that it does not understand.
	resp.Header.Del("WWW-Authenticate")
	resp.Body = &answerBody{body: resp.Body, end: cancel}
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
	// azidentity reads an answer as long as it is.
	resp.Body = &limitedBody{io.LimitReader(resp.Body, maxToken), resp.Body}
	return resp, nil
}

// limitedBody is the beginning of an answer.
type limitedBody struct {
	io.Reader
	io.Closer
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
