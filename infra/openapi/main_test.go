package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/wanttest"
)

func TestCommittedDocumentIsTheCodes(t *testing.T) {
	want, err := document()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../" + documentPath)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("openapi.json is not what the code says; run: go run ./infra/openapi\n%s", diff)
	}
}

func TestCommittedClientIsTheDocuments(t *testing.T) {
	document, err := os.ReadFile("../../" + documentPath)
	if err != nil {
		t.Fatal(err)
	}
	want, err := goClient(document)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../" + clientPath)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("infra/client is not what the document says; run: go run ./infra/openapi\n%s", diff)
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{ // required, optional
		`{"type": "string"}`:                                                    {"string", "string"},
		`{"type": ["string", "null"]}`:                                          {"*string", "string"},
		`{"type": "integer"}`:                                                   {"int", "*int"},
		`{"type": ["boolean", "null"]}`:                                         {"*bool", "*bool"},
		`{"type": "string", "format": "date-time"}`:                             {"time.Time", "*time.Time"},
		`{"type": ["array", "null"], "items": {"type": "integer"}}`:             {"[]int", "[]int"},
		`{"type": "object", "additionalProperties": {"type": "string"}}`:        {"map[string]string", "map[string]string"},
		`{"$ref": "#/components/schemas/Money"}`:                                {"Money", "*Money"},
		`{"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}]}`: {"*Money", "*Money"},
		`{"oneOf": [{"type": "integer"}, {"type": "string"}]}`:                  {"any", "any"},
	} {
		var s schema
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		g := &generator{}
		wanttest.Diff(t, text, [2]string{g.typeOf(&s, false), g.typeOf(&s, true)}, want)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"rows_read": "RowsRead", "id": "ID", "order_id": "OrderID", "list-dids": "ListDIDs", "report_url": "ReportURL",
	} {
		wanttest.Equal(t, "name of "+name, goName(name), want)
	}
}
