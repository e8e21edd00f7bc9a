package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"passcodebot/approvals"
	"passcodebot/bot/command"
	"passcodebot/bot/view"
)

const (
	// updateTime is for how long it is tried to show somebody what is new.
	updateTime = 30 * time.Second
	// updatesPerMinute and updatesAtOnce bound the updates of all forms: in
	// any minute no more than 90. An update that has to wait shows what is new
	// by then. Slack: views.update allows about 100 a minute.
	updatesPerMinute, updatesAtOnce = 60, 30

	// maxForms bounds how many open forms are remembered, and formTime for how
	// long. One that is forgotten is put together again from its view.
	maxForms = 2000
	formTime = 2 * time.Hour
	// defaultReason is how many characters a text of the form may have where
	// the config does not say.
	defaultReason = command.DefaultMaxReason
)

// form is a form that somebody has open.
type form struct {
	view string
	by   approvals.Actor
	at   place
	link string    // the address of the thread; empty where it is not known here
	used time.Time // guarded by the forms that it is one of

	showing sync.Mutex // held while the view is updated: one after the other
	hash    string     // of the view as it was last updated
	last    []byte     // what it was updated to

	submitting sync.Mutex // held while it is stored: a second submission waits
	request    approvals.ID

	mu      sync.Mutex
	chosen  filled
	looked  approvals.Looked
	problem error
	turn    int // the last look at a person's devices
	terms   int // the last look at the terms
	persons int // how often another person was chosen in place of one
	looking bool
	trouble error
	listed  []approvals.Candidate
	more    bool
	active  int
	known   bool
}

func (f *form) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

func (f *form) person() (id string) {
	f.change(func() { id = f.chosen.Person })
	return id
}

// inChannel is where it is asked. The lock is held.
func (f *form) inChannel() string {
	if f.at.Channel != "" {
		return f.at.Channel
	}
	return f.chosen.Channel
}

func (f *form) channel() (id string) {
	f.change(func() { id = f.inChannel() })
	return id
}

// unlisted says that the devices of the person were not looked up here.
func (f *form) unlisted() (so bool) {
	f.change(func() { so = f.chosen.Person != "" && f.turn == 0 })
	return so
}

// take takes over what a view tells that somebody has chosen, and returns
// what was chosen before. What the view has no field for stays: it may come
// back. How one person was verified says nothing of another one: where the
// person is another, or the field is one of before, that is empty again.
func (f *form) take(said filled) (before filled) {
	f.change(func() {
		before = f.chosen
		if in, there := said.blocks[view.FormVerified]; there && in != view.VerifiedBlock(f.persons) {
			said.Statement.Verified = ""
			delete(said.has, view.FormVerified)
		}
		f.chosen = said.over(f.chosen)
		if before.Person != "" && f.chosen.Person != before.Person {
			f.persons++
			f.chosen.Statement.Verified = ""
		}
	})
	return before
}

// learn takes over what holds for what is chosen. How many people are active
// is not known any more where they are others. The lock is held.
func (f *form) learn(looked approvals.Looked) {
	if !samePeople(f.looked.Able, looked.Able) {
		f.active, f.known = 0, false
	}
	f.looked = looked
}

func samePeople(a, b []approvals.Person) bool {
	return slices.EqualFunc(a, b, func(a, b approvals.Person) bool { return a.ID == b.ID })
}

// ready says that it is known what holds for what is chosen. It is not known
// yet of a form that another process has opened.
func (f *form) ready() (so bool) {
	f.change(func() { so = f.looked.Terms.Quorum > 0 })
	return so
}

// ask is what the form asks for: nothing of what it does not show. The lock
// is held.
func (f *form) ask() approvals.Ask {
	ask := approvals.Ask{Actor: f.by, Channel: f.inChannel(), Thread: f.at.Thread}
	ask.Statement, ask.AllOrNothing = f.chosen.stated()
	for _, c := range f.chosen.devices() {
		if !c.Refused {
			ask.Selectors = append(ask.Selectors, approvals.Selector{Kind: approvals.ByID, Value: c.ID})
		}
	}
	return ask
}

