// Package words is the one catalogue of what people read in Slack, in each
// language. A sentence is looked up by its English, which stands in the code
// where it is said; the files below texts have it in the other languages, and
// for English the forms that go with a number. Each file is one subject.
//
// What was stored in English, such as why a device failed, is said in the
// language of who reads it too (Known): by the files refusals, hints, which is
// what stands behind another sentence, and stored.
package words
