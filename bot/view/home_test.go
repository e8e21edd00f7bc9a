package view_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

func as(r approvals.Request, id approvals.ID) approvals.Request {
	r.ID = id
	return r
}

// health is a passcodebot that is well.
func health() *view.Health {
	return &view.Health{
		Version: "v1.2.3", Store: "bolt:/var/lib/passcodebot/passcodebot.db",
		ConnectedSince: noon.Add(-3 * time.Hour), Sockets: 1,
		Calls: 12, MaxCalls: 2000, Writes: 3, MaxWrites: 200, Window: 20 * time.Second,
		Expires: 12, ExpiresAt: noon.Add(30 * time.Minute),
		Verified: view.Verified{At: noon.Add(-time.Hour), Through: 1234},
	}
}

// homes are the App Homes of these tests by their names.
func homes() map[string]view.Home {
	waiting := by(request(approvals.Pending), "ben")
	unusual := by(of(as(repeated(), 14), "Scanner", "depot@contoso.com", 12), "ben")
	unusual.Unusual = slices.DeleteFunc(everyUnusual(), func(u approvals.Unusual) bool { return u == approvals.UnusualNewRequester })
	for i := range unusual.Targets {
		if t := &unusual.Targets[i]; t.Scope == approvals.WorkProfileScope {
			t.Device.Ownership = "personal"
		}
	}
	mine := by(of(as(request(approvals.Pending), 15), "Bob's phone", "bob@contoso.com", 2), "ben")
	mine.Requester = actor("anna")
	checking := approvals.Request{ID: 16, State: approvals.Checking, Requester: actor("anna"), Reason: "lost", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	own := by(of(as(request(approvals.Running), 17), "Carol's phone", "carol@contoso.com", 1), "ben", "otto")
	own.Requester = actor("anna")
	others := of(as(request(approvals.Running), 18), "Dave's phone", "dave@contoso.com", 2)
	links := map[approvals.ID]string{}
	for id := range approvals.ID(30) {
		links[id] = fmt.Sprintf("https://contoso.slack.com/archives/C0HELP/p%d", id)
	}
	desk := approvals.Desk{
		Waiting: []approvals.Request{waiting, unusual},
		Asked:   []approvals.Request{mine, checking, own},
		Running: []approvals.Request{own, others},
		Recent:  []approvals.Request{as(done(approvals.Confirmed, approvals.Failed), 13), as(request(approvals.Denied), 11), as(request(approvals.Expired), 10)},
		More:    true, MayAsk: true, MayDecide: true, MaySee: true,
	}
	for i := range desk.Recent[1:] {
		desk.Recent[i+1].EndedAt = noon.Add(-time.Duration(i+1) * 20 * time.Hour)
	}
	admin := desk
	admin.Admin, admin.Asked, admin.Running, admin.Recent, admin.More = true, nil, nil, nil, false
	admin.Waiting = desk.Waiting[:1]
	unwell := &view.Health{
		Version: "unknown", Behind: 2, Since: noon.Add(-time.Hour), Verified: view.Verified{At: noon, Through: 12, Problems: 1},
	}
	shared := health()
	shared.Sockets, shared.Behind, shared.Since, shared.Expires, shared.Verified = 2, 1, noon, 0, view.Verified{}
	idle := approvals.Desk{MayAsk: true, MayDecide: true, MaySee: true}
	shouted := desk.Recent[0]
	shouted.Reason = "forgot the PIN <!channel>"
	found := approvals.Desk{Recent: []approvals.Request{shouted}, MayDecide: true, MaySee: true}
	all := map[string]view.Home{
		"desk":    {Me: "U0ANNA", Desk: desk, Links: links},
		"admin":   {Me: "U0ANNA", Desk: admin, Links: links, Health: health(), Preferences: approvals.Preferences{NoRequests: true}},
		"unwell":  {Me: "U0ANNA", Desk: approvals.Desk{Admin: true}, Health: unwell},
		"shared":  {Me: "U0ANNA", Desk: approvals.Desk{Admin: true}, Health: shared},
		"idle":    {Me: "U0ANNA", Desk: idle, Preferences: approvals.Preferences{NoRequests: true, NoNamed: true}},
		"found":   {Me: "U0ANNA", Desk: found, Search: "phone <!channel>", Fields: 2, Links: links},
		"missed":  {Me: "U0ANNA", Desk: approvals.Desk{MayAsk: true}, Search: "*nothing*"},
		"nobody":  {Me: "U0NORA"},
		"loading": {Me: "U0NORA", Loading: true},
		"problem": {Me: "U0NORA", Problem: &approvals.Error{
			Kind: approvals.Unavailable, Text: "Slack did not tell who may do this, so nothing was changed.", Hint: "Try again in a moment.",
		}},
	}
	for name, h := range all {
		if !h.Loading {
			h.At = noon.Add(6 * time.Minute)
			all[name] = h
		}
	}
	return all
}

// everyUnusual is all that can be unusual.
func everyUnusual() []approvals.Unusual {
	return []approvals.Unusual{
		approvals.UnusualRepeated, approvals.UnusualMany, approvals.UnusualOffline, approvals.UnusualPersonal,
		approvals.UnusualNewRequester, approvals.UnusualOutsideHours,
	}
}

// of gives a request some devices of a person, whose first are those that it
// has.
func of(r approvals.Request, name, owner string, devices int) approvals.Request {
	var targets []approvals.Target
	for i := range devices {
		t := target(i+1, fmt.Sprintf("%s %d", name, i+1), approvals.Waiting)
		if devices == 1 {
			t.Device.Name = name
		}
		t.Device.Owner = approvals.Owner{ID: r.Targets[0].Device.Owner.ID, UPN: owner}
		targets = append(targets, t)
	}
	r.Targets = targets
	return r
}

// by has some people approve a request, and nobody else.
func by(r approvals.Request, people ...string) approvals.Request {
	r.Decisions = nil
	for _, who := range people {
		r.Decisions = append(r.Decisions, approvals.Decision{Actor: actor(who), Approved: true, At: noon})
	}
	return r
}

func TestHome_golden(t *testing.T) {
	t.Parallel()
	for name, h := range homes() {
		for _, l := range words.Languages() {
			t.Run(name+"."+string(l), func(t *testing.T) {
				t.Parallel()
				blocks := renderer.In(l).Home(h)
				checkHome(t, blocks)
				golden(t, "home-"+name+"."+string(l), blocks)
			})
		}
	}
}

// With the most that there can be, it is within Slack's limits and does
// nothing but what we put into it, and says what it leaves out.
func TestHome_worst(t *testing.T) {
	t.Parallel()
	for name, fill := range fillings() {
		for _, l := range words.Languages() {
			if l != words.English && name != "nasty" && name != "quotations" {
				continue
			}
			t.Run(name+"."+string(l), func(t *testing.T) {
				t.Parallel()
				desk := approvals.Desk{Admin: true, MayAsk: true, MayDecide: true, MaySee: true, More: true}
				pending, running, ended := worst(approvals.Pending, approvals.Waiting, fill), worst(approvals.Running, approvals.Sending, fill), worst(approvals.Done, approvals.Unknown, fill)
				pending.Unusual = everyUnusual()
				mine := pending
				mine.Requester = actor("anna")
				for i := range approvals.ID(40) {
					desk.Waiting = append(desk.Waiting, as(pending, 1000+i))
					desk.Asked = append(desk.Asked, as(mine, 2000+i))
					desk.Running = append(desk.Running, as(running, 3000+i))
				}
				for i := range approvals.ID(approvals.MaxRecent) {
					desk.Recent = append(desk.Recent, as(ended, 4000+i))
				}
				search := strings.ToValidUTF8(fill[:min(view.MaxSearch, len(fill))], "")
				blocks := renderer.In(l).Home(view.Home{Me: "U0ANNA", At: noon, Desk: desk, Search: search, Health: health()})
				checkHome(t, blocks)
				if l != words.English {
					return
				}
				if text := blockText(t, view.Message{Blocks: blocks}); strings.Count(text, " more are not shown here; `/reset-passcode list`") != 3 {
					t.Errorf("it does not say what is left out:\n%s", text)
				}
			})
		}
	}
}

// The buttons act on the request at which they stand, and there are no others.
func TestHome_buttons(t *testing.T) {
	t.Parallel()
	var got []string
	for _, b := range renderer.Home(homes()["desk"]) {
		actions, ok := b.(*slack.ActionBlock)
		if !ok {
			continue
		}
		for _, e := range actions.Elements.ElementSet {
			if b, ok := e.(*slack.ButtonBlockElement); ok {
				got = append(got, b.ActionID+" "+b.Value)
			}
		}
	}
	want := []string{
		"form_open home", "home_refresh home",
		"approve 12", "deny 12", "details 12", "approve 14", "deny 14", "details 14",
		"cancel 15", "details 15", "cancel 16", "details 16", "details 17",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("buttons (-want +got):\n%s", diff)
	}
}

// Between a request's buttons and the next request there is a line, or they
// would seem to be of that one.
func TestHome_apart(t *testing.T) {
	t.Parallel()
	blocks, n := renderer.Home(homes()["desk"]), 0
	for i, b := range blocks {
		if !strings.HasPrefix(b.ID(), "home_R-") {
			continue
		}
		if n++; blocks[i+1].BlockType() != slack.MBTDivider {
			t.Errorf("below %s there is a %s", b.ID(), blocks[i+1].BlockType())
		}
	}
	if n != 5 {
		t.Errorf("%d requests have buttons; want 5", n)
	}
}

// Whatever it says but that it is being looked up, it says of when that is, in
// a block of its own.
func TestHome_time(t *testing.T) {
	t.Parallel()
	for name, h := range homes() {
		n := 0
		for _, b := range renderer.Home(h) {
			if b.ID() == view.BlockHomeTime {
				n++
				if text := blockText(t, view.Message{Blocks: []slack.Block{b}}); !strings.Contains(text, "As of <!date^1772453160^") {
					t.Errorf("%s says %q", name, text)
				}
			}
		}
		if want := !h.Loading; want != (n == 1) {
			t.Errorf("%s has %d blocks with the time", name, n)
		}
	}
}

// What others asked for and did not concern this person is not there, and
// neither is the health, but for admins.
func TestHome_health(t *testing.T) {
	t.Parallel()
	h := homes()["admin"]
	h.Desk.Admin = false
	if text := blockText(t, view.Message{Blocks: renderer.Home(h)}); strings.Contains(text, "Health") {
		t.Errorf("somebody who is no admin sees:\n%s", text)
	}
}

// cards are links to cards, which App Home has beside what messages have, and
// dates in any language.
var cards = regexp.MustCompile(`<https://contoso\.slack\.com/archives/C0HELP/p\d+\|[^<>]+>|<!date\^\d+\^[^|<>]+\|[^|<>]+ UTC>`)

// checkHome holds a view against Slack's limits, read from its JSON, and sees
// that it does nothing but what we put into it.
// Slack: 100 blocks and 250 KB a view; a block_id is there once; an input's
// label 2000, placeholder 150; an option's text and description 75, value 150;
// 10 checkboxes; accessibility_label 75.
func checkHome(t *testing.T, blocks []slack.Block) {
	t.Helper()
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	if len(blocks) > 100 || len(raw) > 250_000 {
		t.Errorf("%d blocks of %d bytes", len(blocks), len(raw))
	}
	short := func(what string, o *slack.TextBlockObject, most int) {
		t.Helper()
		if n := utf8.RuneCountInString(o.Text); n == 0 || n > most {
			t.Errorf("%s of %d characters; want 1 to %d: %q", what, n, most, o.Text)
		}
	}
	var ids []string
	for _, b := range blocks {
		if id := b.ID(); id != "" {
			if slices.Contains(ids, id) {
				t.Errorf("block_id %s is there twice", id)
			}
			ids = append(ids, id)
		}
		switch b := b.(type) {
		case *slack.InputBlock:
			field := b.Element.(*slack.PlainTextInputBlockElement)
			short("a label", b.Label, 2000)
			short("a placeholder", field.Placeholder, 150)
			if utf8.RuneCountInString(field.InitialValue) > field.MaxLength {
				t.Errorf("a field holds %d characters; it takes %d", utf8.RuneCountInString(field.InitialValue), field.MaxLength)
			}
		case *slack.ActionBlock:
			if boxes, ok := b.Elements.ElementSet[0].(*slack.CheckboxGroupsBlockElement); ok {
				for _, o := range boxes.Options {
					short("an option", o.Text, 75)
					short("a description", o.Description, 75)
				}
				continue
			}
			for _, e := range b.Elements.ElementSet {
				if n := utf8.RuneCountInString(e.(*slack.ButtonBlockElement).AccessibilityLabel); n > 75 {
					t.Errorf("an accessibility_label of %d characters", n)
				}
			}
			withinLimits(t, view.Message{Text: "-", Blocks: []slack.Block{b}})
		default:
			withinLimits(t, view.Message{Text: "-", Blocks: []slack.Block{b}})
		}
	}
	// What is typed into a field is shown as it is.
	text := cards.ReplaceAllString(blockText(t, view.Message{Blocks: blocks}), "")
	inert(t, view.Message{Text: text})
}
