package words

import (
	"sync"

	"golang.org/x/text/message"
)

// Speaker says sentences in one language. The zero Speaker says them in
// English. It is safe for concurrent use.
type Speaker struct {
	language Language
}

// In returns the Speaker of a language.
func In(l Language) Speaker { return Speaker{l} }

// Language is what the Speaker speaks.
func (s Speaker) Language() Language {
	if s.language == "" {
		return English
	}
	return s.language
}

var printers = sync.OnceValue(func() map[Language]*message.Printer {
	out := map[Language]*message.Printer{}
	for _, l := range Languages() {
		out[l] = message.NewPrinter(l.tag(), message.Catalog(built))
	}
	return out
})

// Say says an English sentence in the Speaker's language, with arguments as
// fmt.Sprintf takes them: %s, %d and %q only. A sentence that the catalogue
// lacks is said in English; a test finds those in the code.
func (s Speaker) Say(english string, args ...any) string {
	return printers()[s.Language()].Sprintf(english, args...)
}
