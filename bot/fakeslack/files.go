package fakeslack

import (
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// File is a file that was shared.
type File struct {
	ID, Name, Title    string
	Mimetype, Filetype string
	Content            []byte
}

// file is a File on its way.
type file struct {
	File
	secret   string // of the address to upload to
	length   int    // as it was announced
	at       int64  // in seconds
	uploaded bool
	shared   bool
}

// filetypes are the kinds of files that are told apart, by the ending of
// their names.
var filetypes = map[string][2]string{
	".csv":  {"csv", "text/csv"},
	".txt":  {"text", "text/plain"},
	".json": {"json", "application/json"},
	".png":  {"png", "image/png"},
	".pdf":  {"pdf", "application/pdf"},
}

func (s *Server) newFile(name string, length int) *file {
	kind, ok := filetypes[strings.ToLower(path.Ext(name))]
	if !ok {
		kind = [2]string{"binary", "application/octet-stream"}
	}
	s.serial++
	f := &file{secret: random(24), length: length, at: s.config.Now().Unix()}
	f.File = File{ID: "F0FILE" + strconv.Itoa(s.serial), Name: name, Title: name, Filetype: kind[0], Mimetype: kind[1]}
	s.files = append(s.files, f)
	return f
}

func (s *Server) file(id string) *file {
	for _, f := range s.files {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// fileAddress is url_private: it takes the bot's token.
func (s *Server) fileAddress(f *file) string {
	return s.base() + "/files/" + f.ID + "/" + path.Base(f.Name)
}

// wireFile is a file as Slack sends it.
func (s *Server) wireFile(f *file) answer {
	return answer{
		"id": f.ID, "created": f.at, "timestamp": f.at, "name": f.Name, "title": f.Title, "mimetype": f.Mimetype,
		"filetype": f.Filetype, "pretty_type": strings.ToUpper(f.Filetype), "user": s.config.App.BotUser,
		"user_team": s.config.Team.ID, "editable": false, "size": len(f.Content), "mode": "hosted", "is_external": false,
		"external_type": "", "is_public": false, "url_private": s.fileAddress(f), "url_private_download": s.fileAddress(f),
	}
}

// wireFiles is the files of a message.
func (s *Server) wireFiles(m *message) []answer {
	out := []answer{}
	for _, f := range m.files {
		out = append(out, s.wireFile(f))
	}
	return out
}

// serveUpload takes the bytes of a file, bare or as the part of a form.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	fault := s.fault("upload", "")
	if fault.Delay > 0 && !s.pause(r.Context(), fault.Delay) || fault.Cut {
		panic(http.ErrAbortHandler)
	}
	if fault.fails() {
		fault.answer(w)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	content, err := uploaded(r)
	if err != nil {
		http.Error(w, "failed", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.files, func(f *file) bool { return f.secret == r.PathValue("secret") && !f.uploaded })
	switch {
	case at < 0:
		http.Error(w, "not found", http.StatusNotFound)
		return
	case len(content) != s.files[at].length:
		http.Error(w, "the size is not the length that was announced", http.StatusBadRequest)
		return
	}
	s.files[at].Content, s.files[at].uploaded = content, true
	_, _ = io.WriteString(w, "OK - "+strconv.Itoa(len(content))) // the client may be gone
}

// uploaded reads the bytes of an upload.
func uploaded(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return io.ReadAll(r.Body)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		var part *multipart.Part
		if part, err = parts.NextPart(); err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

// serveFile answers the bytes of a shared file to the app.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.file(r.PathValue("id"))
	mine := r.Header.Get("Authorization") == "Bearer "+s.config.App.BotToken && slices.Contains(s.scopes, "files:read")
	s.mu.Unlock()
	if f == nil || !f.shared || !mine {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	f.write(w)
}

// write answers a file, to be kept.
func (f *file) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", f.Mimetype)
	w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(path.Base(f.Name)))
	_, _ = w.Write(f.Content) // the client may be gone
}
