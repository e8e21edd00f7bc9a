// Package page holds the files of the sandbox page: Slack as people know it,
// for several people at once, beside a fleet of phones.
//
// The files are plain HTML, style sheets and ES modules: there is no build
// step, no framework and nothing from elsewhere. The page works under the
// content security policy "default-src 'self'". It shows only what the JSON
// below /slack/, /fleet/ and /sandbox/ says, and knows nothing of the bot; where
// there is nothing below /fleet/ or /sandbox/, it leaves those panels out.
//
// render.html shows one message, modal or App Home alone, from JSON, for
// pictures; script/render.js says how.
package page

import "embed"

// Files holds the page, with index.html at the root.
//
//go:embed index.html render.html icon.svg script/*.js style/*.css
var Files embed.FS
