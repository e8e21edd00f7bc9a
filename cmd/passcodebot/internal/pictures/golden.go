package pictures

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Message is one post of a golden.
type Message struct {
	Text   string
	Blocks json.RawMessage
	Files  json.RawMessage `json:",omitempty"` // what was uploaded with it, as /slack/messages has it
}

// Golden is what a golden file holds. All but one of its parts are empty.
type Golden struct {
	Raw      []byte
	Messages []Message
	Modal    json.RawMessage // a modal's view
	Home     json.RawMessage // the blocks of an App Home
	Texts    []string        // sentences, as they stand at a field
	Offers   []Offer         // what searches offer
}

// Offer is what one search offers.
type Offer struct {
	Options []option `json:"options"`
	Groups  []struct {
		Label   text     `json:"label"`
		Options []option `json:"options"`
	} `json:"option_groups"`
}

type text struct {
	Text string `json:"text"`
}

type option struct {
	Text        text `json:"text"`
	Description text `json:"description"`
}

// Read reads the golden NAME.LANGUAGE.json of the first folder that has it.
func Read(dirs []string, name string) (Golden, error) {
	var raw []byte
	var err error
	for _, dir := range dirs {
		if raw, err = os.ReadFile(filepath.Join(dir, name+".json")); err == nil {
			break
		}
	}
	if err != nil {
		return Golden{}, err
	}
	g, err := parse(raw)
	if err != nil {
		return Golden{}, fmt.Errorf("%s: %w", name, err)
	}
	return g, nil
}

// parse tells by its shape what a golden is.
func parse(raw []byte) (Golden, error) {
	g := Golden{Raw: raw}
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		g.Modal = raw
		return g, nil
	}
	var all []json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return Golden{}, err
	}
	if len(all) == 0 {
		return Golden{}, fmt.Errorf("it holds nothing")
	}
	if all[0][0] == '"' {
		return g, json.Unmarshal(raw, &g.Texts)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(all[0], &keys); err != nil {
		return Golden{}, err
	}
	switch {
	case keys["Text"] != nil:
		return g, json.Unmarshal(raw, &g.Messages)
	case keys["type"] != nil:
		g.Home = raw
		return g, nil
	case keys["options"] != nil || keys["option_groups"] != nil:
		return g, json.Unmarshal(raw, &g.Offers)
	}
	return Golden{}, fmt.Errorf("it is no message, modal or App Home")
}

// Drawn says that there is a picture of it. The rest is told in words.
func (g Golden) Drawn() bool { return g.Messages != nil || g.Modal != nil || g.Home != nil }
