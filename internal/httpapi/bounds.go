package httpapi

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// The limits of a request's schema where the schema itself has none: a text must
// not be longer than a handler, or a key of the table, allows.
const (
	maxPathText   = 128
	maxHeaderText = 255
	maxQueryText  = 1_000
	maxBodyText   = 2_000
	maxListItems  = 1_000
	maxInteger    = 1_000_000_000
)

// bound gives each part of an operation's request a limit, before anything is
// decoded into a handler's types.
func bound(api huma.API, o *huma.Operation) {
	b := bounder{api.OpenAPI().Components.Schemas, map[*huma.Schema]bool{}}
	for _, p := range o.Parameters {
		switch p.In {
		case "path":
			b.schema(p.Schema, maxPathText)
		case "header":
			b.schema(p.Schema, maxHeaderText)
		default:
			b.schema(p.Schema, maxQueryText)
		}
	}
	if o.RequestBody != nil {
		for _, media := range o.RequestBody.Content {
			b.schema(media.Schema, maxBodyText)
		}
	}
}

type bounder struct {
	registry huma.Registry
	seen     map[*huma.Schema]bool
}

// schema limits a schema and all its parts.
func (b bounder) schema(s *huma.Schema, maxText int) {
	if s == nil || b.seen[s] {
		return
	}
	b.seen[s] = true
	if s.Ref != "" {
		b.schema(b.registry.SchemaFromRef(s.Ref), maxText)
		return
	}
	switch s.Type {
	case huma.TypeString:
		if s.MaxLength == nil && s.Enum == nil {
			s.MaxLength = &maxText
		}
	case huma.TypeInteger, huma.TypeNumber:
		boundNumber(s)
	case huma.TypeArray:
		if s.MaxItems == nil {
			s.MaxItems = new(int)
			*s.MaxItems = maxListItems
		}
	}
	s.PrecomputeMessages()
	b.parts(s, maxText)
}

func boundNumber(s *huma.Schema) {
	least, most := -float64(maxInteger), float64(maxInteger)
	if s.Minimum == nil && s.ExclusiveMinimum == nil {
		s.Minimum = &least
	}
	if s.Maximum == nil && s.ExclusiveMaximum == nil {
		s.Maximum = &most
	}
}

func (b bounder) parts(s *huma.Schema, maxText int) {
	b.schema(s.Items, maxText)
	for _, member := range s.Properties {
		b.schema(member, maxText)
	}
	for _, choices := range [][]*huma.Schema{s.AnyOf, s.OneOf, s.AllOf} {
		for _, choice := range choices {
			b.schema(choice, maxText)
		}
	}
}

// operationAt returns the operation as huma has registered it.
func operationAt(api huma.API, o huma.Operation) *huma.Operation {
	item := api.OpenAPI().Paths[o.Path]
	return map[string]*huma.Operation{
		"GET": item.Get, "PUT": item.Put, "POST": item.Post, "PATCH": item.Patch, "DELETE": item.Delete,
	}[strings.ToUpper(o.Method)]
}
