package approvals

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// lookLimit is how many devices a Look brings where it does not say, and
	// mostLooked how many at the most.
	lookLimit, mostLooked = 20, 50
	// MinSearch is how many characters a search has at least: fewer would
	// list everything there is.
	MinSearch = 3
	// maxSearch is how many characters of a search are looked for.
	maxSearch = 200
)

// Look is what somebody looks for in the form: the devices of a person, or a
// search. Without either it brings only who may be asked, and for what.
type Look struct {
	Actor   Actor
	Channel string // where it would be asked; empty where that is not chosen yet
	Person  string // the Slack id of the person whose devices are meant; empty for none
	Search  string // a serial, a name, an id or a mail address; empty for none
	Limit   int    // zero means twenty
}

// Candidate is a device that could be asked for.
type Candidate struct {
	Device      Device
	Eligibility Eligibility
	Open        ID     // an open request that has it; zero for none
	Earlier     []Past // its earlier resets, the latest first
}

// Looked is what the form shows.
type Looked struct {
	Candidates []Candidate
	More       bool     // there are more than the limit
	Terms      Terms    // what a request for them would have to meet
	Rule       string   // the name of the rule that would hold; empty where none does
	Able       []Person // who could approve now, up to a bound
	Asks       Audience // who would be asked

	BreakGlass  bool     // the actor may go ahead with fewer approvals in the channel
	CardChannel string   // where the card would go; empty where that is not known yet
	Channels    []string // where people may ask; empty means anywhere
	MaxDevices  int      // devices per request
}

// Look returns the devices that the form shows, those that can be asked for
// first. Nothing is told to who may not ask there. That somebody was turned
// down is an event, but for a search, of which there is one for each key.
func (s *Service) Look(ctx context.Context, l Look) (Looked, error) {
	ask := Ask{Actor: l.Actor, Channel: l.Channel}
	l.Search = strings.TrimSpace(Excerpt(l.Search, maxSearch))
	g := s.examiner(s.rights)
	if err := g.mayLook(ctx, ask); err != nil {
		if l.Search != "" {
			s.Logger.Info("act refused", "actor", l.Actor.ID, "act", "search", "code", AsError(err).Code)
			return Looked{}, AsError(err)
		}
		return Looked{}, s.turnedDown(ctx, ask, err)
	}
	limit := l.Limit
	if limit < 1 {
		limit = lookLimit
	}
	// Finding is bounded by what is shown, and not by what can be asked for.
	g.policy.MaxDevices = min(limit, mostLooked)
	var found []Device
	var more bool
	var err error
	switch {
	case l.Search != "":
		if found, more, err = s.search(ctx, g, l); err != nil {
			return Looked{}, AsError(err)
		}
		// Of the text nothing is kept: people type all kinds of things.
		s.Logger.Info("devices searched", "actor", l.Actor.ID, "channel", l.Channel, "devices", len(found), "more", more)
	case l.Person != "":
		var f Found
		f, err = g.resolve(ctx, Selector{Kind: ByPerson, Value: l.Person})
		found, more = f.Devices, f.More
		s.Logger.Info("devices looked up", "actor", l.Actor.ID, "person", l.Person, "devices", len(found), "error", err)
	}
	if err != nil {
		return Looked{}, AsError(err)
	}
	out := Looked{More: more}
	if out.Candidates, err = s.candidates(ctx, l.Actor, found, l.Person != ""); err != nil {
		return Looked{}, err
	}
	if first := strings.ToLower(l.Search); first != "" {
		out.rank(first)
		return out, nil
	}
	out.rank("")
	return out, s.described(ctx, ask, finding{}, &out)
}

// mayLook is mayAsk, where the channel need not be chosen yet.
func (g rights) mayLook(ctx context.Context, ask Ask) error {
	if ask.Channel == "" {
		g.policy.Channels = nil
	}
	_, err := g.mayAsk(ctx, ask.Actor, ask.Channel)
	return err
}

