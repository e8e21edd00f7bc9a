package fakeslack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

const buttons = `[{"type":"actions","block_id":"acts","elements":[` +
	`{"type":"button","action_id":"approve","value":"R-1","style":"primary","text":{"type":"plain_text","text":"Approve"}}]}]`

func TestPostMessage_isSeenInItsChannel(t *testing.T) {
	t.Parallel()
	a := start(t, newClock().in)
	meta := `{"event_type":"card","event_payload":{"request":"R-1"}}`
	r := a.must("chat.postMessage", "channel", incidents, "text", "hello <@U0ANNA>", "blocks", buttons, "metadata", meta)
	ts := r.text("ts")
	a.must("chat.postMessage", "channel", "#incidents", "text", "in the thread", "thread_ts", ts)
	a.must("chat.postMessage", "channel", incidents, "text", "also in the channel", "thread_ts", ts, "reply_broadcast", "true")

	got := a.Messages(rita, incidents, "")
	for i := range got {
		got[i].Blocks = nil
	}
	want := []fakeslack.Message{
		{
			TS: "1772442000.000000", Channel: incidents, User: bot, Text: "hello <@U0ANNA>", Replies: 2,
			LastReply: "1772442000.000002", Metadata: []byte(meta), Notifies: []string{anna}, Source: "chat.postMessage",
		},
		{TS: "1772442000.000002", ThreadTS: ts, Channel: incidents, User: bot, Text: "also in the channel", Source: "chat.postMessage"},
	}
	want[0].Metadata = []byte(`{"event_payload":{"request":"R-1"},"event_type":"card"}`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("channel (-want +got):\n%s", diff)
	}
	var thread []string
	for _, m := range a.Messages(rita, incidents, ts) {
		thread = append(thread, m.Text)
	}
	if diff := cmp.Diff([]string{"hello <@U0ANNA>", "in the thread", "also in the channel"}, thread); diff != "" {
		t.Errorf("thread (-want +got):\n%s", diff)
	}
	if got := a.Messages(nora, security, ""); got != nil {
		t.Errorf("a private channel shows outsiders %v", got)
	}
}

func TestPostMessage_refusals(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) {
		c.Channels = append(c.Channels,
			fakeslack.Channel{ID: "C0OLD", Name: "old", Archived: true, Members: []string{bot}},
			fakeslack.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{rita}})
	})
	ts := a.must("chat.postMessage", "channel", incidents, "text", "parent").text("ts")
	reply := a.must("chat.postMessage", "channel", incidents, "text", "reply", "thread_ts", ts).text("ts")
	cases := []struct {
		want string
		args []string
	}{
		{"channel_not_found", []string{"text", "x"}},
		{"channel_not_found", []string{"channel", "C0NONE", "text", "x"}},
		{"channel_not_found", []string{"channel", "C0SECRET", "text", "x"}},
		{"not_in_channel", []string{"channel", random, "text", "x"}},
		{"is_archived", []string{"channel", "C0OLD", "text", "x"}},
		{"no_text", []string{"channel", incidents}},
		{"no_text", []string{"channel", incidents, "text", "", "blocks", "[]"}},
		{"msg_too_long", []string{"channel", incidents, "text", x(40_001)}},
		{"thread_not_found", []string{"channel", incidents, "text", "x", "thread_ts", "1.000001"}},
		{"cannot_reply_to_message", []string{"channel", incidents, "text", "x", "thread_ts", reply}},
		{"invalid_metadata_format", []string{"channel", incidents, "text", "x", "metadata", "{"}},
		{"invalid_metadata_format", []string{"channel", incidents, "text", "x", "metadata", `{"event_type":"a"}`}},
		{"invalid_metadata_schema", []string{"channel", incidents, "text", "x", "metadata", `{"event_type":"a","event_payload":[]}`}},
		{"metadata_too_large", []string{"channel", incidents, "text", "x", "metadata", `{"event_type":"a","event_payload":{"x":"` + x(8000) + `"}}`}},
	}
	for _, c := range cases {
		a.refused(c.want, "chat.postMessage", c.args...)
	}
	a.SetScopes("chat:write", "chat:write.public")
	a.must("chat.postMessage", "channel", random, "text", "x")
}

