package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/command"
	"passcodebot/bot/view"
)

const (
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
// back.
func (f *form) take(said filled) (before filled) {
	f.change(func() {
		before = f.chosen
		f.chosen = said.over(f.chosen)
	})
	return before
}

// ask is what the form asks for. The lock is held.
func (f *form) ask() approvals.Ask {
	ask := approvals.Ask{
		Actor: f.by, Channel: f.inChannel(), Thread: f.at.Thread,
		Statement: f.chosen.Statement, AllOrNothing: f.chosen.All,
	}
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
			Found: f.chosen.Found, Reason: f.chosen.Reason, Text: f.chosen.Text, Said: f.chosen.Statement, All: f.chosen.All,
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
func (b *Bot) update(ctx context.Context, f *form, render func() slack.ModalViewRequest) {
	f.showing.Lock()
	defer f.showing.Unlock()
	for try := 0; ; try++ {
		m := render()
		raw, err := json.Marshal(m)
		if err != nil || bytes.Equal(raw, f.last) {
			return
		}
		call, cancel := context.WithTimeout(ctx, callTime)
		updated, err := b.API.UpdateViewContext(call, m, "", f.hash, f.view)
		cancel()
		switch {
		case err == nil:
			f.hash, f.last = updated.Hash, raw
			return
		case slackCode(err) == "hash_conflict" && try == 0:
			// Another process has shown something, which is not newer.
			f.hash = ""
			continue
		case slackCode(err) == "not_found":
			return // it was closed
		}
		b.Logger.Warn("form not updated", "actor", f.by.ID, "error", withoutURL(err))
		return
	}
}

// forms are the forms that are open.
type forms struct {
	mu  sync.Mutex
	all map[string]*form
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