// turnedDown returns why somebody was shown nothing. Where that is for good,
// the log knows.
func (s *Service) turnedDown(ctx context.Context, ask Ask, err error) error {
	if AsError(err).Kind != Forbidden {
		return AsError(err)
	}
	return s.refused(ctx, 0, ask.Actor, "form", err)
}

// search finds devices by a text, which is no search as long as it is short.
func (s *Service) search(ctx context.Context, g examiner, l Look) ([]Device, bool, error) {
	if utf8.RuneCountInString(l.Search) < MinSearch {
		return nil, false, nil
	}
	if err := s.searches.add(l.Actor.ID, s.now()); err != nil {
		return nil, false, err
	}
	return g.search(ctx, l.Search)
}

// search finds devices in each way that a text can mean, all at the same
// time. What one way can't find, another may: an error counts where nothing
// was found.
func (g examiner) search(ctx context.Context, text string) ([]Device, bool, error) {
	var ways []Selector
	if id, ok := ParseGUID(text); ok {
		ways = []Selector{{ByID, id}}
	} else {
		ways = []Selector{
			{BySerial, text},
			// OData: a quotation mark inside is doubled.
			{ByFilter, "contains(deviceName,'" + strings.ReplaceAll(text, "'", "''") + "')"},
		}
		if strings.Contains(strings.Trim(text, "@"), "@") {
			ways = append(ways, Selector{ByUser, text})
		}
	}
	answers := make([]Found, len(ways))
	errs := make([]error, len(ways))
	var asking sync.WaitGroup
	for i, sel := range ways {
		asking.Go(func() {
			errs[i] = caught(func() (err error) {
				answers[i], err = g.resolve(ctx, sel)
				return err
			})
		})
	}
	asking.Wait()
	var all []Device
	var failed error
	more := false
	for i, found := range answers {
		switch KindOf(errs[i]) {
		case "", NotFound, Invalid:
		default:
			failed, more = errs[i], true
		}
		more = more || found.More
		for _, d := range found.Devices {
			if !slices.ContainsFunc(all, func(had Device) bool { return had.ID == d.ID }) {
				all = append(all, d)
			}
		}
	}
	if len(all) > 0 {
		failed = nil
	}
	if limit := g.policy.MaxDevices; len(all) > limit {
		all, more = all[:limit], true
	}
	return all, more, failed
}

// candidates says of devices what is known of them here, with their history
// where that is wanted.
func (s *Service) candidates(ctx context.Context, actor Actor, devices []Device, history bool) ([]Candidate, error) {
	if len(devices) == 0 {
		return nil, nil
	}
	var past []Past
	open, err := s.Store.Open(ctx)
	if window, _ := s.policy.lookBack(); err == nil && history && window > 0 {
		var targets []Target
		for _, d := range devices {
			targets = append(targets, Target{Device: d})
		}
		past, err = s.examiner(s.rights).archive.earlier(ctx, actor.ID, targets, s.now().Add(-window), nil)
	}
	if err != nil {
		_, err = s.stored(Request{}, err)
		return nil, err
	}
	var out []Candidate
	for _, d := range devices {
		c := Candidate{Device: d, Eligibility: d.Check()}
		named := func(sel Selector) bool { return sel.Kind == ByID && sel.Matches(d) }
		i := slices.IndexFunc(open, func(r Request) bool {
			return r.Target(d.ID) != nil || r.State == Checking && slices.ContainsFunc(r.Selectors, named)
		})
		if i >= 0 {
			c.Open = open[i].ID
		}
		for _, p := range past {
			if p.Device == d.ID {
				c.Earlier = append(c.Earlier, p)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// rank puts first what can be reset, and of that what begins with a text in
// small letters.
func (l *Looked) rank(first string) {
	order := func(c Candidate) int {
		switch {
		case !c.Eligibility.OK():
			return 2
		case first != "" && !strings.HasPrefix(strings.ToLower(c.Device.Name), first) && !strings.HasPrefix(strings.ToLower(c.Device.Serial), first):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(l.Candidates, func(a, b Candidate) int {
		return cmp.Or(order(a)-order(b), strings.Compare(a.Device.Name, b.Device.Name), strings.Compare(a.Device.ID, b.Device.ID))
	})
}
