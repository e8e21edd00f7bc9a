package fakeslack_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

// What Slack would not show is kept with what is wrong; other errors are not
// about content.
func TestRefused(t *testing.T) {
	t.Parallel()
	a := start(t)
	blocks := `[{"type":"section"}]`
	a.refused("invalid_blocks", "chat.postMessage", "channel", incidents, "text", "x", "blocks", blocks)
	a.refused("msg_too_long", "chat.postMessage", "channel", incidents, "text", x(40_001))
	a.refused("invalid_arguments", "views.publish", "user_id", rita, "view", `{"type":"home"}`)
	a.refused("channel_not_found", "chat.postMessage", "channel", "C0NONE", "text", "x")
	address, _ := a.help(a.dial())
	a.answered(a.post(address, `{"blocks":`+blocks+`}`), 400, "invalid_blocks\n")
	type brief struct{ Method, Error, Channel, User, Detail string }
	var got []brief
	for _, r := range a.Refused() {
		b := brief{Method: r.Method, Error: r.Error, Channel: r.Channel, User: r.User}
		if len(r.Detail) > 0 {
			b.Detail = r.Detail[0]
		}
		got = append(got, b)
	}
	const undefined = "[ERROR] must define either `text` or `fields` [json-pointer:/blocks/0]"
	want := []brief{
		{"chat.postMessage", "invalid_blocks", incidents, "", undefined},
		{"chat.postMessage", "msg_too_long", incidents, "", ""},
		{"views.publish", "invalid_arguments", "", rita, "[ERROR] missing required field: blocks [json-pointer:/view]"},
		{"response_url", "invalid_blocks", random, rita, undefined},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	if got := string(a.Refused()[0].Body); got != blocks {
		t.Errorf("body = %s", got)
	}
	shown := a.get(a.page().URL + "/slack/refused")
	list, _ := shown.at("refused").([]any)
	second, _ := list[1].(map[string]any)
	if len(list) != 4 || second["body"] != x(40_001) || shown.at("rev") == nil {
		t.Errorf("the page gets %v", list)
	}
}

// The acknowledgement of a command can't be shown either.
func TestRefused_acknowledgement(t *testing.T) {
	t.Parallel()
	a := start(t)
	l := a.dial()
	done := a.command(rita, incidents, "/reset-passcode help")
	l.ack(l.frame(), `{"blocks":[{"type":"section"}]}`)
	if seen, err := done(); err != nil || seen.Error != "invalid_blocks" {
		t.Fatalf("%+v, %v", seen, err)
	}
	if got := a.Refused(); len(got) != 1 || got[0].Method != "slash_commands" || got[0].User != rita || got[0].Channel != incidents {
		t.Errorf("refused %+v", got)
	}
}

func TestRefused_keepsTheLast(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.NoTiers = true })
	for i := range 60 {
		a.refused("invalid_blocks", "chat.postMessage", "channel", incidents, "text", strconv.Itoa(i), "blocks", `[{"type":"section","block_id":"`+strconv.Itoa(i)+`"}]`)
	}
	got := a.Refused()
	if len(got) != 50 || string(got[49].Body) != `[{"type":"section","block_id":"59"}]` {
		t.Errorf("%d refused, the last %s", len(got), got[len(got)-1].Body)
	}
}
