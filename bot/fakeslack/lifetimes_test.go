package fakeslack_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

// act makes rita act, and returns the address and the trigger of it.
func (a *app) act(l *link, do func() (fakeslack.Seen, error)) (response, trigger string) {
	a.t.Helper()
	done := acting(do)
	envelope := l.frame()
	l.ack(envelope, "")
	if seen, err := done(); err != nil || seen.Error != "" {
		a.t.Fatalf("%+v, %v", seen, err)
	}
	payload, _ := envelope["payload"].(map[string]any)
	response, _ = payload["response_url"].(string)
	trigger, _ = payload["trigger_id"].(string)
	return response, trigger
}

func (a *app) help(l *link) (response, trigger string) {
	a.t.Helper()
	return a.act(l, func() (fakeslack.Seen, error) { return a.Command(a.t.Context(), rita, random, "/reset-passcode help") })
}

func (a *app) answered(r reply, status int, text string) {
	a.t.Helper()
	got := r.text("raw")
	if r.code() != "" {
		got = r.code()
	}
	if r.status != status || got != text {
		a.t.Errorf("status %d %q, want %d %q", r.status, got, status, text)
	}
}

func TestResponseURL_fiveUses(t *testing.T) {
	t.Parallel()
	now := newClock()
	a := start(t, now.in)
	address, _ := a.help(a.dial())
	a.answered(a.post(address, `{"text":"1"}`), http.StatusOK, "ok")
	a.answered(a.post(address, `{"text":"2","response_type":"in_channel"}`), http.StatusOK, "ok")
	now.forward(30 * time.Minute)
	for range 3 {
		a.answered(a.post(address, `{"text":"more","replace_original":true}`), http.StatusOK, "ok")
	}
	a.answered(a.post(address, `{"text":"6"}`), http.StatusNotFound, "used_url")

	if got := a.Messages(anna, random, ""); len(got) != 1 || got[0].Text != "2" {
		t.Errorf("anna sees %+v", got)
	}
	if got := a.Messages(rita, random, ""); len(got) != 5 || !got[0].Ephemeral || got[0].Source != "response_url" {
		t.Errorf("rita sees %+v", got)
	}
	calls := a.Calls()
	last := calls[len(calls)-1]
	want := fakeslack.Call{
		Seq: len(calls), Method: "response_url", At: now.now(), Error: "used_url",
		Args: map[string]string{"channel": random, "user": rita, "text": "6"},
	}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("call (-want +got):\n%s", diff)
	}
}

func TestResponseURL_halfAnHour(t *testing.T) {
	t.Parallel()
	now := newClock()
	a := start(t, now.in)
	address, _ := a.help(a.dial())
	now.forward(30*time.Minute + time.Second)
	a.answered(a.post(address, `{"text":"x"}`), http.StatusNotFound, "expired_url")
	a.answered(a.post(address+"0", `{"text":"x"}`), http.StatusNotFound, "invalid_url")
}

func TestResponseURL_refusals(t *testing.T) {
	t.Parallel()
	a := start(t)
	address, _ := a.help(a.dial())
	a.answered(a.post(address, `{"text":`), http.StatusBadRequest, "invalid_payload\n")
	a.answered(a.post(address, `{}`), http.StatusBadRequest, "no_text\n")
	a.answered(a.post(address, `{"blocks":[{"type":"section"}]}`), http.StatusBadRequest, "invalid_blocks\n")
	a.answered(a.post(address, `{"text":"x","thread_ts":"1.0"}`), http.StatusBadRequest, "thread_not_found\n")
	a.answered(a.post(address, `{"delete_original":true}`), http.StatusNotFound, "message_not_found")
}

func TestResponseURL_changesWhatWasClicked(t *testing.T) {
	t.Parallel()
	a := start(t)
	l := a.dial()
	ts := a.must("chat.postEphemeral", "channel", incidents, "user", rita, "text", "sure?", "blocks", buttons).text("message_ts")
	click := func() (fakeslack.Seen, error) { return a.Click(t.Context(), rita, incidents, ts, "approve") }
	address, _ := a.act(l, click)
	a.answered(a.post(address, `{"text":"working","replace_original":true}`), http.StatusOK, "ok")
	a.answered(a.post(address, `{"text":"another"}`), http.StatusOK, "ok")
	got := a.Messages(rita, incidents, "")
	if len(got) != 2 || got[0].Text != "working" || got[0].TS != ts || got[1].Text != "another" {
		t.Errorf("rita sees %+v", got)
	}
	a.answered(a.post(address, `{"delete_original":true}`), http.StatusOK, "ok")
	if got := a.Messages(rita, incidents, ""); len(got) != 1 {
		t.Errorf("rita sees %+v", got)
	}
	a.answered(a.post(address, `{"text":"x","replace_original":true}`), http.StatusNotFound, "message_not_found")
}

func TestTrigger_opensOneViewWithinThreeSeconds(t *testing.T) {
	t.Parallel()
	now := newClock()
	a := start(t, now.in)
	l := a.dial()
	view := `{"type":"modal","title":` + plain("Loading") + `,"external_id":"e1","blocks":[]}`
	other := `{"type":"modal","title":` + plain("Done") + `,"blocks":[{"type":"divider","block_id":"line"}]}`

	_, trigger := a.help(l)
	now.forward(3 * time.Second)
	opened := a.must("views.open", "trigger_id", trigger, "view", view)
	a.refused("exchanged_trigger_id", "views.open", "trigger_id", trigger, "view", other)
	a.refused("duplicate_external_id", "views.open", "trigger_id", trigger, "view", view)

	_, late := a.help(l)
	now.forward(3*time.Second + time.Millisecond)
	a.refused("expired_trigger_id", "views.open", "trigger_id", late, "view", other)
	a.refused("invalid_arguments", "views.open", "view", other)

	id, hash := opened.text("view", "id"), opened.text("view", "hash")
	updated := a.must("views.update", "view_id", id, "hash", hash, "view", other)
	a.refused("hash_conflict", "views.update", "view_id", id, "hash", hash, "view", other)
	a.refused("not_found", "views.update", "view_id", "V0NONE", "view", other)
	a.refused("invalid_arguments", "views.update", "view", other)
	views := a.Views(rita)
	if len(views) != 1 || views[0].ID != id || views[0].Hash != updated.text("view", "hash") {
		t.Errorf("views = %+v", views)
	}
	want := `{"blocks":[{"block_id":"line","type":"divider"}],"title":{"text":"Done","type":"plain_text"},"type":"modal"}`
	if got := compact(views[0].JSON); got != want {
		t.Errorf("view = %s", got)
	}
}