func TestUpdate_keepsWhatIsNotSent(t *testing.T) {
	t.Parallel()
	a := start(t)
	ts := a.must("chat.postMessage", "channel", incidents, "text", "one", "blocks", buttons,
		"metadata", `{"event_type":"card","event_payload":{"n":1}}`).text("ts")
	before := a.Messages(rita, incidents, "")[0]

	a.must("chat.update", "channel", incidents, "ts", ts, "text", "two <@U0ANNA>")
	want := before
	want.Text, want.Edited = "two <@U0ANNA>", true
	if diff := cmp.Diff(want, a.Messages(rita, incidents, "")[0]); diff != "" {
		t.Errorf("after a text (-want +got):\n%s", diff)
	}
	a.must("chat.update", "channel", incidents, "ts", ts, "blocks", "[]", "metadata", "{}")
	want.Blocks, want.Metadata = nil, nil
	if diff := cmp.Diff(want, a.Messages(rita, incidents, "")[0]); diff != "" {
		t.Errorf("after empty blocks (-want +got):\n%s", diff)
	}
}

func TestUpdate_refusals(t *testing.T) {
	t.Parallel()
	a := start(t)
	ts := a.must("chat.postMessage", "channel", incidents, "text", "one").text("ts")
	whisper := a.must("chat.postEphemeral", "channel", incidents, "user", rita, "text", "psst").text("message_ts")
	said, err := a.Say(rita, incidents, "", "hello")
	if err != nil {
		t.Fatal(err)
	}
	a.refused("channel_not_found", "chat.update", "channel", "#incidents", "ts", ts, "text", "x")
	a.refused("message_not_found", "chat.update", "channel", incidents, "ts", "1.000001", "text", "x")
	a.refused("message_not_found", "chat.update", "channel", incidents, "ts", whisper, "text", "x")
	a.refused("cant_update_message", "chat.update", "channel", incidents, "ts", said, "text", "x")
	a.refused("cant_delete_message", "chat.delete", "channel", incidents, "ts", said)
	a.refused("no_text", "chat.update", "channel", incidents, "ts", ts)
	a.refused("msg_too_long", "chat.update", "channel", incidents, "ts", ts, "text", x(4001))
	a.refused("invalid_blocks", "chat.update", "channel", incidents, "ts", ts, "blocks", `[{"type":"section"}]`)
	a.EditChannel(incidents, func(c *fakeslack.Channel) { c.Archived = true })
	a.refused("is_inactive", "chat.update", "channel", incidents, "ts", ts, "text", "x")
	a.EditChannel(incidents, func(c *fakeslack.Channel) { c.Archived = false })
	a.must("chat.delete", "channel", incidents, "ts", ts)
	a.refused("message_not_found", "chat.update", "channel", incidents, "ts", ts, "text", "x")
}

