package fakeslack

import (
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// complaints is what Slack's client finds wrong before it sends a
// submission, by block_id. It is nil where nothing is.
func (f *form) complaints(blocks []any) map[string]string {
	var out map[string]string
	for block, element := range elements(blocks) {
		if block["type"] != "input" {
			continue
		}
		says := complaint(element, f.holds(block, element), block["optional"] == true)
		if id, _ := block["block_id"].(string); says != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[id] = says
		}
	}
	return out
}

// complaint is what is wrong with what one field holds, "" for nothing.
func complaint(element map[string]any, held any, optional bool) string {
	list, many := held.([]any)
	if held == nil || (many && len(list) == 0) {
		if optional {
			return ""
		}
		return "Please complete this required field."
	}
	text, typed := held.(string)
	if !typed {
		return ""
	}
	switch element["type"] {
	case "plain_text_input":
		if least, ok := integer(element["min_length"]); ok && utf8.RuneCountInString(text) < least {
			return fmt.Sprintf("Please use at least %d characters.", least)
		}
	case "email_text_input":
		if at, err := mail.ParseAddress(text); err != nil || at.Address != text {
			return "Please enter a valid email address."
		}
	case "url_text_input":
		if at, err := url.Parse(text); err != nil || at.Scheme == "" || at.Host == "" {
			return "Please enter a valid URL."
		}
	case "number_input":
		return numberComplaint(element, text)
	}
	return ""
}

func numberComplaint(element map[string]any, text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if _, whole := strconv.ParseInt(text, 10, 64); err != nil || (whole != nil && element["is_decimal_allowed"] != true) {
		return "Please enter a valid number."
	}
	bound := func(name string) (float64, bool) {
		text, _ := element[name].(string)
		n, err := strconv.ParseFloat(text, 64)
		return n, err == nil
	}
	if least, ok := bound("min_value"); ok && n < least {
		return fmt.Sprintf("Please enter a number of at least %v.", least)
	}
	if most, ok := bound("max_value"); ok && n > most {
		return fmt.Sprintf("Please enter a number of at most %v.", most)
	}
	return ""
}
