package httpapi

import (
	"testing"
)

func TestEveryCodeIsDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, c := range Codes() {
		documented[c.Code] = true
	}
	for _, row := range problems {
		if !documented[row.code] {
			t.Errorf("%s is in problems and not in Codes", row.code)
		}
	}
}
