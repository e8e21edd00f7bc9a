package view

import "github.com/slack-go/slack"

// Refused is a modal that says why something was not done, for where there is
// no message to answer in.
func (v Renderer) Refused(err error) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plainText(v.Say("Nothing was changed")), Close: plainText(v.Say("Close")),
		Blocks: slack.Blocks{BlockSet: []slack.Block{markdown(v.Error(err).Text)}},
	}
}
