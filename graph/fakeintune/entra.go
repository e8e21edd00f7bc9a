package fakeintune

import (
	"cmp"
	"crypto/sha1" // x5t is a SHA-1 by RFC 7515
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// entraError is a refusal of the token endpoint.
// Microsoft Learn: Microsoft Entra authentication and authorization error codes.
type entraError struct {
	status  int
	code    string // OAuth's
	number  int    // AADSTS…
	message string
}

// entra wraps a handler of Entra's, which must be of this tenant.
func (s *Server) entra(next func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, ok := s.misbehave(w, r, strings.HasSuffix(r.URL.Path, "/token"))
		if !ok {
			return
		}
		if tenant := r.PathValue("tenant"); tenant != "" && !strings.EqualFold(tenant, s.config.Tenant) {
			s.refuseEntra(w, entraError{400, "invalid_request", 90002, fmt.Sprintf("Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", tenant)})
			return
		}
		if f.LoseAnswer {
			panic(http.ErrAbortHandler)
		}
		next(w, r)
	}
}

func (s *Server) refuseEntra(w http.ResponseWriter, e entraError) {
	s.mu.Lock()
	at := s.now()
	s.mu.Unlock()
	writeJSON(w, e.status, map[string]any{
		"error": e.code, "error_codes": []int{e.number}, "timestamp": at.Format("2006-01-02 15:04:05Z"),
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", e.number, e.message, newGUID(), newGUID(), at.Format("2006-01-02 15:04:05Z")),
		"trace_id":          newGUID(), "correlation_id": newGUID(), "error_uri": fmt.Sprintf("%s/error?code=%d", s.url, e.number),
	})
}

