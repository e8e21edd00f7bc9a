package bot

import (
	"strconv"

	"passcodebot/approvals"
)

// The ways in which a message can be told, as MessagePosted events name them.
const (
	asThread  = "thread"  // a reply in the thread of a card
	asDirect  = "direct"  // a direct message
	asWhisper = "whisper" // seen by one person in a channel, and not kept by Slack
	asNotice  = "notice"  // in a channel of its own
)

// outlet is where a message is out.
type outlet struct {
	channel string
	ts      string // empty where Slack does not tell
	thread  string
}

// posted is the event of a message that tells of events through one, to one
// person where that is not empty.
func (p *publisher) posted(as string, at outlet, to string, through approvals.Seq) approvals.Event {
	data := map[string]string{"as": as, "channel": at.channel}
	for key, value := range map[string]string{"ts": at.ts, "thread_ts": at.thread, "to": to} {
		if value != "" {
			data[key] = value
		}
	}
	if through > 0 {
		data["through"] = strconv.FormatUint(uint64(through), 10)
	}
	return p.event(approvals.MessagePosted, "", data)
}
