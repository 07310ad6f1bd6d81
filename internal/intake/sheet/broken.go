package sheet

import "fmt"

// Code is the reason for a row's outcome, in the report's words.
type Code string

// The codes of rows with broken text.
const (
	CodeMalformed Code = "malformed_row"
	CodeNotUTF8   Code = "not_utf8"
	CodeNotUTF16  Code = "not_utf16"
)

// Fault is the reason why a row can't be applied, in a sentence that names the
// value.
type Fault struct {
	Code   Code
	Detail string
}

func Faultf(code Code, format string, args ...any) *Fault {
	return &Fault{Code: code, Detail: fmt.Sprintf(format, args...)}
}
