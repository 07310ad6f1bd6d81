package sheet

import (
	"fmt"
	"strings"
)

// FieldFault is one field of a request that can't be meant.
type FieldFault struct {
	Pointer string // JSON pointer into the request's body, "/columns/prefix"
	Detail  string // a sentence for people that names the value
}

// Invalid is the error of a request with fields that can't be meant.
type Invalid struct{ Faults []FieldFault }

func (e *Invalid) Error() string {
	texts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		texts[i] = f.Pointer + ": " + f.Detail
	}
	return "sheet: invalid: " + strings.Join(texts, "; ")
}

// Faults gathers what is wrong with a request.
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
