package lambdas_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

// program is a customer's program that knows only the published OpenAPI document:
// it finds an operation by its id, makes the request that the parameters and the
// body's schema allow, and reads the answer by its schema.
type program struct {
	*carriers
	document   openAPI
	operations map[string]operation
	secret     string
}

type openAPI struct {
	Paths      map[string]map[string]operation
	Components struct {
		Schemas   map[string]*schema
		Responses map[string]response
	}
}

type operation struct {
	OperationID  string
	method, path string
	Parameters   []struct {
		Name, In string
		Required bool
		Schema   *schema
	}
	RequestBody struct{ Content map[string]media }
	Responses   map[string]response
	Security    []any    // empty but present for an operation without a token
	Scopes      []string `json:"x-scopes"`
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]media
}

type media struct{ Schema *schema }

func newProgram(w *carriers, secret string) program {
	w.t.Helper()
	p := program{carriers: w, operations: map[string]operation{}, secret: secret}
	document, err := os.ReadFile("portal/openapi.json")
	w.must(err)
	w.must(json.Unmarshal(document, &p.document))
	for path, methods := range p.document.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			p.operations[o.OperationID] = o
		}
	}
	return p
}

// call sends an operation with its arguments, including the body, compares request
// and answer with the document, and returns the answer's status and members.
func (p program) call(id string, arguments map[string]any) (status int, answer any) {
	p.t.Helper()
	o, known := p.operations[id]
	if !known {
		p.t.Fatalf("the document has no operation %s", id)
	}
	target, body, headers := p.request(o, arguments)
	got := p.send(p.secret, o.method, target, body, headers...)
	declared, known := o.Responses[strconv.Itoa(got.Status)]
	if !known {
		p.t.Errorf("%s answered %d, which the document does not have: %s", id, got.Status, got.Body)
	}
	if of, isRef := strings.CutPrefix(declared.Ref, "#/components/responses/"); isRef {
		declared = p.document.Components.Responses[of]
	}
	if len(declared.Content) == 0 {
		wanttest.Equal(p.t, id+": body", got.Body, "")
		return got.Status, nil
	}
	got.read(p.t, &answer)
	mediaType, _, _ := strings.Cut(got.Headers["Content-Type"], ";")
	content, known := declared.Content[mediaType]
	wanttest.True(p.t, id+" answers as the document has it: "+mediaType, known)
	p.document.check(p.t, fmt.Sprintf("answer %d of %s", got.Status, id), content.Schema, answer)
	return got.Status, answer
}

// request puts the arguments into the places that the document has for them.
func (p program) request(o operation, arguments map[string]any) (target, body string, headers []string) {
	p.t.Helper()
	target, query, used := o.path, url.Values{}, 0
	for _, parameter := range o.Parameters {
		value, given := arguments[parameter.Name]
		if !given {
			wanttest.True(p.t, o.OperationID+" can do without "+parameter.Name, !parameter.Required)
			continue
		}
		used++
		p.document.check(p.t, o.OperationID+" "+parameter.Name, parameter.Schema, value)
		switch text := fmt.Sprint(value); parameter.In {
		case "path":
			target = strings.ReplaceAll(target, "{"+parameter.Name+"}", url.PathEscape(text))
		case "query":
			query.Set(parameter.Name, text)
		case "header":
			headers = append(headers, strings.ToLower(parameter.Name), text)
		}
	}
	if content, hasBody := arguments["body"]; hasBody {
		used++
		encoded, err := json.Marshal(content)
		p.must(err)
		p.must(json.Unmarshal(encoded, &content))
		for mediaType, m := range o.RequestBody.Content {
			p.document.check(p.t, o.OperationID+" body", m.Schema, content)
			headers = append(headers, "content-type", mediaType)
		}
		body = string(encoded)
	}
	wanttest.Equal(p.t, o.OperationID+": arguments that the document has", used, len(arguments))
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	return target, body, headers
}

// A customer's program that was written from the OpenAPI document alone searches,
// holds, buys, edits and cancels with a key of scopes search, buy and rentals.
// Every other operation is refused, as the document describes.
func TestAProgramWrittenFromTheDocument(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", sold, sold+9)
	_, secret := w.issueKey("olive", `{"name":"written from the document","scopes":["search","buy","rentals"]}`)
	p := newProgram(w, secret)

	_, found := p.call("search-available-dids", map[string]any{"ends_with": "3", "limit": 1})
	number := member(found, "data", 0, "did")
	wanttest.Equal(t, "found", number, any((sold + 3).String()))
	p.call("add-to-cart", map[string]any{"body": map[string]any{"dids": []any{number}}})
	_, cart := p.call("get-cart", nil)
	status, order := p.call("create-order", map[string]any{"Idempotency-Key": "one",
		"body": map[string]any{"total": member(cart, "total")}})
	wanttest.Equal(t, "order: status", status, 201)
	wanttest.Equal(t, "bought", member(order, "dids", 0), number)
	_, edited := p.call("edit-did", map[string]any{"did": number, "body": map[string]any{"label": "desk"}})
	wanttest.Equal(t, "label", member(edited, "label"), any("desk"))
	_, cancelled := p.call("cancel-did", map[string]any{"did": number})
	wanttest.Equal(t, "state", member(cancelled, "state"), any("pending_release"))
	p.refusedEverythingElse("search", "buy", "rentals")
}

// refusedEverythingElse sends the operations that the document does not grant to the
// scopes.
func (p program) refusedEverythingElse(scopes ...string) {
	p.t.Helper()
	refused := 0
	for id, o := range p.operations {
		isPublic := o.Security != nil && len(o.Security) == 0
		if isPublic || slices.ContainsFunc(o.Scopes, func(s string) bool { return slices.Contains(scopes, s) }) {
			continue
		}
		refused++
		got := p.send(p.secret, o.method, strings.NewReplacer("{did}", sold.String(), "{", "", "}", "").Replace(o.path),
			samples[o.method+" "+o.path].body, "idempotency-key", "one")
		wanttest.Equal(p.t, id+": "+got.Body+": status", got.Status, 403)
	}
	wanttest.True(p.t, "most of the API is refused", refused > len(p.operations)/2)
}

// member follows names and positions into a decoded answer.
func member(value any, path ...any) any {
	for _, step := range path {
		switch of := value.(type) {
		case map[string]any:
			value = of[step.(string)]
		case []any:
			value = of[step.(int)]
		default:
			return nil
		}
	}
	return value
}
