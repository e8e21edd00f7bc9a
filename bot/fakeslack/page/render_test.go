package page_test

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

func TestRenderPiece(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	w.run(chromedp.Navigate(s.url + "/render.html"))
	w.sees(`html[data-ready] body`)
	type size struct{ Width, Height float64 }
	render := func(piece object) size {
		t.Helper()
		piece["as"], piece["people"], piece["groups"], piece["channels"] = "U1", s.people, s.groups, s.channels
		raw, err := json.Marshal(piece)
		if err != nil {
			t.Fatal(err)
		}
		return eval[size](w, `window.renderPiece(`+string(raw)+`)`)
	}
	m := card()
	m["ts"], m["user"] = "1764264000.000100", "UBOT"
	got := render(object{"kind": "message", "message": m, "dark": true})
	w.reads(`#piece .message`, "Asked by @Rita Okafor")
	w.until(`getComputedStyle(document.body).backgroundColor === "rgb(26, 29, 33)"`)
	if got.Width != 720 || got.Height < 80 {
		t.Errorf("the message's picture is %v", got)
	}
	w.click(`#piece [data-action="cancel"]`) // dead

	v := object{"id": "V1", "type": "modal", "title": plain("Reset passcodes"), "submit": plain("Ask"), "blocks": everything()}
	render(object{"kind": "modal", "view": v, "dark": false})
	w.reads(`#piece .modal-title`, "Reset passcodes")
	w.until(`getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)"`)
	if got := eval[float64](w, `document.querySelector("#piece .modal").getBoundingClientRect().width`); got != 520 {
		t.Errorf("the modal is %v wide", got)
	}
	// What a field holds is that of its own piece, though ids are the same.
	for _, value := range []string{"one", "two"} {
		render(object{"kind": "modal", "view": object{"id": "V2", "type": "modal", "title": plain("Why"), "blocks": []object{
			{"type": "input", "block_id": "b", "label": plain("Reason"), "element": object{"type": "plain_text_input", "action_id": "a", "initial_value": value}},
		}}})
		if got := eval[string](w, `document.querySelector("#piece input").value`); got != value {
			t.Errorf("the field holds %q, want %q", got, value)
		}
	}
	render(object{"kind": "home", "view": object{"type": "home", "blocks": []object{{"type": "header", "text": plain("Waits for you")}}}})
	kinds := eval[[]string](w, `[...document.querySelectorAll("#piece > *")].map((e) => e.className)`)
	if diff := cmp.Diff([]string{"home-body home"}, kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.wantPosted()
}
