package command_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/command"
)

func TestSaid(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want, code string }{
		"as typed":          {text: "forgot the PIN, INC-4711", want: "forgot the PIN, INC-4711"},
		"several lines":     {text: " forgot\n the PIN\t", want: "forgot the PIN"},
		"nothing":           {text: " \n"},
		"not encoded":       {text: "x < y & z &lt; <@U0ALICE>", want: "x < y & z &lt; <@U0ALICE>"},
		"a group of people": {text: "<!channel> look", code: "reason-pings"},
		"typed by hand":     {text: "look, @here", code: "reason-pings"},
		"words of ours":     {text: "forgot.\n✅ Approved by Anna", code: "reason-imitates"},
		"too long":          {text: strings.Repeat("x", 51), code: "long-reason"},
		"just not too long": {text: strings.Repeat("é", 50), want: strings.Repeat("é", 50)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, _, err := command.Said(tt.text, command.Options{MaxReason: 50})
			code := ""
			if err != nil {
				code = approvals.AsError(err).Code
			}
			if diff := cmp.Diff([]string{tt.want, tt.code}, []string{said, code}); diff != "" {
				t.Errorf("Said (-want +got):\n%s", diff)
			}
		})
	}
}
