package pictures

import "strings"

// The widths of the pictures in CSS pixels, and how many pixels one of them is.
const (
	Width      = 720
	modalWidth = 552
	Scale      = 1.5
)

// object is a JSON object.
type object = map[string]any

// noon is when the goldens are read, in ms: 2 March 2026, 12:00 UTC.
const noon = 1_772_452_800_000

// The people, groups and channels of the goldens, as /slack/state gives them.
// All of them are read in UTC, as is what stands for a time where Slack shows
// none.
// Dates are shown as in a language.
func cast(language string) object {
	person := func(id, name string) object {
		return object{"id": id, "name": name, "real_name": name, "tz": "UTC", "locale": language}
	}
	return object{
		"people": []object{
			person("U0RITA", "Rita Okafor"), person("U0ANNA", "Anna Lindqvist"), person("U0BEN", "Ben Adeyemi"), person("U0BOB", "Bob Novak"),
			person("U0CARL", "Carl Brandt"), person("U0ALICE", "Alice Kimura"), person("U0NORA", "Nora Weiss"),
			{"id": "U0PASSBOT", "name": "passcodebot", "real_name": "passcodebot", "bot": true, "tz": "UTC"},
		},
		"groups": []object{{"id": "S0ONCALL", "handle": "on-call", "name": "On call", "members": []string{"U0ANNA", "U0BEN"}}},
		"channels": []object{
			{"id": "C0HELP", "name": "help-desk"},
			{"id": "C0APPROVALS", "name": "approvals"},
			{"id": "C0ELSE", "name": "field-devices"},
			{"id": "C1", "name": "help-berlin"},
			{"id": "C2", "name": "help-tokyo"},
		},
		"now": noon,
	}
}

// names are the people, groups and channels of the cast by their ids.
func names() map[string]string {
	all := map[string]string{}
	c := cast("en")
	for _, p := range c["people"].([]object) {
		all[p["id"].(string)] = "@" + p["real_name"].(string)
	}
	for _, g := range c["groups"].([]object) {
		all[g["id"].(string)] = "@" + g["handle"].(string)
	}
	for _, ch := range c["channels"].([]object) {
		all[ch["id"].(string)] = "#" + ch["name"].(string)
	}
	return all
}

// Piece is what the renderer is given for the picture of a golden.
func (g Golden) Piece(name string, l Look) object {
	p := cast(l.Language)
	p["as"], p["dark"] = "U0ANNA", l.Dark
	switch {
	case g.Modal != nil:
		p["kind"], p["view"] = "modal", g.Modal
	case g.Home != nil:
		p["kind"], p["view"] = "home", object{"type": "home", "blocks": g.Home}
	default:
		p["kind"] = "message"
		if whispered(name) {
			p["as"] = "U0RITA"
		}
		var posts []object
		for i, m := range g.shown() {
			posts = append(posts, object{
				"ts": "1772452800.00010" + string(rune('0'+i)), "user": "U0PASSBOT", "text": m.Text, "blocks": m.Blocks, "files": m.Files, "ephemeral": whispered(name),
			})
		}
		p["message"], p["replies"] = posts[0], posts[1:]
	}
	return p
}

// whispered says that only who acted sees it.
func whispered(name string) bool { return strings.HasPrefix(name, "whisper-") }

// most is how many messages of a golden a picture shows. Of more it shows the
// first and the last.
const most = 4

func (g Golden) shown() []Message {
	if len(g.Messages) <= most {
		return g.Messages
	}
	if !alike(g.Messages) {
		return g.Messages
	}
	return []Message{g.Messages[0], g.Messages[len(g.Messages)-1]}
}

// alike says that messages are so long that they can only be parts of one.
func alike(all []Message) bool {
	const long = 2000
	for _, m := range all[:len(all)-1] {
		if len(m.Text) < long {
			return false
		}
	}
	return true
}

// wide is how wide the picture stands on the page.
func (g Golden) wide() int {
	if g.Modal != nil {
		return modalWidth
	}
	return Width
}
