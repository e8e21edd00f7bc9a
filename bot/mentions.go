package bot

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/command"
	"passcodebot/bot/view"
)

// mentioned answers what somebody says to passcodebot, so that only they see
// it. What is typed behind the command can be said to it too, also in threads,
// where Slack has no commands. An event that is delivered again has no second
// effect and no second answer.
func (b *Bot) mentioned(ctx context.Context, m mention) answer {
	if b.events.has(m.Event) {
		return answer{}
	}
	text := b.addressed(m.Text)
	if plainAsk(text) {
		return b.says(m, func(v view.Renderer) view.Message { return v.Invitation(m.Thread, "") })
	}
	typed, err := command.Parse(text, command.Options{MaxReason: b.MaxReason})
	if err != nil {
		if person := onlyPerson(text); person != "" {
			return b.says(m, func(v view.Renderer) view.Message { return v.Invitation(m.Thread, person) })
		}
		if !syntax.MatchString(text) {
			return b.says(m, func(v view.Renderer) view.Message { return v.Greeting(b.Self, m.Thread) })
		}
		return b.saysWhy(m, b.Acts.Refuse(ctx, 0, m.By, "mention", err))
	}
	switch typed.Verb {
	case command.Ask:
		return b.askedIn(ctx, m, typed)
	case command.DryRun:
		return b.triedIn(m, typed)
	case command.List:
		open, err := b.Acts.List(ctx, m.By)
		if err != nil {
			return b.saysWhy(m, err)
		}
		return b.says(m, func(v view.Renderer) view.Message { return v.List(open, m.By.ID) })
	case command.Show:
		r, err := b.Acts.Show(ctx, typed.Request, m.By)
		if err != nil {
			return b.saysWhy(m, err)
		}
		return b.says(m, func(v view.Renderer) view.Message { return v.Show(r) })
	case command.Cancel:
		r, err := b.Acts.Cancel(ctx, typed.Request, m.By)
		if err != nil {
			return b.saysWhy(m, err)
		}
		return b.says(m, func(v view.Renderer) view.Message {
			return view.Message{Text: v.Say("%s is cancelled. Nothing was reset.", r.ID)}
		})
	}
	return b.says(m, func(v view.Renderer) view.Message { return v.Help() })
}

// askedIn stores a request that is asked for by a mention. Its card goes
// where the mention is, linked with its thread.
func (b *Bot) askedIn(ctx context.Context, m mention, typed command.Command) answer {
	if m.Direct {
		looked, err := b.Acts.Look(ctx, approvals.Look{Actor: m.By, Channel: m.Channel})
		if err != nil {
			return b.saysWhy(m, err)
		}
		if looked.CardChannel == m.Channel {
			return b.says(m, func(v view.Renderer) view.Message { return v.NobodyHere() })
		}
	}
	r, err := b.Acts.Ask(ctx, approvals.Ask{
		Actor: m.By, Channel: m.Channel, Thread: m.Thread, ThreadLink: b.Space.message(m.Channel, m.Thread),
		Selectors: typed.Selectors, Reason: typed.Reason, Statement: typed.Statement, AllOrNothing: typed.AllOrNothing,
		Key: "event:" + m.Event,
	})
	if err != nil {
		return b.saysWhy(m, err)
	}
	return b.says(m, func(v view.Renderer) view.Message { return v.Stored(r, typed.Pings) })
}

// triedIn is a dry run that is asked for by a mention.
func (b *Bot) triedIn(m mention, typed command.Command) answer {
	b.events.add(m.Event, b.Now())
	return answer{then: func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, b.DryRuns)
		defer cancel()
		trial, err := b.Acts.Try(ctx, approvals.Ask{
			Actor: m.By, Channel: m.Channel, Selectors: typed.Selectors, Statement: typed.Statement, AllOrNothing: typed.AllOrNothing,
		})
		v := b.speak(ctx, m.By.ID)
		said := v.Trial(trial, b.Now())
		if err != nil {
			said = v.Error(err)
		}
		b.answerTo(ctx, m, said)
	}}
}

// says answers a mention once it is acknowledged.
func (b *Bot) says(m mention, render func(view.Renderer) view.Message) answer {
	b.events.add(m.Event, b.Now())
	return answer{then: func(ctx context.Context) { b.answerTo(ctx, m, render(b.speak(ctx, m.By.ID))) }}
}

