package audit

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"passcodebot/approvals"
)

// ECSVersion is the version of the Elastic Common Schema that is written.
const ECSVersion = "8.17.0"

// elastic writes events as documents of the Elastic Common Schema. What has
// no field there is a label, under the name that it has in data.
type elastic struct{ lines *json.Encoder }

type document struct {
	At      time.Time `json:"@timestamp"`
	ECS     named     `json:"ecs"`
	Message string    `json:"message"`
	Event   struct {
		Kind     string        `json:"kind"`
		Category []string      `json:"category,omitempty"`
		Type     []string      `json:"type,omitempty"`
		Action   string        `json:"action"`
		Outcome  string        `json:"outcome,omitempty"`
		Reason   string        `json:"reason,omitempty"`
		Code     string        `json:"code,omitempty"`
		Sequence approvals.Seq `json:"sequence"`
		Module   string        `json:"module"`
		Dataset  string        `json:"dataset"`
	} `json:"event"`
	Service struct {
		Name    string `json:"name"`
		Type    string `json:"type"`
		Version string `json:"version,omitempty"`
	} `json:"service"`
	User         named               `json:"user,omitzero"`
	Organization named               `json:"organization,omitzero"`
	Device       named               `json:"device,omitzero"`
	Rule         named               `json:"rule,omitzero"`
	Cloud        *cloud              `json:"cloud,omitempty"`
	HTTP         *exchange           `json:"http,omitempty"`
	Related      map[string][]string `json:"related,omitempty"`
	Labels       map[string]string   `json:"labels"`
}

type named struct {
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

type cloud struct {
	Provider string `json:"provider"`
	Account  named  `json:"account"`
}

type exchange struct {
	Request named `json:"request"`
}

func (elastic) Begin() error { return nil }

func (x elastic) Write(e approvals.Event) error {
	f := FactOf(e.Kind)
	d := document{At: e.At, ECS: named{Version: ECSVersion}, Message: message(f, e)}
	d.Event.Kind, d.Event.Category, d.Event.Type = "event", f.Category, f.Type
	d.Event.Action, d.Event.Outcome, d.Event.Reason, d.Event.Code = string(e.Kind), f.Outcome, e.Text, e.Data["code"]
	if e.Kind == approvals.RunEnded {
		d.Event.Outcome = ended(e.Text)
	}
	d.Event.Sequence, d.Event.Module, d.Event.Dataset = e.Seq, "passcodebot", "passcodebot.audit"
	d.Service.Name, d.Service.Type = "passcodebot", "passcodebot"
	if e.Kind == approvals.ProcessStarted {
		d.Service.Version = e.Data["version"]
	}
	d.User = named{ID: e.Actor.ID, Name: e.Actor.Name}
	if e.Kind == approvals.ResetOutside {
		d.User.Name = e.Data["by"]
	}
	d.Organization, d.Device, d.Rule = named{ID: e.Actor.Team}, named{ID: e.Device}, named{Name: e.Data["rule"]}
	if tenant := e.Data["tenant"]; tenant != "" {
		d.Cloud = &cloud{"azure", named{ID: tenant}}
	}
	if id := e.Data["graph_request_id"]; id != "" {
		d.HTTP = &exchange{named{ID: id}}
	}
	people := slices.DeleteFunc([]string{d.User.ID, d.User.Name, e.Data["to"], e.Data["owner"]}, func(s string) bool { return s == "" })
	if len(people) > 0 {
		d.Related = map[string][]string{"user": people}
	}
	d.Labels = map[string]string{"schema": Schema}
	for name, value := range e.Data {
		d.Labels[name] = value
	}
	// A refused act of a request that does not exist has its number in data.
	if e.Request != 0 {
		d.Labels["request"] = request(e.Request)
	}
	return x.lines.Encode(d)
}

// message is a sentence for whoever scrolls through a SIEM.
func message(f Fact, e approvals.Event) string {
	s := string(e.Kind)
	if f.Meaning != "" {
		s = f.Meaning
	}
	if e.Request != 0 {
		s = e.Request.String() + ": " + s
	}
	if e.Actor != (approvals.Actor{}) {
		s += ", by " + e.Actor.String()
	}
	if e.Text != "" && e.Kind != approvals.LogAnchored {
		s += ": " + e.Text
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// ended returns the outcome of a run that ended so.
func ended(outcome string) string {
	switch approvals.Outcome(outcome) {
	case approvals.Succeeded:
		return "success"
	case approvals.AllFailed:
		return "failure"
	}
	return "unknown"
}
