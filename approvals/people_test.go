package approvals_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"passcodebot/approvals"
)

// people is Slack's directory.
type people struct {
	mu      sync.Mutex
	persons map[string]approvals.Person
	groups  map[string][]string
	silent  error         // what every call returns while set
	gone    error         // what every call about a group returns while set
	takes   time.Duration // how long a call takes
}

var _ approvals.Directory = (*people)(nil)

// with changes the directory while nothing else does.
func (p *people) with(change func(*people)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// edit changes somebody.
func (p *people) edit(id string, change func(*approvals.Person)) {
	p.with(func(p *people) {
		person := p.persons[id]
		change(&person)
		p.persons[id] = person
	})
}

// asTheyAre returns people who stay as they are now.
func (p *people) asTheyAre() *people {
	p.mu.Lock()
	defer p.mu.Unlock()
	return &people{persons: maps.Clone(p.persons), groups: maps.Clone(p.groups)}
}

func (p *people) wait() {
	p.mu.Lock()
	takes := p.takes
	p.mu.Unlock()
	if takes > 0 {
		<-time.After(takes) // of the bubble's time
	}
}

func (p *people) Person(_ context.Context, id string) (approvals.Person, error) {
	p.wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent != nil {
		return approvals.Person{}, p.silent
	}
	person, ok := p.persons[id]
	if !ok {
		return approvals.Person{}, &approvals.Error{Kind: approvals.NotFound, Code: "no-user", Text: "There is nobody " + id + "."}
	}
	return person, nil
}

func (p *people) Members(_ context.Context, group string) ([]string, error) {
	p.wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent != nil {
		return nil, p.silent
	}
	return slices.Clone(p.groups[group]), p.gone
}
