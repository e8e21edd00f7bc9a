package command_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"passcodebot/approvals"
	"passcodebot/bot/command"
)

type refused struct{ text, want string }

// refusedTexts is every way to get it wrong, with the whole sentence that a
// person then reads.
func refusedTexts() []struct {
	code  string
	cases []refused
} {
	serials := ""
	for i := range 201 {
		serials += fmt.Sprintf("serial:R%d ", i)
	}
	return []struct {
		code  string
		cases []refused
	}{
		{"no-devices", []refused{
			{
				"reason: lost phone serial:R58",
				"No device is named; devices stand before the reason. Name the devices first: `serial:R58 reason: lost phone`.",
			},
			{
				"dry-run",
				"No device is named; devices stand before the reason. Name the devices first: `dry-run serial:R58M12ABCDE`.",
			},
			{
				"dry-run all-or-nothing",
				"No device is named; devices stand before the reason. Name the devices first: `dry-run serial:R58M12ABCDE`.",
			},
			{
				"dry-run reason: x",
				"No device is named; devices stand before the reason. Name the devices first: `dry-run serial:R58M12ABCDE`.",
			},
			{
				"all-or-nothing",
				"No device is named; devices stand before the reason. Name the devices first: `serial:R58M12ABCDE reason: forgot the PIN`.",
			},
			{
				"reason: <@U1|alice> serial:R58",
				"No device is named; devices stand before the reason. Name the devices first: `@alice serial:R58 reason: forgot the PIN`.",
			},
			{
				"because: forgot PIN",
				"No device is named; devices stand before the reason. Name the devices first: `serial:R58M12ABCDE reason: forgot PIN`.",
			},
		}},
		{"no-reason", []refused{
			{
				"serial:R58M12ABCDE",
				"The reason is missing at the end, behind character 18. Say why, for the person who approves: `serial:R58M12ABCDE reason: forgot the PIN`.",
			},
			{
				"serial:R58M12ABCDE, user:alice@contoso.com",
				"The reason is missing at the end, behind character 42. Say why, for the person who approves: `serial:R58M12ABCDE user:alice@contoso.com reason: forgot the PIN`.",
			},
			{
				"<@U1> <@U2|bob> serial:R58 serial:R59",
				"The reason is missing at the end, behind character 30. Say why, for the person who approves: `@U1 @bob serial:R58 … reason: forgot the PIN`.",
			},
			{
				"all-or-nothing serial:R58",
				"The reason is missing at the end, behind character 25. Say why, for the person who approves: `all-or-nothing serial:R58 reason: forgot the PIN`.",
			},
		}},
		{"reason-imitates", []refused{
			{
				"serial:R58 reason: ✅ Approved by <@U1|bob>",
				"“approved by @bob” in what begins at character 12 looks like words of mine, so that an approver could take it for something that has happened. Say it in your own words, and leave such words, signs and marks out.",
			},
			{
				"serial:R58 verified:\"*R-12*: succeeded\" reason: x",
				"“r-12 : succeeded” in what begins at character 12 looks like words of mine, so that an approver could take it for something that has happened. Say it in your own words, and leave such words, signs and marks out.",
			},
			{
				"serial:R58 reason: App\u202eroved\u200bby <@U1|bob>",
				"“approved by @bob” in what begins at character 12 looks like words of mine, so that an approver could take it for something that has happened. Say it in your own words, and leave such words, signs and marks out.",
			},
			{
				`serial:R58 name:"x · Approved by @anna · 1 of 1 approvals" reason: x`,
				"“approved by @anna” in what begins at character 12 looks like words of mine, so that an approver could take it for something that has happened. Say it in your own words, and leave such words, signs and marks out.",
			},
			{
				`filter:"deviceName eq 'x · App` + "\u200b" + `roved by @anna'" reason: x`,
				"“approved by @anna” in what begins at character 1 looks like words of mine, so that an approver could take it for something that has happened. Say it in your own words, and leave such words, signs and marks out.",
			},
			{
				`serial:"2 of 2 approvals" reason: x`,
				"“2 of 2 approvals” in what begins at character 1 looks like words of mine, so that an approver could take it for something that has happened. Say it in your own words, and leave such words, signs and marks out.",
			},
		}},
		{"reason-pings", []refused{
			{
				"serial:R58 reason: <!channel> help",
				"“@channel” in what begins at character 12 names a whole group of people, and nobody is called here. Leave it out; the card tells those who can approve.",
			},
			{
				"serial:R58 reason: lost, &lt;!subteam^S1&gt;",
				"“!subteam^” in what begins at character 12 names a whole group of people, and nobody is called here. Leave it out; the card tells those who can approve.",
			},
			{
				"serial:R58 reason: lost ＠Ch\u0430nnel",
				"“@channel” in what begins at character 12 names a whole group of people, and nobody is called here. Leave it out; the card tells those who can approve.",
			},
			{
				"serial:R58 verified:<!subteam^S1|@oncall> knows him reason: lost",
				"“@oncall” in what begins at character 12 names a whole group of people, and nobody is called here. Leave it out; the card tells those who can approve.",
			},
			{
				"serial:R58 ticket:@here reason: lost",
				"“@here” in what begins at character 12 names a whole group of people, and nobody is called here. Leave it out; the card tells those who can approve.",
			},
		}},
		{"empty-option", []refused{
			{
				"serial:R58 verified:\u3164 reason: x",
				"There is nothing behind “verified:” at character 12. Leave it out, or type it like this: `verified:\"called back on the number in the directory\"`.",
			},
			{
				"serial:R58 second-reason:\"\u2800\" reason: x",
				"There is nothing behind “second-reason:” at character 12. Leave it out, or type it like this: `second-reason:\"the shift starts at six\"`.",
			},
			{
				"serial:R58 reason: x break-glass: - ! ",
				"There is nothing behind “break-glass:” at character 22. Leave it out, or type it like this: `break-glass:\"the night shift cannot work\"`.",
			},
			{
				"serial:R58 ticket:--- reason: x",
				"There is nothing behind “ticket:” at character 12. Leave it out, or type it like this: `ticket:INC0012345`.",
			},
			{
				"serial:R58 ticket: reason: x",
				"There is nothing behind “ticket:” at character 12. Leave it out, or type it like this: `ticket:INC0012345`.",
			},
			{
				"serial:R58 reason: x verified:\"\"",
				"There is nothing behind “verified:” at character 22. Leave it out, or type it like this: `verified:\"called back on the number in the directory\"`.",
			},
			{
				"serial:R58 reason: x break-glass:",
				"There is nothing behind “break-glass:” at character 22. Leave it out, or type it like this: `break-glass:\"the night shift cannot work\"`.",
			},
		}},
		{"long-option", []refused{
			{
				"serial:R58 ticket:" + strings.Repeat("1", 101) + " reason: x",
				"What stands behind “ticket:” at character 12 is 101 characters long, and at most 100 fit. Shorten it, as in `ticket:INC0012345`.",
			},
			{
				"serial:R58 reason: x second-reason:" + strings.Repeat("1", 1001),
				"What stands behind “second-reason:” at character 22 is 1,001 characters long, and at most 1,000 fit. Shorten it, as in `second-reason:\"the shift starts at six\"`.",
			},
		}},
		{"said-twice", []refused{
			{
				"serial:R58 ticket:1 ticket:2 reason: x",
				"“ticket:” at character 21 stands there for the second time. Say it once: `ticket:INC0012345`.",
			},
			{
				"serial:R58 reason: x verified: y reason: z",
				"“reason:” at character 34 stands there for the second time. Say it once: `reason: forgot the PIN`.",
			},
		}},
		{"after-reason", []refused{
			{
				"serial:R58 reason: x verified:\"by phone\" for him",
				"I do not understand “for him” at character 42: behind the reason only ticket:, second-reason:, verified: and break-glass: may follow. If it belongs to the reason, put quotation marks around all of that: `reason:\"x verified:by phone for him\"`.",
			},
			{
				"serial:R58 reason: see ticket: INC-1, and call",
				"I do not understand “and call” at character 39: behind the reason only ticket:, second-reason:, verified: and break-glass: may follow. If it belongs to the reason, put quotation marks around all of that: `reason:\"see ticket: INC-1, and call\"`.",
			},
		}},
		{"option-key", []refused{
			{
				"serial:R58 ticker:INC-1 reason: x",
				"I do not know “ticker:” at character 12. What is said beside the reason begins with ticket:, second-reason:, verified: or break-glass:, as in `ticket:INC-1`.",
			},
			{
				"serial:R58 breakglass:all is down reason: x",
				"I do not know “breakglass:” at character 12. What is said beside the reason begins with ticket:, second-reason:, verified: or break-glass:, as in `break-glass:\"all is down\"`.",
			},
			{
				"serial:R58 second_reason:\"we wait\" reason: x",
				"I do not know “second_reason:” at character 12. What is said beside the reason begins with ticket:, second-reason:, verified: or break-glass:, as in `second-reason:\"we wait\"`.",
			},
			{
				"serial:R58 verfied:reason: x",
				"I do not know “verfied:” at character 12. What is said beside the reason begins with ticket:, second-reason:, verified: or break-glass:, as in `verified:\"called back on the number in the directory\"`.",
			},
			{
				"serial:R58 reason: x breakglass: now",
				"I do not know “breakglass:” at character 22. What is said beside the reason begins with ticket:, second-reason:, verified: or break-glass:, as in `break-glass:\"now\"`.",
			},
		}},
		{"empty-reason", []refused{
			{
				"serial:R58 reason:",
				"There is nothing behind “reason:” at character 12. Say why, for the person who approves: `serial:R58 reason: forgot the PIN`.",
			},
			{
				"serial:R58 reason: \u3164 \u2800\u115f\u1160\uffa0",
				"There is nothing behind “reason:” at character 12. Say why, for the person who approves: `serial:R58 reason: forgot the PIN`.",
			},
			{
				"serial:R58 reason:\"...\" verified:x",
				"There is nothing behind “reason:” at character 12. Say why, for the person who approves: `serial:R58 reason: forgot the PIN`.",
			},
			{
				"serial:R58 because :  ",
				"There is nothing behind “because :” at character 12. Say why, for the person who approves: `serial:R58 reason: forgot the PIN`.",
			},
		}},
		{"empty-value", []refused{
			{
				"serial: reason: x",
				"There is nothing behind “serial:” at character 1. Type the value right behind the colon: `serial:R58M12ABCDE`.",
			},
			{
				"serial:",
				"There is nothing behind “serial:” at character 1. Type the value right behind the colon: `serial:R58M12ABCDE`.",
			},
			{
				"serial:, R58 reason: x",
				"There is nothing behind “serial:” at character 1. Type the value right behind the colon: `serial:R58M12ABCDE`.",
			},
			{
				`serial:"" reason: x`,
				"There is nothing behind “serial:” at character 1. Type the value right behind the colon: `serial:R58M12ABCDE`.",
			},
			{
				"user: serial:R58",
				"There is nothing behind “user:” at character 1. Type the value right behind the colon: `user:alice@contoso.com`.",
			},
			{
				"serial: all-or-nothing reason: x",
				"There is nothing behind “serial:” at character 1. Type the value right behind the colon: `serial:R58M12ABCDE`.",
			},
			{
				"name: reason: x",
				"There is nothing behind “name:” at character 1. Type the value right behind the colon: `name:\"Alice's Pixel\"`.",
			},
			{
				`filter:"" reason: x`,
				"There is nothing behind “filter:” at character 1. Type the value right behind the colon: `filter:\"operatingSystem eq 'Android'\"`.",
			},
			{
				"filter: reason: x",
				"There is nothing behind “filter:” at character 1. Type the value right behind the colon: `filter:\"operatingSystem eq 'Android'\"`.",
			},
			{
				`name:"  " reason: x`,
				"There is nothing behind “name:” at character 1. Type the value right behind the colon: `name:\"Alice's Pixel\"`.",
			},
		}},
		{"no-colon", []refused{
			{
				"serial:R58 ticket INC-1 reason: x",
				"The colon is missing behind “ticket” at character 12. Type it like this: `ticket:INC-1`.",
			},
			{
				"serial:R58 verified called back reason: x",
				"The colon is missing behind “verified” at character 12. Type it like this: `verified:\"called back\"`.",
			},
			{
				"serial R58 reason: x",
				"The colon is missing behind “serial” at character 1. Type it like this: `serial:R58`.",
			},
			{
				"serial:R58 reason forgot PIN",
				"The colon is missing behind “reason” at character 12. Type it like this: `reason: forgot PIN`.",
			},
			{
				`name "Alice's Pixel" reason: x`,
				"The colon is missing behind “name” at character 1. Type it like this: `name:\"Alice's Pixel\"`.",
			},
			{
				"serial reason: x",
				"The colon is missing behind “serial” at character 1. Type it like this: `serial:R58M12ABCDE`.",
			},
			{
				"reason forgot",
				"The colon is missing behind “reason” at character 1. Type it like this: `reason: forgot`.",
			},
			{
				"because",
				"The colon is missing behind “because” at character 1. Type it like this: `because: forgot the PIN`.",
			},
			{
				"serial:R58 because forgot",
				"The colon is missing behind “because” at character 12. Type it like this: `because: forgot`.",
			},
		}},
		{"unknown-key", []refused{
			{
				"imei:356938035643809 reason: x",
				"I do not know “imei:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `serial:R58M12ABCDE`.",
			},
			{
				"sn:R58M12ABCDE reason: x",
				"I do not know “sn:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `serial:R58M12ABCDE`.",
			},
			{
				"serail:R58 reason: x",
				"I do not know “serail:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `serial:R58`.",
			},
			{
				"upn:alice@contoso.com reason: x",
				"I do not know “upn:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `user:alice@contoso.com`.",
			},
			{
				`devicename:"Alice's Pixel" reason: x`,
				"I do not know “devicename:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `name:\"Alice's Pixel\"`.",
			},
			{
				"filtre:operatingSystem eq 'Android' reason: x",
				"I do not know “filtre:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `filter:\"operatingSystem eq 'Android'\"`.",
			},
			{
				"https://example.com reason: x",
				"I do not know “https:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `serial:R58M12ABCDE`.",
			},
			{
				":R58 reason: x",
				"I do not know “:R58” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `serial:R58M12ABCDE reason: forgot the PIN`.",
			},
			{
				"mail: reason: x",
				"I do not know “mail:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `user:alice@contoso.com`.",
			},
			{
				"list: R58 reason: x",
				"I do not know “list:” at character 1. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `serial:R58M12ABCDE`.",
			},
			{
				"dry-run serail:R58",
				"I do not know “serail:” at character 9. Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `serial:R58`.",
			},
		}},
		{"reason-key", []refused{
			{
				"why: forgot",
				"I do not know “why:” at character 1. The reason begins with the word reason and a colon: `reason: forgot`.",
			},
			{
				"serial:R58 why: forgot PIN",
				"I do not know “why:” at character 12. The reason begins with the word reason and a colon: `reason: forgot PIN`.",
			},
			{
				"grund: PIN vergessen",
				"I do not know “grund:” at character 1. The reason begins with the word reason and a colon: `reason: PIN vergessen`.",
			},
		}},
		{"unclosed-quote", []refused{
			{
				"serial:R58 verified:\"called back reason: x",
				"The quotation mark at character 21, in “verified:\"called back reason: x”, is never closed. Close it: `verified:\"called back\"`.",
			},
			{
				`name:"Alice's Pixel reason: x`,
				"The quotation mark at character 6, in “name:\"Alice's Pixel reason: x”, is never closed. Close it: `name:\"Alice's Pixel\"`.",
			},
			{
				`name:"Alice's Pixel serial:R58 reason: x`,
				"The quotation mark at character 6, in “name:\"Alice's Pixel serial:R58 reason: x”, is never closed. Close it: `name:\"Alice's Pixel\"`.",
			},
			{
				"name:'Alice Pixel reason: x",
				"The quotation mark at character 6, in “name:'Alice Pixel reason: x”, is never closed. Close it: `name:\"Alice Pixel\"`.",
			},
			{
				`name:" reason: x`,
				"The quotation mark at character 6, in “name:\" reason: x”, is never closed. Close it: `name:\"Alice's Pixel\"`.",
			},
			{
				`"Alice's Pixel reason: x`,
				"The quotation mark at character 1, in “\"Alice's Pixel reason: x”, is never closed. Close it: `name:\"Alice's Pixel\"`.",
			},
			{
				"name:“Pixel reason: x",
				"The quotation mark at character 6, in “name:“Pixel reason: x”, is never closed. Close it: `name:\"Pixel\"`.",
			},
			{
				"user:'alice@contoso.com reason: x",
				"The quotation mark at character 6, in “user:'alice@contoso.com reason: x”, is never closed. Close it: `user:alice@contoso.com`.",
			},
			{
				"serial:'R58 reason: x",
				"The quotation mark at character 8, in “serial:'R58 reason: x”, is never closed. Close it: `serial:R58`.",
			},
			{
				`name:Pixel "8 reason: x`,
				"The quotation mark at character 12, in “\"8 reason: x”, is never closed. Close it: `name:\"8\"`.",
			},
		}},
		{"unquoted-value", []refused{
			{
				"serial:R58 ticket:INC 4711 reason: x",
				"“4711” at character 23 stands alone, because the words behind “ticket:” have no quotation marks. Put them around all of it: `ticket:\"INC 4711\"`.",
			},
			{
				"serial:R58 reason: x ticket:INC 4711",
				"“4711” at character 33 stands alone, because the words behind “ticket:” have no quotation marks. Put them around all of it: `ticket:\"INC 4711\"`.",
			},
			{
				"name:Alice's Pixel 8 reason: x",
				"“Pixel” at character 14 stands alone, because the words behind “name:” have no quotation marks. Put them around all of it: `name:\"Alice's Pixel 8\"`.",
			},
			{
				"filter:operatingSystem eq 'Android' and x, serial:R58 reason: x",
				"“eq” at character 24 stands alone, because the words behind “filter:” have no quotation marks. Put them around all of it: `filter:\"operatingSystem eq 'Android' and x\"`.",
			},
			{
				"name:Pixel 8 all-or-nothing reason: x",
				"“8” at character 12 stands alone, because the words behind “name:” have no quotation marks. Put them around all of it: `name:\"Pixel 8\"`.",
			},
		}},
		{"stuck-together", []refused{
			{
				`name:"Pixel"serial:R58 reason: x`,
				"Between “name:\"Pixel\"” and “serial:R58” at character 13 a space is missing. Separate devices with a space or a comma: `name:\"Pixel\" serial:R58`.",
			},
		}},
		{"quote-inside", []refused{
			{
				`name:"12" tablet" reason: x`,
				"“name:\"12\" tablet\"” at character 1 has a quotation mark inside, which cannot be looked up. Leave it out: `name:\"12 tablet\"`. If it belongs to the name, use the device's serial number or id instead.",
			},
			{
				`serial:R5"8 reason: x`,
				"“serial:R5\"8” at character 1 has a quotation mark inside, which cannot be looked up. Leave it out: `serial:R58`. If it belongs to the name, use the device's serial number or id instead.",
			},
			{
				`name:'12" tablet' reason: x`,
				"“name:'12\" tablet'” at character 1 has a quotation mark inside, which cannot be looked up. Leave it out: `name:\"12 tablet\"`. If it belongs to the name, use the device's serial number or id instead.",
			},
		}},
		{"single-quoted-filter", []refused{
			{
				"filter:'operatingSystem eq 'Android'' reason: x",
				"The filter at character 8 stands in single quotation marks, which it needs inside. Put double ones around it: `filter:\"operatingSystem eq 'Android'\"`.",
			},
			{
				`filter:'operatingSystem eq "Android"' serial:x reason: x`,
				"The filter at character 8 stands in single quotation marks, which it needs inside. Put double ones around it: `filter:\"operatingSystem eq 'Android'\"`.",
			},
		}},
		{"odd-character", []refused{
			{
				`serial:"R5;8" reason: x`,
				"“serial:\"R5;8\"” at character 1 has “;” in it, which does not belong there. Correct it: `serial:R58`.",
			},
			{
				"serial:R58:9 reason: x",
				"“serial:R58:9” at character 1 has “:” in it, which does not belong there. Correct it: `serial:R589`.",
			},
		}},
		{"not-an-address", []refused{
			{
				"user:alice reason: x",
				"“user:alice” at character 1 is not a mail address. Type the whole address: `user:alice@contoso.com`.",
			},
			{
				`user:"Alice Adams" reason: x`,
				"“user:\"Alice Adams\"” at character 1 is not a mail address. Type the whole address: `user:alice.adams@contoso.com`.",
			},
			{
				"user:@alice reason: x",
				"“user:@alice” at character 1 is not a mail address. Type the whole address: `user:alice@contoso.com`.",
			},
			{
				"user:a@b@c reason: x",
				"“user:a@b@c” at character 1 is not a mail address. Type the whole address: `user:alice@contoso.com`.",
			},
		}},
		{"bare-address", []refused{
			{
				"alice@contoso.com reason: x",
				"“alice@contoso.com” at character 1 has no key before it. For the devices of that person type `user:alice@contoso.com`.",
			},
		}},
		{"named-id", []refused{
			{
				"id:0a1b2c3d-0000-4000-8000-00000000000f reason: x",
				"“id:0a1b2c3d-0000-4000-8000-00000000000f” at character 1 needs no key, because a device id stands alone. Type the id alone: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
			{
				"device:0A1B2C3D-0000-4000-8000-00000000000F reason: x",
				"“device:0A1B2C3D-0000-4000-8000-00000000000F” at character 1 needs no key, because a device id stands alone. Type the id alone: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
		}},
		{"bad-device-id", []refused{
			{
				"0a1b2c3d-0000-4000-8000-0000000000f reason: x",
				"“0a1b2c3d-0000-4000-8000-0000000000f” at character 1 is not a device id: it has 31 digits. A device id has 32 digits from 0 to 9 and a to f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
			{
				"0a1b2c3d-0000-4000-8000-00000000000g reason: x",
				"“0a1b2c3d-0000-4000-8000-00000000000g” at character 1 is not a device id: “g” is none of its digits. A device id has 32 digits from 0 to 9 and a to f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
			{
				"{0a1b2c3d-0000-4000-8000-00000000000f reason: x",
				"“{0a1b2c3d-0000-4000-8000-00000000000f” at character 1 is not a device id: a brace is missing. A device id has 32 digits from 0 to 9 and a to f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
			{
				"0a1b2c3d000040008000-00000000000f reason: x",
				"“0a1b2c3d000040008000-00000000000f” at character 1 is not a device id: its hyphens are not in their places. A device id has 32 digits from 0 to 9 and a to f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
			{
				"{nope} reason: x",
				"“{nope}” at character 1 is not a device id: “n” is none of its digits. A device id has 32 digits from 0 to 9 and a to f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
			{
				"0a1b2c3d-0000-4000-8000-00000000000f-1 reason: x",
				"“0a1b2c3d-0000-4000-8000-00000000000f-1” at character 1 is not a device id: it has 33 digits. A device id has 32 digits from 0 to 9 and a to f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
			{
				"0a1b2c3d0000400080000000000000 reason: x",
				"“0a1b2c3d0000400080000000000000” at character 1 is not a device id: it has 30 digits. A device id has 32 digits from 0 to 9 and a to f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
			},
		}},
		{"plain-handle", []refused{
			{
				"@alice reason: x",
				"“@alice” at character 1 is not linked to a person in Slack. Choose the name from the list that Slack offers while you type it, or give the mail address: `user:alice@contoso.com`.",
			},
		}},
		{"not-a-person", []refused{
			{
				"<!subteam^S1|@oncall> reason: x",
				"“@oncall” at character 1 is not a person, so it has no devices. Mention each person alone, or give mail addresses: `@alice user:bob@contoso.com`.",
			},
			{
				"<#C1|general> reason: x",
				"“#general” at character 1 is not a person, so it has no devices. Mention each person alone, or give mail addresses: `@alice user:bob@contoso.com`.",
			},
			{
				"dry-run <!here>",
				"“@here” at character 9 is not a person, so it has no devices. Mention each person alone, or give mail addresses: `dry-run @alice user:bob@contoso.com`.",
			},
			{
				"user:<#C1|general> reason: x",
				"“#general” at character 6 is not a person, so it has no devices. Mention each person alone, or give mail addresses: `user:alice@contoso.com`.",
			},
		}},
		{"mention-as-value", []refused{
			{
				"serial:<@U1|alice> reason: x",
				"“@alice” at character 8 is a person, and cannot stand behind serial:. For the devices of that person type the mention alone: `@alice`.",
			},
		}},
		{"joining-word", []refused{
			{
				"serial:R58 and serial:R59 reason: x",
				"I do not understand “and” at character 12. Leave it out; a space or a comma is enough: `serial:R58 serial:R59 reason: x`.",
			},
			{
				"*** reason: x",
				"I do not understand “***” at character 1. Leave it out; a space or a comma is enough: `reason: x`.",
			},
			{
				"serial:R58 | serial:R59 reason: x",
				"I do not understand “|” at character 12. Leave it out; a space or a comma is enough: `serial:R58 serial:R59 reason: x`.",
			},
			{
				"<@U1|alice> and <@U2|bob> reason: x",
				"I do not understand “and” at character 8. Leave it out; a space or a comma is enough: `@alice @bob reason: x`.",
			},
		}},
		{"near-word", []refused{
			{
				"serial:R58 second reason: we wait",
				"I do not understand “second” at character 12. Did you mean `second-reason:\"we wait\"`?",
			},
			{
				"break glass: all down",
				"I do not understand “break” at character 1. Did you mean `break-glass:\"all down\"`?",
			},
			{
				"lst",
				"I do not understand “lst” at character 1. Did you mean `list`?",
			},
			{
				"shwo 12",
				"I do not understand “shwo” at character 1. Did you mean `show R-12`?",
			},
			{
				"hepl",
				"I do not understand “hepl” at character 1. Did you mean `help`?",
			},
			{
				"dryrun serial:R58",
				"I do not understand “dryrun” at character 1. Did you mean `dry-run serial:R58`?",
			},
			{
				"dry run serial:R58",
				"I do not understand “dry” at character 1. Did you mean `dry-run serial:R58`?",
			},
			{
				"all or nothing serial:R58",
				"I do not understand “all” at character 1. Did you mean `all-or-nothing serial:R58`?",
			},
			{
				"allornothing serial:R58",
				"I do not understand “allornothing” at character 1. Did you mean `all-or-nothing`?",
			},
		}},
		{"misplaced-word", []refused{
			{
				"serial:R58 dry-run",
				"“dry-run” at character 12 must come first. Type it like this: `dry-run serial:R58`.",
			},
			{
				"serial:R58 list",
				"“list” at character 12 must come first. Type it like this: `list`.",
			},
			{
				"serial:R58 help",
				"“help” at character 12 must come first. Type it like this: `help`.",
			},
			{
				"serial:R58 show R-12",
				"“show” at character 12 must come first. Type it like this: `show R-12`.",
			},
			{
				"dry-run serial:R58 list",
				"“list” at character 20 must come first. Type it like this: `list`.",
			},
		}},
		{"bare-word", []refused{
			{
				"R58M12ABCDE reason: x",
				"I do not understand “R58M12ABCDE” at character 1. If it is a serial number, type `serial:R58M12ABCDE`; if it is the name of a device, `name:\"R58M12ABCDE\"`.",
			},
			{
				`"R58M12ABCDE" reason: x`,
				"I do not understand “\"R58M12ABCDE\"” at character 1. If it is a serial number, type `serial:R58M12ABCDE`; if it is the name of a device, `name:\"R58M12ABCDE\"`.",
			},
		}},
		{"bare-name", []refused{
			{
				`"Alice's Pixel" reason: x`,
				"I do not understand “\"Alice's Pixel\"” at character 1. If it is the name of a device, type `name:\"Alice's Pixel\"`; `/reset-passcode help` shows what else you can type.",
			},
			{
				"Alice's Pixel reason: x",
				"I do not understand “Alice's” at character 1. If it is the name of a device, type `name:\"Alice's Pixel\"`; `/reset-passcode help` shows what else you can type.",
			},
			{
				`"" reason: x`,
				"I do not understand “\"\"” at character 1. If it is the name of a device, type `name:\"Alice's Pixel\"`; `/reset-passcode help` shows what else you can type.",
			},
			{
				`serial:R58 "Pixel" reason: x`,
				"I do not understand “\"Pixel\"” at character 12. If it is the name of a device, type `name:\"Pixel\"`; `/reset-passcode help` shows what else you can type.",
			},
			{
				"serial : R58 extra reason: x",
				"I do not understand “extra” at character 14. If it is the name of a device, type `name:\"extra\"`; `/reset-passcode help` shows what else you can type.",
			},
			{
				"serial:R58\nPixel\nreason: x",
				"I do not understand “Pixel” at character 12. If it is the name of a device, type `name:\"Pixel\"`; `/reset-passcode help` shows what else you can type.",
			},
			{
				"serial:<http://x.y|x.y> <@U1",
				"I do not understand “<@U1” at character 12. If it is the name of a device, type `name:\"<@U1\"`; `/reset-passcode help` shows what else you can type.",
			},
			{
				"dry-run mail",
				"I do not understand “mail” at character 9. If it is the name of a device, type `name:\"mail\"`; `/reset-passcode help` shows what else you can type.",
			},
		}},
		{"no-number", []refused{
			{
				"show",
				"The number of the request is missing behind “show” at character 1. Type it like this: `show R-12`; `/reset-passcode list` shows the open ones.",
			},
			{
				"cancel",
				"The number of the request is missing behind “cancel” at character 1. Type it like this: `cancel R-12`; `/reset-passcode list` shows the open ones.",
			},
		}},
		{"bad-number", []refused{
			{
				"show twelve",
				"“twelve” at character 6 is not the number of a request. Numbers look like R-12: `show R-12`; `/reset-passcode list` shows the open ones.",
			},
			{
				"show #12",
				"“#12” at character 6 is not the number of a request. Numbers look like R-12: `show R-12`; `/reset-passcode list` shows the open ones.",
			},
			{
				"show R-12.",
				"“R-12.” at character 6 is not the number of a request. Numbers look like R-12: `show R-12`; `/reset-passcode list` shows the open ones.",
			},
			{
				"show 0",
				"“0” at character 6 is not the number of a request. Numbers look like R-12: `show R-12`; `/reset-passcode list` shows the open ones.",
			},
		}},
		{"extra-words", []refused{
			{
				"cancel R-12 please",
				"I do not understand “please” at character 13: nothing may follow cancel R-12. Type it like this: `cancel R-12`.",
			},
			{
				"list all",
				"I do not understand “all” at character 6: nothing may follow list. Type it like this: `list`.",
			},
			{
				"help me",
				"I do not understand “me” at character 6: nothing may follow help. Type it like this: `help`.",
			},
			{
				"list reason: x",
				"I do not understand “reason: x” at character 6: nothing may follow list. Type it like this: `list`.",
			},
			{
				"show R-12 R-13",
				"I do not understand “R-13” at character 11: nothing may follow show R-12. Type it like this: `show R-12`.",
			},
		}},
		{"long-reason", []refused{
			{
				"serial:R58 reason: " + strings.Repeat("ä", 3000),
				"The reason at character 12 is 3,000 characters long, and at most 1,000 fit. It is 2,000 too long; cut it, or put the details in a ticket and name it: `serial:R58 reason: forgot the PIN, INC-4711`.",
			},
			{
				"dry-run serial:R58 reason: " + strings.Repeat("x ", 501),
				"The reason at character 20 is 1,001 characters long, and at most 1,000 fit. It is 1 too long; cut it, or put the details in a ticket and name it: `dry-run serial:R58 reason: forgot the PIN, INC-4711`.",
			},
		}},
		{"long-value", []refused{
			{
				"name:" + strings.Repeat("x", 1001) + " reason: x",
				"What stands behind “name:” at character 1 is 1,001 characters long, and at most 1,000 can be looked up. Shorten it, or name the device in another way: `serial:R58M12ABCDE`.",
			},
		}},
		{"too-many-selectors", []refused{
			{
				serials + "reason: x",
				"“serial:R200” at character 2291 is too much: one request can name devices in 200 ways. Ask in several requests, or use a filter: `filter:\"startswith(deviceName,'KIOSK-')\" reason: kiosk swap`.",
			},
		}},
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, group := range refusedTexts() {
		covered[group.code] = true
		for _, tt := range group.cases {
			got, err := command.Parse(tt.text, command.Options{})
			if err == nil {
				t.Errorf("%q is understood: %+v", tt.text, got)
				continue
			}
			e := approvals.AsError(err)
			if e.Kind != approvals.Invalid || e.Code != group.code {
				t.Errorf("%q: %s, %s; want invalid, %s", tt.text, e.Kind, e.Code, group.code)
			}
			if e.Sentence() != tt.want {
				t.Errorf("%q: sentence is\n%s\nwant\n%s", tt.text, e.Sentence(), tt.want)
			}
		}
	}
	for _, r := range command.Refusals() {
		if !covered[r.Code] {
			t.Errorf("no case shows %s", r.Code)
		}
	}
}

var example = regexp.MustCompile("`([^`]+)`")

// Who types the corrected example instead is understood: it is a whole
// command, or a device or reason that goes into one.
func TestRefusals_examplesAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, group := range refusedTexts() {
		for _, tt := range group.cases {
			_, err := command.Parse(tt.text, command.Options{})
			for _, m := range example.FindAllStringSubmatch(approvals.AsError(err).Hint, -1) {
				// What Slack makes of a person's name, typed.
				text := strings.TrimPrefix(m[1], "/reset-passcode ")
				text = strings.ReplaceAll(" "+text, " @", " <@U1|")
				text = regexp.MustCompile(`<@U1\|\w+`).ReplaceAllString(text, "$0>")
				text = strings.ReplaceAll(text, "…", "")
				ok := false
				for _, whole := range []string{text, text + " reason: x", "serial:R58 " + text, "serial:R58 " + text + " reason: x"} {
					_, err := command.Parse(whole, command.Options{})
					ok = ok || err == nil
				}
				if !ok {
					t.Errorf("%q: the example `%s` is not understood", tt.text, m[1])
				}
			}
		}
	}
}

// What people typed can't break out of the code style of an example.
func TestRefusals_backticks(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"name:a“b`c” reason: x", "a1`b", "name:\"`*_~ reason: x", "imei:`x", "x:y`z` `", "`name:'a`b reason`"} {
		_, err := command.Parse(text, command.Options{})
		if err == nil {
			continue
		}
		e := approvals.AsError(err)
		if strings.Count(e.Hint, "`")%2 != 0 || strings.Contains(e.Text, "`") {
			t.Errorf("%q: %s", text, e.Sentence())
		}
	}
}
