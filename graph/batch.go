package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/models/odataerrors"
)

// maxBatch is how many calls a $batch takes.
// Microsoft Learn: Combine multiple HTTP requests using JSON batching.
const maxBatch = 20

// batcher lets reads that are made at the same time go together. It waits for
// none: what has gathered by the time that it runs goes.
type batcher struct {
	send func([]*batched) // blocks until all are answered
	most int              // how many go together

	mu      sync.Mutex
	waiting []*batched
	called  bool // it is about to run
}

// batched is a read in a batcher.
type batched struct {
	ctx    context.Context
	info   *abstractions.RequestInformation
	as     serialization.ParsableFactory
	done   chan struct{}
	seen   exchange
	answer serialization.Parsable
	err    error
}

// get is Client.get, together with others. The exchange of ctx tells of the
// call as if it had been made alone.
func (b *batcher) get(ctx context.Context, info *abstractions.RequestInformation, as serialization.ParsableFactory) (serialization.Parsable, error) {
	ex := exchangeOf(ctx)
	one := &batched{ctx: ctx, info: info, as: as, done: make(chan struct{})}
	b.mu.Lock()
	b.waiting = append(b.waiting, one)
	if !b.called {
		b.called = true
		go b.run()
	}
	b.mu.Unlock()
	select {
	case <-one.done:
	case <-ctx.Done():
		ex.sent.Store(true) // or will be, with the others
		return nil, ctx.Err()
	}
	ex.copy(&one.seen)
	return one.answer, one.err
}

func (b *batcher) run() {
	gather(func() int {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.waiting)
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.waiting) > 0 {
		n := min(len(b.waiting), b.most)
		go b.send(b.waiting[:n:n])
		b.waiting = b.waiting[n:]
	}
	b.called = false
}

// copy takes over what was seen of a call that was made for others too.
func (e *exchange) copy(from *exchange) {
	e.sent.Store(from.sent.Load())
	e.dialled.Store(from.dialled.Load())
	e.connected.Store(from.connected.Load())
	e.status, e.header, e.shared = from.status, from.header, from.shared
}

// sendReads makes reads: one alone, several in one $batch.
func (c *Client) sendReads(reads []*batched) {
	if len(reads) == 1 {
		one := reads[0]
		defer close(one.done)
		ctx := context.WithValue(one.ctx, exchangeKey{}, &one.seen)
		one.err = guarded(func() (err error) {
			one.answer, err = c.get(ctx, one.info, one.as)
			return err
		})
		return
	}
	whole := &exchange{}
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), exchangeKey{}, whole), c.timeout)
	defer cancel()
	var answers map[string]batchAnswer
	err := guarded(func() (err error) {
		answers, err = c.batch(ctx, reads)
		return err
	})
	for i, one := range reads {
		if one.err = err; err != nil {
			one.seen.copy(whole)
			one.seen.shared = i > 0
		} else {
			one.err = guarded(func() error { return one.take(answers[strconv.Itoa(i)], whole) })
		}
		close(one.done)
	}
}

// batchAnswer is what a $batch answers to one of its calls.
type batchAnswer struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// batch sends a $batch. The SDK's own reads numbers as floats, and finds what
// reads errors in variables of its package.
func (c *Client) batch(ctx context.Context, reads []*batched) (map[string]batchAnswer, error) {
	type call struct {
		ID     string `json:"id"`
		Method string `json:"method"`
		URL    string `json:"url"`
	}
	var body struct {
		Requests []call `json:"requests"`
	}
	for i, one := range reads {
		one.info.PathParameters["baseurl"] = c.root.String()
		u, err := one.info.GetUri()
		if err != nil {
			return nil, err
		}
		url := strings.Replace(strings.TrimPrefix(u.String(), c.root.String()), "%24select=", "$select=", 1)
		body.Requests = append(body.Requests, call{ID: strconv.Itoa(i), Method: one.info.Method.String(), URL: url})
	}
	content, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	info := abstractions.NewRequestInformation()
	info.Method, info.UrlTemplate = abstractions.POST, "{+baseurl}/$batch"
	info.SetStreamContentAndContentType(content, "application/json")
	info.Headers.TryAdd("Accept", "application/json")
	raw, err := c.adapter.SendPrimitive(ctx, info, "[]byte", errorMappings())
	if err != nil {
		return nil, err
	}
	var answer struct {
		Responses []batchAnswer `json:"responses"`
	}
	data, _ := raw.([]byte)
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, errors.New("the answer is not a batch")
	}
	answers := map[string]batchAnswer{}
	for _, a := range answer.Responses {
		answers[a.ID] = a
	}
	return answers, nil
}

// take takes the answer to one call of a $batch, as if it had come alone.
func (b *batched) take(a batchAnswer, whole *exchange) error {
	b.seen.copy(whole)
	if a.Status == 0 {
		return errors.New("the batch has no answer to this call")
	}
	b.seen.status, b.seen.header = a.Status, http.Header{}
	for name, value := range a.Headers {
		b.seen.header.Set(name, value)
	}
	b.seen.header.Set("Date", whole.header.Get("Date"))
	as := b.as
	if a.Status >= http.StatusBadRequest {
		as = odataerrors.CreateODataErrorFromDiscriminatorValue
	}
	node, err := jsonserialization.NewJsonParseNode(a.Body)
	if err != nil {
		return err
	}
	answer, err := node.GetObjectValue(as)
	if err != nil {
		return err
	}
	if failure, ok := answer.(error); ok {
		return failure
	}
	b.answer = answer
	return nil
}
