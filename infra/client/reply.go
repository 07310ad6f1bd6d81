package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
)

// Reply is an answer, or the error of a broken connection.
type Reply struct {
	Status  int
	Body    []byte
	Err     error
	NotSent bool // the request was not sent
}

func isRefusedConnection(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// Unknown reports whether it is unknown if the request was carried out.
func (r Reply) Unknown() bool {
	return !r.NotSent && (r.Err != nil || r.Status >= http.StatusInternalServerError)
}

// RefusesToken reports whether the request was refused because of its token, and
// so did nothing.
func (r Reply) RefusesToken() bool {
	return r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden
}

// IsBusy reports whether the system asks for a repeat later; the request did
// nothing.
func (r Reply) IsBusy() bool {
	return r.Status == http.StatusTooManyRequests || r.Status == http.StatusServiceUnavailable
}

// Problem decodes a refusal. It is empty for every other answer.
func (r Reply) Problem() (p Problem) {
	if r.Err == nil {
		_ = json.Unmarshal(r.Body, &p) // an answer of another form has no code
	}
	return p
}

// maxShown is the largest part of an answer, in bytes, that is shown to a person.
const maxShown = 300

// String returns the answer for a person, cut short.
func (r Reply) String() string {
	if r.Err != nil {
		return r.Err.Error()
	}
	return fmt.Sprintf("%d %s", r.Status, r.Body[:min(len(r.Body), maxShown)])
}

// Refusal is an answer with another status than success.
type Refusal struct {
	Call  Call
	Reply Reply
}

func (r *Refusal) Error() string {
	said := r.Call.Method + " " + r.Call.Path + ": " + fmt.Sprint(r.Reply.Status) + ": "
	problem := r.Reply.Problem()
	if problem.Code == "" {
		return said + r.Reply.String()
	}
	said += problem.Detail
	for _, e := range problem.Errors {
		said += fmt.Sprintf("; %s %s", strings.TrimPrefix(e.Pointer, "/"), e.Detail)
	}
	return said
}

// Text returns a text that may be absent; "" then.
func Text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

// Sender sends a call as one user.
type Sender func(Call) Reply

// Ask sends the request and decodes its answer. Errors: *Refusal, and errors
// of the connection.
func Ask[Answer any](send Sender, r Request[Answer]) (Answer, error) { return r.Read(send(r.Call)) }

// maxPage is the largest page of a list.
const maxPage = "200"

// Paged is an answer that is one page of a list.
type Paged[Row any] interface {
	page() (rows []Row, next *string)
}

// All reads every page of a list.
func All[Row any, List Paged[Row]](send Sender, r Request[List]) (rows []Row, err error) {
	r = r.With("limit", maxPage)
	for {
		answer, err := Ask(send, r)
		if err != nil {
			return nil, err
		}
		data, next := answer.page()
		rows = append(rows, data...)
		if next == nil {
			return rows, nil
		}
		r = r.With("cursor", *next)
	}
}
