package readme_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/cmd/passcodebot/internal/readme"
	"passcodebot/cmd/passcodebot/internal/sandbox"
)

var update = flag.Bool("update", false, "rewrite README.md")

// What README.md shows is what the program does: the tour is played, and its
// transcript must be the one that stands there.
func TestReadme_isWhatTheCodeSays(t *testing.T) {
	const path = "../../../../README.md"
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var transcript bytes.Buffer
	if err := sandbox.Tour(t.Context(), &transcript); err != nil {
		t.Fatalf("%v\n%s", err, transcript.String())
	}
	want, err := readme.Fill(string(old), map[string]string{
		"transcript": "```text" + transcript.String() + "```",
		"commands":   readme.Commands(), "config": readme.Config(), "refusals": readme.Refusals(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(old)); diff != "" {
		t.Errorf("README.md is not what the code says; make transcript rewrites it (-want +got):\n%s", diff)
	}
}
