package config

import (
	"fmt"
	"time"

	"passcodebot/approvals"
)

// outsideBack is how far back resets outside of passcodebot are looked for
// after a long stop.
const outsideBack = 7 * 24 * time.Hour

// told checks that what is looked for and written down has a place to go.
func (s scope) told() {
	c := s.config
	if s.has("outside_resets.every") && c.OutsideResets.Channel == "" && !s.faulty("outside_resets") {
		s.wrong("there is no channel that would be told", "Name one below outside_resets, such as channel: C0SECURITY1.", "outside_resets.every")
	}
	if c.OutsideResets.Channel != "" && c.Azure.CLI {
		s.wrong("with azure.cli the resets of passcodebot are made as a person, and each would be told as one outside of it",
			"Remove outside_resets, or sign in as an app by the AZURE_* variables.", "outside_resets.channel")
	}
	if s.has("audit.anchors.schedule") && !c.Audit.Anchors.placed() && !s.faulty("audit") {
		s.wrong("anchors have nowhere to go", placeAnchors, "audit.anchors.schedule")
	}
}

// remembered checks that nothing is purged that earlier resets are counted
// by: in Intune's record our own would be taken for resets outside.
func (s scope) remembered() {
	c := s.config
	if c.Retention == 0 || s.faulty("retention") {
		return
	}
	need, why := time.Duration(0), ""
	longest := func(d time.Duration, of string) {
		if d > need {
			need, why = d, of
		}
	}
	if !s.faulty("rules") {
		for i, r := range c.Rules {
			for _, p := range r.When.Repeated {
				longest(p.Within, fmt.Sprintf("rules[%d].when.repeated looks back", i+1))
			}
		}
	}
	if !s.faulty("show_earlier") {
		longest(c.ShowEarlier, "show_earlier looks back")
	}
	if c.OutsideResets.Channel != "" {
		longest(outsideBack, "resets outside are looked for")
	}
	if c.Retention < need {
		s.wrong(fmt.Sprintf("%s is less than the %s for which %s, so that purged resets would be taken for resets outside of passcodebot", approvals.Span(c.Retention), approvals.Span(need), why),
			fmt.Sprintf("Make it at least %s, or look back less far.", approvals.Span(need)), "retention")
	}
}
