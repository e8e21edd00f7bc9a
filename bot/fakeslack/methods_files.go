package fakeslack

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// uploadURL is files.getUploadURLExternal: where to send a file, once.
func uploadURL(c *call) (answer, *refusal) {
	name := c.args["filename"]
	length, err := strconv.Atoi(c.args["length"])
	switch {
	case name == "":
		return nil, argument("missing required field: filename")
	case c.args["length"] == "" || length == 0:
		return nil, refuse("missing_argument")
	case err != nil || length < 0:
		return nil, argument("must be a number [json-pointer:/length]")
	case length > maxBody:
		return nil, refuse("file_upload_size_restricted")
	}
	f := c.newFile(name, length)
	return answer{"upload_url": c.base() + "/upload/" + f.secret, "file_id": f.ID}, nil
}

// completeUpload is files.completeUploadExternal: it shares files that were
// uploaded, as one message in each channel. Without a channel they are shared
// with nobody.
func completeUpload(c *call) (answer, *refusal) {
	files, problem := c.uploadedFiles()
	if problem != nil {
		return nil, problem
	}
	var places []place
	for _, id := range c.uploadChannels() {
		c.args["channel"] = id
		p, problem := c.postable()
		if problem == nil {
			problem = c.repliable(p)
		}
		if problem != nil {
			return nil, problem
		}
		places = append(places, p)
	}
	if len(places) > 1 && c.args["thread_ts"] != "" {
		return nil, argument("thread_ts needs exactly one channel")
	}
	parts := content{}
	comment := c.args["initial_comment"]
	if comment == "" && c.args["blocks"] != "" {
		if parts, problem = c.content(maxPost); problem != nil {
			return nil, problem
		}
	}
	wire := []answer{}
	for _, f := range files {
		f.shared = true
		wire = append(wire, c.wireFile(f))
	}
	for _, p := range places {
		m := &message{
			channel: p.ID, user: c.config.App.BotUser, thread: c.args["thread_ts"], text: comment, files: files, source: "files",
		}
		if parts.blocks != nil {
			m.blocks = *parts.blocks
		}
		c.add(m)
	}
	return answer{"files": wire}, nil
}

// uploadedFiles reads which files are to be shared. Nothing of them is
// changed where one can't be.
func (c *call) uploadedFiles() ([]*file, *refusal) {
	var named []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	if json.Unmarshal([]byte(c.args["files"]), &named) != nil || len(named) == 0 {
		return nil, argument("must be a list of files [json-pointer:/files]")
	}
	var out []*file
	for _, n := range named {
		f := c.file(n.ID)
		if f == nil || !f.uploaded || f.shared || slices.Contains(out, f) {
			return nil, refuse("file_not_found")
		}
		out = append(out, f)
	}
	for i, n := range named {
		if n.Title != "" {
			out[i].Title = n.Title
		}
	}
	return out, nil
}

func (c *call) uploadChannels() []string {
	ids := strings.FieldsFunc(c.args["channels"], func(r rune) bool { return r == ',' || r == ' ' })
	if id := c.args["channel_id"]; id != "" {
		ids = append([]string{id}, ids...)
	}
	return ids
}
