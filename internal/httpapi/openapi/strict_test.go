package openapi

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/httpapitest"
	"didpurchase/internal/wanttest"
)

// everything serves all operations without services: a request that is not refused
// before its handler runs would panic.
func everything(log *slog.Logger) http.Handler { return httpapi.Front(allRoutes(), log, time.Now) }

var allRoutes = sync.OnceValue(func() *http.ServeMux { return httpapi.Mux(Groups()...) })

// endpoint is an operation of the OpenAPI document, with its schemas.
type endpoint struct {
	*huma.Operation
	registry huma.Registry
}

func (d endpoint) String() string { return d.Method + " " + d.Path }

// allOperations leaves out operations without a caller: their body is another
// system's document, and the test of their function sends it.
func allOperations() (all []endpoint) {
	document := Document()
	for _, item := range document.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if o != nil && !auth.Rules[o.Method+" "+o.Path].Signed {
				all = append(all, endpoint{o, document.Components.Schemas})
			}
		}
	}
	return all
}

// target returns the operation's path with a valid value in each place, except
// one.
func (d endpoint) target(except, value string) string {
	var steps []string
	for step := range strings.SplitSeq(d.Path, "/") {
		switch {
		case step == "{"+except+"}":
			step = url.PathEscape(value)
		case step == "{did}":
			step = "442071234567"
		case strings.HasPrefix(step, "{"):
			step = "x"
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, "/")
}

// who returns a principal that is allowed to call the operation.
func (d endpoint) who() *auth.Principal {
	rule, _ := auth.RuleFor(d.Method, d.Path)
	if httpapitest.Buyer.May(rule) {
		return &httpapitest.Buyer
	}
	if !httpapitest.Admin.May(rule) {
		return &httpapitest.Owner
	}
	return &httpapitest.Admin
}

func (d endpoint) resolve(s *huma.Schema) *huma.Schema {
	for s.Ref != "" {
		s = d.registry.SchemaFromRef(s.Ref)
	}
	for _, choices := range [][]*huma.Schema{s.OneOf, s.AnyOf} {
		if len(choices) > 0 {
			return d.resolve(choices[len(choices)-1]) // for a choice of a column or a list of columns: the list
		}
	}
	return s
}

// spot is one part of a body: its schema, and the way to send it.
type spot struct {
	pointer string
	schema  *huma.Schema
	wrap    func(inner string) string // a body with this text at the place
}

// takesFile reports whether the operation's body is a file of text, no JSON.
func (d endpoint) takesFile() bool { return d.RequestBody.Content[httpapi.MediaJSON] == nil }

// places are all parts of the operation's body, the whole body first. A file of
// text has no parts: its own reader judges it.
func (d endpoint) places() []spot {
	if d.RequestBody == nil || d.takesFile() {
		return nil
	}
	return d.within(spot{"", d.RequestBody.Content[httpapi.MediaJSON].Schema, func(inner string) string { return inner }})
}

func (d endpoint) within(p spot) []spot {
	all := []spot{p}
	schema := d.resolve(p.schema)
	for name, member := range schema.Properties {
		all = append(all, d.within(spot{p.pointer + "/" + name, member, func(inner string) string {
			return p.wrap(fmt.Sprintf(`{%q:%s}`, name, inner))
		}})...)
	}
	if schema.Items != nil {
		pointer := p.pointer + "/0"
		if schema != p.schema { // one of several forms: a member that fits none of them is reported as a whole
			pointer = p.pointer
		}
		all = append(all, d.within(spot{pointer, schema.Items,
			func(inner string) string { return p.wrap("[" + inner + "]") }})...)
	}
	return all
}

// wants422 sends a body and wants a refusal that names the pointer.
func wants422(t *testing.T, d endpoint, what, body, pointer string) {
	t.Helper()
	w, p, _ := httpapitest.Send(t, everything, d.who(), d.Method, d.target("", ""), body, "Idempotency-Key", "k")
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%s: %s: %d, want 422: %.300s", d, what, w.Code, w.Body)
	}
	if !slices.ContainsFunc(p.Errors, func(e httpapi.FieldError) bool { return e.Pointer == pointer }) {
		t.Errorf("%s: %s: no error names %q: %.300s", d, what, pointer, w.Body)
	}
}

