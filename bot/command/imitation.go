package command

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// imitates returns the words in a text that an approver could take for ours,
// as if somebody had approved already or a check had been made; nothing
// where there are none. What people tell in their own words passes: that his
// manager approved it, say.
func imitates(text string) string {
	// The cards show a space where no more than a line may break.
	if spaced := strings.ReplaceAll(text, "\u200b", " "); spaced != text {
		if words := imitates(spaced); words != "" {
			return words
		}
	}
	s, apart := skeleton(text, " "), skeleton(text, "|")
	for _, m := range claimed.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(ownWords, m[2]) {
			return phrase(m[1] + " " + m[2])
		}
	}
	for _, m := range claimedOf.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(auxiliary, m[1]) {
			return phrase(m[2])
		}
	}
	for _, re := range ours {
		for _, s := range []string{s, apart} {
			if m := re.FindString(s); m != "" {
				return phrase(m)
			}
		}
	}
	return ""
}

// In a skeleton, | is where a clause begins, * where something stands out,
// and ✓ a mark as of something that is done.
var (
	claimed   = regexp.MustCompile(`[|*✓:] ((?:approved|denied|cancell?ed)[ -]by)(?: [*|:])* (\S+)`)
	claimedOf = regexp.MustCompile(`(\S+) ((?:approved|denied|cancell?ed|asked|signed)[ -]by(?: [*|:])* @\S*)`)
	// Behind “Approved by”, these are the words of somebody who tells.
	ownWords  = []string{"his", "her", "their", "my", "our", "its", "your"}
	auxiliary = []string{"was", "were", "been", "is", "are", "be", "being", "got", "it"}

	ours = func() []*regexp.Regexp {
		const (
			number  = `(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|both|all)`
			none    = `(?:0+|no|zero)`
			status  = `(?:approved|denied|succeeded|partly succeeded|failed|expired|cancelled|turned down|under way|verified|confirmed|accepted|done|reset \d+)`
			settled = `(?:approved|verified|confirmed|accepted|authori[sz]ed|cleared|checked)`
			bot     = `(?:passcode ?-?bot|the bot)`
			words   = `(?:[^ |]+ ){0,3}`
			end     = `(?: [*|✓:]|$)`
			not     = `(?:not|never|\S*n t)`
		)
		var all []*regexp.Regexp
		for _, s := range []string{
			number + ` (?:out )?(?:of|/) ` + number + ` (?:approvals?|approved)`,
			number + ` (?:\S+ )?approvals? (?:(?:are|is|were|was|have|has|been|already|now) )*(?:received|given|granted|counted|collected|obtained|complete|reached|there|in` + end + `)`,
			`[|*✓] ` + number + ` approvals?` + end,
			`(?:r ?-? ?\d+|it|this|request|already|now) (?:has|got) (?:already )?` + number + ` (?:\S+ )?approvals?`,
			`(?:needs?|requires?|wants?|lacks?) ` + none + ` (?:\S+ )?approvals?`,
			none + ` (?:\S+ )?approvals? (?:(?:is|are) )?(?:needed|required|necessary|missing|left)`,
			`approvals? (?:is |are )?` + not + ` (?:needed|required|necessary)`,
			not + ` (?:need|require) (?:an |any )?(?:\S+ )?approvals?`,
			`[|*✓] approvals? (?:is |are )?(?:received|given|granted|complete)` + end,
			`[|*✓] (?:approv(?:ed|als?|ers?)|denied|verified and approved) :`,
			`r ?-? ?\d+(?: [*|:])+ ` + status,
			`r ?-? ?\d+ (?:is )?(?:approved|succeeded|done)(?: [*|:✓]|$)`,
			`r ?-? ?\d+ is (?:stored|approved|done)`,
			`this request (?:is|was|has been) (?:already )?` + settled,
			bot + ` (?:(?:has|have|had|itself|already|also|now|just) )*(?:says|said|verified|verifies|approved|approves|confirms|confirmed|checked|checks|accepted|cleared|authori[sz]ed)`,
			`passcode ?-?bot [*:]`,
			`[|*✓] passcode ?-?bot \| ` + words + `(?:ok|fine|done|` + settled + `)`,
			settled + ` by ` + bot,
			`[|*✓] (?:slackbot|system)(?: \*)? :`,
			`✓(?: [*|])* ` + words + settled,
			settled + `(?: [*|])* ✓`,
			`[|*✓] (?:status : )?(?:approved|succeeded|under way|verified and approved)(?: [*|✓]|(?: :)?$)`,
			`\* (?:reason|asked by|left out|rule|verified|ticket|second reason|break glass|approved|denied|needs|dry run) (?:: )?\*`,
			`[|*✓] (?:rule|status|break glass) [:|]`,
			`accepted by intune`,
			`confirmed : the device has reset`,
			`auto(?:-| |matically )?approved`,
			`quorum (?:is )?reached`,
			not + ` (?:been )?reset (?:before|earlier|previously)` + end,
			not + ` (?:been )?reset (?:in|within|for) the (?:last|past) `,
			`(?:no|0+|zero|without) (?:earlier|previous|prior|other) resets?`,
			`first reset (?:of|for) ` + words + `?in \d+ (?:hours?|days?)`,
			`[|*✓] first reset of this (?:device|phone|tablet)` + end,
		} {
			all = append(all, regexp.MustCompile(`(?:^| )`+s))
		}
		return all
	}()
)

// phrase is a part of a skeleton as people read it.
func phrase(s string) string {
	return oneLine(strings.Map(func(r rune) rune {
		if strings.ContainsRune("|*", r) {
			return ' '
		}
		return r
	}, s))
}

