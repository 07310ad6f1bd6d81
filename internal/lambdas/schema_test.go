package lambdas_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// schema is the part of JSON Schema that the OpenAPI document uses.
type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any    // a text, or a list of them
	Enum                 []any
	Format               string
	Properties           map[string]*schema
	AdditionalProperties any // false, or the schema of other members
	Required             []string
	Items                *schema
	AnyOf                []*schema
}

// check reports where a decoded value differs from its schema.
func (d openAPI) check(t *testing.T, what string, s *schema, value any) {
	t.Helper()
	for _, fault := range d.faults(s, value, "") {
		t.Errorf("%s: %s", what, fault)
	}
}

func (d openAPI) faults(s *schema, value any, at string) (faults []string) {
	if name, isRef := strings.CutPrefix(s.Ref, "#/components/schemas/"); isRef {
		s = d.Components.Schemas[name]
	}
	if len(s.AnyOf) > 0 {
		if slices.ContainsFunc(s.AnyOf, func(one *schema) bool { return len(d.faults(one, value, at)) == 0 }) {
			return nil
		}
		return []string{at + " is none of the schemas"}
	}
	if types := s.types(); len(types) > 0 && !slices.Contains(types, typeOf(value, types)) {
		return []string{fmt.Sprintf("%s is %v, want %v", at, value, types)}
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, value) {
		faults = append(faults, fmt.Sprintf("%s is %v, want one of %v", at, value, s.Enum))
	}
	switch value := value.(type) {
	case map[string]any:
		faults = append(faults, d.memberFaults(s, value, at)...)
	case []any:
		for i, item := range value {
			faults = append(faults, d.faults(s.Items, item, fmt.Sprintf("%s/%d", at, i))...)
		}
	case string:
		if _, err := time.Parse(time.RFC3339, value); s.Format == "date-time" && err != nil {
			faults = append(faults, at+" is not a time: "+value)
		}
	}
	return faults
}

func (d openAPI) memberFaults(s *schema, value map[string]any, at string) (faults []string) {
	for _, name := range s.Required {
		if _, given := value[name]; !given {
			faults = append(faults, at+"/"+name+" is missing")
		}
	}
	for name, item := range value {
		of, known := s.Properties[name]
		switch {
		case known:
			faults = append(faults, d.faults(of, item, at+"/"+name)...)
		case s.AdditionalProperties == false:
			faults = append(faults, at+"/"+name+" is not in the schema")
		}
	}
	return faults
}

// types lists the types that the schema allows; none allows all.
func (s *schema) types() (types []string) {
	switch of := s.Type.(type) {
	case string:
		return []string{of}
	case []any:
		for _, t := range of {
			types = append(types, t.(string))
		}
	}
	return types
}

// typeOf is the type of a decoded value; a number is an integer where one is
// allowed.
func typeOf(value any, allowed []string) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case int:
		return "integer"
	case float64:
		if value == float64(int(value)) && slices.Contains(allowed, "integer") {
			return "integer"
		}
	case json.Number:
		return "number"
	}
	return "number"
}
