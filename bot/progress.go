package bot

import (
	"context"
	"sync"
	"time"
)

const (
	// stuckActs is how many acts without an answer mean that something below
	// them hangs, and not one of them alone.
	stuckActs = 16
	// stuckTime is after how long they do: each has ended by its deadline
	// and has been acknowledged before, where nothing hangs.
	stuckTime = actTime + ackTime + 500*time.Millisecond
	// stuckPause is how long people are sent away at the most, before it is
	// tried whether things go again.
	stuckPause = time.Minute
)

// progress notices that nothing that is begun is answered any more.
type progress struct {
	mu       sync.Mutex
	begun    int           // since the last answer
	first    time.Time     // when the first of these was
	answered chan struct{} // closed at the next answer
}

func newProgress() *progress { return &progress{answered: make(chan struct{})} }

// begin says that an act is begun, and whether nothing goes on any more: it
// should not be, then.
func (p *progress) begin(now time.Time) (stuck bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begun >= stuckActs && now.Sub(p.first) > stuckTime {
		return true
	}
	if p.begun == 0 {
		p.first = now
	}
	p.begun++
	return false
}

// answer says that an act was answered, in whatever way.
func (p *progress) answer() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun = 0
	close(p.answered)
	p.answered = make(chan struct{})
}

// wait waits for an answer, and after stuckPause for no longer. The error is
// that of ctx.
func (p *progress) wait(ctx context.Context) error {
	p.mu.Lock()
	answered, begun := p.answered, p.begun
	p.mu.Unlock()
	if begun == 0 {
		return nil
	}
	timer := time.NewTimer(stuckPause)
	defer timer.Stop()
	select {
	case <-answered:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		p.mu.Lock()
		defer p.mu.Unlock()
		p.begun = 0
		return nil
	}
}
