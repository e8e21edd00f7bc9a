package bot

import (
	"cmp"
	"context"
	"strings"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/command"
	"passcodebot/bot/view"
)

// formSubmitted stores what a form asks for. What is wrong with it stands at
// its field, and the form stays open: nothing that was typed is lost. A form
// that comes twice is one request.
func (b *Bot) formSubmitted(ctx context.Context, c slack.InteractionCallback, by approvals.Actor) answer {
	f := b.form(c, by)
	if f == nil || c.View.ID == "" {
		return b.told(b.Acts.Refuse(ctx, 0, by, "form", refusal("unknown-button")), reply{user: by.ID})
	}
	f.submitting.Lock()
	defer f.submitting.Unlock()
	if f.request != 0 {
		return answer{}
	}
	f.take(readForm(c.View.State))
	s := submission{Bot: b, form: f, errors: map[string]string{}, speak: func() view.Renderer { return b.speak(ctx, by.ID) }}
	f.change(func() { s.ask, s.chosen, s.most = f.ask(), f.chosen, f.looked.MaxDevices })
	s.ask.Key = "form:" + c.View.ID
	if s.ask.Thread != "" {
		s.ask.ThreadLink = cmp.Or(f.link, b.Space.message(s.ask.Channel, s.ask.Thread))
	}
	if s.read(); len(s.errors) > 0 {
		return s.wrong(nil)
	}
	if err := s.judge(ctx); err != nil {
		return s.wrong(err)
	}
	r, err := b.Acts.Ask(ctx, s.ask)
	if err != nil {
		s.errors[view.FormReason] = s.speak().FieldError(err)
		return s.wrong(nil)
	}
	f.request = r.ID
	to := reply{channel: s.ask.Channel, thread: s.ask.Thread, user: by.ID}
	return answer{then: func(ctx context.Context) { b.whispers.reply(ctx, to, b.speak(ctx, by.ID).Stored(r, s.pings)) }}
}

// submission is a form that is being looked at.
type submission struct {
	*Bot
	form   *form
	chosen filled
	ask    approvals.Ask
	most   int // devices per request; zero where that is not known
	pings  []string
	errors map[string]string // by field
	speak  func() view.Renderer
}

// wrong answers with what is wrong. Where the form has no field for it yet, it
// gets one.
func (s *submission) wrong(why error) answer {
	at := map[string]string{}
	for field, text := range s.errors {
		at[cmp.Or(s.chosen.blocks[field], field)] = text
	}
	a := answer{payload: slack.NewErrorsViewSubmissionResponse(at)}
	if why != nil {
		a.then = func(ctx context.Context) { s.lookTerms(ctx, s.Bot.speak(ctx, s.ask.Actor.ID), s.form) }
	}
	return a
}

// read checks what can be checked without asking anybody, and makes what was
// typed the words of the request.
func (s *submission) read() {
	devices := s.chosen.devices()
	fail := func(block string, say func(view.Renderer) string) {
		if s.errors[block] == "" {
			s.errors[block] = say(s.speak())
		}
	}
	missing := func(block string) { fail(block, func(v view.Renderer) string { return v.Missing(block) }) }
	if s.ask.Channel == "" {
		missing(view.FormChannel)
	}
	if len(devices) == 0 {
		missing(view.FormSearch)
	}
	for _, d := range devices {
		if d.Refused {
			fail(view.FormSearch, func(v view.Renderer) string { return v.RefusedChoice(d) })
		}
	}
	if s.most > 0 && len(devices) > s.most {
		fail(view.FormSearch, func(v view.Renderer) string { return v.TooMany(len(devices), s.most) })
	}
	said := func(block, text string) string {
		words, pings, err := command.Said(text, command.Options{MaxReason: s.maxReason()})
		if err != nil {
			fail(block, func(v view.Renderer) string { return v.FieldError(err) })
		}
		s.pings = append(s.pings, pings...)
		return words
	}
	text := said(view.FormText, s.chosen.Text)
	switch {
	case s.chosen.Reason == "":
		missing(view.FormReason)
	case s.chosen.Reason == view.OtherReason && approvals.Blank(text):
		missing(view.FormText)
	}
	// Who approves reads it, so it is in the language of the cards.
	s.ask.Reason = s.view.Reason(s.chosen.Reason, text)
	if n := len([]rune(s.ask.Reason)); n > s.maxReason() {
		fail(view.FormText, func(v view.Renderer) string { return v.TooLong(n, s.maxReason()) })
	}
	in := &s.ask.Statement
	in.Ticket = said(view.FormTicket, in.Ticket)
	in.SecondReason = said(view.FormSecond, in.SecondReason)
	in.Verified = said(view.FormVerified, in.Verified)
	in.BreakGlass = said(view.FormGlass, in.BreakGlass)
	s.only(func(block string) bool { return s.chosen.has[block] })
}

// only moves what stands at blocks that the view lacks to one that it has.
func (s *submission) only(has func(block string) bool) {
	for block, text := range s.errors {
		if has(block) {
			continue
		}
		delete(s.errors, block)
		s.errors[view.FormReason] = strings.TrimSpace(s.errors[view.FormReason] + " " + text)
	}
}

// judge asks the rules. What they can't tell in time, the check of the stored
// request tells. The error is in its place already.
func (s *submission) judge(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, termsTime)
	defer cancel()
	_, err := s.Acts.Terms(limited, s.ask)
	e := approvals.AsError(err)
	switch {
	case err == nil:
		return nil
	case unstored(err):
	case e.Kind == approvals.Unavailable, e.Kind == approvals.Internal, e.Kind == approvals.UnknownOutcome:
		return nil
	}
	if e.Kind == approvals.Forbidden {
		if refused := approvals.AsError(s.Acts.Refuse(ctx, 0, s.ask.Actor, "form", err)); refused.Code != e.Code {
			e = refused
		}
	}
	shown := *e
	if len(shown.Channels) > 0 {
		shown.Hint = "" // it ends where they would be named, which a field can't
	}
	s.errors[blockOf(e.Code)] = s.speak().FieldError(&shown)
	s.only(func(block string) bool { return s.chosen.has[block] })
	return err
}

// blockOf is the field that a refusal is about.
func blockOf(code string) string {
	switch code {
	case "needs-ticket", "wrong-ticket":
		return view.FormTicket
	case "needs-second-reason":
		return view.FormSecond
	case "needs-verified":
		return view.FormVerified
	case "no-break-glass", "break-glass-channel", "break-glass-group":
		return view.FormGlass
	case "wrong-channel":
		return view.FormChannel
	case "too-many-devices", "no-device", "no-devices", "device-not-found", "none-eligible", "not-all-eligible", "mixed-rules",
		"approvers-own-devices":
		return view.FormSearch
	}
	return view.FormReason
}
