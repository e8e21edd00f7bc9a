package fakeslack

import "time"

// limits counts what came, by the configured clock.
type limits struct {
	postEvery time.Duration
	noTiers   bool
	posted    map[string]time.Time   // the last message of each channel
	called    map[string][]time.Time // the calls of each method in the last minute
}

func newLimits(c Config) limits {
	return limits{
		postEvery: c.PostEvery, noTiers: c.NoTiers,
		posted: map[string]time.Time{}, called: map[string][]time.Time{},
	}
}

// window is what the tiers count in.
const window = time.Minute

// method lets a call of a method pass, at most tier in a minute.
func (l *limits) method(now time.Time, name string, tier int) *refusal {
	if tier == 0 || l.noTiers {
		return nil
	}
	recent := l.called[name]
	for len(recent) > 0 && !now.Before(recent[0].Add(window)) {
		recent = recent[1:]
	}
	l.called[name] = recent
	if len(recent) >= tier {
		return &refusal{code: "ratelimited", retry: recent[0].Add(window).Sub(now)}
	}
	l.called[name] = append(recent, now)
	return nil
}

// post lets a message to a channel pass, one per postEvery. The burst that
// Slack sometimes tolerates is not given: nobody may rely on it.
func (l *limits) post(now time.Time, channel string) *refusal {
	if l.postEvery < 0 {
		return nil
	}
	if last, ok := l.posted[channel]; ok && now.Before(last.Add(l.postEvery)) {
		return &refusal{code: "ratelimited", retry: last.Add(l.postEvery).Sub(now)}
	}
	l.posted[channel] = now
	return nil
}
