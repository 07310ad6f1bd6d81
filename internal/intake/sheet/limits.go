package sheet

import "fmt"

// Limits of a file. A larger one fails as a job before anything is applied.
const (
	MaxObject = 512 << 20 // bytes, as stored
	MaxRows   = 1_000_000 // without the header
	MaxField  = 4 << 10   // bytes of one field
	MaxRecord = 64 << 10  // bytes of one row, line breaks inside quotes included
)

// Unreadable is a file that can't be imported as a whole: no row of it was
// applied. Its text is for the person who sent the file.
type Unreadable struct{ Reason string }

func (e *Unreadable) Error() string { return e.Reason }

func Unreadablef(format string, args ...any) error {
	return &Unreadable{Reason: fmt.Sprintf(format, args...)}
}
