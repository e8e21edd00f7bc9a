package fakeintune

import (
	"encoding/base64"
	"net/http"
	"regexp"
)

var applicationPath = regexp.MustCompile(`^/beta/applications\(appId='([0-9a-zA-Z-]+)'\)$`)

// application answers a read of an app registration, which shows the
// beginnings of its secrets and when they end.
func (s *Server) application(c *call, id string) answer {
	if _, ok := c.allowed("Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.Read.All", "Directory.ReadWrite.All"); !ok {
		return refuse(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	}
	app, known := s.app(id)
	if !known || app.Managed {
		return refuse(http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+id+"' does not exist or one of its queried reference-property objects are not present.")
	}
	secrets, certificates := []any{}, []any{}
	if app.Secret != "" {
		var ends any
		if !app.SecretExpires.IsZero() {
			ends = stamp(app.SecretExpires)
		}
		secrets = append(secrets, map[string]any{
			"keyId": newGUID(), "displayName": "sandbox", "hint": app.Secret[:min(3, len(app.Secret))], "endDateTime": ends, "secretText": nil,
		})
	}
	if app.Certificate != nil {
		certificates = append(certificates, map[string]any{
			"keyId": newGUID(), "type": "AsymmetricX509Cert", "usage": "Verify", "endDateTime": stamp(app.Certificate.NotAfter),
			"customKeyIdentifier": base64.StdEncoding.EncodeToString([]byte(Thumbprint(app.Certificate))),
		})
	}
	return answer{status: http.StatusOK, body: map[string]any{
		"@odata.context": s.url + "/beta/$metadata#applications/$entity", "appId": app.ClientID,
		"passwordCredentials": secrets, "keyCredentials": certificates,
	}}
}
