package httpapi

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Patch is a member of a merge patch (RFC 7396): a missing member stays
// unchanged; null removes its value.
type Patch[T any] struct {
	Sent  bool
	Null  bool
	Value T // the zero value for null
}

// UnmarshalJSON is called only for members that were sent.
func (p *Patch[T]) UnmarshalJSON(data []byte) error {
	p.Sent = true
	if string(data) == "null" {
		p.Null = true
		return nil
	}
	return json.Unmarshal(data, &p.Value)
}

// Schema returns the OpenAPI schema for huma: the value's, or null.
func (p Patch[T]) Schema(r huma.Registry) *huma.Schema {
	value := huma.SchemaFromType(r, reflect.TypeFor[T]())
	if value.Ref == "" {
		nullable := *value
		nullable.Nullable = true
		nullable.PrecomputeMessages()
		return &nullable
	}
	return &huma.Schema{AnyOf: []*huma.Schema{value, {Type: "null"}}}
}

// Or returns the value that was sent, or the current one.
func (p Patch[T]) Or(current T) T {
	if p.Sent {
		return p.Value
	}
	return current
}
