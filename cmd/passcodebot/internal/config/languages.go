package config

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// ChannelLanguage is the language of what is read in one channel.
type ChannelLanguage struct {
	Channel  string
	Language string // en, de or ja
}

// languages are what language may be.
func languages() []string { return []string{"en", "de", "ja"} }

// channelLanguages is a language below the id of each channel. The order in
// which they stand in the file says nothing.
func channelLanguages(field *[]ChannelLanguage) kind {
	return kind{name: "languages below the ids of channels", read: func(v value) {
		if _, empty := v.node.(*ast.NullNode); empty {
			return // a key whose entries are all commented out
		}
		m, ok := v.node.(ast.MapNode)
		if !ok {
			v.mistyped()
			return
		}
		var all []ChannelLanguage
		for it := m.MapRange(); it.Next(); {
			written, place := keyOf(it.Key())
			entry := v
			entry.place = place
			if !entry.id(channel, written) {
				continue
			}
			if slices.ContainsFunc(all, func(one ChannelLanguage) bool { return one.Channel == written }) {
				entry.say(cite(written)+" stands here twice", "Keep one of the two.")
				continue
			}
			entry.node = it.Value()
			language, ok := entry.scalar()
			if !ok {
				language = "" // keys or a list
			}
			if language, ok = entry.known(language, languages()); ok {
				all = append(all, ChannelLanguage{written, language})
			}
		}
		slices.SortFunc(all, func(a, b ChannelLanguage) int { return strings.Compare(a.Channel, b.Channel) })
		*field = all
	}}
}
