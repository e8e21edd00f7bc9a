package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a file may have at the most. The YAML parser takes quadratic time and
// memory for what is nested deeply, so that is refused before it begins.
const (
	maxFile   = 1 << 20
	maxTokens = 20_000
	maxDepth  = 20
	maxIndent = 200
)

const example = "docs/passcodebot.example.yml shows a complete one."

// open returns the content of the file at path, or reports why not.
func (r *reader) open(path string) ([]byte, bool) {
	data, err := readSmall(path, maxFile, r.kept)
	switch {
	case err == nil:
		return data, true
	case path == "":
		r.whole("no configuration file is named", "Name one with --config. "+example)
	case errors.Is(err, fs.ErrNotExist):
		r.whole("there is no such file", "Make it, or name another one with --config. "+example)
	case errors.Is(err, fs.ErrPermission):
		r.whole("this process may not read the file", "Give its user the right to read it.")
	case errors.Is(err, errDirectory):
		r.whole("is a directory", "Name the file in it.")
	case errors.Is(err, errSize):
		r.whole(fmt.Sprintf("is larger than %d KiB", maxFile>>10), "This cannot be passcodebot's configuration; name the right file with --config.")
	default:
		if e, ok := errors.AsType[exposed](err); ok {
			r.whole(e.text+", and with it who may approve", e.remedy)
			return nil, false
		}
		r.whole("cannot be read: "+reason(err), "Check the file.")
	}
	return nil, false
}

var (
	errDirectory = errors.New("it is a directory")
	errSize      = errors.New("it is too large")
)

// readSmall reads a file of at most limit bytes that is kept as it has to be.
func readSmall(path string, limit int64, kept keeping) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errDirectory
	}
	if err := kept.check(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, errSize
	}
	return data, nil
}

// reason returns what the operating system said, without the path, which
// the message already has.
func reason(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return err.Error()
}

// document returns the mapping that data holds, or reports why there is none.
func (r *reader) document(data []byte) (ast.MapNode, bool) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		r.whole("is not a text in UTF-8", "Save it as UTF-8 text.")
		return nil, false
	}
	tokens := lexer.Tokenize(string(data))
	if !r.shallow(tokens) {
		return nil, false
	}
	// Keys that stand there twice are reported in our own words.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil, false
	}
	var bodies []ast.Node
	for _, d := range file.Docs {
		if d.Body != nil && d.Body.Type() != ast.NullType {
			bodies = append(bodies, d.Body)
		}
	}
	switch {
	case len(bodies) == 0:
		r.whole("is empty", "At least requesters and approvers must be named. "+example)
		return nil, false
	case len(bodies) > 1:
		r.top.say("", position(bodies[1]), "a second YAML document begins here", "Keep one: remove the line --- and what does not belong.")
		return nil, false
	}
	m, ok := bodies[0].(ast.MapNode)
	if !ok {
		r.top.say("", position(bodies[0]), "keys with values are expected here", "Write lines such as quorum: 1. "+example)
	}
	return m, ok
}

// shallow reports what is nested too deeply, or too much, for the parser.
func (r *reader) shallow(tokens token.Tokens) bool {
	place, deep := TooDeep(tokens)
	if !deep && len(tokens) > maxTokens {
		place, deep = *tokens[maxTokens].Position, true
	}
	if deep {
		r.top.say("", place, "this is more, or nested more deeply, than a configuration needs", "Keep to the keys that passcodebot knows. "+example)
	}
	return !deep
}

// TooDeep returns where YAML is nested so deeply that the parser would take
// far too long, and whether it is.
func TooDeep(tokens token.Tokens) (place token.Position, deep bool) {
	flow, inLine, line := 0, 0, 0
	for _, tk := range tokens {
		if tk.Position.Line != line {
			inLine, line = 0, tk.Position.Line
		}
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.AliasType, token.TagType:
			inLine++
		}
		if tk.Position.IndentNum > maxIndent || flow > maxDepth || inLine > maxDepth {
			return *tk.Position, true
		}
	}
	return token.Position{}, false
}

// syntax reports why the file is not YAML. The parser stops at the first
// error, so there is nothing else to tell of the file.
func (r *reader) syntax(err error) {
	e, ok := errors.AsType[yaml.Error](err)
	if !ok || e.GetToken() == nil {
		r.whole("is not YAML", example)
		return
	}
	reason := e.GetMessage()
	if LooksSecret(reason) {
		reason = "it cannot be read"
	}
	remedy := "Indent with spaces, keep the keys of one level below each other, and put values with special characters in double quotes."
	switch written := strings.TrimLeft(e.GetToken().Value, " \n"); {
	case strings.HasPrefix(written, "\t"):
		remedy = "Indent with spaces, not with tabs."
	case strings.HasPrefix(written, "@"):
		remedy = "Put the value in double quotes. People and groups are named by their ids, not by @names."
	case strings.HasPrefix(written, "["), strings.HasPrefix(written, "{"):
		remedy = "Close the bracket. A # begins a comment, in which a bracket does not count."
	case strings.HasPrefix(written, `"`), strings.HasPrefix(written, "'"):
		remedy = "Close the quotes; in double quotes write \\\\ for a backslash."
	}
	r.top.say("", *e.GetToken().Position, "this is not YAML: "+reason, remedy)
}

// position returns where a node begins.
func position(n ast.Node) token.Position {
	if n != nil && n.GetToken() != nil && n.GetToken().Position != nil {
		return *n.GetToken().Position
	}
	return token.Position{}
}
