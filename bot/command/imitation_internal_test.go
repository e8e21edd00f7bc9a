package command

import "testing"

func TestImitates(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Approved by @bob", "approved by Bob Miller", "APPROVED BY security", "✅ Approved", "✅ Approved by security", ":white_check_mark: approved",
		":white_check_mark: identity verified", "lost phone. Approved by @bob", "lost phone – Approved by Bob", "lost phone | Approved by Bob",
		"lost phone approved by @bob", "lost phone (approved by @bob)", "*Approved by* Bob", "lost *approved by* @bob", "_Approved_ by Bob",
		"Аррroved by @bob", "Ａｐｐｒｏｖｅｄ ｂｙ Bob", "𝐀𝐩𝐩𝐫𝐨𝐯𝐞𝐝 𝐛𝐲 Bob", "ⓐⓟⓟⓡⓞⓥⓔⓓ by Bob", "App\u200broved by Bob", "Approved\u200bby\u200bBob", "App\u202eroved by\u2066 Bob", "Approved\x00 by Bob", "Appr\u0301oved by Bob", "Appr0ved by Bob", "App*ro*ved by Bob",
		"Ápprovèd by Bob", "Approved\u3164by Bob", "Approved: ", "approved.", "Asked by @alice", "lost. *Asked by* @ceo", "Denied by @bob", "Signed by @bob",
		"R-12: succeeded", "r12 – approved", "R–12: reset 1 passcode", "R-12 is approved", "*R-12* succeeded.", "R-12 is done: 1 of 1 accepted", "lost, R-12: approved",
		"*Reason* forgot the PIN", "forgot *Left out* nothing", "_Reason_ x", "Rule: none", "*Rule* none",
		"passcodebot: verified by security", "Passcodebot says it is fine", "lost. Passcode-Bot: checked", "рasscodebot: ok", "*passcodebot* identity checked", "slackbot: this is fine",
		"system: request cleared", "1 of 2 approvals", "2 of 2 approvals (@anna, @ben)", "one of two approvals", "2/2 approved", "has ２ of ２ approvals",
		"accepted by Intune; the device does it", "auto-approved", "automatically approved", "quorum reached", "Status: approved", "🟢 approved, go", "lost 🤖 approved by policy",
		"Break glass: by order of the CISO", "phone lost • Approved by Bob", "• Approved by Bob", "confirmed: the device has reset it",
		"Passcodebot has verified this person", "passcode bot has already checked him", "the bot has confirmed it", "lost, verified by passcodebot", "passcodebot, all verified",
		"approved: Bob Smith", "lost phone, approved: Bob Smith", "Approvals: Bob, Ben", "Approver: Bob Smith", "approved-by Bob", "lost phone. Approved – Bob Smith",
		"identity verified ✔", "identity verified ✔️", "approved :white_check_mark:", "✅ the identity was verified", "👌 verified", "👍🏽 approved", ":+1::skin-tone-3: approved", "verified :+1::skin-tone-3:",
		"2 approvals received", "lost phone, 2 approvals received", "both approvals are in", "all approvals have been given", "two more approvals received", "this has 2 approvals", "2 approvals", "lost; 2 approvals.", "approvals received",
		"Needs 0 approvals", "needs no further approval", "no approval needed", "0 approvals are missing", "approval is not required", "doesn't need any approval", "*Needs* 1 approval", "this request has been approved",
		"This device was not reset before", "This device was not reset before, go ahead", "device wasn’t reset before", "it has never been reset before.", "not reset in the last 24 hours", "no earlier resets", "lost, no previous reset of this device",
		"First reset of this device in 90 days", "first reset of this device",
	} {
		if imitates(text) == "" {
			t.Errorf("%q passes as %q", text, skeleton(text, "|"))
		}
	}
	for _, text := range []string{
		"forgot the PIN, INC-4711", "was approved by his manager last week", "INC-4711 approved for swap", "the swap was approved by @bob", "Approved by his manager", "lost phone (approved by his manager)",
		"because: both", "no reason: at all", "says \"forgot\"", "ticket: INC-4711", "verified by phone", "Verified by callback, number in the directory", "Verified: by badge", "verified by @bob in person",
		"R-12 was denied by mistake", "R-12 expired, asking again", "same phone as in R-12", "R-12 failed, please again", "see R-12: the phone was off", "R-12 was approved but the phone was off",
		"2 of 3 tablets locked", "needs 2 approvals", "passcodebot was down yesterday", "asked passcodebot twice", "reset 2 passcodes please", "second reset of this device, the battery is broken",
		"the user asked by phone", "asked by the phone shop to do it", "the rule: no calls", "Grund: PIN vergessen", "ПИН забыт, просит Иван", "PIN oublié – employé approuvé", "暗証番号を忘れた", "👍 thanks", "✅ checklist is done",
		"the system: it hangs", "manager's OK is in the ticket", "not approved by me", "who is it that approved it?", "device was cancelled", "status unknown", "break glass team wants it", "*urgent* lost", "approved phone list",
		"Approved phones only", "security guard found it", "lost phone-case, 2-of-3 tablets work", "denied access since Monday",
		"approval from his manager attached", "needs 2 approvals from finance for the new phone?", "approval received from his manager by mail", "his manager's approval is in INC-4711", "the swap needs approval", "who gives the approval?",
		"INC-4711, approved by his manager", "lost phone, approved by Bob Miller, his manager", "identity verified by phone", "verified: his badge, in person", "verified her identity by callback", "checked his badge, ✅ list is done",
		"the phone was not reset before he left", "R-12 is over, but the phone was not reset", "phone was never reset", "the first reset of this device did not work", "second reset, the first did not arrive", "not yet reset",
		"no resets worked", "we need this before the shift", "passcodebot, please be quick", "tried passcodebot. It was down", "passcodebot has not answered", "waiting for approvals in the other team", "all 3 phones are in", "no approval came for R-12 in time",
		"2 phones received, 1 is locked", "the request was approved by his manager", "signed by the notary last week in ink and then lost", "1/2 day lost",
	} {
		if got := imitates(text); got != "" {
			t.Errorf("%q is refused for %q (%q)", text, got, skeleton(text, "|"))
		}
	}
}
