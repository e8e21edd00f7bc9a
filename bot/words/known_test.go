package words_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/command"
	"passcodebot/bot/words"
)

// turnedDown is a refusal as the rules make it.
func turnedDown(code string, args ...any) *approvals.Error {
	return approvals.RefusalFrom(approvals.Refusals(), code, args...)
}

// at is a time as the rules write it in a reason.
var at = time.Date(2026, 1, 5, 9, 30, 0, 0, time.UTC).Format("15:04:05 UTC on 2 Jan 2006")

func checked(d approvals.Device) string { return d.Check().Reason }

// What was stored in English is read in German and Japanese, with the words
// of people in it as they typed them.
func TestKnown(t *testing.T) {
	t.Parallel()
	kiosk := approvals.Device{Type: "androidForWork", OS: "AndroidForWork", OSVersion: "7.1", Name: "Kiosk"}
	windows := approvals.Device{Type: "windowsRT", OS: "Windows"}
	for name, c := range map[string]struct{ text, de, ja string }{
		"a sentence": {
			turnedDown("own-request", "R-12").Text,
			"Sie haben R-12 selbst angefragt und können daher nicht darüber entscheiden.",
			"R-12 はご自身の申請なので、判断できません。",
		},
		"a hint": {
			turnedDown("own-request", "R-12").Hint,
			"Das muss eine zweite Person tun; Sie können die Anfrage zurückziehen.",
			"ほかの人が判断する必要があります。ご自身は取り消すことができます。",
		},
		"a sentence and its hint": {
			turnedDown("no-device", "serial:R58").Sentence(),
			"Für serial:R58 wurde kein Gerät gefunden. Prüfen Sie die Schreibweise im Intune Admin Center und fragen Sie neu an.",
			"serial:R58 に当てはまるデバイスは見つかりませんでした。Intune 管理センターで表記を確認し、申請し直してください。",
		},
		"a hint with a number of things": {
			turnedDown("decided-by-you", "R-12", "1 approval").Sentence(),
			"Sie haben R-12 bereits freigegeben. Es fehlt noch, von jemand anderem: 1 Freigabe.",
			"R-12 はすでに承認済みです。ほかの人による1 件の承認がまだ必要です。",
		},
		"other order": {
			turnedDown("not-yours-to-cancel", "Rita", "R-12").Text,
			"Nur Rita kann R-12 zurückziehen, weil die Anfrage von dort kommt.",
			"R-12 を取り消せるのは、申請者の Rita さんだけです。",
		},
		"the sentence of a rule": {
			turnedDown("rule-refused", "No kiosks at night", "night").Sentence(),
			"No kiosks at night Das sagt die Regel „night“; wenden Sie sich an die, die passcodebot betreiben, wenn sie hier nicht gelten sollte.",
			"No kiosks at night これはルール「night」によるものです。適用すべきでないと思う場合は、passcodebot の運用担当者に相談してください。",
		},
		"a withdrawn request": {
			turnedDown("policy-changed", "R-12", "A ticket number is needed for this, by the rule “night”").Text +
				" Nothing was reset. If it is still needed, ask again with `/reset-passcode`.",
			"Die Regeln haben sich geändert, seit R-12 angefragt wurde; so kann es nicht weitergehen: Dafür ist nach der Regel „night“ eine Ticketnummer nötig. " +
				"Es wurde nichts zurückgesetzt. Wird es noch gebraucht, fragen Sie neu an mit `/reset-passcode`.",
			"R-12 の申請後にルールが変わったため、このままでは進められません: ルール「night」により、チケット番号が必要です。" +
				"何もリセットしていません。まだ必要な場合は、`/reset-passcode` で申請し直してください。",
		},
		"a withdrawn request, by the words of a rule": {
			turnedDown("policy-changed", "R-12", "no kiosks at night").Text,
			"Die Regeln haben sich geändert, seit R-12 angefragt wurde; so kann es nicht weitergehen: no kiosks at night.",
			"R-12 の申請後にルールが変わったため、このままでは進められません: no kiosks at night。",
		},
		"too few approvers": {
			turnedDown("too-few-approvers", "This request", "2 approvals", "only 1").Text,
			"Diese Anfrage braucht 2 Freigaben von anderen als Ihnen; geben kann sie zurzeit: nur 1.",
			"この申請には、ご自身以外から2 件の承認が必要です。現在承認できる人: 1 人のみ。",
		},
		"too few groups": {
			turnedDown("too-few-groups", "R-12", "1 approval", "2 groups").Text,
			"R-12 braucht 1 Freigabe aus 2 Gruppen, und nicht in genügend Gruppen ist jemand, der sie jetzt geben könnte.",
			"R-12には2 つのグループからの1 件の承認が必要ですが、今承認できる人のいるグループが足りません。",
		},
		"too many devices": {
			turnedDown("too-many-devices", "More than 1500", "1500").Text,
			"Mehr als 1.500 Geräte wurden gefunden, und eine Anfrage darf höchstens 1.500 haben.",
			"見つかったデバイスの台数は 1,500 超で、1 件の申請に含められるのは最大 1,500 台です。",
		},
		"the limit of an hour": {
			turnedDown("over-limit", "5 requests", at).Sentence(),
			"Mehr kann eine Person in einer Stunde nicht anfragen: 5 Anfragen. Fragen Sie nach 09:30:00 UTC am 05.01.2026 neu an oder lassen Sie jemand anderen anfragen.",
			"1 人が 1 時間に申請できる上限に達しました: 申請 5 件。2026年1月5日 09:30:00 UTC より後に申請し直すか、同僚に申請を頼んでください。",
		},
		"devices that were left out": {
			turnedDown("none-eligible", "Kiosk: "+checked(kiosk)+"; PC; 3: "+checked(windows)+"; it is being wiped; and 2 more.").Sentence(),
			"Bei keinem der Geräte kann der Passcode zurückgesetzt werden: Kiosk: Intune kann ein Arbeitsprofil unter Android 7 und älter nicht zurücksetzen; " +
				"PC; 3: es läuft mit Windows, und dieser Bot setzt nur Android-Passcodes zurück; it is being wiped; und 2 weitere. " +
				"Sehen Sie im Intune Admin Center nach, was sich für sie tun lässt.",
			"どのデバイスもパスコードをリセットできません: Kiosk: Android 7 以前の仕事用プロファイルは Intune ではリセットできません; " +
				"PC; 3: OS が Windows です。このボットがリセットできるのは Android のパスコードだけです; it is being wiped; ほか 2 件。" +
				"何ができるか Intune 管理センターで確認してください。",
		},
		"a kind of enrolment": {
			fmt.Sprintf("it has been enrolled in another way since it was checked: %s", approvals.Enrolments()["aosp-userless"]),
			"es wurde seit der Prüfung anders registriert: AOSP, ohne Benutzer",
			"確認後に別の方法で登録されました: AOSP（ユーザーなし）",
		},
		"a device of a system": {windows.Check().Enrollment, "Gerät mit Windows", "Windows デバイス"},
		"a reason within one": {
			"it has changed since it was checked: " + checked(kiosk),
			"es hat sich seit der Prüfung geändert: Intune kann ein Arbeitsprofil unter Android 7 und älter nicht zurücksetzen",
			"確認後に状態が変わりました: Android 7 以前の仕事用プロファイルは Intune ではリセットできません",
		},
		"a reason with a number": {
			"the device reported that the reset failed (error -2016330)",
			"das Gerät meldet, dass das Zurücksetzen fehlgeschlagen ist (Fehler -2.016.330)",
			"デバイスがリセットの失敗を報告しました（エラー -2,016,330）",
		},
		"resets by others": {
			"a@contoso.com and b@contoso.com reset it in Intune too, at " + at + "; the passcode of the later reset is the one that holds",
			"es wurde in Intune auch von a@contoso.com und b@contoso.com zurückgesetzt, um 09:30:00 UTC am 05.01.2026; es gilt der Passcode der späteren Zurücksetzung",
			"Intune でも a@contoso.com と b@contoso.com が 2026年1月5日 09:30:00 UTC にリセットしています。有効なのは後のリセットのパスコードです",
		},
		"an error in doubt": {
			"Intune could not be asked what became of it: Intune did not answer in time",
			"Intune war nicht zu fragen, was daraus wurde: Intune hat nicht rechtzeitig geantwortet",
			"結果を Intune に確認できませんでした: Intune が時間内に応答しませんでした",
		},
		"an error of a reset in doubt": {
			"Intune did not answer in time, so the reset may or may not happen.",
			"Intune hat nicht rechtzeitig geantwortet; daher ist offen, ob zurückgesetzt wird.",
			"Intune が時間内に応答しませんでした。そのため、リセットされるかどうかはわかりません。",
		},
		"words of Intune": {
			"Intune does not let this app reset the passcode, for which it needs the permission X.All: Nothing was reset. Go away.",
			"Intune verweigert dieser App das Zurücksetzen des Passcodes; nötig ist dafür die Berechtigung X.All: Nothing was reset. Go away.",
			"Intune はこのアプリにパスコードのリセットを許可していません。必要な権限は X.All です: Nothing was reset. Go away。",
		},
		"a full stop more": {
			"Entra knows no tenant with the id in AZURE_TENANT_ID.",
			"Entra kennt keinen Mandanten mit der ID in AZURE_TENANT_ID.",
			"AZURE_TENANT_ID のテナントが Entra にありません。",
		},
		"a service": {
			"The machine's managed identity service cannot be reached.",
			"Der Dienst für verwaltete Identitäten auf diesem Rechner ist nicht zu erreichen.",
			"このマシンのマネージド ID サービス に接続できません。",
		},
		"a filter": {
			"The filter is not understood at “DeviceName” (character 1): there is no such property; deviceName may be meant.",
			"Der Filter ist nicht zu verstehen, bei „DeviceName“ (Zeichen 1): diese Eigenschaft gibt es nicht; gemeint ist vielleicht deviceName.",
			"フィルターを解釈できません。「DeviceName」(1 文字目): そのプロパティはありません。deviceName のことかもしれません。",
		},
		"a card":  {"the card was deleted", "die Karte wurde gelöscht", "カードが削除されました"},
		"unknown": {"Nothing of this is known. It has %s and %d in it.", "Nothing of this is known. It has %s and %d in it.", "Nothing of this is known. It has %s and %d in it."},
	} {
		for l, want := range map[words.Language]string{words.German: c.de, words.Japanese: c.ja, words.English: c.text} {
			if got := words.In(l).Known(c.text); got != want {
				t.Errorf("%s, %s:\n%s\nwant\n%s", name, l, got, want)
			}
		}
	}
}

