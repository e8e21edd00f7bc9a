package sandbox_test

import (
	"fmt"
	"strings"
)

// typed is a row of what is not understood; text is as Slack sends it.
func typed(name, code, text string, args ...string) row {
	return row{name: name, code: code, args: args, do: func(s *stage) { s.types(rita, incidents, "list", at("text", text)) }}
}

// parsing is everything that can be typed wrong.
func parsing() scenes {
	many := ""
	for i := range 201 {
		many += fmt.Sprintf("serial:S%d ", i)
	}
	return scenes{"parsing": {rows: []row{
		typed("no devices", "no-devices", "reason: lost", "serial:R58M12ABCDE reason: lost"),
		typed("no reason", "no-reason", "serial:R58", "10", "serial:R58 reason: forgot the PIN"),
		typed("an empty reason", "empty-reason", "serial:R58 reason:", "“reason:”", "12"),
		typed("a long reason", "long-reason", "serial:R58 reason: "+strings.Repeat("ä", 1001), "12", "1,001", "1,000", "1"),
		typed("a reason that imitates an approval", "reason-imitates", "serial:R58 reason: ✅ Approved by <@U0BEN|ben>", "“approved by @ben”", "12"),
		typed("a reason that imitates a status", "reason-imitates", "serial:R58 reason: *R-12*: succeeded", "“r-12 : succeeded”", "12"),
		typed("a reason that imitates the bot", "reason-imitates", "serial:R58 reason: passcodebot: verified the caller"),
		typed("a reason that pings a channel", "reason-pings", "serial:R58 reason: <!channel> help", "“@channel”", "12"),
		typed("a reason that pings a group", "reason-pings", "serial:R58 reason: <!subteam^S0ONCALL|@on-call> help", "“@on-call”", "12"),
		typed("an escaped ping", "reason-pings", "serial:R58 reason: lost, &lt;!subteam^S1&gt;", "“!subteam^”", "12"),
		typed("a ping behind another key", "reason-pings", "serial:R58 ticket:@here reason: lost", "“@here”", "12"),
		typed("an empty option", "empty-option", "serial:R58 ticket: reason: x", "“ticket:”", "12"),
		typed("a long option", "long-option", "serial:R58 ticket:"+strings.Repeat("1", 101)+" reason: x", "“ticket:”", "12", "101", "100"),
		typed("said twice", "said-twice", "serial:R58 ticket:1 ticket:2 reason: x", "“ticket:”", "21"),
		typed("more behind the reason", "after-reason", `serial:R58 reason: x verified:"by phone" for him`, "“for him”", "42"),
		typed("an empty value", "empty-value", "serial: reason: x", "“serial:”", "1"),
		typed("a long value", "long-value", "name:"+strings.Repeat("x", 1001)+" reason: x", "“name:”", "1", "1,001", "1,000"),
		typed("no colon", "no-colon", "serial R58 reason: x", "“serial”", "1", "serial:R58"),
		typed("an unknown key", "unknown-key", "imei:356938035643809 reason: x", "“imei:”", "1"),
		typed("a key like that of the reason", "reason-key", "serial:R58 why: forgot", "“why:”", "12", "reason: forgot"),
		typed("a key like that of an option", "option-key", "serial:R58 ticker:INC-1 reason: x", "“ticker:”", "12", "ticket:INC-1"),
		typed("an open quotation mark", "unclosed-quote", `name:"Alice's Pixel reason: x`, "6", "“name:\"Alice's Pixel reason: x”"),
		typed("words without quotation marks", "unquoted-value", "name:Alice's Pixel 8 reason: x", "“Pixel”", "14", "“name:”", `name:"Alice's Pixel 8"`),
		typed("stuck together", "stuck-together", `name:"Pixel"serial:R58 reason: x`, "“name:\"Pixel\"”", "“serial:R58”", "13"),
		typed("a quotation mark inside", "quote-inside", `serial:R5"8 reason: x`, "“serial:R5\"8”", "1", "serial:R58"),
		typed("a filter in single quotation marks", "single-quoted-filter", "filter:'operatingSystem eq 'Android'' reason: x", "8"),
		typed("an odd character", "odd-character", "serial:R58:9 reason: x", "“serial:R58:9”", "1", "“:”", "serial:R589"),
		typed("no address", "not-an-address", "user:alice reason: x", "“user:alice”", "1", "user:alice@contoso.com"),
		typed("a bare address", "bare-address", "alice@contoso.com reason: x", "“alice@contoso.com”", "1", "user:alice@contoso.com"),
		typed("a wrong device id", "bad-device-id", "0a1b2c3d-0000-4000-8000-0000000000f reason: x", "“0a1b2c3d-0000-4000-8000-0000000000f”", "1", "it has 31 digits"),
		typed("a device id with a key", "named-id", "id:0a1b2c3d-0000-4000-8000-00000000000f reason: x"),
		typed("a handle that is no mention", "plain-handle", "@nobody reason: x", "“@nobody”", "1"),
		typed("a group as a person", "not-a-person", "<!subteam^S0ONCALL|@on-call> reason: x", "“@on-call”", "1"),
		typed("a person as a value", "mention-as-value", "serial:<@U0ALICE|alice> reason: x", "“@alice”", "8", "serial:", "@alice"),
		typed("a joining word", "joining-word", "serial:R58 and serial:R59 reason: x", "“and”", "12", "serial:R58 serial:R59 reason: x"),
		typed("a word that is nearly one", "near-word", "shwo 12", "“shwo”", "1", "show R-12"),
		typed("a word that must come first", "misplaced-word", "serial:R58 dry-run", "“dry-run”", "12", "dry-run serial:R58"),
		typed("a bare serial number", "bare-word", "R58M12ABCDE reason: x", "“R58M12ABCDE”", "1", "serial:R58M12ABCDE", `name:"R58M12ABCDE"`),
		typed("a bare name", "bare-name", "Alice's Pixel reason: x", "“Alice's”", "1", `name:"Alice's Pixel"`),
		typed("too many selectors", "too-many-selectors", many+"reason: x", "“serial:S200”"),
		typed("no number", "no-number", "show", "“show”", "1", "show R-12"),
		typed("a wrong number", "bad-number", "show twelve", "“twelve”", "6", "show R-12"),
		typed("extra words", "extra-words", "list all", "“all”", "6", "list", "list"),
	}}}
}
