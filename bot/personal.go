package bot

import (
	"context"
	"maps"
	"slices"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// personal tells single people by direct message: the requester what becomes
// of their request, and who is asked by name that they are. What has gathered
// for a person is one message. Everybody can switch it off for themselves.
type personal struct {
	*follower
}

func newPersonal(p *publisher) *personal {
	d := &personal{}
	d.follower = &follower{publisher: p, consumer: approvals.Personal, step: d.step, lanes: map[approvals.ID]bool{}}
	return d
}

// personalNote is what the cursor remembers.
type personalNote struct {
	// Told is up to which event each person has been told something.
	Told map[string]approvals.Seq `json:"told,omitempty"`
	// lost is the requester of a lost card. They have an entry of their own
	// from then on: the other one tells the threads, which bring them
	// everything but the question what became of a passcode, how far they know.
	lost string
}

// entry is under which name it is remembered how far somebody was told.
func (n personalNote) entry(who string) string {
	if who == n.lost {
		return "lost"
	}
	return who
}

// told is up to which event somebody has been told something.
func (n personalNote) told(who string) approvals.Seq { return n.Told[n.entry(who)] }

func (d *personal) step(ctx context.Context, l *lane) (more bool, err error) {
	var note personalNote
	s, err := l.read(ctx, &note)
	if err != nil {
		return false, err
	}
	card, err := readCard(ctx, d.Outbox, l.id)
	if err != nil {
		return false, err
	}
	if len(s.events) > 0 && !s.ReadyAt.IsZero() {
		if waits, err := d.awaits(ctx, l.id, &card); waits || err != nil {
			return false, err
		}
	}
	switch {
	case len(s.events) == 0:
		l.unsure.drop(l.id)
		return false, nil
	case s.ReadyAt.IsZero(): // others tell the requester
		return true, l.pass(ctx, s.last(), note)
	}
	if card.Lost {
		note.lost = s.Requester.ID
	}
	if l.unsure.has(l.id) {
		return true, d.recover(ctx, l, s, card, note)
	}
	for _, who := range addressees(s.Request) {
		events := s.events
		for len(events) > 0 && events[0].Seq <= note.told(who) {
			events = events[1:]
		}
		for len(events) > 0 {
			n := inOne(events)
			told, err := d.tell(ctx, l, s, who, card, events[:n])
			switch {
			case err != nil:
				return false, err
			case told != nil:
				return true, l.advance(ctx, s.cursor.Seq, note.after(who, events[n-1].Seq), told...)
			}
			events = events[n:]
		}
	}
	return true, l.pass(ctx, s.last(), note)
}

// says is what events say to somebody.
func (d *personal) says(v view.Renderer, r approvals.Request, events []approvals.Event, who string, card cardNote) view.Message {
	if card.Lost {
		return v.Cardless(r, events, who)
	}
	return v.Personal(r, events, who, d.Space.message(card.Channel, card.TS))
}

// inOne is how many of the events are told in one message: the question what
// became of a passcode has buttons, and is one of its own.
func inOne(events []approvals.Event) int {
	switch i := slices.IndexFunc(events, func(e approvals.Event) bool { return e.Kind == approvals.HandoverAsked }); i {
	case -1:
		return len(events)
	case 0:
		return 1
	default:
		return i
	}
}

// addressees are the people to whom there may be something to say.
func addressees(r approvals.Request) []string {
	all := []string{r.Requester.ID}
	for _, p := range r.Approvers.People {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// after is the note once a person has been told.
func (n personalNote) after(who string, through approvals.Seq) personalNote {
	told := maps.Clone(n.Told)
	if told == nil {
		told = map[string]approvals.Seq{}
	}
	told[n.entry(who)] = through
	return personalNote{told, n.lost}
}

// tell tells one person what events say to them, and returns the event that
// says so; nil where there is nothing to say, or nobody to say it to.
func (d *personal) tell(ctx context.Context, l *lane, s story, who string, card cardNote, events []approvals.Event) ([]approvals.Event, error) {
	if len(events) == 0 || d.says(d.view, s.Request, events, who, card).Text == "" {
		return nil, nil
	}
	wishes, err := d.Acts.Preferences(ctx, who)
	if err != nil {
		return nil, err
	}
	if who == s.Requester.ID && wishes.NoRequests || who != s.Requester.ID && wishes.NoNamed {
		return nil, nil
	}
	m := d.says(speak(ctx, d.Directory, d.view, who), s.Request, events, who, card)
	seen := mark{through: events[len(events)-1].Seq, last: true}
	out, err := l.tellDirectly(ctx, who, m, seen.metadata(personalType, s.Request))
	switch {
	case deaf(err):
		l.log.Warn("person not told: Slack takes no direct message to them", "actor", who, "error", err)
		return nil, nil
	case err != nil:
		return nil, l.told("chat.postMessage", err)
	}
	return []approvals.Event{l.posted(asDirect, out, who, seen.through)}, nil
}

// recover reads from the direct messages themselves what is already out.
func (d *personal) recover(ctx context.Context, l *lane, s story, card cardNote, note personalNote) error {
	var posts []approvals.Event
	for _, who := range addressees(s.Request) {
		if d.says(d.view, s.Request, s.events, who, card).Text == "" {
			continue
		}
		err := l.directs(ctx, who, s.Request, personalType, func(seen mark, at outlet) {
			if seen.through > max(note.told(who), s.cursor.Seq) {
				note = note.after(who, seen.through)
				posts = append(posts, l.posted(asDirect, at, who, seen.through))
			}
		})
		if err != nil && !deaf(err) {
			return l.told("conversations.history", err)
		}
	}
	l.unsure.drop(l.id)
	return l.advance(ctx, s.cursor.Seq, note, posts...)
}
