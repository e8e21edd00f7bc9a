package graph

import (
	"net/http"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// stamp tells a file from what takes its place. The zero one is that of no file.
type stamp struct{ modified, size int64 }

// stampOf follows symbolic links, by which Kubernetes exchanges files.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime().UnixNano(), info.Size()}
}

// file is the file that the credentials are made of; empty for none. That of
// a workload identity is read by azidentity.
func (c Credentials) file() string {
	if c.CertificatePath != "" {
		return c.CertificatePath
	}
	return c.ClientSecretFile
}

// look makes new credentials where their file has been exchanged. One that
// can't be read, because it is half written, say, leaves the old ones to go
// on until it changes again.
func (t *tokens) look() {
	if t.file == "" {
		return
	}
	found := stampOf(t.file)
	t.mu.Lock()
	old, again := t.source, !t.again.IsZero() && !t.now().Before(t.again)
	changed := found != stamp{} && found != t.seen
	if changed {
		t.seen = found
	}
	t.mu.Unlock()
	if (changed || again) && t.renew(old) {
		t.log.Info("credentials read anew", "way", t.way.name)
	}
}

// retreat returns the credentials before those that Entra has refused; nil
// where there are none. New ones are tried again a while later: Entra may not
// know them yet everywhere, and they may have been half written.
func (t *tokens) retreat(source azcore.TokenCredential, err error) azcore.TokenCredential {
	response := answered(err)
	if response == nil || response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.source != source || t.before == nil {
		return nil
	}
	t.source, t.before, t.again = t.before, nil, t.now().Add(renewEvery)
	t.log.Warn("Entra refuses the new credentials, the old ones go on", "way", t.way.name, "wait", renewEvery)
	return t.source
}

// settle is told that credentials have got a token.
func (t *tokens) settle(source azcore.TokenCredential) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.source == source {
		t.before = nil
	}
}
