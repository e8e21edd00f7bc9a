package fakeslack_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"passcodebot/bot/fakeslack"
)

// slack-go uploads a file into a thread, and reads it back.
func TestFiles_upload(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.App.Scopes = append(c.App.Scopes, "files:read") })
	p := a.program()
	parent := a.must("chat.postMessage", "channel", incidents, "text", "card").text("ts")
	const csv = "device,result\nPixel 8,done\n"
	summary, err := p.UploadFileContext(t.Context(), slack.UploadFileParameters{
		Filename: "R-1.csv", Title: "Results of R-1", Content: csv, FileSize: len(csv),
		Channel: incidents, ThreadTimestamp: parent, InitialComment: "All results of R-1",
	})
	if err != nil {
		t.Fatal(err)
	}
	thread := a.Messages(rita, incidents, parent)
	if len(thread) != 2 || thread[1].Text != "All results of R-1" || thread[1].Source != "files" {
		t.Fatalf("thread = %+v", thread)
	}
	want := []fakeslack.File{{
		ID: summary.ID, Name: "R-1.csv", Title: "Results of R-1", Mimetype: "text/csv", Filetype: "csv", Content: []byte(csv),
	}}
	if diff := cmp.Diff(want, thread[1].Files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	replies, _, _, err := p.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{ChannelID: incidents, Timestamp: parent})
	if err != nil || len(replies) != 2 || len(replies[1].Files) != 1 || replies[1].Files[0].Size != len(csv) {
		t.Fatalf("%+v, %v", replies, err)
	}
	var back bytes.Buffer
	if err := p.GetFileContext(t.Context(), replies[1].Files[0].URLPrivate, &back); err != nil || back.String() != csv {
		t.Errorf("read back %q, %v", back.String(), err)
	}

	page := a.page()
	r := a.get(page.URL + "/slack/file?as=" + rita + "&id=" + summary.ID)
	if r.text("raw") != csv || r.header.Get("Content-Disposition") != `attachment; filename="R-1.csv"` || r.header.Get("Content-Type") != "text/csv" {
		t.Errorf("the page gets %+v", r)
	}
	files, _ := messages(a.get(page.URL + "/slack/messages?as=" + rita + "&channel=" + incidents + "&thread=" + parent))[1]["files"].([]any)
	if len(files) != 1 {
		t.Errorf("files on the page: %v", files)
	}
	if got := a.get(page.URL + "/slack/file?as=" + rita + "&id=F0NONE").status; got != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", got)
	}
}

func TestFiles_refusals(t *testing.T) {
	t.Parallel()
	a := start(t)
	send := func(address, body string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return a.do(r).status
	}
	a.refused("invalid_arguments", "files.getUploadURLExternal", "length", "3")
	a.refused("missing_argument", "files.getUploadURLExternal", "filename", "a.csv", "length", "0")
	a.refused("file_upload_size_restricted", "files.getUploadURLExternal", "filename", "a.csv", "length", "99999999")
	r := a.must("files.getUploadURLExternal", "filename", "a.csv", "length", "3")
	id, address := r.text("file_id"), r.text("upload_url")
	listed := `[{"id":"` + id + `"}]`
	a.refused("file_not_found", "files.completeUploadExternal", "files", listed, "channel_id", incidents)
	if got := send(address, "four"); got != http.StatusBadRequest {
		t.Errorf("another length than announced: %d", got)
	}
	if got := send(address, "abc"); got != http.StatusOK {
		t.Errorf("upload: %d", got)
	}
	if got := send(address, "abc"); got != http.StatusNotFound {
		t.Errorf("a second upload: %d", got)
	}
	a.refused("invalid_arguments", "files.completeUploadExternal", "channel_id", incidents)
	a.refused("not_in_channel", "files.completeUploadExternal", "files", listed, "channel_id", random)
	a.refused("thread_not_found", "files.completeUploadExternal", "files", listed, "channel_id", incidents, "thread_ts", "1.0")
	a.must("files.completeUploadExternal", "files", listed, "channel_id", security)
	a.refused("file_not_found", "files.completeUploadExternal", "files", listed, "channel_id", incidents)
	page := a.page()
	if got := a.get(page.URL + "/slack/file?as=" + nora + "&id=" + id).status; got != http.StatusNotFound {
		t.Errorf("nora read a file of a channel that she does not see: %d", got)
	}
	a.SetScopes("chat:write")
	a.refused("missing_scope", "files.getUploadURLExternal", "filename", "a.csv", "length", "3")
	a.refused("missing_scope", "files.completeUploadExternal", "files", listed, "channel_id", incidents)
}
