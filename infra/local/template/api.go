package template

import "go.yaml.in/yaml/v3"

// apiResource is the HTTP API with the properties that its routes need.
type apiResource struct {
	id                string
	defaultAuthorizer string
	authorizers       map[string]*Authorizer
	everyRoute        throttling
	routes            map[string]throttling // in place of everyRoute, by the route's key
}

// readAPI reads the HTTP API. It runs before readFunctions, whose events are
// the routes.
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
	l.api = apiResource{id: e.id, defaultAuthorizer: p.Auth.DefaultAuthorizer, authorizers: map[string]*Authorizer{}, everyRoute: p.DefaultRouteSettings, routes: p.RouteSettings}
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
	return nil
}

func (l *loader) authorizer(e entry, name string, p authorizerProperties) (*Authorizer, error) {
	if p.AuthorizerPayloadFormatVersion != "2.0" || !p.EnableSimpleResponses {
		return nil, l.errorf(e.properties, "authorizer %s: the local world knows payload format 2.0 with simple responses only", name)
	}
	function, err := l.byARN(e.properties, p.FunctionArn, kindFunction)
	if err != nil {
		return nil, err
	}
	return &Authorizer{name, function.name, p.Identity.Headers, seconds(p.Identity.ReauthorizeEvery)}, nil
}

func (l *loader) readRoute(f Function, node *yaml.Node) error {
	p := httpAPIEvent{Method: "ANY", Path: "$default"}
	p.Auth.Authorizer = l.api.defaultAuthorizer
	if err := l.decode(node, &p); err != nil {
		return err
	}
	if p.ApiId != l.api.id {
		return l.errorf(node, "this template has no HTTP API %q", p.ApiId)
	}
	route := Route{Method: p.Method, Path: p.Path, Function: f.Name, Limit: l.api.limit(p.Method + " " + p.Path)}
	if name := p.Auth.Authorizer; name != "" && name != "NONE" {
		if route.Authorizer = l.api.authorizers[name]; route.Authorizer == nil {
			return l.errorf(node, "there is no authorizer %q", name)
		}
	}
	l.out.API.Routes = append(l.out.API.Routes, route)
	return nil
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
