package fakeintune

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
)

// IdentityPath is where App Service's endpoint of managed identities is, for
// IDENTITY_ENDPOINT. It wants Config.IdentityHeader in X-IDENTITY-HEADER.
const IdentityPath = "/msi/token"

// managedIdentity is the endpoint that gives tokens to the machine itself, as
// App Service has it and, below 169.254.169.254, a virtual machine (IMDS).
// Microsoft Learn: how to use managed identities for App Service; how to use
// managed identities on a VM to acquire an access token.
func (s *Server) managedIdentity(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	imds := r.URL.Path != IdentityPath
	bad := func(status int, why string) {
		writeJSON(w, status, map[string]any{"error": "invalid_request", "error_description": why})
	}
	header := []byte(r.Header.Get("X-IDENTITY-HEADER"))
	switch {
	case r.Method != http.MethodGet:
		bad(http.StatusMethodNotAllowed, "Method not allowed")
		return
	case imds && r.Header.Get("Metadata") != "true":
		bad(http.StatusBadRequest, "Required metadata header not specified")
		return
	case !imds && (s.config.IdentityHeader == "" || subtle.ConstantTimeCompare(header, []byte(s.config.IdentityHeader)) != 1):
		bad(http.StatusUnauthorized, "The header X-IDENTITY-HEADER is wrong")
		return
	case query.Get("resource") == "" || query.Get("api-version") == "":
		bad(http.StatusBadRequest, "Required query variable is missing")
		return
	}
	app, found := s.managedApp(query.Get("client_id"))
	if !found {
		bad(http.StatusBadRequest, "Identity not found")
		return
	}
	token, err := s.issue(app, query.Get("resource"))
	if err != nil {
		s.log.Error("token not issued", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	s.signedIn(SignIn{App: app.ClientID, With: "managed identity"})
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": token, "client_id": app.ClientID, "resource": query.Get("resource"), "token_type": "Bearer",
		"expires_in": strconv.Itoa(int(s.config.TokenLife.Seconds())), "expires_on": strconv.FormatInt(s.now().Add(s.config.TokenLife).Unix(), 10),
	})
}

// managedApp is the managed identity with a client id; the first where the id
// is empty.
func (s *Server) managedApp(id string) (App, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.config.Apps {
		if a.Managed && (id == "" || strings.EqualFold(a.ClientID, id)) {
			return a, true
		}
	}
	return App{}, false
}
