package view_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"passcodebot/bot/view"
)

// withinLimits holds a message against Slack's limits, read from its JSON.
// Slack: 50 blocks a message; text of a section 3000, of a header 150, of a
// context's element 2000; 25 elements in actions; button text 75, value 2000;
// action_id, block_id 255; confirm title 100, text 300, its buttons 30; about
// 13,200 characters of blocks in all; message text 4,000 advised.
func withinLimits(t *testing.T, m view.Message) {
	t.Helper()
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	most := func(what, s string, limit int) {
		t.Helper()
		if n := utf8.RuneCountInString(s); n == 0 || n > limit || !utf8.ValidString(s) {
			t.Errorf("%s of %d characters; want 1 to %d: %.300s", what, n, limit, s)
		}
	}
	most("blocks", string(raw), 13_200)
	most("a text", m.Text, 4000)
	type object struct{ Type, Text string }
	var blocks []struct {
		Type     string
		BlockID  string `json:"block_id"`
		Text     *object
		Elements []json.RawMessage
	}
	if err := json.Unmarshal(raw, &blocks); err != nil {
		t.Fatal(err)
	}
	if len(blocks) > 50 {
		t.Errorf("%d blocks", len(blocks))
	}
	for _, b := range blocks {
		if len(b.BlockID) > 255 {
			t.Errorf("block_id %q", b.BlockID)
		}
		switch b.Type {
		case "section":
			most("a section", b.Text.Text, 3000)
		case "header":
			most("a header", b.Text.Text, 150)
		case "context":
			if len(b.Elements) > 10 {
				t.Errorf("%d elements in a context", len(b.Elements))
			}
			for _, e := range b.Elements {
				var o object
				if err := json.Unmarshal(e, &o); err != nil {
					t.Fatal(err)
				}
				most("a context's element", o.Text, 2000)
			}
		case "actions":
			if len(b.Elements) > 25 {
				t.Errorf("%d elements in actions", len(b.Elements))
			}
			for _, e := range b.Elements {
				var button struct {
					Text     object
					ActionID string `json:"action_id"`
					Value    string
					Confirm  *struct{ Title, Text, Confirm, Deny object }
				}
				if err := json.Unmarshal(e, &button); err != nil {
					t.Fatal(err)
				}
				most("a button", button.Text.Text, 75)
				most("an action_id", button.ActionID, 255)
				most("a button's value", button.Value, 2000)
				if c := button.Confirm; c != nil {
					most("a confirmation's title", c.Title.Text, 100)
					most("a confirmation's text", c.Text.Text, 300)
					most("a confirmation's yes", c.Confirm.Text, 30)
					most("a confirmation's no", c.Deny.Text, 30)
				}
			}
		case "divider":
		default:
			t.Errorf("a block of type %q", b.Type)
		}
	}
}

// blockText is all text of a message's blocks.
func blockText(t *testing.T, m view.Message) string {
	t.Helper()
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	var walk func(any)
	walk = func(n any) {
		switch n := n.(type) {
		case []any:
			for _, c := range n {
				walk(c)
			}
		case map[string]any:
			if s, ok := n["text"].(string); ok {
				all.WriteString(s + "\n")
			}
			for _, c := range n {
				walk(c)
			}
		}
	}
	walk(tree)
	return all.String()
}

// What a message may do: mention by our own ids, show dates with a fallback
// that names its zone, and link to the admin center.
var (
	ours = regexp.MustCompile(`<@U[A-Z0-9]+>|<#C[A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|` +
		`<!date\^\d+\^\{date_short_pretty\} at \{time\}\|\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d UTC>|` +
		`<!date\^\d+\^\{date_long\} at \{time\}\|[A-Z][a-z]+day, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d UTC>|` +
		`<!date\^\d+\^\{date_(?:short_pretty|long)\} um \{time\}\|\d\d\.\d\d\.\d{4} \d\d:\d\d UTC>|` +
		`<!date\^\d+\^\{date_(?:short_pretty|long)\} \{time\}\|\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d UTC>|` +
		`<!date\^\d+\^\{time_secs\} on \{date_short\}\|\d\d:\d\d:\d\d UTC on \d{1,2} [A-Z][a-z]{2} \d{4}>|` +
		`<!date\^\d+\^\{time_secs\} am \{date_short\}\|\d\d:\d\d:\d\d UTC am \d\d\.\d\d\.\d{4}>|` +
		`<!date\^\d+\^\{date_short\} \{time_secs\}\|\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d:\d\d UTC>|` +
		`<https://(?:intune\.microsoft\.com/#view/mdmDeviceId|contoso\.slack\.com/archives)/[^|<>]+\|[^<>]+>`)
	formatted = regexp.MustCompile("\\*bold\\*|~x~|_y_|\u202e")
	codeStyle = regexp.MustCompile("`[^`\n]*`") // in which nothing formats
	quotation = regexp.MustCompile(`(?m)^(>|&gt;)`)
)

// inert checks that a message does nothing but what we put into it.
func inert(t *testing.T, m view.Message) {
	t.Helper()
	rest := ours.ReplaceAllString(blockText(t, m)+m.Text, "")
	if i := strings.IndexAny(rest, "<>"); i >= 0 {
		t.Errorf("%q is active", rest[i:min(len(rest), i+60)])
	}
	if found := formatted.FindString(codeStyle.ReplaceAllString(rest, "")); found != "" {
		t.Errorf("%q formats", found)
	}
	if quotation.MatchString(rest) {
		t.Errorf("a line is a quotation in %q", rest)
	}
}

func check(t *testing.T, m view.Message) {
	t.Helper()
	withinLimits(t, m)
	inert(t, m)
}

// The check itself sees what is active.
func TestInert_knowsWhatIsActive(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"<!channel>", "<@U0EVIL|x>", "a > b", "<!date^1^{time}|noon>", "<https://evil.example|x>",
		"<!date^1^{date_short_pretty} at {time}|2 Mar 2026 12:00>",
	} {
		if rest := ours.ReplaceAllString(s, ""); !strings.ContainsAny(rest, "<>") {
			t.Errorf("%q passes", s)
		}
	}
}