// typed are words of people that look like ours, or like formats.
var typed = []string{
	"%s", "%d%%", "%[2]s %!s(MISSING)", "nobody", "only 3", "1 approval", "3,000", "it is being wiped", "fully managed",
	"Nothing was reset. If it is still needed, ask again with `/reset-passcode`.",
	"Somebody else has to.", "You have already approved R-1.", "R-1 is already finished", "x. You need do nothing", "This request", "the card was deleted", at,
}

// Words of people stay, whatever they look like.
func TestKnown_wordsOfPeople(t *testing.T) {
	t.Parallel()
	for _, l := range []words.Language{words.German, words.Japanese} {
		for _, s := range typed {
			for code, args := range map[string][]any{
				"owner":             {s, "R-12"},
				"already-denied":    {s, "R-12"},
				"already-cancelled": {s, "R-12"},
				"no-device":         {`name:"` + s + `"`},
				"no-mail":           {s},
				"wrong-ticket":      {"“" + s + "”", "night", "INC[0-9]+"},
				"requester-gone":    {s, "R-12", "they are no longer in a group that may ask"},
			} {
				e := turnedDown(code, args...)
				for _, text := range []string{e.Text, e.Sentence()} {
					got := words.In(l).Known(text)
					if !strings.Contains(got, s) || got == text {
						t.Errorf("%s: %s: %q, want it said with %q in it", l, text, got, s)
					}
				}
			}
			text := s + " is also reset for R-3, of which Intune has not told yet what came of it"
			if got := words.In(l).Known(text); !strings.Contains(got, s) || got == text {
				t.Errorf("%s: %s: %q, want it said with %q in it", l, text, got, s)
			}
		}
	}
}

