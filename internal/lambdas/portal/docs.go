package portal

import (
	"bytes"
	"strings"

	g "maragu.dev/gomponents"
	"maragu.dev/gomponents/html"

	"didpurchase/internal/httpapi"
)

// docs returns the documentation page of an OpenAPI document.
func docs(document []byte) ([]byte, error) {
	a, err := read(document)
	if err != nil {
		return nil, err
	}
	return docsPage(describe(a))
}

// docsPage returns the API's documentation on one page.
func docsPage(d documentation) ([]byte, error) {
	var page bytes.Buffer
	err := html.Doctype(html.HTML(html.Lang("en"),
		html.Head(
			html.Meta(html.Charset("utf-8")),
			html.Meta(html.Name("viewport"), html.Content("width=device-width, initial-scale=1")),
			html.TitleEl(g.Text(d.Title+": the API")),
			html.Link(html.Rel("stylesheet"), html.Href("/style.css")),
		),
		html.Body(contents(d), html.Main(
			html.H1(g.Text(d.Title+": the API")),
			html.P(html.Class("about"), g.Text(d.About)),
			html.P(g.Text("Every request carries "), code("Authorization: Bearer <access token>"), g.Text(":")),
			html.Pre(code(`curl -H "Authorization: Bearer $TOKEN" "$API/v1/available-dids?contains=777&limit=5"`)),
			g.Map(d.Tags, chapter), problems(d.Codes), schemas(d.Schemas),
		)),
	)).Render(&page)
	return page.Bytes(), err
}

func contents(d documentation) g.Node {
	return html.Nav(g.Attr("aria-label", "Contents"),
		html.P(html.A(html.Href("/"), g.Text(d.Title))),
		g.Map(d.Tags, func(t tag) g.Node {
			return g.Group{html.H2(g.Text(t.Name)), html.Ul(g.Map(t.Operations, func(o operation) g.Node {
				return html.Li(html.A(html.Href("#"+o.ID), g.Text(o.Summary)))
			}))}
		}),
		html.H2(g.Text("Reference")),
		html.Ul(
			html.Li(html.A(html.Href("#problems"), g.Text("Problems"))),
			html.Li(html.A(html.Href("#schemas"), g.Text("Schemas"))),
			html.Li(html.A(html.Href("/openapi.json"), g.Text("openapi.json"))),
		),
	)
}

func chapter(t tag) g.Node {
	return html.Section(html.H2(g.Text(t.Name)), html.P(g.Text(t.About)), g.Map(t.Operations, article))
}

func article(o operation) g.Node {
	parts := g.Group{
		html.ID(o.ID), html.H3(g.Text(o.Summary)),
		html.P(html.Class("route"), html.B(g.Text(o.Method)), g.Text(" "), code(o.Path)),
		html.P(g.Text(o.About)), html.P(g.Text(whoMay(o))),
	}
	if len(o.Parameters) > 0 {
		parts = append(parts, table("Parameters", []string{"Name", "In", "Type", "Meaning", "Example"},
			g.Map(o.Parameters, parameter)))
	}
	if o.Body != nil {
		parts = append(parts, html.P(g.Text("Body: "), o.Body.node()))
	}
	return html.Article(append(parts, table("Answers", []string{"Status", "Meaning", "Body"},
		g.Map(o.Answers, func(a answer) g.Node {
			return row(g.Text(a.Status), g.Text(a.Text), a.Body.node())
		})))...)
}

func whoMay(o operation) string {
	var who []string
	if o.Customers != "" {
		who = append(who, "Customers: "+o.Customers+".")
	}
	if o.Staff != "" {
		who = append(who, "Staff: "+o.Staff+".")
	}
	return strings.Join(who, " ")
}

func parameter(f field) g.Node {
	return row(g.Group{code(f.Name), g.If(f.Required, g.Text(" (required)"))}, g.Text(f.In), f.Kind.node(),
		g.Text(f.About), exampleOf(f))
}

func problems(codes []httpapi.Code) g.Node {
	return html.Section(html.ID("problems"), html.H2(g.Text("Problems")),
		html.P(g.Text("Every error is a "), html.A(html.Href("#schema-Problem"), g.Text("Problem")), g.Text(" (RFC 9457, "),
			code("application/problem+json"), g.Text("). Decide by its "), code("code"), g.Text(".")),
		table("", []string{"Code", "Status", "When"}, g.Map(codes, func(c httpapi.Code) g.Node {
			return html.Tr(html.ID(c.Code), head("row", code(c.Code)), html.Td(g.Text(c.Status)), html.Td(g.Text(c.When)))
		})),
	)
}

func schemas(all []schema) g.Node {
	return html.Section(html.ID("schemas"), html.H2(g.Text("Schemas")), g.Map(all, func(s schema) g.Node {
		return html.Article(html.ID("schema-"+s.Name), html.H3(g.Text(s.Name)),
			table("", []string{"Property", "Type", "Meaning", "Example"}, g.Map(s.Fields, func(f field) g.Node {
				return row(g.Group{code(f.Name), g.If(!f.Required, g.Text(" (optional)"))}, f.Kind.node(), g.Text(f.About),
					exampleOf(f))
			})))
	}))
}

// node returns a type in words, "" for none.
func (k *kind) node() g.Node {
	if k == nil {
		return g.Text("")
	}
	if k.Ref == "" {
		return g.Text(k.Before + k.After)
	}
	return g.Group{g.Text(k.Before), html.A(html.Href("#schema-"+k.Ref), g.Text(k.Ref)), g.Text(k.After)}
}

func exampleOf(f field) g.Node {
	if f.Example == "" {
		return g.Text("")
	}
	return code(f.Example)
}

func code(text string) g.Node { return html.Code(g.Text(text)) }

func table(caption string, heads []string, rows g.Node) g.Node {
	return html.Table(
		g.If(caption != "", html.Caption(g.Text(caption))),
		html.THead(html.Tr(g.Map(heads, func(name string) g.Node { return head("col", g.Text(name)) }))),
		html.TBody(rows),
	)
}

// row returns a table's, its first cell the row's head.
func row(first g.Node, rest ...g.Node) g.Node {
	return html.Tr(head("row", first), g.Map(rest, func(n g.Node) g.Node { return html.Td(n) }))
}

func head(scope string, n g.Node) g.Node { return html.Th(g.Attr("scope", scope), n) }
