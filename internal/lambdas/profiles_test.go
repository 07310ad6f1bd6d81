package lambdas_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"didpurchase/internal/wanttest"
)

// All delimiters that are common in Europe are allowed, also the one that a Go
// struct tag's list can't contain.
func TestAProfileTakesEveryDelimiter(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	for delimiter, want := range map[string]int{",": 200, ";": 200, "\t": 200, "|": 200, ":": 422, ",;": 422} {
		sent := map[string]any{
			"delimiter": delimiter, "country_code": "33", "default_package": "standard",
			"columns": map[string]any{"start": "Tranche_Debut", "end": "Tranche_Fin"},
		}
		body, err := json.Marshal(sent)
		w.must(err)
		if saved := w.as("ada", "PUT", "/v1/import-profiles/arcep", string(body)); saved.Status != want {
			t.Errorf("delimiter %q: %d %s, want %d", delimiter, saved.Status, saved.Body, want)
			continue
		}
		if want != 200 {
			continue
		}
		var kept map[string]any
		w.as("ada", "GET", "/v1/import-profiles/arcep", "").read(t, &kept)
		if !maps.EqualFunc(kept, sent, func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("kept is %v, want %v", kept, sent)
		}
	}
	w.as("ada", "PUT", "/v1/import-profiles/ofcom",
		`{"country_code":"44","columns":{"prefix":["NPA",2],"national_length":3},"default_package":"gold"}`)
	var listed struct{ Data []map[string]any }
	w.as("acme-viewer", "GET", "/v1/import-profiles", "").read(t, &listed)
	if len(listed.Data) != 2 {
		t.Fatalf("profiles are %+v, want two", listed.Data)
	}
	wanttest.Equal(t, "name of the first profile", listed.Data[0]["name"], "arcep")
	wanttest.Equal(t, "second profile", fmt.Sprint(listed.Data[1]),
		"map[columns:map[national_length:3 prefix:[NPA 2]] country_code:44 default_package:gold name:ofcom]")
}
