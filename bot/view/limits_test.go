package view_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// withinLimits holds a message against Slack's limits, read from its JSON.
// Slack: 50 blocks a message; text of a section 3000, of a header 150; about
// 13,200 characters of blocks in all; message text 4,000 advised.
func withinLimits(t *testing.T, m view.Message) {
	t.Helper()
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []map[string]any
	if err := json.Unmarshal(raw, &blocks); err != nil {
		t.Fatal(err)
	}
	if n := utf8.RuneCount(raw); n > 13_200 {
		t.Errorf("%d characters of blocks", n)
	}
	if n := utf8.RuneCountInString(m.Text); n == 0 || n > 4000 {
		t.Errorf("a text of %d characters", n)
	}
	if len(blocks) > 50 {
		t.Errorf("%d blocks", len(blocks))
	}
	limits := map[string]int{"section": 3000, "header": 150}
	for _, b := range blocks {
		kind := fmt.Sprint(b["type"])
		text, _ := b["text"].(map[string]any)
		if n := utf8.RuneCountInString(fmt.Sprint(text["text"])); limits[kind] > 0 && (n > limits[kind] || text["text"] == "") {
			t.Errorf("a %s of %d characters", kind, n)
		}
		elements, _ := b["elements"].([]any)
		for _, e := range elements {
			e := e.(map[string]any)
			if s, ok := e["text"].(string); ok && (s == "" || utf8.RuneCountInString(s) > 2000) {
				t.Errorf("a footnote of %d characters", utf8.RuneCountInString(s))
			}
			if c, ok := e["confirm"].(map[string]any); ok {
				for key, most := range map[string]int{"title": 100, "text": 300, "confirm": 30, "deny": 30} {
					part := c[key].(map[string]any)["text"].(string)
					if n := utf8.RuneCountInString(part); n == 0 || n > most {
						t.Errorf("a confirmation's %s of %d characters", key, n)
					}
				}
			}
		}
	}
}

var active = regexp.MustCompile(`<(!channel|!here|!everyone|@U0EVIL)`)

// The largest request stays within Slack's limits, loses nothing silently,
// and what people typed in it does nothing.
func TestWorstCase(t *testing.T) {
	t.Parallel()
	for _, state := range []approvals.State{approvals.Pending, approvals.Running, approvals.Done, approvals.Expired, approvals.Denied} {
		for _, phase := range []approvals.Phase{approvals.Waiting, approvals.Failed, approvals.Unknown, approvals.Accepted} {
			r := worst(state, phase)
			card := renderer.Card(r, noon)
			all := []view.Message{card, renderer.Show(r, noon), view.Rejected(r), view.List([]approvals.Request{r, r, r}, "U0ANNA", noon), view.About(r, card)}
			thread := renderer.Thread(r, events(r, approvals.BecameReady, approvals.ResetFailed, approvals.RunEnded), noon)
			var told strings.Builder
			for _, p := range thread {
				all = append(all, p.Message)
				told.WriteString(p.Text)
			}
			for _, m := range all {
				withinLimits(t, m)
				raw, err := json.Marshal(m.Blocks)
				if err != nil {
					t.Fatal(err)
				}
				unescaped := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(raw))
				if found := active.FindString(m.Text + unescaped); found != "" {
					t.Errorf("%s is active in %q", found, m.Text)
				}
			}
			for i := range 100 {
				if n := strings.Count(told.String(), fmt.Sprintf("n%03d", i)); n < 3 {
					t.Errorf("%s, %s: device %d stands %d times in the thread; want it in the list, the results and the summary", state, phase, i, n)
				}
				if !strings.Contains(told.String(), fmt.Sprintf("o%03d", i)) {
					t.Errorf("%s, %s: device %d, which is left out, is not in the thread", state, phase, i)
				}
			}
		}
	}
}

// The same events give the same posts, however often they are rendered: a
// part that is out is known again.
func TestThread_deterministic(t *testing.T) {
	t.Parallel()
	r := worst(approvals.Pending, approvals.Waiting)
	ready := events(r, approvals.BecameReady)
	first := renderer.Thread(r, ready, noon)
	if len(first) < 2 {
		t.Fatalf("%d posts; want the list in parts", len(first))
	}
	later := worst(approvals.Done, approvals.Accepted)
	got := renderer.Thread(later, ready, noon)
	if diff := cmp.Diff(len(first), len(got)); diff != "" {
		t.Errorf("the list has another number of parts later (-first +later):\n%s", diff)
	}
	for i, p := range first {
		if p.Part != i || p.Last != (i == len(first)-1) || p.Through != 1 {
			t.Errorf("part %d: %d, last %v, through %d", i, p.Part, p.Last, p.Through)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"", "<!channel>", "a & b", "*b*", "`c`", "\u202e", nasty} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := view.Plain(s, 300)
		if strings.ContainsAny(got, "<>\n\r\u202e\u0000") || !utf8.ValidString(got) {
			t.Errorf("Plain(%q) = %q", s, got)
		}
	})
}
