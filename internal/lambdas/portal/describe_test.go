package portal

import (
	"encoding/json"
	"testing"

	"didpurchase/internal/wanttest"
)

func TestTypesInWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]kind{
		`{"type": "string", "format": "date-time"}`:                             {Before: "time"},
		`{"type": ["string", "null"]}`:                                          {Before: "string or null"},
		`{"type": "integer", "minimum": 0, "maximum": 1000000000}`:              {Before: "integer, 0 to 1000000000"},
		`{"type": ["string", "null"], "enum": ["number", "price", null]}`:       {Before: "number | price or null"},
		`{"$ref": "#/components/schemas/Money"}`:                                {Ref: "Money"},
		`{"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}]}`: {Ref: "Money", After: " or null"},
		`{"type": "array", "items": {"$ref": "#/components/schemas/Offer"}}`:    {Before: "list of ", Ref: "Offer"},
		`{}`: {},
	} {
		var s apiSchema
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		wanttest.Diff(t, text, kindOf(&s), want)
	}
}

// Of several media types, the documentation shows JSON; digits stay as they are
// written.
func TestDescription(t *testing.T) {
	t.Parallel()
	a, err := read([]byte(`{"paths": {"/v1/x": {"get": {"operationId": "x", "tags": ["Things"],
		"x-roles": {"customer": ["owner", "buyer"], "staff": []},
		"parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "examples": [1000000]}}],
		"responses": {"200": {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}},
			"application/json": {"schema": {"type": "boolean"}}}}}}}},
		"tags": [{"name": "Things"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "operations", describe(a).Tags, []tag{{Name: "Things", Operations: []operation{{
		ID: "x", Method: "GET", Path: "/v1/x", Customers: "owner, buyer",
		Parameters: []field{{Name: "limit", In: "query", Example: "1000000", Kind: kind{Before: "integer"}}},
		Answers:    []answer{{Status: "200", Text: "OK", Body: &kind{Before: "boolean"}}},
	}}}})
}
