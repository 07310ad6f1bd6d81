package portal

import (
	"bytes"
	"encoding/json"
	"slices"
)

// api has the fields of an OpenAPI document that the documentation shows. (Package
// json finds a field's name in any case.)
type api struct {
	Info       struct{ Title, Description string }
	Tags       []struct{ Name, Description string }
	Paths      map[string]map[string]apiOperation // by path, then by method
	Components struct{ Schemas map[string]*apiSchema }
}

func read(document []byte) (a api, err error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber() // an example keeps its digits: 1000000, not 1e+06
	err = decoder.Decode(&a)
	return a, err
}

type apiOperation struct {
	OperationID, Summary, Description string
	Tags                              []string
	Roles                             struct{ Customer, Staff []string } `json:"x-roles"`
	Parameters                        []apiParameter
	RequestBody                       apiContent
	Responses                         map[string]apiContent
}

type apiParameter struct {
	Name, In, Description string
	Required              bool
	Schema                *apiSchema
}

type apiContent struct {
	Description string
	Content     map[string]apiMedia
}

type apiMedia struct{ Schema *apiSchema }

type apiSchema struct {
	Ref                 string `json:"$ref"`
	Type                types
	Format, Description string
	AnyOf               []*apiSchema
	Items               *apiSchema
	Properties          map[string]*apiSchema
	Required            []string
	Minimum, Maximum    *json.Number
	Enum, Examples      []any
}

// values returns the listed values without null.
func (s *apiSchema) values() []any {
	return slices.DeleteFunc(slices.Clone(s.Enum), func(value any) bool { return value == nil })
}

// types are the JSON types that a schema allows: one name, or a list of one name
// and "null".
type types []string

const null = "null"

func (t *types) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]string)(t))
	}
	*t = types{""}
	return json.Unmarshal(text, &(*t)[0])
}

// name returns the type beside null, "" if the schema allows any.
func (t types) name() string {
	if at := slices.IndexFunc(t, func(name string) bool { return name != null }); at >= 0 {
		return t[at]
	}
	return ""
}
