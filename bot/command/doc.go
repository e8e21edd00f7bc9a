// Package command reads what people type behind /reset-passcode: devices,
// named in several ways, the reason, and what else is to be said; or a word
// such as list.
//
// Parse takes the text as Slack sends it. Phones and Slack put other
// characters into it than people mean: curly quotes, hard spaces, characters
// of no width, long dashes, links around mail addresses. They are read as
// what was meant. An apostrophe inside a value becomes the straight one,
// because that is what Intune's names are typed with; a dash inside a name or
// a filter stays as it is.
//
// What is not understood is refused with a sentence that quotes it, says
// where it stands, and shows how to type it. Refusals lists these sentences.
// So is what would call a group of people, and what an approver could take
// for words of passcodebot. Places are counted in the characters that a person sees behind the
// command, from 1.
//
// The package does not know who may do what, nor whether a device exists.
package command