// shown is the form as it is to be rendered.
func (f *form) shown(maxReason int) (out view.Form) {
	f.change(func() {
		out = view.Form{
			Metadata: f.at.metadata(), PickChannel: f.at.Channel == "", Channel: f.chosen.Channel, Channels: f.looked.Channels,
			Thread: f.at.Thread != "", App: f.at.App && f.chosen.Person == "",
			Person: f.chosen.Person, Looking: f.looking, Trouble: f.trouble, Candidates: f.listed, More: f.more,
			Found: f.chosen.Found, Reason: f.chosen.Reason, Text: f.chosen.Text, Said: f.chosen.Statement, All: f.chosen.All, Persons: f.persons,
			Looked: f.looked, Problem: f.problem, Active: f.active, Known: f.known, MaxReason: maxReason,
		}
		for _, c := range f.chosen.Ticked {
			listed := slices.ContainsFunc(f.listed, func(l approvals.Candidate) bool { return l.Device.ID == c.ID && l.Eligibility.OK() })
			if listed {
				out.Ticked = append(out.Ticked, c.ID)
			} else {
				out.Kept = append(out.Kept, c)
			}
		}
	})
	return out
}

// update shows somebody the view that render gives, as it then is. Updates of
// one view come one after the other, so that the last one has the newest.
// Where Slack takes none, it is tried again for a while: what somebody sees
// must not stay as it is for ever.
func (b *Bot) update(ctx context.Context, f *form, render func() slack.ModalViewRequest) {
	f.showing.Lock()
	defer f.showing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, updateTime)
	defer cancel()
	pause := b.RetryPause
	for forced := false; ; {
		m, raw := f.next(render)
		if raw == nil {
			return
		}
		if !b.forms.updates.Allow() {
			if b.forms.updates.Wait(ctx) != nil {
				b.Logger.Warn("form not updated: too many are", "actor", f.by.ID)
				return
			}
			if m, raw = f.next(render); raw == nil {
				return
			}
		}
		call, cancel := context.WithTimeout(ctx, callTime)
		updated, err := b.API.UpdateViewContext(call, m, "", f.hash, f.view)
		cancel()
		longer, limited := wait(err)
		switch code := slackCode(err); {
		case err == nil:
			f.hash, f.last = updated.Hash, raw
			return
		case code == "hash_conflict" && !forced:
			// Another process has shown something, which is not newer; or the
			// answer to what this one has shown was lost.
			f.hash, forced = "", true
			continue
		case code == "not_found":
			return // it was closed
		case !limited && (malformed(err) || explain(err, "views.update", botToken).Kind == approvals.Forbidden):
			b.Logger.Error("form not updated", "actor", f.by.ID, "error", withoutURL(err))
			return
		}
		b.Logger.Warn("form not updated; it is tried again", "actor", f.by.ID, "error", withoutURL(err))
		f.last = nil // perhaps it was
		if sleep(ctx, max(longer, pause)) != nil {
			return
		}
		pause = min(2*pause, callTime)
	}
}

// next is the view that is to be shown; nil where it is seen already.
func (f *form) next(render func() slack.ModalViewRequest) (slack.ModalViewRequest, []byte) {
	m := render()
	raw, err := json.Marshal(m)
	if err != nil || bytes.Equal(raw, f.last) {
		return m, nil
	}
	return m, raw
}

// forms are the forms that are open.
type forms struct {
	updates *rate.Limiter // of their views

	mu  sync.Mutex
	all map[string]*form
}

func newFormUpdates() *rate.Limiter {
	return rate.NewLimiter(rate.Every(time.Minute/updatesPerMinute), updatesAtOnce)
}

// keep remembers a form, and returns the one that is remembered of its view.
func (o *forms) keep(f *form, now time.Time) *form {
	o.mu.Lock()
	defer o.mu.Unlock()
	if had := o.all[f.view]; had != nil {
		return had
	}
	if o.all == nil {
		o.all = map[string]*form{}
	}
	if len(o.all) >= maxForms {
		for id, old := range o.all {
			if now.Sub(old.used) > formTime {
				delete(o.all, id)
			}
		}
	}
	if len(o.all) >= maxForms {
		clear(o.all)
	}
	f.used = now
	o.all[f.view] = f
	return f
}

// find returns the form of a view; nil where it is not remembered.
func (o *forms) find(id string, now time.Time) *form {
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.all[id]
	if f != nil {
		f.used = now
	}
	return f
}
