package fakeslack_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

func messages(r reply) []map[string]any {
	list, _ := r.at("messages").([]any)
	var out []map[string]any
	for _, m := range list {
		message, _ := m.(map[string]any)
		out = append(out, message)
	}
	return out
}

func textsOf(r reply) []string {
	var out []string
	for _, m := range messages(r) {
		text, _ := m["text"].(string)
		out = append(out, text)
	}
	return out
}

func TestHistory_pages(t *testing.T) {
	t.Parallel()
	a := start(t)
	var ts []string
	for i := range 5 {
		ts = append(ts, a.must("chat.postMessage", "channel", incidents, "text", strconv.Itoa(i)).text("ts"))
	}
	a.must("chat.postMessage", "channel", incidents, "text", "reply", "thread_ts", ts[0])
	a.must("chat.postEphemeral", "channel", incidents, "user", rita, "text", "psst")

	var got [][]string
	cursor := ""
	for {
		r := a.must("conversations.history", "channel", incidents, "limit", "2", "cursor", cursor)
		got = append(got, textsOf(r))
		cursor = r.text("response_metadata", "next_cursor")
		if more := r.at("has_more") == true; more != (cursor != "") {
			t.Errorf("has_more = %v with the cursor %q", more, cursor)
		}
		if cursor == "" {
			break
		}
	}
	if diff := cmp.Diff([][]string{{"4", "3"}, {"2", "1"}, {"0"}}, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	cases := []struct {
		name string
		args []string
		want []string
	}{
		{"after", []string{"oldest", ts[3]}, []string{"4"}},
		{"before", []string{"latest", ts[1]}, []string{"0"}},
		{"between", []string{"oldest", ts[1], "latest", ts[3]}, []string{"2"}},
		{"between, inclusive", []string{"oldest", ts[1], "latest", ts[3], "inclusive", "true"}, []string{"3", "2", "1"}},
		{"whole seconds", []string{"oldest", "1"}, []string{"4", "3", "2", "1", "0"}},
	}
	for _, c := range cases {
		r := a.must("conversations.history", append([]string{"channel", incidents}, c.args...)...)
		if diff := cmp.Diff(c.want, textsOf(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	a.refused("invalid_ts_oldest", "conversations.history", "channel", incidents, "oldest", "yesterday")
	a.refused("invalid_ts_latest", "conversations.history", "channel", incidents, "latest", "-1")
	a.refused("invalid_cursor", "conversations.history", "channel", incidents, "cursor", "bm8=")
	a.refused("invalid_limit", "conversations.history", "channel", incidents, "limit", "many")
	a.refused("not_in_channel", "conversations.history", "channel", random)
	a.refused("channel_not_found", "conversations.history", "channel", "C0NONE")
}

func TestReplies_comeWithTheirParent(t *testing.T) {
	t.Parallel()
	a := start(t)
	ts := a.must("chat.postMessage", "channel", incidents, "text", "parent").text("ts")
	var replies []string
	for i := range 3 {
		replies = append(replies, a.must("chat.postMessage", "channel", incidents, "text", strconv.Itoa(i), "thread_ts", ts).text("ts"))
	}
	first := a.must("conversations.replies", "channel", incidents, "ts", ts, "limit", "3")
	second := a.must("conversations.replies", "channel", incidents, "ts", ts, "limit", "3",
		"cursor", first.text("response_metadata", "next_cursor"))
	got := [][]string{textsOf(first), textsOf(second)}
	if diff := cmp.Diff([][]string{{"parent", "0", "1"}, {"parent", "2"}}, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	parent, reply := messages(first)[0], messages(first)[1]
	delete(parent, "bot_profile")
	want := map[string]any{
		"type": "message", "user": bot, "bot_id": "B0PASSCODE", "app_id": "A0PASSCODE", "team": "T0CONTOSO",
		"text": "parent", "ts": ts, "thread_ts": ts, "reply_count": 3.0, "latest_reply": replies[2],
		"reply_users": []any{bot}, "reply_users_count": 1.0,
	}
	if diff := cmp.Diff(want, parent); diff != "" {
		t.Errorf("parent (-want +got):\n%s", diff)
	}
	if reply["thread_ts"] != ts || reply["parent_user_id"] != bot {
		t.Errorf("reply = %v", reply)
	}
	alone := a.must("conversations.replies", "channel", incidents, "ts", replies[1])
	if diff := cmp.Diff([]string{"1"}, textsOf(alone)); diff != "" {
		t.Errorf("by the id of a reply (-want +got):\n%s", diff)
	}
	a.refused("thread_not_found", "conversations.replies", "channel", incidents, "ts", "1.000000")
	a.refused("thread_not_found", "conversations.replies", "channel", incidents)
}

func TestMetadata_comesWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	a := start(t)
	meta := map[string]any{"event_type": "card", "event_payload": map[string]any{"request": "R-1"}}
	ts := a.must("chat.postMessage", "channel", incidents, "text", "x", "metadata",
		`{"event_type":"card","event_payload":{"request":"R-1"}}`).text("ts")
	for _, method := range []string{"conversations.history", "conversations.replies"} {
		without := a.must(method, "channel", incidents, "ts", ts)
		if got, sent := messages(without)[0]["metadata"]; sent {
			t.Errorf("%s sent %v unasked", method, got)
		}
		with := a.must(method, "channel", incidents, "ts", ts, "include_all_metadata", "true")
		if diff := cmp.Diff(meta, messages(with)[0]["metadata"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", method, diff)
		}
	}
}

func TestInfo_tellsOfChannels(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) {
		c.Channels = append(c.Channels,
			fakeslack.Channel{ID: "C0PARTNER", Name: "partner", Shared: true, Members: []string{rita}},
			fakeslack.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{rita}})
	})
	r := a.must("conversations.info", "channel", "C0PARTNER")
	for key, want := range map[string]any{
		"name": "partner", "is_ext_shared": true, "is_member": false, "is_private": false, "is_channel": true, "is_archived": false,
	} {
		if got := r.at("channel", key); got != want {
			t.Errorf("%s = %v, want %v", key, got, want)
		}
	}
	a.refused("channel_not_found", "conversations.info", "channel", "C0SECRET")
	if got := a.must("conversations.info", "channel", security, "include_num_members", "true").at("channel", "num_members"); got != 4.0 {
		t.Errorf("num_members = %v", got)
	}
}
