package view_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

// fillings are texts that take more room than they show, or try to do
// something.
func fillings() map[string]string {
	repeat := func(s string) string { return strings.Repeat(s, 3000/len(s)) }
	return map[string]string{
		"nasty":       nasty,
		"mentions":    repeat("<!channel>"),
		"angles":      repeat("<"),
		"quotations":  repeat("> "),
		"ampersands":  repeat("&"),
		"quotes":      repeat(`"\`),
		"emoji":       strings.Repeat("🧨", 3000),
		"letters":     repeat("W"),
		"asterisks":   repeat("*"),
		"backticks":   repeat("`"),
		"directions":  repeat("\u202e"),
		"bold words":  repeat("*a* "),
		"line breaks": repeat("\n\u2028a"),
		"control":     repeat("\x01a"),
	}
}

// filled runs a test for each filling, and in the other languages for one that
// takes much room.
func filled(t *testing.T, test func(t *testing.T, v view.Renderer, fill string)) {
	t.Parallel()
	for name, fill := range fillings() {
		for _, l := range words.Languages() {
			if l != words.English && name != map[words.Language]string{words.German: "ampersands", words.Japanese: "emoji"}[l] {
				continue
			}
			t.Run(name+"/"+string(l), func(t *testing.T) {
				t.Parallel()
				test(t, renderer.In(l), fill)
			})
		}
	}
}

// most is how many devices a request can be allowed to have.
const most = 500

// worst is the largest request that there can be, with a text everywhere
// that others can put texts.
func worst(state approvals.State, phase approvals.Phase, fill string) approvals.Request {
	r := request(state)
	cut := func(n int) string { return strings.ToValidUTF8(fill[:min(n, len(fill))], "") }
	r.Reason, r.Targets, r.LeftOut, r.Narrowed, r.Closing = fill, nil, nil, nil, fill
	r.Statement = approvals.Statement{Ticket: fill[:min(100, len(fill))], SecondReason: fill, Verified: fill, BreakGlass: fill}
	r.Statement.Ticket = strings.ToValidUTF8(r.Statement.Ticket, "")
	r.Rule, r.Groups, r.Unread = cut(300), 3, true
	r.Review, r.DecidedAt = approvals.Review{Due: true}, noon
	r.Quorum, r.Decisions = 12, nil
	for range 11 {
		r.Decisions = append(r.Decisions, approvals.Decision{Actor: actor("anna"), Approved: state != approvals.Denied, At: noon})
		r.Approvers.People = append(r.Approvers.People, "U0123456789")
	}
	for range 30 {
		r.Decisions = append(r.Decisions, approvals.Decision{Actor: actor("anna"), Approved: true, Void: "no-identity"})
	}
	for i := range most {
		t := target(i+1, fmt.Sprintf("n%03d %s", i, cut(600)), phase)
		t.Device.Manufacturer, t.Device.Model, t.Device.Serial, t.Device.Owner.UPN = cut(50), cut(600), cut(600), cut(600)
		if t.Result.Reason != "" {
			t.Result.Reason = fill
		}
		t.Device.Owner.ID = fmt.Sprint("owner", i%7)
		r.Targets = append(r.Targets, t)
		for n := range 3 {
			if len(r.Earlier) == 200 { // as many as a request keeps
				break
			}
			p := approvals.Past{Device: t.Device.ID, Owner: t.Device.Owner.ID, At: noon.Add(-time.Duration(i+n) * time.Hour), Request: 3, By: actor("rita"), Reason: fill}
			if n == i%3 {
				p.Request, p.By, p.Reason = 0, approvals.Actor{Name: fill}, ""
			}
			r.Earlier = append(r.Earlier, p)
		}
		left := approvals.LeftOut{
			Device: approvals.Device{ID: fmt.Sprint(i), Name: fmt.Sprintf("o%03d %s", i, cut(600)), Owner: approvals.Owner{Name: cut(600)}},
			Reason: fill,
		}
		if i%2 == 0 {
			left = approvals.LeftOut{Selector: approvals.Selector{Kind: approvals.ByName, Value: fmt.Sprintf("o%03d %s", i, cut(600))}, Reason: fill}
		}
		r.LeftOut = append(r.LeftOut, left)
		r.Narrowed = append(r.Narrowed, approvals.Narrowing{
			Selector: approvals.Selector{Kind: approvals.ByFilter, Value: fmt.Sprintf("f%03d %s", i, cut(600))}, Dropped: i,
		})
	}
	return r
}

// lives are the states and results that a request goes through.
func lives(fill string) []approvals.Request {
	return []approvals.Request{
		worst(approvals.Pending, approvals.Waiting, fill), worst(approvals.Running, approvals.Sending, fill),
		worst(approvals.Done, approvals.FailedOnDevice, fill), worst(approvals.Done, approvals.Unknown, fill),
		worst(approvals.Expired, approvals.Waiting, fill),
	}
}

var numbered = regexp.MustCompile(`\b[nof]\d{3}\b`)

// The largest request stays within Slack's limits, loses nothing silently,
// and what people typed in it does nothing.
func TestWorstCase(t *testing.T) {
	filled(t, func(t *testing.T, v view.Renderer, fill string) {
		var first []string
		for _, r := range lives(fill) {
			card := v.Card(r, noon)
			check(t, card)
			onCard := numbered.FindAllString(blockText(t, card), -1)
			slices.Sort(onCard)
			if first == nil {
				first = onCard
			}
			if diff := cmp.Diff(first, onCard); diff != "" {
				t.Errorf("%s: the card lists other devices than when it was posted (-then +now):\n%s", r.State, diff)
			}
			for _, m := range whispers(v, r, fill, card) {
				check(t, m)
			}
		}
		r := worst(approvals.Done, approvals.Failed, fill)
		listed := thread(t, v, r, events(r, approvals.BecameReady))
		for i := range most {
			for _, kind := range []string{"n", "o", "f"} {
				if s := fmt.Sprintf("%s%03d", kind, i); !strings.Contains(listed, s) {
					t.Errorf("%s is not listed in the thread", s)
				}
			}
		}
		told := thread(t, v, r, failures(r, fill))
		for i := range most {
			if s := fmt.Sprintf("n%03d", i); strings.Count(told, s) != 2 {
				t.Errorf("%s stands %d times in the thread; want its result and its line of the summary", s, strings.Count(told, s))
			}
		}
	})
}

// whispers are the messages to single people about a request.
func whispers(v view.Renderer, r approvals.Request, fill string, card view.Message) []view.Message {
	able := slices.Repeat([]approvals.Person{{ID: "U0ANNA", Name: fill}}, 20)
	return []view.Message{
		v.Show(r), v.Rejected(r), v.List(slices.Repeat([]approvals.Request{r}, 25), "U0ANNA"), v.About(r, card),
		v.BreakGlassNotice(r), v.Review(r), v.ReviewReminder(r), v.Anchor(approvals.Event{Text: fill, Data: map[string]string{"through": fill}}),
		v.Outside(slices.Repeat([]approvals.Event{{Device: r.Targets[0].Device.ID, Data: map[string]string{
			"device_name": fill, "owner": fill, "by": fill, "at": noon.Format(time.RFC3339),
		}}}, 30))[2],
		v.Delayed(r, fill), v.Unpostable(r, fill), v.Stored(r, []string{fill}),
		v.Error(&approvals.Error{Text: "I do not know " + fill, Hint: "Type " + fill + "`a`" + fill, Channels: slices.Repeat([]string{"C0HELP"}, 300)}),
		v.Trial(approvals.Trial{Targets: r.Targets, LeftOut: r.LeftOut, Narrowed: r.Narrowed, Quorum: 2, Able: able, Rule: fill, Groups: 2, Earlier: r.Earlier}, noon),
	}
}

// thread is the text of all posts that events bring.
func thread(t *testing.T, v view.Renderer, r approvals.Request, events []approvals.Event) string {
	t.Helper()
	var all strings.Builder
	for _, p := range v.Thread(r, events) {
		check(t, p.Message)
		all.WriteString(p.Text + "\n")
	}
	return all.String()
}

// failures are the events of a run in which every device fails, and its end.
func failures(r approvals.Request, fill string) []approvals.Event {
	all := events(r, approvals.ResetFailed, approvals.RunEnded)
	for i := range all {
		all[i].Text = fill
	}
	return all
}

// Which device is in which part of a listing stays the same while its
// request goes on, so that parts that are out need not be told again.
func TestThread_partsStay(t *testing.T) {
	filled(t, func(t *testing.T, v view.Renderer, fill string) {
		for _, kind := range []approvals.EventKind{approvals.BecameReady, approvals.RunEnded} {
			first := worst(approvals.Done, approvals.Unknown, fill)
			if kind == approvals.BecameReady {
				first = worst(approvals.Pending, approvals.Waiting, fill)
			}
			want := parts(t, v, first, kind)
			if len(want) < 2 {
				t.Fatalf("%s: %d parts; want several", kind, len(want))
			}
			for _, phase := range []approvals.Phase{approvals.Accepted, approvals.FailedOnDevice} {
				later := worst(approvals.Done, phase, fill)
				for i := range later.Targets {
					later.Targets[i].Device.LastCheckIn = noon.Add(time.Hour)
					if i%3 == 0 {
						later.Targets[i] = first.Targets[i]
					}
				}
				if diff := cmp.Diff(want, parts(t, v, later, kind)); diff != "" {
					t.Errorf("%s, later %s (-first +later):\n%s", kind, phase, diff)
				}
			}
		}
	})
}

// parts returns the devices of each part of a listing.
func parts(t *testing.T, v view.Renderer, r approvals.Request, kind approvals.EventKind) [][]string {
	t.Helper()
	var out [][]string
	posts := v.Thread(r, events(r, kind))
	for i, p := range posts {
		if p.Part != i || p.Last != (i == len(posts)-1) || p.Through != 1 {
			t.Errorf("part %d of %d is %d, last %v, through %d", i, len(posts), p.Part, p.Last, p.Through)
		}
		out = append(out, numbered.FindAllString(p.Text, -1))
	}
	return out
}

// A listing is in posts of its own: its parts do not depend on what else has
// gathered.
func TestThread_listingsStandAlone(t *testing.T) {
	t.Parallel()
	r := worst(approvals.Done, approvals.Accepted, "x")
	all := events(r, approvals.GotApproval, approvals.ResetAccepted, approvals.RunEnded, approvals.ResetConfirmed)
	end := all[most+1].Seq
	var got []view.Message
	for _, p := range renderer.Thread(r, all) {
		if p.Through == end {
			got = append(got, p.Message)
		} else if !p.Last || p.Part != 0 {
			t.Errorf("a post of results is part %d", p.Part)
		}
	}
	want := messages(renderer.Thread(r, events(r, approvals.RunEnded)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the summary (-alone +among others):\n%s", diff)
	}
}

// A reason that the card cuts is whole in the thread.
func TestThread_wholeReason(t *testing.T) {
	t.Parallel()
	r := request(approvals.Pending)
	var words []string
	for i := range 400 {
		words = append(words, fmt.Sprintf("w%03d&*", i))
	}
	r.Reason = strings.Join(words, " ") + strings.Repeat("*\u202e", 300) + "end"
	card := renderer.Card(r, noon)
	check(t, card)
	if !strings.Contains(card.Text, "… (the thread has all of it)") {
		t.Errorf("the card does not say that its reason is cut:\n%s", card.Text)
	}
	got := strings.ReplaceAll(thread(t, renderer, r, events(r, approvals.BecameReady)), joiner, "")
	for _, w := range append(words, "end") {
		if !strings.Contains(got, strings.ReplaceAll(w, "&", "&amp;")) {
			t.Errorf("%s is lost", w)
		}
	}
	if n := strings.Count(got, "⟨U+202E⟩"); n != 300 {
		t.Errorf("%d of 300 hidden characters are shown", n)
	}
}

// The approvers' group is mentioned once on the card, by its first post and
// by every edit alike, and the text does not mention it again.
func TestCard_mentionsTheGroupOnce(t *testing.T) {
	t.Parallel()
	r := request(approvals.Pending)
	for _, decisions := range [][]approvals.Decision{nil, r.Decisions} {
		r.Decisions = decisions
		m := renderer.Card(r, noon)
		if n := strings.Count(blockText(t, m), "<!subteam^S0ONCALL>"); n != 1 {
			t.Errorf("the blocks mention the group %d times", n)
		}
		if n := strings.Count(m.Text, "<!subteam^S0ONCALL>"); n != 1 {
			t.Errorf("the text mentions the group %d times: %s", n, m.Text)
		}
	}
}

// A card has buttons to decide while it waits, one for its details while it
// runs, and none once it has ended.
func TestCard_buttons(t *testing.T) {
	t.Parallel()
	for s, want := range map[approvals.State]string{
		approvals.Pending: "approve deny details cancel", approvals.Approved: "details", approvals.Running: "details",
		approvals.Done: "", approvals.Denied: "", approvals.Cancelled: "", approvals.Expired: "",
	} {
		blocks := renderer.Card(request(s), noon).Blocks
		var got []string
		if actions, ok := blocks[len(blocks)-1].(*slack.ActionBlock); ok {
			for _, e := range actions.Elements.ElementSet {
				got = append(got, e.(*slack.ButtonBlockElement).ActionID)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: the buttons are %q, want %q", s, got, want)
		}
	}
}

// What the card says, or only the log, brings no line in the thread.
func TestThread_silent(t *testing.T) {
	t.Parallel()
	r := request(approvals.Running)
	for _, kind := range []approvals.EventKind{
		approvals.Asked, approvals.CheckDelayed, approvals.ReachedQuorum, approvals.RunStarted, approvals.ResetIntended,
		approvals.ResetDoubted, approvals.ResetUnsent, approvals.CardPosted, approvals.CardLost, approvals.LogCut, approvals.WasRefused,
	} {
		if got := posts(r, kind); len(got) > 0 {
			t.Errorf("%s says %q", kind, got[0].Text)
		}
	}
}
