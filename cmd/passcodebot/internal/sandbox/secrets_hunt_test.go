package sandbox_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// fragment is how much of a secret is too much.
const fragment = 16

// hunt looks for secrets: in every form in which they may be written, and
// parts of them.
type hunt struct {
	mu      sync.Mutex
	secrets map[string]string // by themselves, what they are called
}

func newHunt() *hunt { return &hunt{secrets: map[string]string{}} }

// plant adds a secret.
func (h *hunt) plant(name, secret string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if secret != "" {
		h.secrets[secret] = name
	}
}

// find returns what was found of which secrets, once for each.
func (h *hunt) find(text []byte) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	parts := map[string]string{}
	found := map[string]string{}
	for secret, name := range h.secrets {
		for _, form := range writings(secret) {
			if len(form) < fragment && bytes.Contains(text, []byte(form)) {
				found[name] = form
			}
			for i := 0; i+fragment <= len(form); i++ {
				parts[form[i:i+fragment]] = name
			}
		}
	}
	for i := 0; i+fragment <= len(text); i++ {
		if name, ok := parts[string(text[i:i+fragment])]; ok && found[name] == "" {
			found[name] = string(text[max(0, i-80):min(len(text), i+fragment+20)])
		}
	}
	var out []string
	for name, where := range found {
		out = append(out, fmt.Sprintf("%s: …%q…", name, where))
	}
	slices.Sort(out)
	return out
}

// writings are the ways in which a secret may be written. In base64 it looks
// otherwise behind one or two other bytes.
func writings(secret string) []string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err)
	}
	all := []string{
		secret, hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`), strings.Trim(fmt.Sprintf("%q", secret), `"`),
	}
	for before := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			s := encoding.EncodeToString(append(make([]byte, before), secret...))
			s = s[[]int{0, 2, 3}[before]:]
			if (before+len(secret))%3 != 0 {
				s = s[:len(s)-1]
			}
			all = append(all, s)
		}
	}
	return all
}

// What is there is found, however it is written, and what is not there is not.
func TestHunt(t *testing.T) {
	t.Parallel()
	const secret = "xoxb-1234567890-abc<def>&ghi\nJKL+mno/pqr"
	h := newHunt()
	h.plant("it", secret)
	inJSON, err := json.Marshal(map[string]any{"b": []byte("a" + secret), "s": secret})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"itself": "x" + secret + "y", "in JSON": string(inJSON), "in a query": url.Values{"a": {secret}}.Encode(), "printed": fmt.Sprintf("%q", secret),
		"bytes": fmt.Sprintf("%x", secret), "BYTES": fmt.Sprintf("%X", secret), "a part": "…" + secret[7:7+fragment] + "…",
		"base64":        base64.StdEncoding.EncodeToString([]byte(secret)),
		"basic":         base64.StdEncoding.EncodeToString([]byte("id:" + secret + "more")),
		"base64 of URL": base64.URLEncoding.EncodeToString([]byte("ab" + secret)),
	} {
		if len(h.find([]byte(text))) != 1 {
			t.Errorf("%s: not found in %s", name, text)
		}
	}
	for _, text := range []string{"", "nothing", secret[:fragment-1] + " " + secret[fragment:2*fragment-1]} {
		if found := h.find([]byte(text)); len(found) > 0 {
			t.Errorf("found in %q: %q", text, found)
		}
	}
}