// TestNoMemberIsMisread sends, for each member of each object of every body,
// the member in another case, twice, and an unknown member.
func TestNoMemberIsMisread(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, d := range allOperations() {
		for _, p := range d.places() {
			schema := d.resolve(p.schema)
			if schema.Type != huma.TypeObject {
				continue
			}
			wants422(t, d, "an unknown member", p.wrap(`{"zz_unknown":1}`), p.pointer+"/zz_unknown")
			for name := range schema.Properties {
				for _, other := range []string{strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]} {
					wants422(t, d, "another case", p.wrap(fmt.Sprintf(`{%q:null}`, other)), p.pointer+"/"+other)
					wants422(t, d, "both cases together", p.wrap(fmt.Sprintf(`{%q:null,%q:null}`, name, other)), p.pointer+"/"+other)
				}
				twice := fmt.Sprintf(`{%q:null,"\u%04x%s":null}`, name, name[0], name[1:])
				wants422(t, d, "a member twice", p.wrap(twice), p.pointer+"/"+name)
				tried++
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d members were tried", tried)
	}
}

// TestNothingIsUnbounded sends, at each place of every body, more than its schema
// allows; a schema without a bound fails.
func TestNothingIsUnbounded(t *testing.T) {
	t.Parallel()
	for _, d := range allOperations() {
		for _, p := range d.places() {
			schema := d.resolve(p.schema)
			switch schema.Type {
			case huma.TypeString:
				if schema.Enum == nil && schema.Format != "date-time" {
					if schema.MaxLength == nil {
						t.Errorf("%s: %s has no maxLength", d, p.pointer)
						continue
					}
					text, _ := json.Marshal(strings.Repeat("1", *schema.MaxLength+1))
					wants422(t, d, "a long text", p.wrap(string(text)), p.pointer)
				}
			case huma.TypeInteger, huma.TypeNumber:
				wants422(t, d, "a large number", p.wrap("10000000000000"), p.pointer)
				wants422(t, d, "a large negative number", p.wrap("-10000000000000"), p.pointer)
				wantsDigits(t, d, p)
			case huma.TypeArray:
				if schema.MaxItems == nil {
					t.Errorf("%s: %s has no maxItems", d, p.pointer)
					continue
				}
				list := "[" + strings.Repeat("null,", *schema.MaxItems) + "null]"
				wants422(t, d, "a long list", p.wrap(list), p.pointer)
			case huma.TypeObject:
				if schema.AdditionalProperties != false {
					t.Errorf("%s: %s takes members of any name", d, p.pointer)
				}
			}
		}
		for _, p := range d.Parameters {
			if schema := d.resolve(p.Schema); schema.Type == huma.TypeString && schema.Enum == nil && schema.MaxLength == nil {
				t.Errorf("%s: the parameter %s has no maxLength", d, p.Name)
			}
		}
	}
}

// wantsDigits sends integers with a point or an exponent, which the schema allows
// and Go's decoder does not.
func wantsDigits(t *testing.T, d endpoint, p spot) {
	t.Helper()
	for _, number := range []string{"1.0", "1e0", "1E+0", "1.5"} {
		w, problem, _ := httpapitest.Send(t, everything, d.who(), d.Method, d.target("", ""), p.wrap(number),
			"Idempotency-Key", "k")
		wanttest.Equal(t, d.String()+": "+p.wrap(number)+": status", w.Code, http.StatusUnprocessableEntity)
		if len(problem.Errors) == 0 || !strings.HasPrefix(problem.Errors[0].Pointer, p.pointer) {
			t.Errorf("%s: %s: no error names %s: %.300s", d, p.wrap(number), p.pointer, w.Body)
		}
	}
}

// TestOneDocument sends malformed JSON, or more than one document, to every
// operation that has a body.
func TestOneDocument(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`[`, 100_000)
	for _, d := range allOperations() {
		if d.RequestBody == nil {
			wants422(t, d, "a body that is not read", `{"zz_unknown":1}`, "/zz_unknown")
			continue
		}
		if d.takesFile() {
			continue
		}
		for body, want := range map[string]int{
			`{} {}`: 400, `{}x`: 400, `{`: 400, `nul`: 400, `{"a":01}`: 400, "\ufeff{}": 400, `{'a':1}`: 400, `{"a":NaN}`: 400,
			"{\"zz\":\"\xff\"}": 422, deep + strings.Repeat(`]`, 100_000): 422, deep: 422, `[]`: 422, `"text"`: 422,
			`1e999`: 422,
		} {
			w, p, _ := httpapitest.Send(t, everything, d.who(), d.Method, d.target("", ""), body, "Idempotency-Key", "k")
			if w.Code != want || p.Code != httpapi.CodeInvalidRequest {
				t.Errorf("%s: %.20q: %d %.200s, want %d", d, body, w.Code, w.Body, want)
			}
		}
	}
}

