package template

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// apiResource is the HTTP API with the properties that its routes need.
type apiResource struct {
	id                string
	defaultAuthorizer string
	authorizers       map[string]*Authorizer
	everyRoute        throttling
	routes            map[string]throttling // in place of everyRoute, by the route's key
}

// readAPI reads the HTTP API and its routes.
func (l *loader) readAPI(*yaml.Node) error {
	for _, e := range l.entries {
		if e.kind != kindAPI {
			continue
		}
		if l.api.id != "" {
			return l.errorf(e.properties, "%s: the local world has one HTTP API", e.id)
		}
		if err := l.readHTTPAPI(e); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) readHTTPAPI(e entry) error {
	var p httpAPIProperties
	if err := l.decode(e.properties, &p); err != nil {
		return err
	}
	l.api = apiResource{id: e.id, defaultAuthorizer: p.Auth.DefaultAuthorizer, authorizers: map[string]*Authorizer{},
		everyRoute: p.DefaultRouteSettings, routes: p.RouteSettings}
	for name, a := range p.Auth.Authorizers {
		authorizer, err := l.authorizer(e, name, a)
		if err != nil {
			return err
		}
		l.api.authorizers[name] = authorizer
	}
	if c := p.CorsConfiguration; c != nil {
		l.out.API.CORS = &CORS{c.AllowOrigins, c.AllowMethods, c.AllowHeaders, c.ExposeHeaders, seconds(c.MaxAge)}
	}
	if p.DefinitionBody.Paths.node == nil {
		return l.errorf(e.properties, "%s has no paths in a DefinitionBody", e.id)
	}
	return l.readRoutes(p.DefinitionBody.Paths.node)
}

func (l *loader) authorizer(e entry, name string, p authorizerProperties) (*Authorizer, error) {
	if p.AuthorizerPayloadFormatVersion != "2.0" || !p.EnableSimpleResponses {
		return nil, l.errorf(e.properties, "authorizer %s: the local world knows payload format 2.0 with simple responses "+
			"only", name)
	}
	function, err := l.byARN(e.properties, p.FunctionArn, kindFunction)
	if err != nil {
		return nil, err
	}
	return &Authorizer{name, function.name, p.Identity.Headers, seconds(p.Identity.ReauthorizeEvery)}, nil
}

// readRoutes reads the routes from the API's OpenAPI document.
func (l *loader) readRoutes(paths *yaml.Node) error {
	return l.eachProperty(paths, func(path, item *yaml.Node) error {
		declared, err := l.pathParameters(item)
		if err != nil {
			return err
		}
		if used := variables(path.Value); !slices.Equal(used, declared) {
			return l.errorf(path, "the path %s has the variables %q, and its parameters are %q", path.Value, used, declared)
		}
		return l.eachProperty(item, func(method, node *yaml.Node) error {
			if method.Value == "parameters" {
				return nil
			}
			return l.readRoute(method.Value, path.Value, node)
		})
	})
}

// pathParameters returns the names of the variables that an item declares.
func (l *loader) pathParameters(item *yaml.Node) (names []string, err error) {
	node := property(item, "parameters")
	if node == nil {
		return nil, nil
	}
	var declared []pathParameter
	if err := l.decode(node, &declared); err != nil {
		return nil, err
	}
	for _, p := range declared {
		names = append(names, p.Name)
	}
	return names, nil
}

var variable = regexp.MustCompile(`\{([^}]+)\}`)

// variables returns the names within {…}, in the order of the path.
func variables(path string) (names []string) {
	for _, m := range variable.FindAllStringSubmatch(path, -1) {
		names = append(names, m[1])
	}
	return names
}

func (l *loader) readRoute(method, path string, node *yaml.Node) error {
	var o operation
	if err := l.decode(node, &o); err != nil {
		return err
	}
	if o.Integration.Type != "aws_proxy" || o.Integration.PayloadFormatVersion != "2.0" {
		return l.errorf(node, "the local world knows integrations aws_proxy with payload format 2.0 only")
	}
	function, err := l.byARN(node, invoked(o.Integration.URI), kindFunction)
	if err != nil {
		return err
	}
	route := Route{Method: methodOf(method), Path: path, Function: function.name}
	route.Limit = l.api.limit(route.Method + " " + path)
	if name := l.api.authorizerOf(o); name != "NONE" {
		if route.Authorizer = l.api.authorizers[name]; route.Authorizer == nil {
			return l.errorf(node, "there is no authorizer %q", name)
		}
	}
	l.out.API.Routes = append(l.out.API.Routes, route)
	return nil
}

// methodOf returns the method as a route's key has it.
func methodOf(member string) string {
	if member == "x-amazon-apigateway-any-method" {
		return "ANY"
	}
	return strings.ToUpper(member)
}

// invoked returns the ARN of the function that an integration invokes.
// arn:aws:apigateway:…:lambda:path/2015-03-31/functions/ARN/invocations → ARN
func invoked(uri string) string {
	_, after, _ := strings.Cut(uri, "/functions/")
	return strings.TrimSuffix(after, "/invocations")
}

// authorizerOf returns the name of the authorizer of an operation.
func (a apiResource) authorizerOf(o operation) string {
	for _, alternatives := range o.Security {
		for name := range alternatives {
			return name
		}
	}
	return a.defaultAuthorizer
}

// limit returns the throttling of a route, or else the throttling of all
// routes.
func (a apiResource) limit(key string) Limit {
	t, own := a.routes[key]
	if !own {
		t = a.everyRoute
	}
	return Limit{PerSecond: t.ThrottlingRateLimit, Burst: t.ThrottlingBurstLimit}
}
