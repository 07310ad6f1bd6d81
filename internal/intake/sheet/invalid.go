package sheet

import (
	"fmt"
	"strings"
)

// FieldFault is an invalid field of a request.
type FieldFault struct {
	Pointer string // JSON pointer into the request's body, "/columns/prefix"
	Detail  string // a sentence for people that names the value
}

// Invalid is the error of a request that is well-formed but has invalid fields.
type Invalid struct{ Faults []FieldFault }

func (e *Invalid) Error() string {
	texts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		texts[i] = f.Pointer + ": " + f.Detail
	}
	return "sheet: invalid: " + strings.Join(texts, "; ")
}

// Faults collects the faults of a request.
type Faults []FieldFault

func (f *Faults) Add(pointer, format string, args ...any) {
	*f = append(*f, FieldFault{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
}

func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Invalid{Faults: f}
}
