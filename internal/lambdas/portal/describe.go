package portal

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi"
)

// documentation is the OpenAPI document in the order and the words in which the
// page shows it.
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
	Customers, Staff                 string // roles that may
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

// kind is a type in words; Ref is the schema that it leads to, "" for none.
type kind struct{ Before, Ref, After string }

func describe(api *huma.OpenAPI) documentation {
	d := documentation{Title: api.Info.Title, About: api.Info.Description, Codes: httpapi.Codes()}
	for _, t := range api.Tags {
		d.Tags = append(d.Tags, tag{t.Name, t.Description, operations(api, t.Name)})
	}
	all := api.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d.Schemas = append(d.Schemas, schema{name, properties(all[name])})
	}
	return d
}

func operations(api *huma.OpenAPI, tag string) (list []operation) {
	for _, path := range slices.Sorted(maps.Keys(api.Paths)) {
		item := api.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && slices.Contains(op.Tags, tag) {
				list = append(list, describeOperation(op))
			}
		}
	}
	return list
}

func describeOperation(op *huma.Operation) operation {
	rule, _ := auth.RuleFor(op.Method, op.Path)
	o := operation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, About: op.Description,
		Customers: roles(rule.Customers), Staff: roles(rule.Staff),
	}
	for _, p := range op.Parameters {
		o.Parameters = append(o.Parameters, field{
			Name: p.Name, In: p.In, About: p.Description, Required: p.Required, Kind: kindOf(p.Schema),
			Example: example(p.Schema),
		})
	}
	if op.RequestBody != nil {
		o.Body = bodyOf(op.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		o.Answers = append(o.Answers, answer{status, r.Description, bodyOf(r.Content)})
	}
	return o
}

func roles(roles []auth.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}

func bodyOf(content map[string]*huma.MediaType) *kind {
	for _, media := range content {
		if media.Schema != nil {
			k := kindOf(media.Schema)
			return &k
		}
	}
	return nil
}

func properties(s *huma.Schema) (fields []field) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		fields = append(fields, field{
			Name: name, About: p.Description, Required: slices.Contains(s.Required, name), Kind: kindOf(p), Example: example(p),
		})
	}
	return fields
}

// kindOf describes a schema in words: "list of Offer", "integer, 1 to 200".
func kindOf(s *huma.Schema) kind {
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
	text := s.Type
	if s.Format == "date-time" {
		text = "time"
	}
	if s.Minimum != nil && s.Maximum != nil {
		text += fmt.Sprintf(", %v to %v", *s.Minimum, *s.Maximum)
	}
	if len(s.Enum) > 0 {
		text = strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Enum), " ", " | "), "[]")
	}
	if s.Nullable {
		text += " or null"
	}
	return kind{Before: text}
}

func example(s *huma.Schema) string {
	if len(s.Examples) == 0 {
		return ""
	}
	return fmt.Sprint(s.Examples[0])
}
