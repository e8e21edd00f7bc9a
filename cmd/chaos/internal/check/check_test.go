package check_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/chaos/internal/check"
	"passcodebot/graph/fakeintune"
)

// recorded is a real run of a few rounds, as chaos -keep leaves it in its
// folder: logs.json without the messages and blocks that clicks and forms
// carry, and audit.jsonl.
type recorded struct {
	*testing.T
	check.Logs
	audit []check.Event
}

func recording(t *testing.T) *recorded {
	t.Helper()
	r := &recorded{T: t}
	raw, err := os.ReadFile(filepath.Join("testdata", "logs.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &r.Logs); err != nil {
		t.Fatal(err)
	}
	raw, err = os.ReadFile(filepath.Join("testdata", "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for in := bufio.NewScanner(bytes.NewReader(raw)); in.Scan(); {
		var e check.Event
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		r.audit = append(r.audit, e)
	}
	return r
}

func (r *recorded) check() check.Report {
	return check.Check(r.Logs, r.audit, check.Options{Quorum: 2})
}

// event returns the first event of a kind.
func (r *recorded) event(kind string) *check.Event {
	r.Helper()
	i := slices.IndexFunc(r.audit, func(e check.Event) bool { return e.Kind == kind })
	if i < 0 {
		r.Fatalf("the recording has no %s", kind)
	}
	return &r.audit[i]
}

// drop takes events out as if they had never been stored.
func (r *recorded) drop(out func(check.Event) bool) {
	r.Helper()
	n := len(r.audit)
	if r.audit = slices.DeleteFunc(r.audit, out); len(r.audit) == n {
		r.Fatal("nothing was dropped")
	}
	r.number()
}

// repeat stores an event a second time.
func (r *recorded) repeat(e check.Event) {
	i := slices.IndexFunc(r.audit, func(other check.Event) bool { return other.Seq == e.Seq })
	r.audit = slices.Insert(r.audit, i+1, e)
	r.number()
}

func (r *recorded) number() {
	for i := range r.audit {
		r.audit[i].Seq = uint64(i + 1)
	}
}

// dropEnvelope takes what somebody did out of Slack's log.
func (r *recorded) dropEnvelope(part string) {
	r.Helper()
	n := len(r.Envelopes)
	r.Envelopes = slices.DeleteFunc(r.Envelopes, func(e fakeslack.Envelope) bool { return strings.Contains(string(e.Payload), part) })
	if len(r.Envelopes) == n {
		r.Fatalf("no envelope has %q", part)
	}
}

// message returns the first message of a thread, or the first card, that has
// a text.
func (r *recorded) message(inThread bool, part string) *fakeslack.Message {
	r.Helper()
	i := slices.IndexFunc(r.Messages, func(m fakeslack.Message) bool {
		return !m.Ephemeral && (m.ThreadTS != "") == inThread && strings.Contains(m.Text, part)
	})
	if i < 0 {
		r.Fatalf("no message has %q", part)
	}
	return &r.Messages[i]
}

// personal returns the first direct message on a change that has a text.
func (r *recorded) personal(part string) *fakeslack.Message {
	r.Helper()
	i := slices.IndexFunc(r.Messages, func(m fakeslack.Message) bool {
		return strings.Contains(string(m.Metadata), `"passcodebot_personal"`) && strings.Contains(m.Text, part)
	})
	if i < 0 {
		r.Fatalf("no direct message has %q", part)
	}
	return &r.Messages[i]
}

// done returns an accepted reset and its post, of a device that was reset for
// one request alone.
func (r *recorded) done() (check.Event, *fakeintune.Post) {
	r.Helper()
	took := map[string]int{}
	for _, p := range r.Posts {
		took[p.Device]++
	}
	for _, e := range r.audit {
		i := slices.IndexFunc(r.Posts, func(p fakeintune.Post) bool {
			return p.Took && p.RequestID == e.Data["graph_request_id"]
		})
		if e.Kind == "reset.accepted" && i >= 0 && took[e.Device] == 1 {
			return e, &r.Posts[i]
		}
	}
	r.Fatal("the recording has no accepted reset")
	return check.Event{}, nil
}

// A real run of a bot that works passes, and every rule has been applied.
func TestCheck_recording(t *testing.T) {
	t.Parallel()
	report := recording(t).check()
	for _, v := range report.Violations {
		t.Error(v)
	}
	for _, rule := range check.Rules() {
		if report.Checks[rule] == 0 && rule != check.Process {
			t.Errorf("rule %s was never applied", rule)
		}
	}
}

// Each way of breaking a promise is noticed by the rule that it is about.
func TestCheck_planted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		rule  check.Rule
		plant func(*recorded)
	}{
		{"request that was acknowledged and never stored", check.Lost, func(r *recorded) {
			id := r.event("request.rejected").Request
			r.drop(func(e check.Event) bool { return e.Request == id })
		}},
		{"approval that was acknowledged and never stored", check.Lost, func(r *recorded) {
			approval := *r.event("decision.approved")
			r.drop(func(e check.Event) bool { return e.Seq == approval.Seq })
		}},
		{"refusal that was acknowledged and never stored", check.Lost, func(r *recorded) {
			refusal := *r.event("act.refused")
			r.drop(func(e check.Event) bool { return e.Seq == refusal.Seq })
		}},
		{"request that nobody made", check.Invented, func(r *recorded) { r.dropEnvelope("reason: " + r.event("request.asked").Text) }},
		{"request that one command made twice", check.Invented, func(r *recorded) {
			e := *r.event("request.asked")
			r.repeat(e)
			r.audit[e.Seq].Request = "R-4711"
		}},
		{"approval that nobody clicked", check.Invented, func(r *recorded) {
			e := r.event("decision.approved")
			for i := range r.Envelopes {
				r.Envelopes[i].Payload = bytes.ReplaceAll(r.Envelopes[i].Payload, []byte(`"id":"`+e.Actor.ID), []byte(`"id":"U0ELSE`))
			}
		}},
		{"request without an end", check.Ended, func(r *recorded) {
			end := r.event("run.ended").Seq
			r.drop(func(e check.Event) bool { return e.Seq == end })
		}},
		{"request with two ends", check.Ended, func(r *recorded) { r.repeat(*r.event("run.ended")) }},
		{"device that was reset twice at once", check.Twice, func(r *recorded) {
			_, p := r.done()
			again := *p
			again.At, again.RequestID = again.At.Add(time.Millisecond), "another"
			r.Posts = append(r.Posts, again)
		}},
		{"device that was reset again much later", check.Twice, func(r *recorded) {
			_, p := r.done()
			again := *p
			again.At, again.RequestID = again.At.Add(time.Minute), "another"
			r.Posts = append(r.Posts, again)
		}},
		{"device that was reset again without an answer", check.Twice, func(r *recorded) {
			e, p := r.done()
			again := *p
			again.At, again.RequestID, again.Status = again.At.Add(time.Millisecond), "another", 0
			r.Posts = append(r.Posts, again)
			delete(r.audit[e.Seq-1].Data, "graph_request_id")
		}},
		{"reset that nothing explains", check.Unasked, func(r *recorded) {
			r.Posts = append(r.Posts, fakeintune.Post{Device: "d9999999-0000-4000-8000-000000009999", At: time.Now(), Took: true})
		}},
		{"call that nothing explains, though Intune refused it", check.Unasked, func(r *recorded) {
			r.Posts = append(r.Posts, fakeintune.Post{Device: "d9999999-0000-4000-8000-000000009999", At: time.Now(), Status: 400})
		}},
		{"reset before it was intended", check.Unasked, func(r *recorded) {
			_, p := r.done()
			p.At = p.At.Add(-time.Hour)
		}},
		{"reset with one approval of two", check.NoQuorum, func(r *recorded) {
			e, _ := r.done()
			var one uint64
			for _, a := range r.audit {
				if a.Request == e.Request && a.Kind == "decision.approved" {
					one = a.Seq
				}
			}
			r.drop(func(e check.Event) bool { return e.Seq == one })
		}},
		{"reset that its requester approved", check.NoQuorum, func(r *recorded) {
			e, _ := r.done()
			var requester string
			for i, a := range r.audit {
				switch {
				case a.Request != e.Request:
				case a.Kind == "request.asked":
					requester = a.Actor.ID
				case a.Kind == "decision.approved":
					r.audit[i].Actor.ID = requester
				}
			}
		}},
		{"reset of one's own by somebody who approved twice", check.NoQuorum, func(r *recorded) {
			e, _ := r.done()
			var first string
			for i, a := range r.audit {
				if a.Request == e.Request && a.Kind == "decision.approved" {
					if first == "" {
						first = a.Actor.ID
					}
					r.audit[i].Actor.ID = first
				}
			}
		}},
		{"reset of a request that was cancelled", check.NoQuorum, func(r *recorded) {
			e, _ := r.done()
			for i, a := range r.audit {
				if a.Request == e.Request && a.Kind == "request.approved" {
					r.audit[i].Kind = "request.cancelled"
				}
			}
		}},
		{"success that Intune knows nothing of", check.Outcome, func(r *recorded) {
			_, p := r.done()
			p.Took = false
		}},
		{"failure of what Intune took", check.Outcome, func(r *recorded) {
			e, _ := r.done()
			r.audit[e.Seq-1].Kind = "reset.failed"
		}},
		{"device without a result", check.Results, func(r *recorded) {
			one, _ := r.done()
			r.drop(func(e check.Event) bool { return e.Seq == one.Seq })
		}},
		{"device with two results", check.Results, func(r *recorded) {
			e, _ := r.done()
			r.repeat(e)
		}},
		{"device that was not looked at", check.Results, func(r *recorded) {
			one, _ := r.done()
			r.drop(func(e check.Event) bool { return e.Request == one.Request && e.Device == one.Device })
		}},
		{"result that was never told", check.Told, func(r *recorded) { *r.message(true, "accepted by Intune; ") = fakeslack.Message{} }},
		{"result that was told twice", check.Told, func(r *recorded) {
			again := *r.message(true, "accepted by Intune; ")
			r.Messages = append(r.Messages, again)
		}},
		{"summary that was told twice", check.Told, func(r *recorded) {
			again := *r.message(true, "is done: ")
			r.Messages = append(r.Messages, again)
		}},
		{"result in the thread of another card", check.Told, func(r *recorded) {
			m := r.message(true, "accepted by Intune; ")
			for _, other := range r.Messages {
				if strings.HasPrefix(other.Text, "R-") && other.ThreadTS == "" && other.TS != m.ThreadTS {
					m.Channel, m.ThreadTS = other.Channel, other.TS
				}
			}
		}},
		{"result in the thread of no card, too", check.Told, func(r *recorded) {
			again := *r.message(true, "accepted by Intune; ")
			again.ThreadTS = "1.000001"
			r.Messages = append(r.Messages, again)
		}},
		{"result that was made up", check.Told, func(r *recorded) {
			made := *r.message(true, "accepted by Intune; ")
			made.Text, made.Blocks = "• *Phone 99999*: failed: no reason", nil
			r.Messages = append(r.Messages, made)
		}},
		{"result that has not happened", check.Told, func(r *recorded) {
			one, _ := r.done()
			for i, e := range r.audit {
				if e.Request == one.Request && e.Device == one.Device {
					r.audit[i].Device = "d9999999-0000-4000-8000-000000009999"
				}
			}
		}},
		{"denial that was never told", check.Told, func(r *recorded) {
			by := r.event("decision.denied").Actor.ID
			*r.message(true, "Denied by <@"+by) = fakeslack.Message{}
		}},
		{"rejection that was never told", check.Told, func(r *recorded) {
			r.Messages = slices.DeleteFunc(r.Messages, func(m fakeslack.Message) bool { return strings.Contains(m.Text, "was turned down") })
		}},
		{"approval that who asked never heard of", check.Told, func(r *recorded) { *r.personal("Approved by <@") = fakeslack.Message{} }},
		{"end that who asked never heard of", check.Told, func(r *recorded) { *r.personal(" is done: ") = fakeslack.Message{} }},
		{"end that who asked heard of twice", check.Told, func(r *recorded) {
			again := *r.personal(" is done: ")
			again.Metadata = bytes.Replace(again.Metadata, []byte(`"through":"`), []byte(`"through":"9`), 1)
			r.Messages = append(r.Messages, again)
		}},
		{"change that was told to somebody else", check.Told, func(r *recorded) {
			m := r.personal("Approved by <@")
			theirs := m.Channel
			for _, channel := range slices.Sorted(maps.Keys(r.Directs)) {
				if channel != theirs && channel != "" {
					m.Channel = channel
				}
			}
		}},
		{"being asked by name, twice for the same", check.Told, func(r *recorded) {
			again := *r.personal("You are asked by name")
			r.Messages = append(r.Messages, again)
		}},
		{"being asked by name, a second time", check.Told, func(r *recorded) {
			again := *r.personal("You are asked by name")
			again.Metadata = bytes.Replace(again.Metadata, []byte(`"through":"`), []byte(`"through":"9`), 1)
			r.Messages = append(r.Messages, again)
		}},
		{"denial that nobody gave a reason for", check.Invented, func(r *recorded) { r.dropEnvelope(`"type":"view_submission"`) }},
		{"card that is missing", check.Card, func(r *recorded) { r.message(false, "R-").Text = "something else" }},
		{"card that was posted twice", check.Card, func(r *recorded) {
			again := *r.message(false, ": reset ")
			again.TS = "1.000001"
			r.Messages = append(r.Messages, again)
		}},
		{"card in another channel", check.Card, func(r *recorded) { r.message(false, ": reset ").Channel = "C0ELSEWHERE" }},
		{"card that keeps its buttons", check.Card, func(r *recorded) {
			m := r.message(false, ": reset ")
			m.Blocks = json.RawMessage(`[{"type":"actions","elements":[{"type":"button"}]}]`)
		}},
		{"card that does not show the end", check.Card, func(r *recorded) {
			m := r.message(false, ": reset ")
			m.Text = strings.Split(m.Text, ":")[0] + ": reset 3 passcodes – under way"
		}},
		{"event that is missing", check.Chain, func(r *recorded) { r.audit = slices.Delete(r.audit, 3, 4) }},
		{"device that the request did not name", check.LeftAlone, func(r *recorded) {
			e, _ := r.done()
			for _, d := range r.Devices {
				for i := range r.Envelopes {
					if d.ID == e.Device {
						without := bytes.ReplaceAll(r.Envelopes[i].Payload, []byte(d.ID), []byte("another"))
						r.Envelopes[i].Payload = bytes.ReplaceAll(without, []byte(d.SerialNumber), []byte("another"))
					}
				}
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := recording(t)
			tt.plant(r)
			report := r.check()
			if !slices.ContainsFunc(report.Violations, func(v check.Violation) bool { return v.Rule == tt.rule }) {
				t.Errorf("rule %s noticed nothing; all violations: %v", tt.rule, report.Violations)
			}
		})
	}
}

// The recording ends before the devices' last words, which a run that waits
// for them must have.
func TestCheck_lastWords(t *testing.T) {
	t.Parallel()
	r := recording(t)
	report := check.Check(r.Logs, r.audit, check.Options{Quorum: 2, Awaited: true})
	n := 0
	for _, v := range report.Violations {
		if v.Rule != check.Results {
			t.Error(v)
		}
		n++
	}
	if want := report.Results["accepted"]; n != want || check.Awaited(r.Logs) != want {
		t.Errorf("%d devices have no last word, and %d are awaited, of %d", n, check.Awaited(r.Logs), want)
	}
}
