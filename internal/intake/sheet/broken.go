package sheet

import "fmt"

// Code is why a row had its outcome: the report's word for it.
type Code string

// The codes of rows with broken text.
const (
	CodeMalformed Code = "malformed_row"
	CodeNotUTF8   Code = "not_utf8"
	CodeNotUTF16  Code = "not_utf16"
)

// Fault is why a row can't be applied, in a sentence that names the value.
type Fault struct {
	Code   Code
	Detail string
}

func Faultf(code Code, format string, args ...any) *Fault {
	return &Fault{Code: code, Detail: fmt.Sprintf(format, args...)}
}