// What is wrong with a command is said with what was typed as it was typed.
func TestKnown_command(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"serial:R58 reason: " + strings.Repeat("ä", 1001): "Der Grund bei Zeichen 12 ist 1.001 Zeichen lang, und höchstens 1.000 passen. " +
			"Er ist um 1 zu lang; kürzen Sie ihn oder schreiben Sie die Einzelheiten in ein Ticket und nennen Sie es: `serial:R58 reason: forgot the PIN, INC-4711`.",
		"0a1b2c3d-0000-4000-8000-0000000000f reason: x": "“0a1b2c3d-0000-4000-8000-0000000000f” bei Zeichen 1 ist keine Geräte-ID: sie hat 31 Ziffern. " +
			"Eine Geräte-ID hat 32 Ziffern von 0 bis 9 und a bis f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
		"{0} reason: x": "“{0}” bei Zeichen 1 ist keine Geräte-ID: sie hat 1 Ziffer. " +
			"Eine Geräte-ID hat 32 Ziffern von 0 bis 9 und a bis f: `0a1b2c3d-0000-4000-8000-00000000000f`.",
		"list nobody": "“nobody” bei Zeichen 6 verstehe ich nicht: Hinter list darf nichts folgen. Schreiben Sie es so: `list`.",
	} {
		_, err := command.Parse(text, command.Options{})
		if err == nil {
			t.Fatalf("%s is understood", text)
		}
		if got := words.In(words.German).Known(approvals.AsError(err).Sentence()); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", text, got, want)
		}
	}
}

// English stays what it is, to the letter.
func TestKnown_english(t *testing.T) {
	t.Parallel()
	same := func(s string) bool { return words.In(words.English).Known(s) == s && words.Speaker{}.Known(s) == s }
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

func FuzzKnown(f *testing.F) {
	for _, l := range []words.Language{words.German, words.Japanese} {
		for _, english := range words.All(l) {
			f.Add(english)
		}
	}
	for _, s := range typed {
		f.Add(turnedDown("already-cancelled", s, s).Sentence())
		f.Add(turnedDown("none-eligible", s+": it is being wiped; "+s+".").Sentence())
	}
	f.Add(strings.Repeat(". it is being wiped (error 1)", 200))
	f.Fuzz(func(t *testing.T, text string) {
		if got := words.In(words.English).Known(text); got != text {
			t.Errorf("in English it is %q", got)
		}
		for _, l := range []words.Language{words.German, words.Japanese} {
			got := words.In(l).Known(text)
			if got == "" && text != "" {
				t.Errorf("%s: it is nothing", l)
			}
			if again := words.In(l).Known(text); got != again {
				t.Errorf("%s: first %q, then %q", l, got, again)
			}
			if strings.Contains(got, "%!") && !strings.Contains(text, "%!") {
				t.Errorf("%s: it is taken for a format: %q", l, got)
			}
		}
	})
}
