package config

// LoadPolicy reads the file at path and, of the environment, nothing but the
// bot's token, which may be missing: so much is enough to judge made-up
// requests. The errors are those of Load, but that anybody may have the right
// to change the file, as in many a CI.
func LoadPolicy(path string, getenv func(string) string) (Config, error) {
	r := newReader(path)
	r.kept = unguarded
	if data, ok := r.open(path); ok {
		r.file(data)
	}
	r.together()
	for _, v := range variables() {
		if v.name == "SLACK_BOT_TOKEN" {
			r.variable(v, getenv)
		}
	}
	return r.outcome()
}

// Nearest returns the candidate that a word was probably meant to be, if any.
func Nearest(word string, candidates []string) (string, bool) { return nearest(word, candidates) }

// Survey reads the file and the environment like Load, and returns what could
// be read beside all that is wrong: for whoever looks at the rest meanwhile.
func Survey(path string, getenv func(string) string) (Config, Problems) {
	r := newReader(path)
	if data, ok := r.open(path); ok {
		r.file(data)
	}
	r.together()
	r.environment(getenv)
	r.problems.sort()
	return r.config, r.problems
}
