package httpapi

import "testing"

func TestAccepts(t *testing.T) {
	for header, want := range map[string]bool{
		"application/json": true, "*/*": true, "application/*": true, "text/html, */*;q=0.1": true,
		"Application/JSON; charset=utf-8": true,
		"text/html":                       false, "application/json;q=0": false, "application/json;q=0.000, */*": false,
		"*/*;q=0":                  false,
		"nonsense":                 false,
		"application/problem+json": false, "application/json;q=0.001": true,
	} {
		if got := accepts(header, MediaJSON); got != want {
			t.Errorf("accepts(%q) = %v, want %v", header, got, want)
		}
	}
}
