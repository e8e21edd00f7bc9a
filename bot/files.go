package bot

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// fileTime is for how long after the end of the resets the file is tried where
// the uploads fail, so that what else there is to say does not wait for it for
// ever.
const fileTime = time.Hour

// refused says that Slack does not take a file, and never will.
func refused(err error) bool {
	code := slackCode(err)
	return malformed(err) || strings.HasPrefix(code, "restricted_action") || slices.Contains([]string{
		"missing_scope", "not_allowed_token_type", "no_permission", "access_denied",
		"file_uploads_disabled", "file_uploads_except_images_disabled", "file_upload_size_restricted", "file_type_not_allowed",
		"posting_to_channel_denied",
	}, code)
}

// asFile is how MessagePosted events name a file in the thread of a card.
const asFile = "file"

// listed says that the results of a request are in a file too.
func listed(r approvals.Request) bool { return len(r.Targets) > view.MostListed }

// upload puts the file with the results into the thread. Where the app may
// not upload files, the thread has said all of it; what else fails is tried
// again.
func (t *threads) upload(ctx context.Context, l *lane, s thread) error {
	comment, name, content, err := t.viewFor(s.card.Channel).ResultsFile(s.Request)
	if err != nil {
		return err
	}
	if l.unsure.has(l.id) {
		there, err := t.uploaded(ctx, l, s, name)
		if err != nil {
			return t.failed(l, "conversations.replies", err)
		}
		l.unsure.drop(l.id)
		if there != "" {
			return t.fileDone(ctx, l, s, t.filed(s, there))
		}
	}
	err = l.inTurn(ctx, s.card.Channel, func() error {
		call, cancel := context.WithTimeout(ctx, callTime)
		defer cancel()
		_, err := l.API.UploadFileContext(call, slack.UploadFileParameters{
			Filename: name, Title: name, Reader: bytes.NewReader(content), FileSize: len(content), AltTxt: comment,
			Channel: s.card.Channel, ThreadTimestamp: s.card.TS, InitialComment: comment,
		})
		return err
	})
	switch {
	case err == nil:
		return t.fileDone(ctx, l, s, t.filed(s, ""))
	case !refused(err) && t.Now().Before(s.EndedAt.Add(fileTime)):
		if unanswered(err) {
			l.unsure.add(l.id)
		}
		return t.failed(l, "files.completeUploadExternal", err)
	default:
		l.log.Warn("results not uploaded as a file; the thread has them", "channel", s.card.Channel, "code", slackCode(err), "error", withoutURL(err))
		return t.fileDone(ctx, l, s)
	}
}

// fileDone goes on behind the end of the resets.
func (t *threads) fileDone(ctx context.Context, l *lane, s thread, posts ...approvals.Event) error {
	through := s.note.File
	s.note.File, s.note.Listing, s.note.Parts = 0, 0, 0
	return l.advance(ctx, through, s.note, posts...)
}

// filed is the event of a file in the thread; of its message Slack tells
// nothing.
func (t *threads) filed(s thread, ts string) approvals.Event {
	return t.posted(asFile, outlet{s.card.Channel, ts, s.card.TS}, "", 0)
}

// uploaded looks in the thread for a file of ours, and returns the timestamp
// of its message.
func (t *threads) uploaded(ctx context.Context, l *lane, s thread, name string) (ts string, err error) {
	err = l.replies(ctx, s.card.Channel, s.card.TS, func(m slack.Message) {
		for _, f := range m.Files {
			if f.Name == name && (t.Self == "" || m.User == t.Self) {
				ts = m.Timestamp
			}
		}
	})
	return ts, err
}
