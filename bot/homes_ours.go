package bot

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// maxOurs is how many views back a click may come from: it can cross with
	// the next view.
	maxOurs = 8
	// maxHomes bounds of how many people it is known which views are ours.
	maxHomes = 10_000
)

// ours knows the last views that this process has published in App Homes, by
// the hashes that Slack gives them, so that a click on what another has
// published, who has the bot's token, can be told from one on ours. What an
// earlier process published it does not know: of who has not been shown
// anything since the start, nothing is known.
type ours struct {
	mu     sync.Mutex
	people map[string]*home
}

// home is what is known of one person's App Home.
type home struct {
	hashes []string
	last   time.Time     // when the last of them was published
	under  chan struct{} // closed when the view that is being published is known; nil while none is
}

// begins takes that a view is being published for somebody; its end takes the
// hash that Slack has given it, or none. Slack shows the view before that.
func (o *ours) begins(who string) (ends func(hash string)) {
	under := make(chan struct{})
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.people[who]
	if p == nil {
		o.makeRoom()
		p = &home{}
		o.people[who] = p
	}
	p.under = under
	return func(hash string) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if hash != "" {
			p.last = time.Now()
			p.hashes = append(p.hashes[max(0, len(p.hashes)-maxOurs+1):len(p.hashes):len(p.hashes)], hash)
		}
		p.under = nil
		close(under)
	}
}

// makeRoom forgets who was shown nothing for the longest time.
func (o *ours) makeRoom() {
	if o.people == nil {
		o.people = map[string]*home{}
	}
	for len(o.people) >= maxHomes {
		oldest := ""
		for who, p := range o.people {
			if oldest == "" || p.last.Before(o.people[oldest].last) {
				oldest = who
			}
		}
		delete(o.people, oldest)
	}
}

// have says whether a click on somebody's view with a hash counts. It does
// where the view was published here, and where nothing is known of what they
// saw: then the rules decide alone, as they do after it anyway. A view that is
// just being published is waited for.
func (o *ours) have(ctx context.Context, who, hash string) bool {
	late := time.NewTimer(placeTime)
	defer late.Stop()
	for {
		known, under := o.knows(who, hash)
		if known || under == nil {
			return known
		}
		select {
		case <-under:
		case <-late.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// knows says whether a click counts as far as is known now; under is what may
// tell more.
func (o *ours) knows(who, hash string) (known bool, under <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.people[who]
	if p == nil || len(p.hashes) == 0 && p.under == nil {
		return true, nil
	}
	return hash != "" && slices.Contains(p.hashes, hash), p.under
}
