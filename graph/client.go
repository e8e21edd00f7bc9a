package graph

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	kiotaazure "github.com/microsoft/kiota-authentication-azure-go"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/devicemanagement"
	msgraphcore "github.com/microsoftgraph/msgraph-sdk-go-core"

	"passcodebot/approvals"
)

// DefaultTimeout bounds one call to Graph or Entra.
const DefaultTimeout = 15 * time.Second

// Config is where Graph is and who asks. Only Credentials is required.
type Config struct {
	// Cloud is the national cloud; Global where it is empty.
	Cloud Cloud
	// Credentials is how the app signs in.
	Credentials Credentials
	// Endpoint and Authority replace the cloud's Graph and Entra, for tests
	// and the sandbox. Endpoint may or may not end in /beta. Both are https.
	Endpoint, Authority string
	// Transport carries the calls to Graph and to Entra; one of NewTransport
	// where it is nil.
	Transport http.RoundTripper
	// Logger hears of calls that are repeated; nobody where it is nil.
	Logger *slog.Logger
	// Timeout bounds each call, not counting waits for its turn and between
	// repetitions; DefaultTimeout where it is zero.
	Timeout time.Duration
	// Limits are how many calls Intune takes; the published ones where they
	// are zero.
	Limits Limits
}

// Client is Intune, as approvals.Devices. Make one with New.
type Client struct {
	adapter *msgraphcore.GraphRequestAdapterBase
	root    *url.URL // of Graph, with /beta
	tokens  *tokens
	limiter *limiter
	reads   batcher
	record  record
	log     *slog.Logger
	timeout time.Duration
	bounds  bounds
	setup   setup
	now     func() time.Time
	wait    func(context.Context, time.Duration) error
}

var _ approvals.Devices = (*Client)(nil)

// setup is what Examine holds the world against.
type setup struct {
	cloud       Cloud
	graph       string // the root of Graph
	authority   string
	credentials Credentials
	transport   http.RoundTripper
}

// devices returns the request builder of managedDevices, a new one for each
// call: kiota-http-go v1.5.6 writes into a builder's path parameters while it
// sends, so that two calls of one builder race.
func (c *Client) devices() *devicemanagement.ManagedDevicesRequestBuilder {
	return devicemanagement.NewManagedDevicesRequestBuilderInternal(map[string]string{}, c.adapter)
}

// New makes a Client. It makes no calls: SignIn tells whether the credentials
// are good. Its error is an *approvals.Error and names what to change.
func New(c Config) (*Client, error) {
	if c.Transport == nil {
		c.Transport = NewTransport(nil)
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	known, err := ParseCloud(string(c.Cloud))
	if err != nil {
		return nil, err
	}
	places := known.addresses()
	if c.Endpoint != "" {
		places.graph = strings.TrimSuffix(strings.TrimRight(c.Endpoint, "/"), "/beta")
	}
	root, err := url.Parse(places.graph + "/beta")
	if err != nil || root.Scheme != "https" || root.Host == "" {
		return nil, &approvals.Error{Kind: approvals.Invalid, Code: "endpoint", Text: "The address of Graph is not an https address.", Err: err}
	}
	if c.Authority != "" {
		places.authority = c.Authority
	}
	credential := func() (azcore.TokenCredential, error) {
		return c.Credentials.credential(azcore.ClientOptions{
			Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: places.authority, Services: map[cloud.ServiceName]cloud.ServiceConfiguration{}},
			Retry:     policy.RetryOptions{MaxRetries: -1}, // the calls that need the token are repeated instead
			Transport: entraTransport{&http.Client{Transport: c.Transport, CheckRedirect: stay}},
		}, c.Authority != "")
	}
	seen := stampOf(c.Credentials.file())
	source, err := credential()
	if err != nil {
		return nil, err
	}
	way, err := c.Credentials.way()
	if err != nil {
		return nil, err
	}
	t := &tokens{
		scope: places.graph + "/.default", way: way, file: c.Credentials.file(), hide: c.Credentials.hide, make: credential,
		log: c.Logger, now: time.Now, timeout: c.Timeout, source: source, made: time.Now(), seen: seen,
	}
	adapter, err := newAdapter(t, c.Transport, root)
	if err != nil {
		return nil, &approvals.Error{Kind: approvals.Internal, Code: "internal", Text: "The Graph SDK could not be set up.", Err: err}
	}
	client := &Client{
		adapter: adapter, root: root, tokens: t, limiter: newLimiter(c.Limits), log: c.Logger, timeout: c.Timeout,
		bounds: bounds{devices: maxScanned, pages: maxPages}, now: time.Now, wait: sleep,
		setup: setup{known, places.graph, places.authority, c.Credentials, c.Transport},
	}
	client.reads.send, client.reads.most = client.sendReads, maxBatch
	client.record.load = client.readRecord
	return client, nil
}

// newAdapter makes the SDK's adapter, with tokens for Graph's own host only.
func newAdapter(t *tokens, transport http.RoundTripper, root *url.URL) (*msgraphcore.GraphRequestAdapterBase, error) {
	const claimsChallenges = false // they are dropped, see watch
	auth, err := kiotaazure.NewAzureIdentityAuthenticationProviderWithScopesAndValidHostsAndObservabilityOptionsAndIsCaeEnabled(
		t, []string{t.scope}, []string{root.Hostname()}, kiotaazure.ObservabilityOptions{}, claimsChallenges)
	if err != nil {
		return nil, err
	}
	adapter, err := msgraphcore.NewGraphRequestAdapterBaseWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		auth, msgraphcore.GraphClientOptions{},
		jsonserialization.NewJsonParseNodeFactory(), jsonserialization.NewJsonSerializationWriterFactory(),
		newHTTPClient(transport, root))
	if err != nil {
		return nil, err
	}
	adapter.SetBaseUrl(root.String())
	return adapter, nil
}
