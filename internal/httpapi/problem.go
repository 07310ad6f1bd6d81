package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is the answer of every error (RFC 9457), with the code for programs.
type Problem struct {
	Type      string       `json:"type" doc:"Where the code is explained, relative to the API's address." example:"/docs#insufficient_funds"`
	Title     string       `json:"title" doc:"The status in words." example:"Payment Required"`
	Status    int          `json:"status" doc:"The HTTP status." example:"402"`
	Detail    string       `json:"detail,omitempty" doc:"The cause of this error, in a sentence."`
	Code      string       `json:"code" doc:"The kind of problem, for programs." example:"insufficient_funds"`
	RequestID string       `json:"request_id,omitempty" doc:"Name it when you ask for help."`
	Errors    []FieldError `json:"errors,omitempty" doc:"Each wrong part of the request."`

	Extra

	wait int // seconds for the header Retry-After; 0 = none
}

// Extra has the additional members of some codes.
type Extra struct {
	Needed    *Money     `json:"needed,omitempty" doc:"insufficient_funds: the price of the order."`
	Available *Money     `json:"available,omitempty" doc:"insufficient_funds: the amount that the account can spend."`
	Confirmed *Money     `json:"confirmed_total,omitempty" doc:"total_changed: the total that the request confirmed."`
	Total     *Money     `json:"total,omitempty" doc:"total_changed: today's total."`
	FirstEnd  *time.Time `json:"first_end,omitempty" doc:"minimum_term: the first time at which the rental can end."`
	Limit     int        `json:"limit,omitempty" doc:"The allowed maximum."`
}

// FieldError is one wrong part of the request: a place in the body (a JSON
// pointer) or a parameter.
type FieldError struct {
	Code      string `json:"code" doc:"The kind of fault, for programs." example:"invalid"`
	Detail    string `json:"detail" doc:"The fault in words."`
	Pointer   string `json:"pointer,omitempty" doc:"A JSON pointer into the request's body." example:"/dids/3"`
	Parameter string `json:"parameter,omitempty" doc:"A parameter of path, query or header." example:"cursor"`
	DID       string `json:"did,omitempty" doc:"The DID of this error." example:"+442071234567"`
}

func (e FieldError) Error() string { return e.Detail }

// Error, GetStatus and ContentType make a Problem one of huma's errors.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns RFC 9457's content type.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// BadParameter returns a 400 for an unreadable parameter.
func BadParameter(name, detail string) *Problem {
	return NewProblem(http.StatusBadRequest, CodeInvalidRequest, detail,
		FieldError{Code: "invalid", Detail: detail, Parameter: name})
}

// BadField returns a 422 for a place in a body that is well-formed but invalid.
func BadField(pointer, detail string) *Problem {
	return NewProblem(http.StatusUnprocessableEntity, CodeInvalidRequest, detail,
		FieldError{Code: "invalid", Detail: detail, Pointer: pointer})
}

func NewProblem(status int, code, detail string, fields ...FieldError) *Problem {
	return &Problem{
		Type: "/docs#" + code, Title: http.StatusText(status), Status: status,
		Code: code, Detail: detail, Errors: fields,
	}
}

