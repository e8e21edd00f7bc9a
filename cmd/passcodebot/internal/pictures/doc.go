// Package pictures writes docs/messages.md: every card, message, form and App
// Home that passcodebot shows in Slack as a picture, and every sentence that it
// says, in each language. The pictures are drawn by the sandbox's own renderer
// (bot/fakeslack/page) from the goldens of bot/view, and from those of this
// package's testdata, which are of what those leave out.
//
// Its test holds the page and the pictures against the code and draws them
// again with -update, for which it needs Chromium and fonts. Without, it
// compares no pixels: docs/pictures/made.json says what each picture was made
// from.
package pictures
