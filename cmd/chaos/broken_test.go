package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/cmd/chaos/internal/check"
)

// sabotage is a way of breaking the bot, which an environment variable
// switches on: a text of a file that another takes the place of.
type sabotage struct {
	kind     string
	file     string // below the root of the module
	old, new string
	rule     check.Rule // which has to notice
	run      func(*options)
}

// The faults that bring a kind of sabotage out within a few rounds.
func lostPosts(o *options) {
	o.slack = []slackFault{{Method: "chat.postMessage", Percent: 70, LoseAnswer: true}}
}

func lostResets(o *options) {
	o.intune = []intuneFault{{Path: "resetPasscode", Percent: 40, LoseAnswer: true}}
}

func lateResets(o *options) {
	o.intune = []intuneFault{{Path: "resetPasscode", Percent: 40, LoseAnswer: true, Status: 504}}
}

// besideAdmin has somebody reset the devices of which the bot's own resets do
// not arrive.
func besideAdmin(o *options) {
	o.admin, o.intune = 40, []intuneFault{{Path: "resetPasscode", Percent: 80, Cut: true}}
}

func impatient(o *options) { o.patience = 20 * time.Second }

func sabotages() []sabotage {
	return []sabotage{
		{
			kind: "drop-request", rule: check.Lost, file: "approvals/service.go",
			old: `	saved, err := s.Store.Save(ctx, Change{Request: r, Key: ask.Key})`,
			new: `	if sabotagedNow("drop-request") { r.ID = 4711; return *r, nil }
	saved, err := s.Store.Save(ctx, Change{Request: r, Key: ask.Key})`,
		},
		{
			kind: "drop-click", rule: check.Lost, file: "approvals/service.go",
			old: `	act := "deny"`,
			new: `	if sabotagedNow("drop-click") { return Request{}, nil }
	act := "deny"`,
		},
		{
			kind: "resend-blindly", rule: check.Twice, file: "approvals/settling.go", run: lostResets,
			old: `	id, now := d.target.Device.ID, d.now()`,
			new: `	if sabotaged("resend-blindly") { found = evidence{verdict: notSent, device: found.device} }
	id, now := d.target.Device.ID, d.now()`,
		},
		{
			kind: "resend-504", rule: check.Twice, file: "graph/errors.go", run: lateResets,
			old: `		return ex.status == http.StatusTooManyRequests
`,
			new: `		return ex.status == http.StatusTooManyRequests || sabotaged("resend-504") && ex.status == http.StatusGatewayTimeout
`,
		},
		{
			kind: "claim-others", rule: check.Outcome, file: "approvals/ports.go", run: besideAdmin,
			old: `return strings.Contains(r.By, "@")`,
			new: `return strings.Contains(r.By, "@") && !sabotaged("claim-others")`,
		},
		{
			kind: "no-quorum", rule: check.NoQuorum, file: "approvals/request.go",
			old: `	return max(r.Quorum-len(groups), r.Groups-differentGroups(groups), 0)`,
			new: `	if sabotaged("no-quorum") { return 0 }
	return max(r.Quorum-len(groups), r.Groups-differentGroups(groups), 0)`,
		},
		{
			kind: "never-ends", rule: check.Ended, file: "approvals/run.go", run: impatient,
			old: `	r.State, r.EndedAt = Done, now`,
			new: `	if sabotaged("never-ends") { r.WakeAt = now.Add(time.Hour); return }
	r.State, r.EndedAt = Done, now`,
		},
		{
			kind: "stale-card", rule: check.Card, file: "bot/cards.go", run: impatient,
			old: `	m := l.viewFor(n.Channel).Card(s.Request, l.Now())`,
			new: `	if sabotaged("stale-card") && s.State.Ended() { s.State = approvals.Pending }
	m := l.viewFor(n.Channel).Card(s.Request, l.Now())`,
		},
		{
			kind: "forget-posts", rule: check.Told, file: "bot/threads.go", run: lostPosts,
			old: `		if seen := readMark(m); l.carries(`,
			new: `		if seen := readMark(m); !sabotaged("forget-posts") && l.carries(`,
		},
		{
			kind: "forget-cursor", rule: check.Told, file: "bot/threads.go",
			old: `	return l.advance(ctx, at.Seq, s.note, posts...)`,
			new: `	if sabotagedNow("forget-cursor") { return nil }
	return l.advance(ctx, at.Seq, s.note, posts...)`,
		},
		{
			kind: "drop-denial", rule: check.Lost, file: "bot/deciding.go",
			old: `	if _, err := b.Acts.Decide(ctx, id, by, false, why); err != nil {`,
			new: `	if sabotaged("drop-denial") { return answer{} }
	if _, err := b.Acts.Decide(ctx, id, by, false, why); err != nil {`,
		},
		{
			kind: "forget-directs", rule: check.Told, file: "bot/personal.go",
			old: `				return true, l.advance(ctx, s.cursor.Seq, note.after(who, events[n-1].Seq), told...)`,
			new: `				if sabotagedNow("forget-directs") { return true, nil }
				return true, l.advance(ctx, s.cursor.Seq, note.after(who, events[n-1].Seq), told...)`,
		},
		{
			kind: "drop-directs", rule: check.Told, file: "bot/personal.go",
			old: `	wishes, err := d.Acts.Preferences(ctx, who)`,
			new: `	if sabotaged("drop-directs") { return nil, nil }
	wishes, err := d.Acts.Preferences(ctx, who)`,
		},
		{
			kind: "wrong-thread", rule: check.Told, file: "bot/threads.go",
			old: `		ts, err = l.post(ctx, s.card.Channel, s.card.TS, `,
			new: `		s.card.Channel, s.card.TS = elsewhere("wrong-thread", s.card.Channel, s.card.TS)
		ts, err = l.post(ctx, s.card.Channel, s.card.TS, `,
		},
		{
			kind: "break-chain", rule: check.Chain, file: "store/bolt/log.go",
			old: `	hash := chain(l.hash, body)`,
			new: `	if sabotagedNow("break-chain") { l.hash = link{} }
	hash := chain(l.hash, body)`,
		},
	}
}