func TestDelete_leavesATombstoneWhereThereAreReplies(t *testing.T) {
	t.Parallel()
	a := start(t)
	ts := a.must("chat.postMessage", "channel", incidents, "text", "parent").text("ts")
	reply := a.must("chat.postMessage", "channel", incidents, "text", "reply", "thread_ts", ts).text("ts")
	a.DeleteMessage(incidents, ts)
	got := a.Messages(rita, incidents, "")
	want := []fakeslack.Message{{
		TS: ts, Channel: incidents, User: bot, Text: "This message was deleted.", Deleted: true,
		Replies: 1, LastReply: reply, Source: "chat.postMessage",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	a.refused("message_not_found", "chat.update", "channel", incidents, "ts", ts, "text", "x")
	a.refused("thread_not_found", "chat.postMessage", "channel", incidents, "text", "x", "thread_ts", ts)
}

func TestEphemeral_isSeenByOnePerson(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.must("chat.postEphemeral", "channel", incidents, "user", rita, "text", "for <@U0RITA>")
	got := a.Messages(rita, incidents, "")
	if len(got) != 1 || !got[0].Ephemeral || got[0].Notifies != nil {
		t.Errorf("rita sees %+v", got)
	}
	if got := a.Messages(anna, incidents, ""); got != nil {
		t.Errorf("anna sees %+v", got)
	}
	a.refused("user_not_in_channel", "chat.postEphemeral", "channel", "C0SECURITY", "user", nora, "text", "x")
	a.refused("not_in_channel", "chat.postEphemeral", "channel", random, "user", rita, "text", "x")
	a.refused("channel_not_found", "chat.postEphemeral", "channel", rita, "user", rita, "text", "x")
}

func TestDirect_isSeenByThePersonAlone(t *testing.T) {
	t.Parallel()
	a := start(t)
	if got := a.DirectChannel(rita); got != "" {
		t.Errorf("a direct channel before it was opened: %q", got)
	}
	dm := a.must("conversations.open", "users", rita).text("channel", "id")
	again := a.must("conversations.open", "users", rita)
	if again.text("channel", "id") != dm || again.at("already_open") != true || !strings.HasPrefix(dm, "D") {
		t.Errorf("opened again: %v", again.body)
	}
	a.must("chat.postMessage", "channel", dm, "text", "one")
	if got := a.must("chat.postMessage", "channel", rita, "text", "two").text("channel"); got != dm {
		t.Errorf("a post to a person went to %q, want %q", got, dm)
	}
	got := a.Messages(rita, a.DirectChannel(rita), "")
	if len(got) != 2 || got[0].Notifies[0] != rita {
		t.Errorf("rita sees %+v", got)
	}
	if got := a.Messages(anna, dm, ""); got != nil {
		t.Errorf("anna sees %+v", got)
	}
	a.EditPerson(ben, func(p *fakeslack.Person) { p.Deactivated = true })
	a.refused("user_disabled", "conversations.open", "users", ben)
	a.refused("user_not_found", "conversations.open", "users", "U0NONE")
	a.refused("users_list_not_supplied", "conversations.open")
	a.refused("method_not_supported_for_channel_type", "conversations.open", "channel", incidents)
	a.SetScopes("mpim:write")
	if id := a.must("conversations.open", "users", rita+","+anna).text("channel", "id"); !strings.HasPrefix(id, "G") {
		t.Errorf("a conversation of three is %q", id)
	}
}

func TestMentions_notify(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.EditPerson(ben, func(p *fakeslack.Person) { p.Deactivated = true })
	members := []string{rita, anna, nora, gina, "U0ALICE", "U0BOB", "U0CARLA"}
	cases := []struct {
		name, channel, text string
		want                []string
	}{
		{"a person", incidents, "<@U0NORA|nora>", []string{nora}},
		{"a group, without who was deactivated", incidents, "<!subteam^S0ONCALL>", []string{rita, anna}},
		{"the channel", incidents, "<!channel>", members},
		{"an escaped mention", incidents, "&lt;!channel&gt;", nil},
		{"an outsider of a private channel", security, "<@U0NORA> <@U0ANNA>", []string{anna}},
	}
	last := func(channel string) []string {
		all := a.Messages("", channel, "")
		return all[len(all)-1].Notifies
	}
	for _, c := range cases {
		a.must("chat.postMessage", "channel", c.channel, "text", c.text)
		if diff := cmp.Diff(c.want, last(c.channel)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	a.must("chat.postMessage", "channel", incidents, "text", "x", "blocks", "["+section("<@U0NORA>")+"]")
	if diff := cmp.Diff([]string{nora}, last(incidents)); diff != "" {
		t.Errorf("in blocks (-want +got):\n%s", diff)
	}
	a.must("chat.postMessage", "channel", incidents, "text", "x", "blocks", `[{"type":"header","text":`+plain("<@U0NORA>")+`}]`)
	if got := last(incidents); got != nil {
		t.Errorf("in plain text: %v", got)
	}
}

func TestPermalink(t *testing.T) {
	t.Parallel()
	a := start(t, newClock().in)
	a.SetScopes("chat:write")
	ts := a.must("chat.postMessage", "channel", incidents, "text", "x").text("ts")
	r := a.must("chat.getPermalink", "channel", incidents, "message_ts", ts)
	if got := r.text("permalink"); got != "https://contoso.slack.com/archives/C0INCIDENTS/p1772442000000000" {
		t.Errorf("permalink = %q", got)
	}
	a.refused("message_not_found", "chat.getPermalink", "channel", incidents, "message_ts", "1.0")
	a.refused("channel_not_found", "chat.getPermalink", "channel", "C0NONE", "message_ts", ts)
}
