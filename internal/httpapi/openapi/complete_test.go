package openapi

import (
	"reflect"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
)

// Every operation names the gateway's own answers.
func TestGatewayAnswersAreDocumented(t *testing.T) {
	t.Parallel()
	document := Document()
	for path, item := range document.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if o == nil {
				continue
			}
			for _, code := range []string{"401", "413", "429", "431", "500", "503"} {
				if r := o.Responses[code]; r == nil || document.Components.Responses[code] == nil ||
					r.Ref != "#/components/responses/"+code {
					t.Errorf("%s %s: no answer %s", o.Method, path, code)
				}
			}
		}
	}
}

// A member that Go writes as null, or that a request may leave out, may be null in
// the document.
func TestDocumentSaysWhereNullMayStand(t *testing.T) {
	t.Parallel()
	document := Document()
	schemas := document.Components.Schemas
	for name, schema := range schemas.Map() {
		pointers := map[string]bool{}
		notePointers(schemas.TypeFromRef("#/components/schemas/"+name), pointers)
		for property, s := range schema.Properties {
			if pointers[property] && slices.Contains(schema.Required, property) && !mayBeNull(s) {
				t.Errorf("%s.%s is never null by the document", name, property)
			}
		}
	}
	got := map[string]bool{}
	for name, property := range map[string]string{
		"LedgerEntry": "did", "LookedUp": "offer", "Me": "customer", "HoldRequest": "start", "SettingsPatch": "aging_days",
		"Money": "amount",
	} {
		got[name+"."+property] = mayBeNull(schemas.Map()[name].Properties[property])
	}
	want := map[string]bool{
		"LedgerEntry.did": true, "LookedUp.offer": true, "Me.customer": true, "HoldRequest.start": true,
		"SettingsPatch.aging_days": true, "Money.amount": false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("may be null: %s", diff)
	}
}

func mayBeNull(s *huma.Schema) bool {
	return s.Nullable && (len(s.Enum) == 0 || slices.Contains(s.Enum, nil)) ||
		slices.ContainsFunc(s.AnyOf, func(choice *huma.Schema) bool {
			return reflect.DeepEqual(choice, &huma.Schema{Type: "null"})
		})
}
