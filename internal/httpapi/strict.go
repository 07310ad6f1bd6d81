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

// encoding/json ignores the case of members and takes the last of several with
// one name; huma validates its result. With strict casing and unique names, the
// validated document is the decoded one.
func init() { huma.ValidateStrictCasing = true }

// strict refuses requests that a handler would read in one of several ways, or
// ignore: a repeated parameter, an Accept that can't be served, a body with a
// duplicate member, a body where none is read.
func strict(ctx huma.Context, next func(huma.Context)) {
	if p := judgeQuery(ctx.Operation(), ctx.URL()); p != nil {
		refuse(ctx, p)
		return
	}
	if p := judgeAccept(ctx.Operation(), ctx.Header("Accept")); p != nil {
		refuse(ctx, p)
		return
	}
	if isSigned(ctx.Operation()) { // its body is another system's document, which is read exactly as it was signed
		next(ctx)
		return
	}
	most := max(maxBody, ctx.Operation().MaxBodyBytes)
	body, err := io.ReadAll(io.LimitReader(ctx.BodyReader(), most+1))
	if err != nil {
		refuse(ctx, NewProblem(http.StatusBadRequest, CodeInvalidRequest, "the body ended too early"))
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

// bodyRead is a context with a body that was read, for reading it again.
type bodyRead struct {
	humaContext
	body io.Reader
}

// humaContext can be embedded: huma.Context has a method with the same name as
// the type.
type humaContext = huma.Context

func (b bodyRead) BodyReader() io.Reader { return b.body }

// refuse answers with a problem before the operation runs.
func refuse(ctx huma.Context, p *Problem) {
	p.RequestID = RequestID(ctx.Context())
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p) // a caller who left receives nothing
}

// judgeQuery refuses a query that can't be decoded completely, and a repeated
// parameter that is not a list.
func judgeQuery(o *huma.Operation, u url.URL) *Problem {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return NewProblem(http.StatusBadRequest, CodeInvalidRequest,
			"the query can't be decoded: a % begins two hexadecimal digits, and a ; is written %3B")
	}
	for _, p := range o.Parameters {
		values := query[p.Name]
		switch {
		case p.In != "query" || len(values) == 0 || p.Schema.Type == huma.TypeArray:
		case len(values) > 1:
			return BadParameter(p.Name, fmt.Sprintf("is there %d times; send it once", len(values)))
		case values[0] == "" && !MayBeEmpty(p.Schema): // huma would treat it as left out
			return BadParameter(p.Name, "is empty; send a value, or leave it out")
		}
	}
	return nil
}

// MayBeEmpty reports whether the schema allows the empty text.
func MayBeEmpty(s *huma.Schema) bool {
	return s.Type == huma.TypeString && len(s.Enum) == 0 && s.Pattern == "" && s.Format != "date-time" &&
		(s.MinLength == nil || *s.MinLength == 0)
}

// judgeAccept refuses a request if its Accept allows none of the operation's
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
	return NewProblem(http.StatusNotAcceptable, codeOf(http.StatusNotAcceptable), detail,
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
// and any body but {} of an operation that reads none. huma checks the schema,
// the media type and the size.
func judgeBody(o *huma.Operation, contentType string, body []byte) *Problem {
	if len(bytes.TrimSpace(body)) == 0 || len(body) > maxBody {
		return nil
	}
	if o.RequestBody == nil {
		return judgeUnread(body)
	}
	if o.RequestBody.Content[MediaJSON] == nil { // a file
		return nil
	}
	if media, _, err := mime.ParseMediaType(contentType); contentType != "" && (err != nil || !isJSON(media)) {
		return nil
	}
	return judgeJSON(body)
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// judgeUnread refuses a body that is not read; clients send {} for none.
func judgeUnread(body []byte) *Problem {
	if p := judgeJSON(body); p != nil {
		return p
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return BadField("", "this operation has no body; leave it out")
	}
	for name := range members {
		return BadField(pointerTo(name), "unexpected property: this operation has no body")
	}
	return nil
}

// maxDepth is the deepest nesting of a body: three times the depth of any
// schema.
const maxDepth = 20

// judgeJSON refuses a body that is not exactly one JSON document: 400 for
// malformed JSON, 422 for a document with a duplicate member, too deep nesting,
// a number such as 1e3, or a text that is not UTF-8. It names the member. The
// schema takes 1e3 for an integer, Go's decoder does not; no number of the API
// is a fraction.
func judgeJSON(body []byte) *Problem {
	tokens := jsontext.NewDecoder(bytes.NewReader(body))
	for {
		token, err := tokens.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return notOneDocument(err, body)
		case tokens.StackDepth() > maxDepth:
			return BadField(string(tokens.StackPointer()), fmt.Sprintf("is nested more than %d deep", maxDepth))
		case token.Kind() == '0' && strings.ContainsAny(token.String(), ".eE"):
			return BadField(string(tokens.StackPointer()), "expected an integer, written without a point and an exponent")
		case tokens.StackDepth() == 0 && len(bytes.TrimSpace(body[tokens.InputOffset():])) > 0:
			return badJSON("", fmt.Sprintf("the body continues after the end of its JSON document, at byte %d",
				tokens.InputOffset()))
		}
	}
}

func notOneDocument(err error, body []byte) *Problem {
	var at *jsontext.SyntacticError
	if !errors.As(err, &at) { // the body is in memory: it can only end too early
		return badJSON("", "the body is not JSON: it ends too early")
	}
	place := string(at.JSONPointer)
	switch {
	case errors.Is(at.Err, jsontext.ErrDuplicateName):
		return BadField(place, "is there more than once; send each member once")
	case !utf8.Valid(body):
		return BadField(place, "has bytes that are not UTF-8")
	}
	return badJSON(place, fmt.Sprintf("the body is not JSON: %v, at byte %d", at.Err, at.ByteOffset))
}

func badJSON(place, detail string) *Problem {
	return NewProblem(http.StatusBadRequest, CodeInvalidRequest, detail,
		FieldError{Code: "invalid", Detail: detail, Pointer: place})
}

// pointerTo returns the JSON pointer (RFC 6901) of a member of the document.
func pointerTo(name string) string {
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
