package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/reconcile"
)

// passItem is the position of the automatic reconciliation.
type passItem struct {
	Ver     int       `dynamodbav:"ver"`
	BegunAt time.Time `dynamodbav:"begunAt,omitempty"`
	Cursor  string    `dynamodbav:"cursor,omitempty"`
	Until   time.Time `dynamodbav:"until,omitempty"`
}

// Pass returns the last pass, zero if there was none.
func (s *Store) Pass(ctx context.Context) (reconcile.Pass, error) {
	i, err := s.get(ctx, passKey())
	if err != nil || i == nil {
		return reconcile.Pass{}, err
	}
	return readPass(i)
}

func readPass(i item) (reconcile.Pass, error) {
	var p passItem
	err := decode(i, &p)
	return reconcile.Pass(p), err
}

// KeepPass writes the pass over the version that was read, and returns the stored
// one. Errors: commit.ErrMovedOn if another invocation has written it, or may have
// written it.
func (s *Store) KeepPass(ctx context.Context, p reconcile.Pass) (reconcile.Pass, error) {
	seen := p.Ver
	p.Ver++
	action, err := s.put(passKey(), passItem(p), unmoved(seen))
	if err != nil {
		return reconcile.Pass{}, err
	}
	err = carryOut(ctx, s.alone(action), []write{{action: action, current: reading(readPass)}}, false)
	var refused *commit.Refused
	if errors.As(err, &refused) || errors.Is(err, commit.ErrUnknown) {
		return reconcile.Pass{}, fmt.Errorf("%w: the pass of reconcile at version %d", commit.ErrMovedOn, seen)
	}
	return p, err
}
