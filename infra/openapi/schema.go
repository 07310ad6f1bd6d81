package main

import (
	"encoding/json"
	"slices"
	"strings"
)

// schema has the parts of a JSON schema on which a Go type depends.
type schema struct {
	Ref                  string `json:"$ref"`
	Type                 kinds
	Format               string
	AnyOf, OneOf         []*schema
	Items                *schema
	Properties           map[string]*schema
	Required             []string
	AdditionalProperties json.RawMessage
}

// kinds are the JSON types that a schema allows: one name, or a list of them.
type kinds []string

func (k *kinds) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]string)(k))
	}
	*k = kinds{""}
	return json.Unmarshal(text, &(*k)[0])
}

// null is the JSON type of a value that may be absent.
const null = "null"

// isNull reports whether the schema allows only null.
func (s *schema) isNull() bool { return len(s.Type) == 1 && s.Type[0] == null }

// typeOf returns the Go type of a schema. A value that is optional or may be null
// is a pointer; an absent list or map is nil, and an optional text "".
func (g *generator) typeOf(s *schema, optional bool) string {
	nullable := slices.Contains(s.Type, null)
	if among := slices.Concat(s.AnyOf, s.OneOf); len(among) > 0 {
		values := slices.DeleteFunc(among, (*schema).isNull)
		if len(values) > 1 {
			return "any"
		}
		s, nullable = values[0], true
	}
	name := g.plainType(s)
	hasZero := strings.HasPrefix(name, "[]") || strings.HasPrefix(name, "map[") || name == "any" ||
		name == "string" && optional
	if hasZero || !nullable && !optional {
		return name
	}
	return "*" + name
}

func (g *generator) plainType(s *schema) string {
	if s.Ref != "" {
		return g.name(s)
	}
	switch at := slices.IndexFunc(s.Type, func(kind string) bool { return kind != null }); s.Type[at] {
	case "string":
		if s.Format == "date-time" {
			return "time.Time"
		}
		return "string"
	case "integer":
		return "int"
	case "boolean":
		return "bool"
	case "array":
		return "[]" + g.typeOf(s.Items, false)
	case "object":
		if values := (&schema{}); json.Unmarshal(s.AdditionalProperties, values) == nil {
			return "map[string]" + g.typeOf(values, false)
		}
	}
	return "any"
}

// name returns the name of a schema of the document; its type is then written too.
func (g *generator) name(s *schema) string {
	name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	g.wanted = append(g.wanted, name)
	return name
}

// initialisms are the words that Go writes in capitals.
var initialisms = map[string]string{"id": "ID", "did": "DID", "dids": "DIDs", "url": "URL", "api": "API"}

// goName returns the Go name of a property or an operation.
func goName(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' })
	for i, word := range words {
		if words[i] = initialisms[word]; words[i] == "" {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}