// skeleton is what a text looks like: letters of any alphabet as the Latin
// ones that they resemble, in lower case, without what shows nothing; words
// apart from the signs between them, with commas as a sign of their own.
func skeleton(text, comma string) string {
	runes := []rune(plain(ticks.Replace(text)))
	var b strings.Builder
	b.WriteString(" | ")
	sign := func(s string) {
		if !strings.HasSuffix(b.String(), " "+s+" ") {
			b.WriteString(" " + s + " ")
		}
	}
	for i, r := range runes {
		inside := i > 0 && i+1 < len(runes) && letter(runes[i-1]) && letter(runes[i+1])
		switch {
		case letter(r), r == '@':
			b.WriteRune(r)
		case inside && r == '0':
			b.WriteRune('o')
		case inside && (r == '1' || r == '|'):
			b.WriteRune('l')
		case unicode.IsDigit(r), r == '-' && i+1 < len(runes) && i > 0 && !unicode.IsSpace(runes[i-1]) && !unicode.IsSpace(runes[i+1]):
			b.WriteRune(r)
		case strings.ContainsRune("*_~", r):
			if !inside {
				sign("*")
			}
		case r == ',':
			sign(comma)
		case unicode.IsSpace(r), strings.ContainsRune("'’()#+&$%", r):
			b.WriteByte(' ')
		case r == ':' || r == '/':
			sign(string(r))
		case strings.ContainsRune("✓✔✅☑🗸🟢🟩👍👌🆗🤖🔒🔓", r):
			sign("✓")
		default:
			sign("|")
		}
	}
	return oneLine(b.String())
}

// plain is a text with each character as the plain one that it resembles.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r, shows := resembles(r); shows {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func letter(r rune) bool { return unicode.IsLetter(r) }

// ticks are the names of marks, as Slack writes them.
var ticks = strings.NewReplacer(":white_check_mark:", "✓", ":heavy_check_mark:", "✓", ":ballot_box_with_check:", "✓",
	":large_green_circle:", "✓", ":large_green_square:", "✓", ":+1:", "✓", ":thumbsup:", "✓", ":robot_face:", "✓", ":lock:", "✓", ":unlock:", "✓")

// fillers take room and show nothing, though most are letters by their class.
const fillers = "\u115f\u1160\u2800\u3164\uffa0"

// resembles returns the plain character that r looks like, and whether it
// shows at all.
func resembles(r rune) (rune, bool) {
	switch {
	case unicode.Is(unicode.M, r), isHidden(r):
		return 0, false
	case strings.ContainsRune(fillers, r):
		return ' ', true
	}
	for _, a := range alphabets {
		if r >= a.from && r <= a.to {
			return rune(a.looks[int(r-a.from)%len(a.looks)]), true
		}
	}
	if like, ok := lookalikes[r]; ok {
		return like, true
	}
	for _, r := range hyphens(string(r)) {
		return r, true
	}
	return r, true
}

const (
	latin = "abcdefghijklmnopqrstuvwxyz"
	ascii = "!\"#$%&'()*+,-./0123456789:;<=>?@" + latin + "[\\]^_`" + latin + "{|}~"
)

// alphabets are runs of characters that show the plain ones in their order.
var alphabets = []struct {
	from, to rune
	looks    string
}{
	{'！', '～', ascii},
	{'\U0001d400', '\U0001d6a3', latin},
	{'\U0001d7ce', '\U0001d7ff', "0123456789"},
	{'Ⓐ', 'ⓩ', latin},
	{'⒜', '⒵', latin},
	{'\U0001f110', '\U0001f129', latin},
	{'\U0001f130', '\U0001f149', latin},
	{'\U0001f150', '\U0001f169', latin},
	{'\U0001f170', '\U0001f189', latin},
	{'\U0001f1e6', '\U0001f1ff', latin},
}

var lookalikes = func() map[rune]rune {
	all := map[rune]rune{}
	for like, others := range map[rune]string{
		'a': "аαɑàáâãäåāăąǎạảấầậắặᴀɐАΑÀÁÂÃÄÅĀĂĄ", 'b': "ЬВвβΒʙ", 'c': "сςçćĉċčϲᴄСÇĆĈĊČ", 'd': "ԁđďɗᴅĐĎ", 'e': "еεҽèéêëēĕėęěẹẽếềệᴇЕΕÈÉÊËĒĔĖĘĚ",
		'g': "ɡĝğġģɢĜĞĠĢ", 'h': "һнĥħʜНΗĤĦ", 'i': "іιìíîïĩīĭįıỉịɪІΙÌÍÎÏĨĪĬĮİ", 'j': "јϳᴊЈ", 'k': "кκķᴋКΚĶ", 'l': "ӏⅼĺļľłʟӀĹĻĽŁ", 'm': "мᴍМΜ",
		'n': "пηñńņňŋɴΝÑŃŅŇ", 'o': "оοσòóôõöøōŏőơọỏốồộᴏОΟÒÓÔÕÖØŌŎŐ", 'p': "рρþᴘРΡ", 'q': "ԛ", 'r': "гŕŗřʀŔŖŘ", 's': "ѕśŝşšșꜱЅŚŜŞŠȘ",
		't': "тτţťŧțᴛТΤŢŤŦȚ", 'u': "υùúûüũūŭůűųụủưᴜÙÚÛÜŨŪŬŮŰŲ", 'v': "ѵνᴠѴ", 'w': "ԝωŵᴡŴ", 'x': "хχХΧ", 'y': "уγýÿŷʏỳỵУΥÝŶŸ", 'z': "źżžᴢΖŹŻŽ",
		':': "ː˸։׃∶꞉︰﹕", '@': "﹫", '/': "⁄∕", '*': "∗⁎✱✲﹡•", ' ': "\u3164",
	} {
		for _, r := range others {
			all[r] = like
		}
	}
	return all
}()
