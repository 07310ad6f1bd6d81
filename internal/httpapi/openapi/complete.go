package openapi

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi"
)

// gatewayAnswers are API Gateway's own answers to any operation, before a
// function has seen the request.
var gatewayAnswers = []int{
	http.StatusUnauthorized, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests,
	http.StatusRequestHeaderFieldsTooLarge,
	http.StatusInternalServerError, http.StatusServiceUnavailable,
}

// onlyOfTheGateway are the statuses that our functions never answer. The others
// are problems when a function answers them.
var onlyOfTheGateway = []int{http.StatusRequestHeaderFieldsTooLarge}

// GatewayAnswer is the body of API Gateway's own answers.
type GatewayAnswer struct {
	Message string `json:"message" example:"Too Many Requests"`
}

// complete adds what a single operation does not know: the answers of API Gateway,
// the scopes and roles that are allowed to call it, and the members that may be
// null.
func complete(document *huma.OpenAPI) {
	schemas := document.Components.Schemas
	document.Components.Responses = gatewayResponses(schemas)
	requested := map[string]bool{}
	for _, item := range document.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if o == nil {
				continue
			}
			addGatewayAnswers(o, document.Components.Responses)
			addAccess(o)
			if rule, _ := auth.RuleFor(o.Method, o.Path); rule.Signed { // huma describes it as a text
				o.RequestBody.Content[httpapi.MediaJSON].Schema = &huma.Schema{Type: huma.TypeObject,
					Description: "As the payment provider documents it."}
			}
			if o.RequestBody != nil && o.RequestBody.Content[httpapi.MediaJSON] != nil {
				noteSchemas(schemas, o.RequestBody.Content[httpapi.MediaJSON].Schema, requested)
			}
		}
	}
	for name, schema := range schemas.Map() {
		allowNulls(schema, schemas.TypeFromRef(schemaPrefix+name), requested[schemaPrefix+name])
	}
}

const (
	mediaProblem   = "application/problem+json"
	schemaPrefix   = "#/components/schemas/"
	responsePrefix = "#/components/responses/"
)

// gatewayResponses returns the answers that every operation has, by their
// status.
func gatewayResponses(schemas huma.Registry) map[string]*huma.Response {
	message := &huma.MediaType{Schema: schemas.Schema(reflect.TypeFor[GatewayAnswer](), true, "")}
	ours := &huma.MediaType{Schema: &huma.Schema{Ref: schemaPrefix + "Problem"}}
	responses := map[string]*huma.Response{}
	for _, status := range gatewayAnswers {
		content := map[string]*huma.MediaType{httpapi.MediaJSON: message}
		if !slices.Contains(onlyOfTheGateway, status) {
			content[mediaProblem] = ours
		}
		responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: content}
	}
	return responses
}

func addGatewayAnswers(o *huma.Operation, responses map[string]*huma.Response) {
	for code := range responses {
		o.Responses[code] = &huma.Response{Ref: responsePrefix + code}
	}
}

// addAccess adds the scopes of API keys that are allowed to call the operation, one
// of which is enough, and the roles of people.
func addAccess(o *huma.Operation) {
	rule, _ := auth.RuleFor(o.Method, o.Path)
	o.Extensions = map[string]any{
		"x-scopes": append([]auth.Scope{}, rule.KeyScopes()...),
		"x-roles": map[string][]auth.Role{
			"customer": append([]auth.Role{}, rule.Customers...), "staff": append([]auth.Role{}, rule.Staff...),
		},
	}
}

// noteSchemas collects the references of a schema and of all its parts.
func noteSchemas(schemas huma.Registry, s *huma.Schema, into map[string]bool) {
	if s == nil || into[s.Ref] {
		return
	}
	if s.Ref != "" {
		into[s.Ref] = true
		s = schemas.SchemaFromRef(s.Ref)
	}
	parts := slices.Concat(s.AnyOf, s.OneOf, s.AllOf, []*huma.Schema{s.Items})
	for _, part := range slices.AppendSeq(parts, maps.Values(s.Properties)) {
		noteSchemas(schemas, part, into)
	}
}

// allowNulls marks the properties of an object that may be null: those that are a
// pointer in Go and, in requests, those that may be left out. Absent and null mean
// the same on the wire.
func allowNulls(object *huma.Schema, of reflect.Type, requested bool) {
	pointers := map[string]bool{}
	notePointers(of, pointers)
	for name, property := range object.Properties {
		optional := !slices.Contains(object.Required, name)
		if pointers[name] && !optional || requested && optional {
			object.Properties[name] = orNull(property)
		}
	}
}

// notePointers collects the names of the members that Go writes as null.
func notePointers(of reflect.Type, into map[string]bool) {
	for of != nil && of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of == nil || of.Kind() != reflect.Struct {
		return
	}
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			notePointers(field.Type, into)
		case field.Type.Kind() == reflect.Pointer:
			into[name] = true
		}
	}
}

// orNull returns a schema that also allows null.
func orNull(s *huma.Schema) *huma.Schema {
	either := *s
	switch {
	case s.Ref != "":
		return &huma.Schema{Description: s.Description, AnyOf: []*huma.Schema{{Ref: s.Ref}, {Type: "null"}}}
	case s.Type != "":
		either.Nullable = true
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, nil) {
			either.Enum = append(slices.Clone(s.Enum), nil)
		}
	}
	return &either
}
