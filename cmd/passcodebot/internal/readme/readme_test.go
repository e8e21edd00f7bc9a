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
// transcript must be the one that stands there; what make bench has measured
// is kept in docs.
func TestReadme_isWhatTheCodeSays(t *testing.T) {
	const path, measured = "../../../../README.md", "../../../../docs/bench.jsonl"
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var transcript bytes.Buffer
	if err := sandbox.Tour(t.Context(), &transcript); err != nil {
		t.Fatalf("%v\n%s", err, transcript.String())
	}
	lines, err := os.ReadFile(measured)
	if err != nil {
		t.Fatal(err)
	}
	table, err := readme.Bench(lines)
	if err != nil {
		t.Fatal(err)
	}
	want, err := readme.Fill(string(old), map[string]string{
		"transcript": "```text" + transcript.String() + "```",
		"commands":   readme.Commands(), "config": readme.Config(), "refusals": readme.Refusals(), "fakes": readme.Fakes(), "bench": table,
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

// The table has what it is given, and says plainly what does not hold.
func TestBench(t *testing.T) {
	t.Parallel()
	got, err := readme.Bench([]byte(`{"name":"resets","value":0.34567,"unit":"s","peer":30.2,"ratio":87.36,"limit":null,"must":"at least 40x","ok":true}
{"name":"memory | idle","value":123.4,"unit":"MB","peer":null,"ratio":null,"limit":null,"must":"at most 40 MB","ok":false}
{"name":"fsync","value":0,"unit":"ms","peer":null,"ratio":null,"limit":null,"must":"","ok":true}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := `| what | figure | peer | ratio | limit | must | holds |
| --- | --- | --- | --- | --- | --- | --- |
| resets | 0.346 s | 30.2 | 87.4 |  | at least 40x | yes |
| memory \| idle | 123 MB |  |  |  | at most 40 MB | **no** |
| fsync | 0 ms |  |  |  |  |  |
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := readme.Bench([]byte("{")); err == nil {
		t.Error("what is broken off was taken")
	}
}
