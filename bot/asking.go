package bot

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

const (
	// formWait bounds how long Intune is waited for while somebody looks at
	// the form.
	formWait = 20 * time.Second
	// suggestTime bounds how long an answer to a search may take: Slack waits
	// 3 seconds for it.
	suggestTime = 2 * time.Second
	// termsTime bounds how long a submitted form is looked at before it is
	// stored: what is not known by then, the check of the request tells.
	termsTime = 1500 * time.Millisecond
	// openTime bounds views.open: the trigger of it lasts 3 seconds.
	openTime = 3 * time.Second
)

// formPlace is where the form is opened.
type formPlace struct {
	Channel    string // where it is asked; empty where that is not known
	Thread     string // the ts of the thread; empty outside of one
	ThreadLink string // its address; may be empty
	Person     string // whose devices are meant; empty where that is not known
	App        bool   // it is opened on a message of an app, which has no devices
	Reply      reply  // where the person is told that it could not be opened
}

// place is where a form was opened, as its view carries it: ids only, which
// the rules check again.
type place struct {
	Channel string `json:"c,omitempty"`
	Thread  string `json:"t,omitempty"`
	App     bool   `json:"a,omitempty"`
}

var (
	channelID = regexp.MustCompile(`^[CG][A-Z0-9]{1,30}$`)
	personID  = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)
	timestamp = regexp.MustCompile(`^\d{1,12}\.\d{1,10}$`)
)

// openForm opens the form that asks for a reset. It is seen at once; what it
// shows of Slack's groups and of Intune's devices comes when it is known.
func (b *Bot) openForm(_ context.Context, trigger string, by approvals.Actor, at formPlace) answer {
	return answer{then: func(ctx context.Context) {
		v := b.speak(ctx, by.ID)
		from := place{Channel: at.Channel, Thread: at.Thread, App: at.App}
		if !channelID.MatchString(from.Channel) {
			// In a direct message nobody else could approve.
			from.Channel, from.Thread = "", ""
		}
		if !timestamp.MatchString(from.Thread) {
			from.Thread = ""
		}
		opening, cancel := context.WithTimeout(ctx, openTime)
		opened, err := b.API.OpenViewContext(opening, trigger, v.FormLoading(from.metadata()))
		cancel()
		if err != nil {
			b.unopened(ctx, v, by, at.Reply, err)
			return
		}
		f := &form{view: opened.ID, hash: opened.Hash, by: by, at: from, link: at.ThreadLink}
		f.chosen.Channel = from.Channel
		if personID.MatchString(at.Person) {
			f.chosen.Person = at.Person
		}
		b.forms.keep(f, b.Now())
		b.fill(ctx, v, f)
	}}
}

// unopened tells somebody that the form did not open, and how to go on.
func (b *Bot) unopened(ctx context.Context, v view.Renderer, by approvals.Actor, to reply, err error) {
	b.Logger.Warn("form not opened; the person is told", "actor", by.ID, "error", withoutURL(err))
	to.user = by.ID
	b.whispers.reply(ctx, to, v.Unopened())
}

// fill shows the form once it is known who may be asked; then the devices of
// the person, if one was chosen already.
func (b *Bot) fill(ctx context.Context, v view.Renderer, f *form) {
	looking, cancel := context.WithTimeout(ctx, formWait)
	looked, err := b.Acts.Look(looking, approvals.Look{Actor: f.by, Channel: f.channel()})
	cancel()
	if err != nil {
		b.update(ctx, f, func() slack.ModalViewRequest { return v.FormRefused(err, f.at.metadata()) })
		return
	}
	f.change(func() {
		f.learn(looked)
		if f.at.Channel == "" && f.chosen.Channel == "" && len(looked.Channels) > 0 {
			f.chosen.Channel = looked.Channels[0]
		}
	})
	if f.at.Channel == "" && f.channel() != "" {
		b.lookTerms(ctx, v, f)
	}
	b.lookPerson(ctx, v, f)
	b.lookActive(ctx, v, f)
}

// show updates the form to what is known of it.
func (b *Bot) show(ctx context.Context, v view.Renderer, f *form) {
	b.update(ctx, f, func() slack.ModalViewRequest { return v.Form(f.shown(b.maxReason()), b.Now()) })
}

func (b *Bot) maxReason() int {
	if b.MaxReason > 0 {
		return b.MaxReason
	}
	return defaultReason
}