// TestParametersAreReadOnce sends each parameter of every operation's query twice,
// an unknown parameter, and an Accept that no form matches.
func TestParametersAreReadOnce(t *testing.T) {
	t.Parallel()
	refused := func(d endpoint, query string, parameter string, want int, headers ...string) {
		t.Helper()
		w, p, _ := httpapitest.Send(t, everything, d.who(), d.Method, d.target("", "")+query, "", headers...)
		at := fmt.Sprintf("%s%s", d, query)
		wanttest.Equal(t, at+": status", w.Code, want)
		if len(p.Errors) == 0 {
			t.Fatalf("%s: the problem names no error", at)
		}
		wanttest.Equal(t, at+": named parameter", p.Errors[0].Parameter, parameter)
	}
	for _, d := range allOperations() {
		refused(d, "?zz_unknown=1", "zz_unknown", http.StatusBadRequest)
		for _, p := range d.Parameters {
			if p.In == "query" && !httpapi.MayBeEmpty(p.Schema) && p.Schema.Type != huma.TypeArray {
				refused(d, fmt.Sprintf("?%s=", p.Name), p.Name, http.StatusBadRequest)
			}
			if p.In == "query" && p.Schema.Type != huma.TypeArray {
				refused(d, fmt.Sprintf("?%s=1&%s=1", p.Name, p.Name), p.Name, http.StatusBadRequest)
				refused(d, fmt.Sprintf("?%s=1&%s=2", p.Name, p.Name), p.Name, http.StatusBadRequest)
			}
		}
		if hasContent(d.Operation) {
			refused(d, "", "Accept", http.StatusNotAcceptable, "Accept", "image/png")
			refused(d, "", "Accept", http.StatusNotAcceptable, "Accept", "application/json;q=0, text/plain")
		}
		w, _, _ := httpapitest.Send(t, everything, d.who(), d.Method, d.target("", "")+"?a=%zz", "")
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s?a=%%zz: %d, want 400", d, w.Code)
		}
	}
}

func hasContent(o *huma.Operation) bool {
	for status, response := range o.Responses {
		if strings.HasPrefix(status, "2") && len(response.Content) > 0 {
			return true
		}
	}
	return false
}

// TestPathIDsAreBounded sends ids of many lengths in each place of every path.
func TestPathIDsAreBounded(t *testing.T) {
	t.Parallel()
	for _, d := range allOperations() {
		for _, p := range d.Parameters {
			if p.In != "path" {
				continue
			}
			for _, id := range []string{strings.Repeat("a", 255), strings.Repeat("a", 2_000), strings.Repeat("é", 5_000),
				strings.Repeat("\x01", 129), strings.Repeat("1", 10_000)} {
				w, problem, _ := httpapitest.Send(t, everything, d.who(), d.Method, d.target(p.Name, id), "")
				wanttest.Equal(t, d.String()+": status", w.Code, http.StatusBadRequest)
				if len(problem.Errors) == 0 {
					t.Fatalf("%s: the problem names no error", d)
				}
				wanttest.Equal(t, d.String()+": named parameter", problem.Errors[0].Parameter, p.Name)
			}
		}
	}
}
