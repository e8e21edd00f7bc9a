package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"passcodebot/approvals"
)

// entraError is the body of an error of Entra's token endpoint.
type entraError struct {
	Error         string `json:"error"`
	Description   string `json:"error_description"`
	Codes         []int  `json:"error_codes"`
	TraceID       string `json:"trace_id"`
	CorrelationID string `json:"correlation_id"`
}

// code returns the error's AADSTS number, or zero.
func (e entraError) code() int {
	if len(e.Codes) > 0 {
		return e.Codes[0]
	}
	digits, found := strings.CutPrefix(e.Description, "AADSTS")
	if !found {
		return 0
	}
	digits, _, _ = strings.Cut(digits, ":")
	n, _ := strconv.Atoi(digits)
	return n
}

// failure is the error of a sign-in: from azidentity's error, the last
// error of the connection to Entra and that of the context. Nothing of
// azidentity's own text is kept, which may hold the answer of the server.
func (t *tokens) failure(err, connection, ended error) *approvals.Error {
	w, response := t.way, answered(err)
	switch {
	case response == nil && w == byCLI && ended == nil:
		return azFailure(err)
	case response == nil:
		return unanswered(w, connection, ended)
	}
	body := readEntraError(response)
	code := body.code()
	cause := fmt.Errorf("entra answered %d %s, AADSTS%d, trace id %s, correlation id %s",
		response.StatusCode, t.clean(body.Error), code, t.clean(body.TraceID), t.clean(body.CorrelationID))
	if response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500 || response.StatusCode == http.StatusRequestTimeout {
		return &approvals.Error{
			Kind: approvals.Unavailable, Code: "entra-silent", Err: cause,
			Text: fmt.Sprintf("%s could not sign this app in: it answered with an error of its own (%d).", w.service(), response.StatusCode),
		}
	}
	unknown := fmt.Sprintf("%s refuses to sign this app in", w.service())
	text, hint := unknown, fmt.Sprintf("Look at AZURE_TENANT_ID, AZURE_CLIENT_ID and %s.", w.variable)
	if w == byManaged {
		hint = identityHint
		if response.StatusCode == http.StatusBadRequest {
			text = "This machine has no managed identity, or not the one in AZURE_CLIENT_ID"
		}
	}
	for _, r := range entraRefusals {
		if !r.has(code) || r.variable != "" && r.variable != w.variable {
			continue
		}
		text, hint = r.text, r.hint
	}
	if text == unknown {
		// What Entra says is the best that is known.
		if words := sentence(scrub(t.hide(body.Description))); words != "" {
			text = fmt.Sprintf("%s refuses to sign this app in: %s", w.service(), words)
		}
	}
	name := "sign-in"
	if code != 0 {
		name = "AADSTS" + strconv.Itoa(code)
	}
	return &approvals.Error{Kind: approvals.Forbidden, Code: name, Ref: t.clean(body.TraceID), Err: cause, Text: strings.TrimSuffix(text, ".") + ".", Hint: hint}
}

// clean is a name or an id out of an answer, without secrets.
func (t *tokens) clean(words string) string { return oneLine(scrub(t.hide(words)), 100) }

// unanswered is the error of a sign-in to which Entra has said nothing.
func unanswered(w way, connection, ended error) *approvals.Error {
	switch {
	case errors.Is(ended, context.DeadlineExceeded):
		return &approvals.Error{Kind: approvals.Unavailable, Code: "entra-silent", Err: ended, Text: fmt.Sprintf("%s did not answer in time.", w.service()), Hint: w.silentHint()}
	case ended != nil:
		return &approvals.Error{Kind: approvals.Unavailable, Code: "stopped", Err: ended, Text: "The sign-in to Entra was stopped."}
	case connection != nil:
		return &approvals.Error{Kind: approvals.Unavailable, Code: "entra-silent", Err: bare(connection), Text: fmt.Sprintf("%s cannot be reached.", w.service()), Hint: w.silentHint()}
	}
	text := fmt.Sprintf("This app could not sign in to Entra with %s.", w.name)
	hint := fmt.Sprintf("Look at %s.", w.variable)
	if w == byManaged {
		hint = identityHint
	}
	return &approvals.Error{Kind: approvals.Forbidden, Code: "sign-in", Text: text, Hint: hint, Err: errors.New("azidentity made no request to Entra, or did not understand its answer")}
}

const identityHint = "Give the machine a managed identity; where it has several, name one in AZURE_CLIENT_ID."

// service is who gives tokens.
func (w way) service() string {
	switch w {
	case byManaged:
		return "The machine's managed identity service"
	case byCLI:
		return "The Azure CLI"
	}
	return "Entra"
}

func (w way) silentHint() string {
	if w == byManaged {
		return "A managed identity exists on machines of Azure only, and on those with the Azure Arc agent. Sign in in another way elsewhere: docs/signing-in.md."
	}
	return ""
}

func answered(err error) *http.Response {
	if failed, ok := errors.AsType[*azidentity.AuthenticationFailedError](err); ok {
		return failed.RawResponse
	}
	return nil
}

func readEntraError(response *http.Response) entraError {
	var e entraError
	data, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	if err == nil && json.Unmarshal(data, &e) != nil {
		e = entraError{}
	}
	return e
}

// entraRefusal is what a person needs to know of an AADSTS number.
type entraRefusal struct {
	codes      []int
	variable   string // only with this way of signing in; empty for all
	text, hint string
}

func (r entraRefusal) has(code int) bool { return slices.Contains(r.codes, code) }

// Microsoft Learn: Microsoft Entra authentication and authorization error
// codes.
var entraRefusals = []entraRefusal{
	{[]int{7000215}, "", "Entra does not accept the client secret in AZURE_CLIENT_SECRET", "Put the secret's value there, not its id, or make a new one under the app registration's certificates and secrets."},
	{[]int{7000222}, "", "The client secret in AZURE_CLIENT_SECRET has expired", "Make a new one under the app registration's certificates and secrets, and put its value into AZURE_CLIENT_SECRET."},
	{[]int{90002, 900023, 50059}, "", "Entra knows no tenant with the id in AZURE_TENANT_ID", "Copy the directory (tenant) id from the app registration's overview, and look whether the configured cloud is the tenant's."},
	{[]int{700016}, "", "Entra knows no app registration with the id in AZURE_CLIENT_ID in this tenant", "Copy the application (client) id and the directory (tenant) id from the app registration's overview into AZURE_CLIENT_ID and AZURE_TENANT_ID."},
	{[]int{7000229, 650052}, "", "The app in AZURE_CLIENT_ID is registered, but not present in the tenant in AZURE_TENANT_ID", "Grant admin consent for it in that tenant."},
	{[]int{7000112}, "", "The app registration in AZURE_CLIENT_ID is disabled", "Enable it in the Entra admin center, under its enterprise application."},
	{[]int{700027, 700030, 7000214, 1000502}, byCertificate.variable, "Entra does not accept the client certificate in AZURE_CLIENT_CERTIFICATE_PATH", "Upload its public part under the app registration's certificates and secrets, and look whether it is still valid."},
	{[]int{700027, 70021, 700211, 700212, 700213, 700223}, byWorkload.variable, "Entra does not accept the workload identity's token in AZURE_FEDERATED_TOKEN_FILE", "Look whether the app registration's federated credential names this cluster's issuer, this namespace and this service account."},
	{[]int{700024, 5000224}, "", "Entra says that the time of the sign-in is not valid", "Set this machine's clock."},
	{[]int{53003, 530004}, "", "A Conditional Access policy of the tenant keeps this app from signing in", "Let the tenant's administrator allow this app and this machine's address."},
}
