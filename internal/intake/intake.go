// Package intake takes carriers' files in: it recognises a file's shape, plans
// what each row would offer, applies the plan to the carrier's ranges, and
// reports on every row. A file is a Job; a carrier's jobs run one at a time in
// its Lane.
//
// It decides and composes; it knows neither the database, nor S3, nor the
// events that announce a file.
package intake

import (
	"errors"
	"fmt"
	"strings"
)

// What a file may be at most. A larger one fails as a job before anything is
// applied.
const (
	MaxObject = 512 << 20 // bytes, as stored
	MaxRows   = 1_000_000 // without the header
	MaxField  = 4 << 10   // bytes of one field
	MaxRecord = 64 << 10  // bytes of one row, line breaks inside quotes included
)

// Errors of the use cases.
var (
	// ErrNotFound says that there is no such job, profile or upload.
	ErrNotFound = errors.New("intake: not found")
	// ErrNoFile says that the object's version is not there (any more).
	ErrNoFile = errors.New("intake: no such file")
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
	return "intake: invalid: " + strings.Join(texts, "; ")
}

// faults gathers what is wrong with a request.
type faults []FieldFault

func (f *faults) add(pointer, format string, args ...any) {
	*f = append(*f, FieldFault{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &Invalid{Faults: f}
}

// Unreadable is a file that can't be imported as a whole: no row of it was
// applied. Its text is for the person who sent the file.
type Unreadable struct{ Reason string }

func (e *Unreadable) Error() string { return e.Reason }

func unreadable(format string, args ...any) error {
	return &Unreadable{Reason: fmt.Sprintf(format, args...)}
}