// WriteProblem answers with the problem of a status. An empty detail is the
// status's own.
func WriteProblem(ctx context.Context, w http.ResponseWriter, status int, detail string) {
	p := NewProblem(status, codeOf(status), orDefault(detail, status))
	p.RequestID = RequestID(ctx)
	body, err := json.Marshal(p)
	if err != nil { // JSON can encode every Problem
		panic(err)
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}

func orDefault(detail string, status int) string {
	if detail != "" {
		return detail
	}
	return statusDetails[status]
}

// statusDetails are the default sentences of statuses.
var statusDetails = map[int]string{
	http.StatusNotFound:         "there is nothing at this path",
	http.StatusMethodNotAllowed: "this path does not have this method; Allow names those it has",
	http.StatusInternalServerError: "something went wrong on our side; nothing was half done, so you may send the " +
		"request again",
}

// huma's errors become our problems: the errors of its validation, and errors that
// handlers return.
func init() {
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		return newError(context.Background(), status, detail, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, detail string, errs ...error) huma.StatusError {
		return newError(ctx.Context(), status, detail, errs)
	}
}

// newError returns the problem for an error that huma is about to answer. An
// error of a handler arrives within a 500 and is looked up in the table; other
// errors are logged and not shown.
func newError(ctx context.Context, status int, detail string, errs []error) *Problem {
	if status < http.StatusInternalServerError {
		return fromValidation(status, detail, errs)
	}
	err := errors.Join(errs...)
	p := fromDomain(err)
	if p == nil {
		p = NewProblem(status, codeOf(status), statusDetails[http.StatusInternalServerError])
	}
	if p.Status >= http.StatusInternalServerError {
		noteError(ctx, errors.Join(errors.New(detail), err))
	}
	return p
}

// stampProblem is huma's last step before an answer is written.
func stampProblem(ctx huma.Context, _ string, body any) (any, error) {
	if p, ok := body.(*Problem); ok {
		p.RequestID = RequestID(ctx.Context())
		if p.wait > 0 {
			ctx.SetHeader("Retry-After", strconv.Itoa(p.wait))
		}
	}
	return body, nil
}

// fromValidation returns the problem for huma's validation errors: 400 for an
// unreadable request, 422 for a body that is well-formed but invalid.
func fromValidation(status int, detail string, errs []error) *Problem {
	fields := make([]FieldError, 0, len(errs))
	for _, err := range errs {
		field := fieldOf(err)
		if field.Parameter != "" {
			status = http.StatusBadRequest
		}
		fields = append(fields, field)
	}
	if len(fields) > 0 {
		detail = fields[0].place() + fields[0].Detail
	}
	if status == http.StatusUnsupportedMediaType {
		detail += "; send Content-Type: application/json"
	}
	return NewProblem(status, codeOf(status), detail, fields...)
}

func (e FieldError) place() string {
	if place := e.Parameter + e.Pointer; place != "" {
		return place + ": "
	}
	return ""
}

// fieldOf translates huma's location, such as "body.dids[3]" or "query.limit".
func fieldOf(err error) FieldError {
	var detailer huma.ErrorDetailer
	if !errors.As(err, &detailer) {
		return FieldError{Code: "invalid", Detail: err.Error()}
	}
	d := detailer.ErrorDetail()
	field := FieldError{Code: "invalid", Detail: strings.TrimPrefix(d.Message, "invalid value: ")}
	in, path, _ := strings.Cut(d.Location, ".")
	switch in {
	case "path", "query", "header":
		field.Parameter = path
	case "body":
		field.Pointer = pointer(path)
	}
	return field
}

var pathStep = regexp.MustCompile(`[.\[]([^.\[\]]+)\]?`)

// pointer returns the JSON pointer (RFC 6901) for huma's "dids[3].label".
func pointer(path string) string {
	if path == "" {
		return ""
	}
	return pathStep.ReplaceAllString("."+path, "/$1")
}

// codeOf returns the code of a status without a domain error.
func codeOf(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return CodeInvalidRequest
	case http.StatusUnauthorized:
		return codeUnauthenticated
	case http.StatusForbidden:
		return CodeForbidden
	case http.StatusNotFound:
		return CodeNotFound
	}
	if status >= http.StatusInternalServerError {
		return codeInternal
	}
	return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
}

// fromDomain returns the table's problem for an error, nil for none.
func fromDomain(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	for _, row := range problems {
		if row.matches(err) {
			p := NewProblem(row.status, row.code, row.detail)
			p.wait = row.wait
			if row.explain != nil {
				row.explain(err, p)
			}
			return p
		}
	}
	return nil
}
