package fakeintune

// Support is one thing of Entra's, of Azure's or of Microsoft Graph's that
// the fake does.
type Support struct {
	Of     string // Entra, Azure or Graph
	Method string
	Path   string
	Limits string // what is to be known of it
}

// Supported returns what the fake does, for documentation.
func Supported() []Support {
	return []Support{
		{"Entra", "POST", "/{tenant}/oauth2/v2.0/token", "client credentials: secret, certificate (RS256, PS256) or federated token; tokens as JWT"},
		{"Entra", "GET", "/{tenant}/v2.0/.well-known/openid-configuration", ""},
		{"Entra", "GET", "/{tenant}/discovery/v2.0/keys", ""},
		{"Entra", "GET", "/common/discovery/instance", ""},
		{"Azure", "GET", "/metadata/identity/oauth2/token", "the managed identity of a machine"},
		{"Graph", "GET", "/beta/deviceManagement/managedDevices", "$filter (unsupported parts are ignored, as Intune does), $select, $top, $count, @odata.nextLink; 2,000 requests in 20 s, with 429"},
		{"Graph", "GET", "/beta/deviceManagement/managedDevices/{id}", "$select, deviceActionResults"},
		{"Graph", "POST", "/beta/deviceManagement/managedDevices/{id}/resetPasscode", "204; done at the device's next check-in; 200 writes in 20 s, with 429"},
		{"Graph", "GET", "/beta/deviceManagement/remoteActionAudits", "$filter, $top, @odata.nextLink"},
		{"Graph", "GET", "/beta/applications(appId='{id}')", "keyCredentials and passwordCredentials of the app itself"},
		{"Graph", "POST", "/beta/$batch", "20 requests, each of which counts"},
	}
}
