package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"time"
)

// Fingerprint identifies a configuration without its secrets: it is the same
// for the same settings, however they are written and wherever they come
// from, and another one for any others.
func (c Config) Fingerprint() string { return fingerprint(c) }

// PolicyFingerprint identifies what decides about requests.
func (c Config) PolicyFingerprint() string { return fingerprint(c.policy()) }

func fingerprint(of any) string {
	h := sha256.New()
	canonical(h, "", reflect.ValueOf(of))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// canonical writes a line for each value that is set, with its path. What is
// not set leaves no trace, so that a later version with more settings gives
// the same fingerprint.
func canonical(w io.Writer, path string, v reflect.Value) {
	if v.IsZero() {
		return
	}
	switch value := v.Interface().(type) {
	case Secret:
		return
	case *regexp.Regexp:
		fmt.Fprintf(w, "%s=%q\n", path, value.String())
		return
	case *time.Location:
		fmt.Fprintf(w, "%s=%q\n", path, value.String())
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			canonical(w, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		// The length tells entries apart that are zero, and so leave no line.
		fmt.Fprintf(w, "%s=%d\n", path, v.Len())
		for i := range v.Len() {
			canonical(w, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.String:
		fmt.Fprintf(w, "%s=%q\n", path, v.String())
	case reflect.Bool:
		fmt.Fprintf(w, "%s=%t\n", path, v.Bool())
	case reflect.Int, reflect.Int64:
		fmt.Fprintf(w, "%s=%d\n", path, v.Int())
	default:
		panic("config: no fingerprint of a " + v.Type().String()) // a kind of setting that nobody has met yet
	}
}
