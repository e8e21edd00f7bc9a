package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Option is one option of a menu. Group is the label of its group.
type Option struct {
	Text, Value, Description, Group string
}

// Suggested is what an app suggested for what was typed.
type Suggested struct {
	Options []Option
	// Error is operation_timeout, dispatch_failed or invalid_arguments (the
	// app's options could not be shown).
	Error string
}

// suggestion is what came with the acknowledgement of a block_suggestion.
type suggestion struct {
	Options []any
	Groups  []any
	err     string
}

// Suggest types a query into an external select of a view, and waits for the
// app's options or Config.AckWithin. The app is not asked about fewer
// characters than min_query_length. The error says that the person sees no
// such menu, or is that of ctx.
func (s *Server) Suggest(ctx context.Context, as, viewID, blockID, actionID, query string) (Suggested, error) {
	got, err := s.suggest(ctx, as, Where{ViewID: viewID}, blockID, actionID, query, nil)
	out := Suggested{Error: got.err, Options: plainOptions(got.Options, "")}
	for _, g := range got.Groups {
		group, _ := g.(map[string]any)
		options, _ := group["options"].([]any)
		out.Options = append(out.Options, plainOptions(options, textOf(group["label"]))...)
	}
	return out, err
}

func plainOptions(options []any, group string) []Option {
	var out []Option
	for _, o := range options {
		option, _ := o.(map[string]any)
		value, _ := option["value"].(string)
		out = append(out, Option{
			Text: textOf(option["text"]), Value: value, Description: textOf(option["description"]), Group: group,
		})
	}
	return out
}

// textOf is the text of a text object.
func textOf(v any) string {
	object, _ := v.(map[string]any)
	text, _ := object["text"].(string)
	return text
}

// leastQuery is how many characters Slack waits for where an element does
// not say it.
const leastQuery = 3

func (s *Server) suggest(ctx context.Context, as string, where Where, blockID, actionID, query string, state State) (suggestion, error) {
	s.mu.Lock()
	on, payload, err := s.query(as, where, blockID, actionID, query, state)
	s.mu.Unlock()
	if err != nil || payload == nil {
		return suggestion{}, err
	}
	var out suggestion
	seen, err := s.interact(ctx, "block_suggestion", where.Channel, payload, func(raw json.RawMessage) Seen {
		out = s.suggested(as, on, spot{block: blockID, action: actionID}, raw)
		return Seen{Error: out.err}
	})
	if err != nil {
		return suggestion{}, err
	}
	out.err = seen.Error
	return out, nil
}

// query is a query, up to its payload, which is nil where the app is not asked.
func (s *Server) query(as string, where Where, blockID, actionID, query string, state State) (surface, answer, error) {
	who, on, err := s.before(as, where)
	if err != nil {
		return on, nil, err
	}
	block, element := locate(on.blocks, blockID, actionID)
	kind, _ := element["type"].(string)
	if !strings.HasSuffix(kind, "external_select") {
		return on, nil, fmt.Errorf("fakeslack: %s sees no menu %s/%s that the app fills", who.Name, blockID, actionID)
	}
	if err := on.form.take(s, on.blocks, state); err != nil {
		return on, nil, err
	}
	least, given := integer(element["min_query_length"])
	if !given {
		least = leastQuery
	}
	if utf8.RuneCountInString(query) < least {
		return on, nil, nil
	}
	payload := s.interaction("block_suggestion", who)
	s.stand(payload, on)
	payload["block_id"], payload["action_id"], payload["value"] = block["block_id"], actionID, query
	return on, payload, nil
}

// suggested reads the options that came, which can be chosen from then on.
func (s *Server) suggested(as string, on surface, at spot, raw json.RawMessage) suggestion {
	v, err := decode(string(raw))
	body, ok := v.(map[string]any)
	k := &checker{}
	if err != nil || !ok {
		k.wrong("/", "must provide an object")
	} else {
		suggestions.check(k, "", v)
	}
	if problem := k.refusal("invalid_arguments"); problem != nil {
		channel := ""
		if on.message != nil {
			channel = on.message.channel
		}
		s.noteRefused("block_suggestion", channel, as, problem, string(raw))
		return suggestion{err: problem.code}
	}
	s.completer().options(body)
	out := suggestion{}
	out.Options, _ = body["options"].([]any)
	out.Groups, _ = body["option_groups"].([]any)
	on.form.offered[at] = chooser{element: body}.options()
	s.changed()
	return out
}
