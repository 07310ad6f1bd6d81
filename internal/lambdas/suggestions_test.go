package lambdas_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/wanttest"
)

// For the name of an area or a package, the search box suggests its filter, and
// does not search for it as the digits of a keypad.
func TestNamesInTheSearchBoxOfferFilters(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442079460000, 442079460099)
	type suggestion struct {
		Filter, Value, Label string
		Count                uint64
	}
	for q, want := range map[string]struct {
		suggestions []suggestion
		total       uint64
	}{
		"London":      {suggestions: []suggestion{{"area", "London", "London", 100}}},
		"l%C3%B6ndon": {suggestions: []suggestion{{"area", "London", "London", 100}}},
		"stand":       {suggestions: []suggestion{{"package", "standard", "Standard", 100}}},
		"geographic":  {suggestions: []suggestion{{"type", "geographic", "geographic", 100}}},
		"020+7946":    {total: 100},
		"%2B44(0)20":  {total: 100},
		"RW":          {total: 100}, // the digits 79 of a keypad
	} {
		var got struct {
			Data        []json.RawMessage
			Total       uint64
			Suggestions []suggestion
		}
		reply := w.as("alice", "GET", "/v1/available-dids?q="+q, "")
		wanttest.Equal(t, q+": status", reply.Status, 200)
		if err := json.Unmarshal([]byte(reply.Body), &got); err != nil {
			t.Fatal(err)
		}
		if want.suggestions == nil {
			want.suggestions = []suggestion{}
		}
		if diff := cmp.Diff(want.suggestions, got.Suggestions); diff != "" {
			t.Errorf("%s: suggestions (-want +got):\n%s", q, diff)
		}
		wanttest.Equal(t, q+": total", got.Total, want.total)
	}
	for target, want := range map[string]int{
		"/v1/ranges?starts_with=%2B44+(0)20": 200, "/v1/ranges?starts_with=0044+20": 200, "/v1/ranges?starts_with=020": 400,
		"/v1/ranges?starts_with=abc": 400,
	} {
		wanttest.Equal(t, target, w.as("ada", "GET", target, "").Status, want)
	}
	wanttest.Equal(t, "rentals by digits as people write them",
		w.as("alice", "GET", "/v1/dids?q=020+7946", "").Status, 200)
}
