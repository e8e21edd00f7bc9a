package fakeintune

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// refusal is an error answer of Graph's.
type refusal struct {
	status     int
	code       string
	message    string
	intune     bool // the message comes from Intune, which wraps it in JSON
	retryAfter int  // seconds; zero for no header
}

// answer is what a call is answered with: a refusal, or a status and a body.
type answer struct {
	refusal *refusal
	status  int
	body    any // nil for none
}

func refuse(status int, code, message string) answer {
	return answer{refusal: &refusal{status: status, code: code, message: message}}
}

// intuneRefuses is an error of Intune behind Graph, whose message is a JSON
// text with the message inside.
func intuneRefuses(status int, code, message string) answer {
	return answer{refusal: &refusal{status: status, code: code, message: message, intune: true}}
}

// code is the status that the caller sees.
func (a answer) code() int {
	if a.refusal != nil {
		return a.refusal.status
	}
	return a.status
}

// content is the body that the caller sees; nil for none.
func (a answer) content(c *call) any {
	if a.refusal == nil {
		return a.body
	}
	message := a.refusal.message
	if a.refusal.intune {
		inner, err := json.Marshal(map[string]any{
			"_version": 3, "Message": message + " - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: " + c.requestID +
				" - Url: https://fef.msua06.manage.microsoft.com" + c.url.Path,
			"CustomApiErrorPhrase": "", "RetryAfter": nil, "ErrorSourceService": "", "HttpHeaders": "{}",
		})
		if err == nil {
			message = string(inner)
		}
	}
	return map[string]any{"error": map[string]any{
		"code": a.refusal.code, "message": message,
		"innerError": map[string]any{"date": c.at.Format("2006-01-02T15:04:05"), "request-id": c.requestID, "client-request-id": c.clientRequestID},
	}}
}

func (a answer) headers(c *call, h http.Header) {
	h.Set("request-id", c.requestID)
	h.Set("client-request-id", c.clientRequestID)
	h.Set("Date", c.now().Format(http.TimeFormat))
	h.Set("x-ms-ags-diagnostic", `{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"FAKE"}}`)
	if a.refusal != nil && a.refusal.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(a.refusal.retryAfter))
	}
}

// write sends an answer.
func (a answer) write(w http.ResponseWriter, c *call) {
	a.headers(c, w.Header())
	body := a.content(c)
	if body == nil {
		w.WriteHeader(a.code())
		return
	}
	writeJSON(w, a.code(), body)
}

// newGUID is a random GUID.
func newGUID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // crypto/rand does not fail
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
