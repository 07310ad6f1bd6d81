// Package intake imports carriers' files as jobs: it has package sheet read the
// rows and package plan decide what they change, carries the plan out step by
// step, and reports on every row. A carrier's jobs run one at a time in its Lane.
//
// It may not know the database, S3, or the events that announce a file.
package intake

import "errors"

// Errors of the use cases.
var (
	// ErrNotFound says that there is no such job, profile or upload.
	ErrNotFound = errors.New("intake: not found")
	// ErrNoFile says that the object's version is not there (any more).
	ErrNoFile = errors.New("intake: no such file")
)
