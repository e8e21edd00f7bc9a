package words

import "golang.org/x/text/language"

// Language is one that people are spoken to in, as a BCP 47 tag. The zero
// Language is English.
type Language string

// The languages of the catalogue.
const (
	English  Language = "en"
	German   Language = "de"
	Japanese Language = "ja"
)

// Languages lists the languages of the catalogue, English first.
func Languages() []Language { return []Language{English, German, Japanese} }

var matcher = language.NewMatcher([]language.Tag{language.English, language.German, language.Japanese})

// Match returns the language that suits a locale best, as Slack writes it
// (users.info: locale, such as de-DE). It is otherwise where none does.
func Match(locale string, otherwise Language) Language {
	tag, err := language.Parse(locale)
	if err != nil {
		return otherwise
	}
	_, i, sure := matcher.Match(tag)
	if sure < language.High {
		return otherwise
	}
	return Languages()[i]
}

// tag is the language as golang.org/x/text knows it.
func (l Language) tag() language.Tag {
	if l == "" {
		l = English
	}
	return language.Make(string(l))
}

// Valid says that the catalogue has the language.
func (l Language) Valid() bool {
	for _, known := range Languages() {
		if l == known {
			return true
		}
	}
	return false
}
