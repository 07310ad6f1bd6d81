// Package validate names the faults of a request that is well-formed but
// invalid: all at once, each with its place. It knows no request.
package validate

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrInvalid means that a request is well-formed but invalid.
var ErrInvalid = errors.New("well-formed but invalid")

// Fault is one wrong field: a JSON pointer into the request, and a sentence about the fault.
type Fault struct{ Pointer, Detail string }

// Invalid is ErrInvalid with every fault.
type Invalid struct{ Faults []Fault }

func (e *Invalid) Error() string {
	texts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		texts[i] = strings.TrimSpace(f.Pointer + " " + f.Detail)
	}
	return ErrInvalid.Error() + ": " + strings.Join(texts, "; ")
}

// Unwrap makes errors.Is find ErrInvalid.
func (e *Invalid) Unwrap() error { return ErrInvalid }

// Faults collects the faults of a request.
type Faults []Fault

// Add notes a fault.
func (f *Faults) Add(pointer, format string, args ...any) {
	*f = append(*f, Fault{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
}

// Unless notes a fault if the condition does not hold.
func (f *Faults) Unless(holds bool, pointer, format string, args ...any) {
	if !holds {
		f.Add(pointer, format, args...)
	}
}

// Err returns *Invalid, or nil without a fault.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Invalid{Faults: f}
}

// maxSlug is the most characters of an id.
const maxSlug = 40

var slug = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Slug reports whether an id may be part of keys and addresses, such as
// acme-telecom.
func Slug(id string) bool { return len(id) <= maxSlug && slug.MatchString(id) }

// Text reports whether a text has between from and to characters, without control
// characters. A text that may not be empty has a visible character, so that a page
// does not show a blank.
func Text(text string, from, to int) bool {
	n := utf8.RuneCountInString(text)
	return utf8.ValidString(text) && n >= from && n <= to && !strings.ContainsFunc(text, unicode.IsControl) &&
		(from == 0 || strings.ContainsFunc(text, visible))
}

func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }
