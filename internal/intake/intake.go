// Package intake imports carriers' files as jobs: package sheet reads the rows,
// package plan decides their changes, and intake carries the plan out step by
// step and reports on every row. A carrier's jobs run one at a time in its
// Lane.
//
// It may not know the database, S3, or the events that announce a file.
package intake

import "errors"

// Errors of the use cases.
var (
	// ErrNoFile means that the object's version does not exist (any more).
	ErrNoFile = errors.New("intake: no such file")
)
