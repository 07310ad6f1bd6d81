package portal

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"didpurchase/internal/httpapi"
)

// documentation is the OpenAPI document in the order and the words of the page.
type documentation struct {
	Title, About string
	Tags         []tag
	Schemas      []schema
	Codes        []httpapi.Code
}

type tag struct {
	Name, About string
	Operations  []operation
}

type operation struct {
	ID, Method, Path, Summary, About string
	Customers, Staff                 string // roles that are allowed
	Parameters                       []field
	Body                             *kind
	Answers                          []answer
}

type answer struct {
	Status, Text string
	Body         *kind
}

type schema struct {
	Name   string
	Fields []field
}

type field struct {
	Name, In, About, Example string
	Required                 bool
	Kind                     kind
}

// kind is a type in words; Ref is the schema to which it links, "" for none.
type kind struct{ Before, Ref, After string }

func describe(a api) documentation {
	d := documentation{Title: a.Info.Title, About: a.Info.Description, Codes: httpapi.Codes()}
	for _, t := range a.Tags {
		d.Tags = append(d.Tags, tag{t.Name, t.Description, operations(a, t.Name)})
	}
	all := a.Components.Schemas
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d.Schemas = append(d.Schemas, schema{name, properties(all[name])})
	}
	return d
}

func operations(a api, tag string) (list []operation) {
	for _, path := range slices.Sorted(maps.Keys(a.Paths)) {
		for _, method := range []string{"get", "post", "put", "patch", "delete"} {
			if op, found := a.Paths[path][method]; found && slices.Contains(op.Tags, tag) {
				list = append(list, describeOperation(strings.ToUpper(method), path, op))
			}
		}
	}
	return list
}

func describeOperation(method, path string, op apiOperation) operation {
	o := operation{
		ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, About: op.Description,
		Customers: strings.Join(op.Roles.Customer, ", "), Staff: strings.Join(op.Roles.Staff, ", "),
		Body: bodyOf(op.RequestBody.Content),
	}
	for _, p := range op.Parameters {
		o.Parameters = append(o.Parameters, field{
			Name: p.Name, In: p.In, About: p.Description, Required: p.Required, Kind: kindOf(p.Schema),
			Example: example(p.Schema),
		})
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		o.Answers = append(o.Answers, answer{status, r.Description, bodyOf(r.Content)})
	}
	return o
}

// bodyOf returns the type of a body, nil if the document states none. JSON sorts
// before the other media types.
func bodyOf(content map[string]apiMedia) *kind {
	for _, media := range slices.Sorted(maps.Keys(content)) {
		if s := content[media].Schema; s != nil {
			k := kindOf(s)
			return &k
		}
	}
	return nil
}

func properties(s *apiSchema) (fields []field) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		fields = append(fields, field{
			Name: name, About: p.Description, Required: slices.Contains(s.Required, name), Kind: kindOf(p), Example: example(p),
		})
	}
	return fields
}

// kindOf describes a schema in words: "list of Offer", "integer, 1 to 200".
func kindOf(s *apiSchema) kind {
	switch {
	case s.Ref != "":
		return kind{Ref: s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]}
	case len(s.AnyOf) > 0:
		k := kindOf(s.AnyOf[0])
		k.After += " or null"
		return k
	case s.Items != nil:
		k := kindOf(s.Items)
		k.Before = "list of " + k.Before
		return k
	}
	text := s.Type.name()
	if s.Format == "date-time" {
		text = "time"
	}
	if s.Minimum != nil && s.Maximum != nil {
		text += fmt.Sprintf(", %v to %v", *s.Minimum, *s.Maximum)
	}
	if values := s.values(); len(values) > 0 {
		text = strings.Trim(strings.ReplaceAll(fmt.Sprint(values), " ", " | "), "[]")
	}
	if slices.Contains(s.Type, null) {
		text += " or null"
	}
	return kind{Before: text}
}

func example(s *apiSchema) string {
	if len(s.Examples) == 0 {
		return ""
	}
	return fmt.Sprint(s.Examples[0])
}
