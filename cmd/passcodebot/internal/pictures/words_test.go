package pictures_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"passcodebot/cmd/passcodebot/internal/pictures"
)

// The page has a message's picture with what a screen reader hears of it, its
// text as Slack is given it, and what is not drawn in words.
func TestPage(t *testing.T) {
	t.Parallel()
	text := "<@U0ANNA>: *R-1* in <#C0HELP> for <!subteam^S0ONCALL>, until <!date^1^{time}|12:30 UTC>, \u202e<https://x|\"here\"> &amp; `so` " + strings.Repeat("x", 300)
	got, err := pictures.Page(func(name string) (pictures.Golden, error) {
		switch strings.TrimSuffix(name, ".en") {
		case "card-first":
			return pictures.Golden{Messages: []pictures.Message{{Text: text}}}, nil
		case "form-errors":
			return pictures.Golden{Texts: []string{"*This* is <missing>."}}, nil
		case "home-desk":
			return pictures.Golden{Home: []byte(`[{"type":"header","text":{"type":"plain_text","text":"Waits"}},{"type":"actions","elements":[{"text":{"text":"Go"}}]}]`)}, nil
		}
		return pictures.Golden{Modal: []byte(`{"title":{"text":"T"},"blocks":[{"label":{"text":"L"},"hint":{"text":"H"}}],"close":{"text":"C"},"errors":{"b":"bad"}}`)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<img src=\"pictures/card-first.en.png\" width=\"720\" alt=\"@Anna Lindqvist: R-1 in #help-desk for @on-call, until 12:30 UTC, &#34;here&#34; &amp; so xxx",
		"x…\">\n", "\n```text\n<@U0ANNA>: *R-1* in <#C0HELP>",
		"\n- \\*This\\* is &lt;missing>.\n",
		"<img src=\"pictures/home-desk.en.png\" width=\"720\" alt=\"Waits Go\">",
		"\n```text\nWaits\nGo\n```\n",
		"<img src=\"pictures/modal-deny.en.png\" width=\"552\" alt=\"T L H C Error: bad\">",
		"| `not-approver` | You are not in the group of people who may decide on ….<br>Ask one of the approvers that the card names. | Sie gehören",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"\u202e", "%s", "%d", "%["} {
		if strings.Contains(got, never) {
			t.Errorf("the page has %q", never)
		}
	}
}

// A golden that is none is turned down.
func TestRead_unknown(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, raw := range map[string]string{"broken": "[", "empty": "[]", "other": `[{"x":1}]`, "number": "[1]"} {
		if err := os.WriteFile(filepath.Join(dir, name+".json"), []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		if g, err := pictures.Read([]string{dir}, name); err == nil {
			t.Errorf("%s is read as %+v", name, g)
		}
	}
	if _, err := pictures.Read([]string{dir}, "missing"); err == nil {
		t.Error("what is not there was read")
	}
}

// The renderer is what its page loads, and what that loads: another file
// changes nothing.
func TestRenderer(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"render.html":   {Data: []byte(`<link rel="stylesheet" href="style/a.css"><script type="module" src="script/r.js"></script>`)},
		"style/a.css":   {Data: []byte("a")},
		"script/r.js":   {Data: []byte(`import { b } from "./b.js";`)},
		"script/b.js":   {Data: []byte(`import "./r.js"; // in a circle`)},
		"script/app.js": {Data: []byte("app")},
	}
	hash := func() string {
		t.Helper()
		h, err := pictures.Renderer(files)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	first := hash()
	files["script/app.js"] = &fstest.MapFile{Data: []byte("other")}
	if hash() != first {
		t.Error("a script that the renderer does not load changes it")
	}
	for _, name := range []string{"render.html", "style/a.css", "script/r.js", "script/b.js"} {
		before := hash()
		files[name] = &fstest.MapFile{Data: append(files[name].Data, ' ')}
		if hash() == before {
			t.Errorf("%s changes nothing", name)
		}
	}
	delete(files, "script/b.js")
	if _, err := pictures.Renderer(files); err == nil {
		t.Error("a script that is missing is not missed")
	}
}

// What would be missed most stays as it is, and the rest becomes what is next
// to it.
func TestSmall(t *testing.T) {
	t.Parallel()
	in := image.NewRGBA(image.Rect(0, 0, 10, 10))
	white, black, grey, red := color.RGBA{255, 255, 255, 255}, color.RGBA{0, 0, 0, 255}, color.RGBA{240, 240, 240, 255}, color.RGBA{200, 0, 0, 255}
	for i := range 100 {
		in.SetRGBA(i%10, i/10, map[bool]color.RGBA{true: white, false: black}[i < 60])
	}
	in.SetRGBA(0, 0, grey)
	in.SetRGBA(1, 0, red)
	in.SetRGBA(2, 0, red)
	var b bytes.Buffer
	if err := png.Encode(&b, in); err != nil {
		t.Fatal(err)
	}
	colours := func(most int) []color.Color {
		t.Helper()
		raw, err := pictures.Small(b.Bytes(), most)
		if err != nil {
			t.Fatal(err)
		}
		out, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return []color.Color{out.At(0, 0), out.At(1, 0), out.At(5, 0), out.At(5, 9)}
	}
	for most, want := range map[int][]color.Color{
		16: {grey, red, white, black}, 3: {white, red, white, black}, 2: {white, black, white, black},
	} {
		if diff := cmp.Diff(want, colours(most)); diff != "" {
			t.Errorf("grey, red, white and black with %d colours (-want +got):\n%s", most, diff)
		}
	}
	if _, err := pictures.Small([]byte("no picture"), 2); err == nil {
		t.Error("what is no picture was taken")
	}
}
