package fakeintune

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// properties are a device as Graph shows it, all of it.
func (d *Device) properties() map[string]any {
	var actions []any
	for _, a := range d.Actions {
		shown := map[string]any{
			"actionName": a.Name, "actionState": a.State, "startDateTime": stamp(a.Started), "lastUpdatedDateTime": stamp(a.Updated),
		}
		if a.Name == resetPasscode {
			shown["@odata.type"], shown["errorCode"], shown["passcode"] = "#microsoft.graph.resetPasscodeActionResult", a.ErrorCode, nil
			if a.Passcode != "" {
				shown["passcode"] = a.Passcode
			}
		}
		actions = append(actions, shown)
	}
	if actions == nil {
		actions = []any{}
	}
	return map[string]any{
		"id": d.ID, "deviceName": d.DeviceName, "manufacturer": d.Manufacturer, "model": d.Model, "serialNumber": d.SerialNumber,
		"operatingSystem": d.OperatingSystem, "osVersion": d.OSVersion, "deviceType": d.DeviceType, "deviceEnrollmentType": d.DeviceEnrollmentType,
		"managedDeviceOwnerType": d.ManagedDeviceOwnerType, "managementState": d.ManagementState, "managementAgent": d.ManagementAgent,
		"complianceState": d.ComplianceState, "userId": d.UserID, "userPrincipalName": d.UserPrincipalName, "emailAddress": d.EmailAddress,
		"userDisplayName": d.UserDisplayName, "azureADDeviceId": d.AzureADDeviceID, "enrolledDateTime": stamp(d.EnrolledDateTime),
		"lastSyncDateTime": stamp(d.LastSyncDateTime), "deviceActionResults": actions,
		"jailBroken": "Unknown", "isEncrypted": true, "isSupervised": false, "deviceCategoryDisplayName": "Unknown", "skuFamily": "",
		"deviceRegistrationState": "registered", "roleScopeTagIds": []any{"0"}, "enrolledByUserPrincipalName": d.UserPrincipalName,
		"managedDeviceName": d.DeviceName + "_" + d.OperatingSystem, "notes": nil, "phoneNumber": "", "deviceCategory": nil,
	}
}

// stamp is an instant as Graph writes it; the zero one as Graph's own zero.
func stamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.9999999Z")
}

// selected is a device with what $select names.
func selected(d *Device, query url.Values) map[string]any {
	all := d.properties()
	names := query.Get("$select")
	if names == "" {
		return all
	}
	shown := map[string]any{"id": d.ID}
	for name := range strings.SplitSeq(names, ",") {
		for key, value := range all {
			if strings.EqualFold(key, strings.TrimSpace(name)) {
				shown[key] = value
			}
		}
	}
	return shown
}

// list answers a query of the collection.
func (s *Server) list(c *call) answer {
	query, err := url.ParseQuery(c.url.RawQuery)
	if err != nil {
		return refuse(http.StatusBadRequest, "BadRequest", "The query string could not be read.")
	}
	matches, bad := parseFilter(query.Get("$filter"))
	if bad != nil {
		return answer{refusal: bad}
	}
	at, bad := s.page(query)
	if bad != nil {
		return answer{refusal: bad}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	var found []Device
	for _, m := range s.fleet.enrolled {
		if !m.Unlisted && matches(&m.Device) {
			found = append(found, m.clone())
		}
	}
	if order := query.Get("$orderby"); order != "" {
		slices.SortStableFunc(found, func(a, b Device) int {
			return strings.Compare(strings.ToLower(a.DeviceName), strings.ToLower(b.DeviceName))
		})
	}
	shown := []any{}
	for i := at.from; i < min(at.from+at.size, len(found)); i++ {
		shown = append(shown, selected(&found[i], query))
	}
	return s.listed(c, query, at, shown, len(found))
}

// read answers a read by id, which finds devices that lists lack.
func (s *Server) read(c *call) answer {
	query, err := url.ParseQuery(c.url.RawQuery)
	if err != nil {
		return refuse(http.StatusBadRequest, "BadRequest", "The query string could not be read.")
	}
	if !isGUID(c.device) {
		return refuse(http.StatusBadRequest, "BadRequest", "The id '"+c.device+"' is not valid.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	m := s.fleet.get(c.device)
	if m == nil {
		return notFound(c)
	}
	body := selected(&m.Device, query)
	body["@odata.context"] = s.url + "/beta/$metadata#deviceManagement/managedDevices/$entity"
	return answer{status: http.StatusOK, body: body}
}

func notFound(c *call) answer {
	return intuneRefuses(http.StatusNotFound, "ResourceNotFound", "Device "+c.device+" was not found.")
}

// span is the part of a list that a page shows.
type span struct{ from, size int }

// page reads which page of a list is asked for.
func (s *Server) page(query url.Values) (span, *refusal) {
	at := span{0, s.config.PageSize}
	bad := func(message string) (span, *refusal) {
		return span{}, &refusal{status: http.StatusBadRequest, code: "BadRequest", message: message}
	}
	if token := query.Get("$skiptoken"); token != "" {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		n, numErr := strconv.Atoi(string(raw))
		if err != nil || numErr != nil || n < 0 {
			return bad("Skip token is not valid.")
		}
		at.from = n
	}
	if top := query.Get("$top"); top != "" {
		n, err := strconv.Atoi(top)
		if err != nil || n < 1 {
			return bad(fmt.Sprintf("Invalid value '%s' for $top query option found.", top))
		}
		at.size = min(at.size, n)
	}
	return at, nil
}

// listed is a page of a list, with the address of the next where there is more.
func (s *Server) listed(c *call, query url.Values, at span, shown []any, count int) answer {
	body := map[string]any{
		"@odata.context": s.url + "/beta/$metadata#" + strings.TrimPrefix(c.url.Path, "/beta/"), "@odata.count": count, "value": shown,
	}
	if at.from+at.size < count {
		query.Set("$skiptoken", base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(at.from+at.size))))
		body["@odata.nextLink"] = s.url + c.url.Path + "?" + query.Encode()
	}
	return answer{status: http.StatusOK, body: body}
}