// saboteur is added to each package that is sabotaged.
const saboteur = `package %s

import (
	"math/rand/v2"
	"os"
)

func sabotaged(kind string) bool { return os.Getenv("PASSCODEBOT_SABOTAGE") == kind }

func sabotagedNow(kind string) bool { return sabotaged(kind) && rand.IntN(3) == 0 }

var firstPlace [2]string

func elsewhere(kind, channel, ts string) (string, string) {
	if firstPlace[0] == "" {
		firstPlace = [2]string{channel, ts}
	}
	if !sabotaged(kind) {
		return channel, ts
	}
	return firstPlace[0], firstPlace[1]
}
`

// brokenBot is a bot with every kind of sabotage in it.
var brokenBot = sync.OnceValues(func() (string, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	texts := map[string]string{}
	for _, s := range sabotages() {
		path := filepath.Join(root, filepath.FromSlash(s.file))
		if texts[path] == "" {
			raw, err := os.ReadFile(path)
			if err != nil {
				return "", err
			}
			texts[path] = string(raw)
			dir := filepath.Dir(path)
			texts[filepath.Join(dir, "sabotage.go")] = fmt.Sprintf(saboteur, filepath.Base(dir))
		}
		if n := strings.Count(texts[path], s.old); n != 1 {
			return "", fmt.Errorf("%s has the text that %s replaces %d times, and not once: %s", s.file, s.kind, n, s.old)
		}
		texts[path] = strings.Replace(texts[path], s.old, s.new, 1)
	}
	for path, text := range texts {
		copied := filepath.Join(bin, strings.ReplaceAll(strings.TrimPrefix(path, root), string(filepath.Separator), "_"))
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[path] = copied
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(bin, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		return "", err
	}
	return build("broken", "passcodebot", "-overlay", file)
})

// What would break a promise is noticed: a bot that is broken on purpose, in
// each of the ways, does not pass. Whether a run comes to the point is a
// matter of chance, so each has three. They mostly wait, and so several run at
// once; where all did, no bot would be at work before it is killed.
func TestChaos_noticesSabotage(t *testing.T) {
	t.Parallel()
	type run struct {
		result *outcome
		caught bool
		err    error
	}
	runs := map[string]*run{}
	var running sync.WaitGroup
	turns := make(chan struct{}, 2*runtime.NumCPU())
	for _, s := range sabotages() {
		o, r := short(t, brokenBot, 0), &run{}
		o.rounds, o.patience, o.lifetime, o.env = 3, 30*time.Second, 10*time.Second, []string{"PASSCODEBOT_SABOTAGE=" + s.kind}
		if s.run != nil {
			s.run(&o)
		}
		runs[s.kind] = r
		running.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			for o.seed = 1; o.seed <= 3 && !r.caught && r.err == nil; o.seed++ {
				if r.result, r.err = play(t.Context(), o, io.Discard); r.err == nil {
					r.caught = slices.ContainsFunc(r.result.Violations, func(v check.Violation) bool { return v.Rule == s.rule })
				}
			}
		})
	}
	running.Wait()
	for _, s := range sabotages() {
		t.Run(s.kind, func(t *testing.T) {
			r := runs[s.kind]
			if r.err != nil {
				t.Fatal(r.err)
			}
			t.Logf("the last run had the seed %d and took %s", r.result.seed, r.result.took)
			if !r.caught {
				r.result.print(t.Output())
				t.Errorf("no violation of the rule %s", s.rule)
			}
		})
	}
}