// saysWhy answers a mention that came to nothing. Where the store did not take
// it, it is not acknowledged, and Slack delivers it again: the person is told
// once that it will be.
func (b *Bot) saysWhy(m mention, err error) answer {
	if !unstored(err) {
		return b.says(m, func(v view.Renderer) view.Message { return v.Error(err) })
	}
	a := answer{withhold: true}
	if waits := "wait:" + m.Event; !b.events.has(waits) {
		b.events.add(waits, b.Now())
		a.then = func(ctx context.Context) { b.answerTo(ctx, m, b.speak(ctx, m.By.ID).NotYetStored()) }
	}
	return a
}

// answerTo tells who mentioned passcodebot something, where they did: nobody
// else sees it.
func (b *Bot) answerTo(ctx context.Context, m mention, said view.Message) {
	if !m.Direct {
		b.whispers.reply(ctx, reply{channel: m.Channel, thread: m.Thread, user: m.By.ID}, said)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, whisperTime)
	defer cancel()
	o := options(said)
	if m.Thread != "" {
		o = append(o, slack.MsgOptionTS(m.Thread))
	}
	for {
		_, _, err := b.API.PostMessageContext(ctx, m.Channel, o...)
		// Slack: chat.postMessage takes about one message a second a channel.
		if pause, limited := wait(err); limited && sleep(ctx, pause) == nil {
			continue
		}
		if err != nil {
			b.Logger.Error("person not told", "actor", m.By.ID, "channel", m.Channel, "error", withoutURL(err))
		}
		return
	}
}

// addressed is what is said to passcodebot, without its name before it.
func (b *Bot) addressed(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.Index(text, "<@"+b.Self); b.Self != "" && i >= 0 {
		if end := strings.IndexByte(text[i:], '>'); end >= 0 {
			before, after := strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+end+1:])
			text = strings.TrimLeft(after, ",:; ")
			if after == "" {
				text = before
			}
		}
	}
	if rest := asking.ReplaceAllString(text, ""); rest != text && strings.TrimSpace(rest) != "" {
		return strings.TrimSpace(rest)
	}
	return text
}

var (
	// asking is a word with which people begin that is none of the syntax.
	asking = regexp.MustCompile(`(?i)^(?:please\s+)?(?:reset|ask)(?:\s+(?:a|the)?\s*passcodes?)?(?:\s+(?:for|of))?\s+`)
	// bareAsk is nothing but such words.
	bareAsk = regexp.MustCompile(`(?i)^(?:please[\s,]+)?(?:reset|ask|form|new)?(?:[\s,]*(?:a|the|my)?[\s,]*passcodes?)?(?:[\s,]+please)?[\s.!?]*$`)
	// alone is one person and nothing else.
	alone = regexp.MustCompile(`^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>[\s.!?]*$`)
	// syntax is what shows that somebody means the syntax of the command.
	syntax = regexp.MustCompile(`(?i)(?:^|\s)(?:user|serial|name|filter|reason|ticket|verified|second-?reason|break-?glass)\s*[:：]` +
		`|^(?:list|show|cancel|dry-run|help)(?:\s|$)|[0-9a-f]{8}-[0-9a-f]{4}-`)
)

// plainAsk says that somebody wants to ask, and says no more.
func plainAsk(text string) bool { return bareAsk.MatchString(text) }

// onlyPerson is the person of whom alone a text tells; empty where it does not.
func onlyPerson(text string) string {
	if m := alone.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		return m[1]
	}
	return ""
}

// maxHeard bounds how many events are remembered. Slack delivers an event
// again within six minutes.
const (
	maxHeard  = 10_000
	heardTime = 15 * time.Minute
)

// events remembers which events had their effect.
type events struct {
	mu  sync.Mutex
	all map[string]time.Time
}

func (h *events) has(event string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, ok := h.all[event]
	return ok && event != ""
}

func (h *events) add(event string, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil {
		h.all = map[string]time.Time{}
	}
	if len(h.all) >= maxHeard {
		for e, at := range h.all {
			if now.Sub(at) > heardTime {
				delete(h.all, e)
			}
		}
	}
	if len(h.all) >= maxHeard {
		clear(h.all)
	}
	h.all[event] = now
}
