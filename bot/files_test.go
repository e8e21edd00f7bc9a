package bot_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"passcodebot/bot/fakeslack"
)

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
		"at once":     nil,
		"answer lost": {Method: "files.completeUploadExternal", LoseAnswer: true, Times: 1},
		"limited":     {Method: "files.getUploadURLExternal", RetryAfter: 1, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
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
