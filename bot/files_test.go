package bot_test

import (
	"encoding/csv"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"passcodebot/bot/fakeslack"
)

// undialled is a network on which the first connection for a method is
// refused.
type undialled struct {
	path  string
	tried atomic.Bool
}

func (u *undialled) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, u.path) && !u.tried.Swap(true) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// results are the files in the thread of a card.
func (w *world) results(card fakeslack.Message) []fakeslack.File {
	var files []fakeslack.File
	for _, m := range w.slack.Messages(anna, incidents, card.TS) {
		files = append(files, m.Files...)
	}
	return files
}

// The results of many devices are in the thread as a file too, once, also
// where the answer to its upload was lost and the process started anew.
func TestResults_file(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]*fakeslack.Fault{
		"at once":            nil,
		"answer lost":        {Method: "files.completeUploadExternal", LoseAnswer: true, Times: 1},
		"limited":            {Method: "files.getUploadURLExternal", RetryAfter: 1, Times: 1},
		"Slack is ill":       {Method: "files.completeUploadExternal", Error: "internal_error", Times: 2},
		"connection refused": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if name == "connection refused" {
				w.network = &undialled{path: "files.getUploadURLExternal"}
			}
			ids := w.devices.fill(30)
			first := w.start()
			w.connected()
			card := w.asks(strings.Join(ids, " "))
			if fault != nil {
				w.slack.Fail(*fault)
			}
			w.clicks(anna, card, "approve")
			w.until("the file is there", func() bool { return len(w.results(card)) == 1 })
			first.stop()
			w.start()
			w.eventually("everything is told", w.allTold)
			files := w.results(card)
			if len(files) != 1 || files[0].Name != "R-1-results.csv" {
				t.Fatalf("the thread has the files %+v, want R-1-results.csv alone", files)
			}
			content := files[0].Content
			lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\ufeff"))).ReadAll()
			if err != nil || len(lines) != 31 || lines[1][8] != "accepted" {
				t.Errorf("the file has %d lines (%v):\n%s", len(lines), err, content)
			}
		})
	}
}

// An app that may not upload files tells all in the thread, and goes on.
func TestResults_noScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) {
		var scopes []string
		for _, s := range c.App.Scopes {
			if s != "files:write" {
				scopes = append(scopes, s)
			}
		}
		c.App.Scopes = scopes
	})
	ids := w.devices.fill(30)
	w.start()
	w.connected()
	card := w.asks(strings.Join(ids, " "))
	w.clicks(anna, card, "approve")
	thread := w.finished(card)
	w.eventually("everything is told", w.allTold)
	if files := w.results(card); len(files) > 0 || count(thread, "Phone 029") == 0 {
		t.Errorf("files %v, and the thread:\n%s", files, strings.Join(thread, "\n"))
	}
}

// A file that can't be uploaded for an hour is given up, so that the rest of
// the thread does not wait for it.
func TestResults_givenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := w.devices.fill(30)
	w.start()
	w.connected()
	card := w.asks(strings.Join(ids, " "))
	w.slack.Fail(fakeslack.Fault{Method: "files.completeUploadExternal", Error: "internal_error"})
	w.clicks(anna, card, "approve")
	w.eventually("it is tried several times", func() bool { return w.refusals("files.completeUploadExternal") >= 3 })
	if w.allTold() {
		t.Error("it is given up at once")
	}
	w.later(61)
	w.eventually("everything is told", w.allTold)
}

// Where the card is gone by the time of the file, its people are told so, and
// the rest directly.
func TestResults_cardGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := w.devices.fill(30)
	w.start()
	w.connected()
	card := w.asks(strings.Join(ids, " "))
	w.slack.Fail(fakeslack.Fault{Method: "files.getUploadURLExternal", Error: "internal_error", Times: 2})
	w.slack.Fail(fakeslack.Fault{Method: "files.completeUploadExternal", Error: "thread_not_found"})
	w.clicks(anna, card, "approve")
	w.until("the end is told", func() bool { return count(w.thread(card.TS), "is done:") == 1 })
	w.slack.DeleteMessage(card.Channel, card.TS)
	w.until("Rita is told that the card is gone", func() bool { return count(w.directs(rita), "cannot be reached any more: the card was deleted") == 1 })
	w.eventually("everything is told", w.allTold)
}
