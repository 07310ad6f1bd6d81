package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"
)

// encoding/json ignores the case of members and takes the last of several of one
// name; huma validates what it made of them. With strict casing and unique names
// the document that was validated is the one that is decoded.
func init() { huma.ValidateStrictCasing = true }

// strict refuses what a handler would otherwise read in one of several ways or
// pass over: a repeated parameter, an Accept that can't be served, a body with a
// member twice, a body where none is read.
func strict(ctx huma.Context, next func(huma.Context)) {
	if p := judgeQuery(ctx.Operation(), ctx.URL()); p != nil {
		refuse(ctx, p)
		return
	}
	if p := judgeAccept(ctx.Operation(), ctx.Header("Accept")); p != nil {
		refuse(ctx, p)
		return
	}
	body, err := io.ReadAll(io.LimitReader(ctx.BodyReader(), maxBody+1))
	if err != nil {
		refuse(ctx, problem(http.StatusBadRequest, codeInvalidRequest, "the body ended too early"))
		return
	}
	if p := judgeBody(ctx.Operation(), ctx.Header("Content-Type"), body); p != nil {
		refuse(ctx, p)
		return
	}
	next(bodyRead{ctx, bytes.NewReader(body)})
}

// maxBody is huma's default for the bytes of a body; huma refuses more with 413.
const maxBody = 1 << 20

// bodyRead is a context whose body was read and is given again.
type bodyRead struct {
	humaContext
	body io.Reader
}

// humaContext can be embedded: huma.Context has a method of its own name.
type humaContext = huma.Context

func (b bodyRead) BodyReader() io.Reader { return b.body }

// refuse answers with a problem before the operation runs.
func refuse(ctx huma.Context, p *Problem) {
	p.RequestID = RequestID(ctx.Context())
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p) // a caller who left hears nothing
}

// judgeQuery refuses a query that can't be decoded whole, and a parameter that is
// no list and comes more than once.
func judgeQuery(o *huma.Operation, u url.URL) *Problem {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return problem(http.StatusBadRequest, codeInvalidRequest, "the query can't be decoded: a % begins two hexadecimal digits, and a ; is written %3B")
	}
	for _, p := range o.Parameters {
		values := query[p.Name]
		switch {
		case p.In != "query" || len(values) == 0 || p.Schema.Type == huma.TypeArray:
		case len(values) > 1:
			return badParameter(p.Name, fmt.Sprintf("is there %d times; send it once", len(values)))
		case values[0] == "" && p.Schema.Type == huma.TypeInteger: // huma takes it for left out
			return badParameter(p.Name, "is empty; send a number, or leave it out")
		}
	}
	return nil
}

// judgeAccept refuses a request whose Accept allows none of the operation's
// forms. Operations that answer without a body have none.
func judgeAccept(o *huma.Operation, accept string) *Problem {
	var forms []string
	for status, response := range o.Responses {
		if strings.HasPrefix(status, "2") {
			for form := range response.Content {
				forms = append(forms, form)
			}
		}
	}
	allows := func(form string) bool { return accepts(accept, form) }
	if accept == "" || len(forms) == 0 || slices.ContainsFunc(forms, allows) {
		return nil
	}
	slices.Sort(forms)
	detail := "this operation answers with " + strings.Join(forms, " or ") + "; Accept allows none of it"
	return problem(http.StatusNotAcceptable, codeOf(http.StatusNotAcceptable), detail,
		FieldError{Code: "invalid", Detail: detail, Parameter: "Accept"})
}

// accepts reports whether an Accept header allows a media type. The most specific
// range that matches decides, so that "text/html;q=0, */*" excludes HTML.
func accepts(header, form string) bool {
	kind, _, _ := strings.Cut(form, "/")
	ranges := map[string]bool{}
	for part := range strings.SplitSeq(header, ",") {
		if media, parameters, err := mime.ParseMediaType(part); err == nil {
			ranges[media] = strings.Trim(parameters["q"], "0.") != "" || parameters["q"] == ""
		}
	}
	for _, media := range []string{form, kind + "/*", "*/*"} {
		if allowed, said := ranges[media]; said {
			return allowed
		}
	}
	return false
}

// judgeBody refuses a body that is not one JSON document with unique members,
// and any body but {} of an operation that reads none. What the schema says is
// huma's to judge; so are other media types, and a body that is too large.
func judgeBody(o *huma.Operation, contentType string, body []byte) *Problem {
	if len(bytes.TrimSpace(body)) == 0 || len(body) > maxBody {
		return nil
	}
	if o.RequestBody == nil {
		return judgeUnread(body)
	}
	if media, _, err := mime.ParseMediaType(contentType); contentType != "" && (err != nil || !isJSON(media)) {
		return nil
	}
	return judgeJSON(body)
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// judgeUnread refuses a body that nobody would read: clients send {} for none.
func judgeUnread(body []byte) *Problem {
	if p := judgeJSON(body); p != nil {
		return p
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return badField("", "this operation has no body; leave it out")
	}
	for name := range members {
		return badField(pointerTo(name), "unexpected property: this operation has no body")
	}
	return nil
}

// maxDepth is how deep a body may be nested: three times what any schema has.
const maxDepth = 20

// judgeJSON refuses what is not exactly one JSON document: 400 for what is no
// JSON, 422 for a document that names a member twice, is nested too deeply or
// has a text that is no UTF-8. The member is named.
func judgeJSON(body []byte) *Problem {
	tokens := jsontext.NewDecoder(bytes.NewReader(body))
	for {
		_, err := tokens.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return notOneDocument(err, body)
		case tokens.StackDepth() > maxDepth:
			return badField(string(tokens.StackPointer()), fmt.Sprintf("is nested more than %d deep", maxDepth))
		case tokens.StackDepth() == 0 && len(bytes.TrimSpace(body[tokens.InputOffset():])) > 0:
			return badJSON("", fmt.Sprintf("the body goes on after the end of its JSON document, at byte %d", tokens.InputOffset()))
		}
	}
}

func notOneDocument(err error, body []byte) *Problem {
	var at *jsontext.SyntacticError
	if !errors.As(err, &at) { // the body is in memory: it can only end too early
		return badJSON("", "the body is no JSON: it ends too early")
	}
	place := string(at.JSONPointer)
	switch {
	case errors.Is(at.Err, jsontext.ErrDuplicateName):
		return badField(place, "is there more than once; send each member once")
	case !utf8.Valid(body):
		return badField(place, "has bytes that are no UTF-8")
	}
	return badJSON(place, fmt.Sprintf("the body is no JSON: %v, at byte %d", at.Err, at.ByteOffset))
}

func badJSON(place, detail string) *Problem {
	return problem(http.StatusBadRequest, codeInvalidRequest, detail, FieldError{Code: "invalid", Detail: detail, Pointer: place})
}

// pointerTo is the JSON pointer (RFC 6901) of a member of the document.
func pointerTo(name string) string {
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
