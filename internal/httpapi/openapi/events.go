package openapi

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/event"
	"didpurchase/internal/httpapi"
)

// describeEvents adds the events that webhooks receive to the document: each type
// of event with the schema of its body.
func describeEvents(document *huma.OpenAPI) {
	document.Webhooks = map[string]*huma.PathItem{}
	for _, kind := range event.Kinds {
		document.Webhooks[string(kind.Type)] = &huma.PathItem{Post: &huma.Operation{
			OperationID: "event-" + string(kind.Type), Tags: []string{httpapi.TagEvents}, Summary: string(kind.Type),
			Description: kind.When,
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
				"application/json": {Schema: eventSchema(document.Components.Schemas, kind)},
			}},
			Responses: map[string]*huma.Response{
				"2XX": {Description: "You accepted the event. Any other answer, or none within 10 seconds, is a failure and is " +
					"tried again."},
				"410": {Description: "You want no more: the webhook is disabled."},
			},
		}}
	}
}

// eventSchema returns the schema of an event with the data of its kind.
func eventSchema(registry huma.Registry, kind event.Kind) *huma.Schema {
	schema := huma.SchemaFromType(registry, reflect.TypeFor[event.Event]())
	schema.Properties["type"] = &huma.Schema{Type: huma.TypeString, Enum: []any{string(kind.Type)}}
	schema.Properties["data"] = huma.SchemaFromType(registry, reflect.TypeOf(kind.Data))
	schema.PrecomputeMessages()
	return schema
}
