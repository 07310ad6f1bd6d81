package httpapi

import (
	"net/http"

	"didpurchase/internal/auth"
)

// Codes of problems: the vocabulary that clients decide by.
const (
	codeInvalidRequest  = "invalid_request"
	codeUnauthenticated = "unauthenticated"
	codeForbidden       = "forbidden"
	codeNotFound        = "not_found"
	codeInternal        = "internal_error"
)

// problems is the one table from the domain's errors to what the wire says; the
// first row that matches counts.
var problems = []struct {
	is      error
	status  int
	code    string
	explain func(error, *Problem) // adds what the error carries
}{
	{is: auth.ErrUnauthenticated, status: http.StatusUnauthorized, code: codeUnauthenticated},
	{is: auth.ErrForbidden, status: http.StatusForbidden, code: codeForbidden},
}
