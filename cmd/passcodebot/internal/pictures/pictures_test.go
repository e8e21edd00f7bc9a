package pictures_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack/page"
	"passcodebot/cmd/passcodebot/internal/pictures"
)

const (
	docs  = "../../../../docs"
	drawn = docs + "/pictures"
)

// goldens are the folders of what is shown.
var goldens = []string{"../../../../bot/view/testdata", "testdata"}

func read(name string) (pictures.Golden, error) { return pictures.Read(goldens, name) }

// Each golden has its place on the page, and each place a golden.
func TestPage_hasEveryGolden(t *testing.T) {
	t.Parallel()
	var want, got []string
	for _, dir := range goldens {
		files, err := filepath.Glob(filepath.Join(dir, "*.en.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			want = append(want, strings.TrimSuffix(filepath.Base(f), ".en.json"))
		}
	}
	for _, s := range pictures.Subjects() {
		for _, p := range s.Pieces {
			got = append(got, p.Name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the goldens, and the pieces of pieces.go (-want +got):\n%s", diff)
	}
}

// docs/messages.md is what the code says, and each of its pictures was drawn
// from what is shown now. With -update they are written again.
func TestPage_isWhatTheCodeShows(t *testing.T) {
	path, remembered := filepath.Join(docs, "messages.md"), filepath.Join(drawn, "made.json")
	if *update {
		draw(t, remembered)
		text, err := pictures.Page(read)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := pictures.Page(read)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("docs/messages.md is not what the code says; make pictures rewrites it (-want +got):\n%s", diff)
	}
	raw, err := os.ReadFile(remembered)
	if err != nil {
		t.Fatal(err)
	}
	var made map[string]pictures.Made
	if err := json.Unmarshal(raw, &made); err != nil {
		t.Fatal(err)
	}
	now := map[string]pictures.Made{}
	for file, p := range wanted(t) {
		picture, err := os.ReadFile(filepath.Join(drawn, file))
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		now[file] = pictures.Made{From: p.from, Is: pictures.Hash(picture)}
	}
	if diff := cmp.Diff(now, made); diff != "" {
		t.Errorf("docs/pictures is not of what is shown now; make pictures draws it again (-now +made):\n%s", diff)
	}
	for _, file := range files(t) {
		if _, ok := now[file]; !ok {
			t.Errorf("docs/pictures/%s is a picture of nothing", file)
		}
	}
	for _, file := range elsewhere {
		if _, err := os.Stat(filepath.Join(drawn, file)); err != nil {
			t.Errorf("%v; make pictures draws it", err)
		}
	}
}

// elsewhere are pictures that other tests draw.
var elsewhere = []string{"sandbox.png"}

// files are the pictures that are there.
func files(t *testing.T) (out []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(drawn, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if name := filepath.Base(f); !slices.Contains(elsewhere, name) {
			out = append(out, name)
		}
	}
	return out
}

// source is what a picture is drawn from, and a hash of that and of the
// renderer.
type source struct {
	piece []byte
	from  string
}

// wanted are all pictures by the names of their files.
func wanted(t *testing.T) map[string]source {
	t.Helper()
	renderer, err := pictures.Renderer(page.Files)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]source{}
	for _, s := range pictures.Subjects() {
		for _, p := range s.Pieces {
			for _, l := range p.Looks() {
				g, err := read(p.Name + "." + l.Language)
				if err != nil {
					t.Fatal(err)
				}
				if !g.Drawn() {
					continue
				}
				piece, err := json.Marshal(g.Piece(p.Name, l))
				if err != nil {
					t.Fatal(err)
				}
				all[l.File(p.Name)] = source{piece, pictures.Hash(piece, []byte(renderer))}
			}
		}
	}
	return all
}

// draw draws all pictures and takes away what is left over.
func draw(t *testing.T, remembered string) {
	t.Helper()
	if err := os.MkdirAll(drawn, 0o755); err != nil {
		t.Fatal(err)
	}
	b, made, size := browse(t), map[string]pictures.Made{}, 0
	for file, p := range wanted(t) {
		picture := b.draw(p.piece)
		if len(picture) > 60_000 {
			t.Logf("%s has %d bytes", file, len(picture))
		}
		size += len(picture)
		if err := os.WriteFile(filepath.Join(drawn, file), picture, 0o644); err != nil {
			t.Fatal(err)
		}
		made[file] = pictures.Made{From: p.from, Is: pictures.Hash(picture)}
	}
	t.Logf("%d pictures of %d bytes", len(made), size)
	for _, file := range files(t) {
		if _, ok := made[file]; !ok {
			if err := os.Remove(filepath.Join(drawn, file)); err != nil {
				t.Fatal(err)
			}
		}
	}
	raw, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(remembered, append(raw, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
