package pictures

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
)

// Made is what docs/pictures/made.json remembers of one picture.
type Made struct {
	From string `json:"from"` // a hash of what it was drawn from
	Is   string `json:"is"`   // a hash of the picture
}

// Hash is the SHA-256 of all parts, in hexadecimal.
func Hash(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d\n", len(p))
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// links finds what a page, a script or a style sheet of the renderer loads.
var links = regexp.MustCompile(`(?:\b(?:href|src)="|\bfrom "|\bimport "|@import ")([^"#:]+\.(?:js|css))"`)

// Renderer is a hash of all files that render.html loads, and those load in
// turn.
func Renderer(files fs.FS) (string, error) {
	seen := map[string]bool{}
	var order []string
	var load func(name string) error
	load = func(name string) error {
		if seen[name] {
			return nil
		}
		seen[name] = true
		order = append(order, name)
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		for _, m := range links.FindAllSubmatch(raw, -1) {
			if err := load(path.Join(path.Dir(name), string(m[1]))); err != nil {
				return err
			}
		}
		return nil
	}
	if err := load("render.html"); err != nil {
		return "", err
	}
	slices.Sort(order)
	var parts [][]byte
	for _, name := range order {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return "", err
		}
		parts = append(parts, []byte(name), raw)
	}
	return Hash(parts...), nil
}