// token is the token endpoint, for the client credentials grant.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if err := r.ParseForm(); err != nil {
		s.refuseEntra(w, entraError{400, "invalid_request", 900144, "The request body could not be read."})
		return
	}
	if grant := r.PostForm.Get("grant_type"); grant != "client_credentials" {
		s.refuseEntra(w, entraError{400, "unsupported_grant_type", 70003, fmt.Sprintf("The app requested an unsupported grant type '%s'.", grant)})
		return
	}
	var scopes []string
	for _, scope := range strings.Fields(r.PostForm.Get("scope")) {
		if scope != "openid" && scope != "offline_access" && scope != "profile" {
			scopes = append(scopes, scope)
		}
	}
	if len(scopes) != 1 || !strings.HasSuffix(scopes[0], "/.default") {
		s.refuseEntra(w, entraError{400, "invalid_scope", 70011, fmt.Sprintf("The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.", r.PostForm.Get("scope"))})
		return
	}
	app, known := s.app(r.PostForm.Get("client_id"))
	if !known {
		s.refuseEntra(w, entraError{400, "unauthorized_client", 700016, fmt.Sprintf("Application with identifier '%s' was not found in the directory 'Contoso'.", r.PostForm.Get("client_id"))})
		return
	}
	with, e := s.authenticate(app, r.PostForm)
	if e != nil {
		s.signedIn(SignIn{App: app.ClientID, With: with, Refused: e.number})
		s.refuseEntra(w, *e)
		return
	}
	s.signedIn(SignIn{App: app.ClientID, With: with})
	token, err := s.issue(app, strings.TrimSuffix(scopes[0], "/.default"))
	if err != nil {
		s.log.Error("token not issued", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	life := int(s.config.TokenLife.Seconds())
	writeJSON(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": token})
}

func (s *Server) app(id string) (App, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.config.Apps {
		if strings.EqualFold(a.ClientID, id) {
			return a, true
		}
	}
	return App{}, false
}

// authenticate checks the secret or the assertion of an app, and says which it
// was.
func (s *Server) authenticate(a App, form url.Values) (with string, e *entraError) {
	assertion := form.Get("client_assertion")
	switch {
	case assertion != "" && a.Federation != nil:
		return "federation", s.authenticateFederated(*a.Federation, assertion)
	case assertion == "":
		with = "secret"
	default:
		with = "certificate"
	}
	e = s.authenticateItself(a, form)
	if e == nil && assertion != "" {
		with += " " + Thumbprint(a.Certificate)
	}
	return with, e
}

func (s *Server) authenticateItself(a App, form url.Values) *entraError {
	secret, assertion := form.Get("client_secret"), form.Get("client_assertion")
	switch {
	case assertion != "":
		return s.authenticateAssertion(a, form.Get("client_assertion_type"), assertion)
	case secret == "":
		return &entraError{401, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."}
	case a.Secret == "" || secret != a.Secret:
		return &entraError{401, "invalid_client", 7000215, fmt.Sprintf("Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.", a.ClientID)}
	case !a.SecretExpires.IsZero() && !s.now().Before(a.SecretExpires):
		return &entraError{401, "invalid_client", 7000222, fmt.Sprintf("The provided client secret keys for app '%s' are expired.", a.ClientID)}
	}
	return nil
}

// authenticateAssertion checks a JWT that the app's certificate signed.
// Microsoft Learn: Microsoft identity platform application authentication certificate credentials.
func (s *Server) authenticateAssertion(a App, kind, assertion string) *entraError {
	bad := func(why string) *entraError {
		return &entraError{401, "invalid_client", 700027, "The certificate with identifier used to sign the client assertion is not registered on application. " + why}
	}
	if kind != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		return bad("[Reason - The type of the assertion is wrong.]")
	}
	if a.Certificate == nil {
		return bad("[Reason - The key was not found.]")
	}
	var c jwt.RegisteredClaims
	parsed, err := jwt.ParseWithClaims(assertion, &c, func(t *jwt.Token) (any, error) {
		one, two := sha1.Sum(a.Certificate.Raw), sha256.Sum256(a.Certificate.Raw)
		if !names(t.Header["x5t"], one[:]) && !names(t.Header["x5t#S256"], two[:]) {
			return nil, fmt.Errorf("the thumbprint is another certificate's")
		}
		return a.Certificate.PublicKey, nil
	}, jwt.WithValidMethods([]string{"RS256", "PS256"}), jwt.WithExpirationRequired())
	if err != nil || !parsed.Valid {
		return bad(fmt.Sprintf("[Reason - %v.]", err))
	}
	authority := s.url + "/" + s.config.Tenant
	audience := false
	for _, aud := range c.Audience {
		audience = audience || strings.EqualFold(aud, authority+"/oauth2/v2.0/token") || strings.EqualFold(strings.TrimSuffix(aud, "/"), authority)
	}
	switch {
	case !audience:
		return &entraError{401, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer."}
	case !strings.EqualFold(c.Issuer, a.ClientID) || !strings.EqualFold(c.Subject, a.ClientID):
		return &entraError{401, "invalid_client", 700021, "Client assertion application identifier doesn't match 'client_id' parameter."}
	}
	return nil
}

// names says that a header is a thumbprint. Clients write it in each of the
// base64 alphabets, with and without padding.
func names(header any, thumbprint []byte) bool {
	text, _ := header.(string)
	text = strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(text), "=")
	return text != "" && text == base64.RawURLEncoding.EncodeToString(thumbprint)
}

// openIDConfiguration tells clients where the endpoints are.
func (s *Server) openIDConfiguration(w http.ResponseWriter, _ *http.Request) {
	base := s.url + "/" + s.config.Tenant
	writeJSON(w, http.StatusOK, map[string]any{
		"token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": base + "/oauth2/v2.0/authorize",
		"jwks_uri": base + "/discovery/v2.0/keys", "issuer": base + "/v2.0",
		"msgraph_host":                          cmp.Or(s.config.GraphHost, strings.TrimPrefix(s.url, "https://")),
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt"},
	})
}

// keys are what tokens can be checked with.
func (s *Server) keys(w http.ResponseWriter, _ *http.Request) {
	key := s.signer.key.PublicKey
	writeJSON(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "kid": "1", "e": "AQAB", "n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
	}}})
}

// instances answers clients that ask which authorities there are.
func (s *Server) instances(w http.ResponseWriter, _ *http.Request) {
	host := strings.TrimPrefix(s.url, "https://")
	writeJSON(w, http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": s.url + "/" + s.config.Tenant + "/v2.0/.well-known/openid-configuration", "api-version": "1.1",
		"metadata": []any{map[string]any{"preferred_network": host, "preferred_cache": host, "aliases": []string{host}}},
	})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked may have gone
}
