package graph_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"passcodebot/approvals"
)

// endless answers each call with a beginning, and then with the same piece
// again and again until a size is reached.
type endless struct {
	wire
	start, piece string
	size         int64
	entra        bool // at Entra's token endpoint instead of at Graph
	read         atomic.Int64
}

func (e *endless) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/token") != e.entra || strings.Contains(req.URL.Path, "openid-configuration") {
		return e.wire.RoundTrip(req)
	}
	body := io.MultiReader(strings.NewReader(e.start), &repeating{e.piece, e.size, &e.read})
	return &http.Response{StatusCode: 200, ContentLength: -1, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(body), Request: req}, nil
}

type repeating struct {
	piece string
	left  int64
	read  *atomic.Int64
}

func (r *repeating) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n+len(r.piece) <= len(p) {
		n += copy(p[n:], r.piece)
	}
	if n == 0 {
		n = copy(p, r.piece)
	}
	r.left -= int64(n)
	r.read.Add(int64(n))
	return n, nil
}

// A body of 100 MB is given up when it is longer than any of Graph's, and
// sooner where it would make a large tree of it; it is not asked for again.
func TestAnswers_thatAreTooLong_areGivenUp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, start, piece string
		most               int64
	}{
		{"one long text", `{"value":[{"deviceName":"`, "xxxxxxxxxx", 20 << 20},
		{"many values", `{"value":[0`, ",0", 2 << 20},
		{"many texts", `{"value":["x"`, `,"x"`, 4 << 20},
		{"deep", ``, "[", 2 << 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := &endless{start: test.start, piece: test.piece, size: 100 << 20}
			c, _ := over(t, e)
			_, err := c.Find(t.Context(), approvals.Selector{Kind: approvals.ByName, Value: "x"}, 1)
			wantError(t, err, approvals.Unavailable, "Intune's answer was not understood.")
			if read := e.read.Load(); read > test.most {
				t.Errorf("%d bytes were read; want at most %d", read, test.most)
			}
		})
	}
}

// Entra's answers are read by azidentity, which reads them whole.
func TestTokens_thatAreTooLong_areGivenUp(t *testing.T) {
	t.Parallel()
	e := &endless{start: `{"token_type":"Bearer","access_token":"`, piece: "x", size: 100 << 20, entra: true}
	c, _ := over(t, e)
	wantError(t, c.SignIn(t.Context()), approvals.Forbidden, "This app could not sign in to Entra with a client secret.")
	if read := e.read.Load(); read > 2<<20 {
		t.Errorf("%d bytes were read; want at most 2 MB", read)
	}
}

// A list that always has one more page is given up.
func TestLists_withoutEnd_areGivenUp(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	more := func(item func(n int64) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			n := calls.Add(1)
			answer(w, 200, fmt.Sprintf(`{"value":[%s],"@odata.nextLink":"https://graph.test%s?$skiptoken=%d"}`, item(n), r.URL.Path, n))
		}
	}
	c, _ := over(t, &wire{graph: more(func(n int64) string { return fmt.Sprintf(`{"id":"no guid %d"}`, n) })})
	_, err := c.Find(t.Context(), approvals.Selector{Kind: approvals.ByName, Value: "x"}, 1)
	if e := approvals.AsError(err); e.Code != "filter-ignored" || calls.Load() > 400 {
		t.Errorf("error %v after %d pages; want that it is given up", err, calls.Load())
	}

	calls.Store(0)
	c, _ = over(t, &wire{graph: more(func(n int64) string {
		return fmt.Sprintf(`{"id":"%d","action":"resetPasscode","managedDeviceId":%q,"requestDateTime":"2026-03-01T12:00:00Z"}`, n, pixelID)
	})})
	_, err = c.Resets(t.Context(), noon)
	if e := approvals.AsError(err); e.Code != "record-too-long" || calls.Load() > 50 {
		t.Errorf("error %v after %d pages; want that it is given up", err, calls.Load())
	}

	link := "https://graph.test/beta/deviceManagement/managedDevices?$skiptoken=" + strings.Repeat("x", 1<<20)
	c, _ = over(t, &wire{graph: func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"value":[],"@odata.nextLink":"`+link+`"}`)
	}})
	_, err = c.Find(t.Context(), approvals.Selector{Kind: approvals.ByName, Value: "x"}, 1)
	wantError(t, err, approvals.Unavailable, "Intune's answer was not understood.")
}
