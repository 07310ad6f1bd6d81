package main

import (
	"context"
	"fmt"
	"net/http"
	"path"

	"go.yaml.in/yaml/v3"

	"didpurchase/infra/local/template"
)

// makeRoutes makes the routes, integrations, authorizer and CORS of the HTTP API,
// because the emulator does not read them from the API's OpenAPI document.
func (s *stack) makeRoutes(ctx context.Context) error {
	t, err := template.Load(s.source, template.Surroundings{
		Parameters: map[string]string{"OidcIssuer": "https://issuer.example", "OidcAudience": "portal"},
		QueueURL:   func(queue string) string { return queue },
	})
	if err != nil {
		return err
	}
	g := gateway{stack: s, id: s.resources["Api"], functions: map[string]string{}, integrations: map[string]string{},
		authorizers: map[string]string{}}
	if err := g.findFunctions(); err != nil {
		return err
	}
	if err := g.forget(ctx); err != nil {
		return err
	}
	if err := g.setCORS(ctx, t.API.CORS); err != nil {
		return err
	}
	for _, r := range t.API.Routes {
		if err := g.add(ctx, r); err != nil {
			return fmt.Errorf("route %s %s: %w", r.Method, r.Path, err)
		}
	}
	return nil
}

// gateway is the API while its routes are made.
type gateway struct {
	*stack
	id           string
	functions    map[string]string // names on AWS, by the folder's name
	integrations map[string]string // by function
	authorizers  map[string]string // by name
}

func (g *gateway) call(ctx context.Context, method, path string, body, into any) error {
	return g.access.REST(ctx, "apigateway", method, "/v2/apis/"+g.id+path, body, into)
}

// findFunctions reads the logical ids of the functions from the template.
func (g *gateway) findFunctions() error {
	resources, err := readResources(g.source)
	if err != nil {
		return err
	}
	eachOf(resources.list, functionType, func(id string, properties *yaml.Node) {
		if folder := member(properties, "CodeUri"); folder != nil {
			g.functions[path.Base(folder.Value)] = g.resources[id]
		}
	})
	return nil
}

// forget deletes the routes of an earlier deploy.
func (g *gateway) forget(ctx context.Context) error {
	for _, kind := range []struct{ path, id string }{{"/routes", "routeId"}, {"/integrations", "integrationId"},
		{"/authorizers", "authorizerId"}} {
		var there struct{ Items []map[string]any }
		if err := g.call(ctx, http.MethodGet, kind.path, nil, &there); err != nil {
			return err
		}
		for _, item := range there.Items {
			if err := g.call(ctx, http.MethodDelete, fmt.Sprint(kind.path, "/", item[kind.id]), nil, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *gateway) setCORS(ctx context.Context, c *template.CORS) error {
	return g.call(ctx, http.MethodPatch, "", map[string]any{"corsConfiguration": map[string]any{
		"allowOrigins": c.AllowOrigins, "allowMethods": c.AllowMethods, "allowHeaders": c.AllowHeaders,
		"exposeHeaders": c.ExposeHeaders, "maxAge": int(c.MaxAge.Seconds()),
	}}, nil)
}

func (g *gateway) add(ctx context.Context, r template.Route) error {
	integration, err := g.integration(ctx, r.Function)
	if err != nil {
		return err
	}
	route := map[string]any{"routeKey": r.Method + " " + r.Path, "target": "integrations/" + integration}
	if r.Path == "$default" {
		route["routeKey"] = "$default"
	}
	if r.Authorizer != nil {
		authorizer, err := g.authorizer(ctx, r.Authorizer)
		if err != nil {
			return err
		}
		route["authorizationType"], route["authorizerId"] = "CUSTOM", authorizer
	}
	return g.call(ctx, http.MethodPost, "/routes", route, nil)
}

// invocation returns the address by which API Gateway invokes a function's
// alias.
func (g *gateway) invocation(function string) string {
	return fmt.Sprintf("arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/arn:aws:lambda:%s:%s:function:%s:live/invocations",
		region, region, account, g.functions[function])
}

func (g *gateway) integration(ctx context.Context, function string) (string, error) {
	if known := g.integrations[function]; known != "" {
		return known, nil
	}
	var made struct {
		ID string `json:"integrationId"`
	}
	err := g.call(ctx, http.MethodPost, "/integrations", map[string]any{
		"integrationType": "AWS_PROXY", "integrationMethod": http.MethodPost,
		"integrationUri": g.invocation(function), "payloadFormatVersion": "2.0",
	}, &made)
	g.integrations[function] = made.ID
	return made.ID, err
}

func (g *gateway) authorizer(ctx context.Context, a *template.Authorizer) (string, error) {
	if known := g.authorizers[a.Name]; known != "" {
		return known, nil
	}
	var sources []string
	for _, h := range a.IdentityHeaders {
		sources = append(sources, "$request.header."+h)
	}
	var made struct {
		ID string `json:"authorizerId"`
	}
	err := g.call(ctx, http.MethodPost, "/authorizers", map[string]any{
		"name": a.Name, "authorizerType": "REQUEST", "authorizerUri": g.invocation(a.Function), "identitySource": sources,
		"authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true,
		"authorizerResultTtlInSeconds": int(a.TTL.Seconds()),
	}, &made)
	g.authorizers[a.Name] = made.ID
	return made.ID, err
}