// lookPerson shows the devices of the person that is chosen, and until they
// are known that they are looked up. Of two looks the later one counts.
func (b *Bot) lookPerson(ctx context.Context, v view.Renderer, f *form) {
	var person, channel string
	var turn int
	f.change(func() {
		f.turn++
		turn, person, channel = f.turn, f.chosen.Person, f.inChannel()
		f.looking, f.trouble, f.listed, f.more = person != "", nil, nil, false
	})
	b.show(ctx, v, f)
	if person == "" {
		return
	}
	looking, cancel := context.WithTimeout(ctx, formWait)
	looked, err := b.Acts.Look(looking, approvals.Look{Actor: f.by, Channel: channel, Person: person, Limit: mostDevices})
	cancel()
	err = silent(err)
	f.change(func() {
		if f.turn != turn {
			return
		}
		f.looking, f.trouble, f.listed, f.more = false, err, looked.Candidates, looked.More
	})
	b.show(ctx, v, f)
}

// mostDevices is how many devices of one person are listed.
const mostDevices = 50

// silent makes the end of a wait an error that says so.
func silent(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &approvals.Error{Kind: approvals.Unavailable, Code: "intune-silent", Err: err, Text: "Intune did not answer in time.", Hint: "Try again in a moment."}
	}
	return err
}

// lookTerms shows by which rule the devices that are chosen would be judged.
func (b *Bot) lookTerms(ctx context.Context, v view.Renderer, f *form) {
	var ask approvals.Ask
	var turn int
	f.change(func() {
		f.terms++
		turn, ask = f.terms, f.ask()
	})
	looking, cancel := context.WithTimeout(ctx, formWait)
	looked, err := b.Acts.Terms(looking, ask)
	cancel()
	f.change(func() {
		if f.terms != turn {
			return
		}
		// Where nothing came, what was known before stays.
		if looked.Terms.Quorum > 0 {
			f.learn(looked)
		}
		f.problem = nil
		if err != nil && !filledIn(err) {
			f.problem = err
		}
	})
	b.show(ctx, v, f)
	b.lookActive(ctx, v, f)
}

// filledIn says that an error is about what somebody is still typing, or will
// be over: the form says nothing of it before it is submitted.
func filledIn(err error) bool {
	switch e := approvals.AsError(err); e.Code {
	case "needs-ticket", "wrong-ticket", "needs-second-reason", "needs-verified":
		return true
	default:
		return e.Kind == approvals.Unavailable || e.Kind == approvals.Internal
	}
}

// formAction takes what somebody does in the form before they submit it.
func (b *Bot) formAction(ctx context.Context, c slack.InteractionCallback, a *slack.BlockAction, by approvals.Actor) answer {
	if a.ActionID == view.FormOpen {
		return b.openForm(ctx, c.TriggerID, by, placeOfButton(c, a, by))
	}
	if c.View.ID == "" || c.View.CallbackID != view.CallbackForm {
		return answer{}
	}
	said := readForm(c.View.State)
	return answer{then: func(ctx context.Context) {
		v := b.speak(ctx, by.ID)
		f := b.form(c, by)
		if f == nil {
			return
		}
		if len(said.has) == 0 { // it says that it waits, or why it waits no more
			b.fill(ctx, v, f)
			return
		}
		channel := f.channel()
		before := f.take(said)
		person := a.ActionID == view.FormRetry || f.person() != before.Person || f.unlisted()
		known := f.ready()
		terms := !known || a.ActionID == view.FormDevices || a.ActionID == view.FormSearch || f.channel() != channel
		if terms && !known { // what is typed in fields that a rule asks for must stay to be seen
			b.lookTerms(ctx, v, f)
		}
		if person {
			b.lookPerson(ctx, v, f)
		}
		if terms && known {
			b.lookTerms(ctx, v, f)
		}
	}}
}

// form returns the form of a view. One that was opened by another process is
// put together again from what its view tells. It is nil for the view of
// somebody else.
func (b *Bot) form(c slack.InteractionCallback, by approvals.Actor) *form {
	f := b.forms.find(c.View.ID, b.Now())
	if f == nil {
		f = b.forms.keep(&form{view: c.View.ID, hash: c.View.Hash, by: by, at: readPlace(c.View.PrivateMetadata)}, b.Now())
		said := readForm(c.View.State)
		f.change(func() { f.persons = view.VerifiedAgain(said.blocks[view.FormVerified]) })
		f.take(said)
	}
	if f.by.ID != by.ID {
		return nil
	}
	return f
}

// placeOfButton is where a button stands that opens the form. Its value is
// the thread and the person that it is for, either of which may be missing.
func placeOfButton(c slack.InteractionCallback, a *slack.BlockAction, by approvals.Actor) formPlace {
	at := formPlace{Channel: c.Channel.ID, Reply: reply{url: c.ResponseURL, channel: c.Channel.ID, user: by.ID}}
	if at.Channel == "" {
		at.Channel = c.Container.ChannelID
		at.Reply.channel = at.Channel
	}
	for part := range strings.FieldsSeq(a.Value) {
		switch {
		case timestamp.MatchString(part):
			at.Thread, at.Reply.thread = part, part
		case personID.MatchString(part):
			at.Person = part
		}
	}
	return at
}
