package operate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/reconcile"
)

// There are two schedules: one begins a pass each night, the other continues it
// until it is done, because a large table takes longer than one invocation. (An
// invocation that invoked the next one would be stopped as a loop by Lambda.)
const (
	passBegin  = "begin"
	passResume = "resume"
)

// giveUp is the time after which a pass is free again if its invocation has
// died without a known end.
const giveUp = 15 * time.Minute

// reconcilePass continues the pass, unless there is none or another invocation
// works on it. It saves each part, so that no difference is reported twice.
func (o operator) reconcilePass(ctx context.Context, r reconcileRequest) (Reconciled, error) {
	if r.Pass != passBegin && r.Pass != passResume || r.Carrier != "" || r.Cursor != "" {
		return Reconciled{}, fmt.Errorf("pass: is %q or %q, and takes neither carrier nor cursor", passBegin, passResume)
	}
	p, err := o.store.Pass(ctx)
	if err != nil {
		return Reconciled{}, err
	}
	p, ok := p.Taken(r.Pass == passBegin, o.env.Now(), o.end(ctx))
	if !ok {
		return Reconciled{Done: p.BegunAt.IsZero()}, nil
	}
	p, err = o.store.KeepPass(ctx, p)
	if errors.Is(err, commit.ErrMovedOn) { // another invocation has taken it
		return Reconciled{}, nil
	}
	if err != nil {
		return Reconciled{}, err
	}
	found, err := o.compare(ctx, "", p.Cursor, func(cursor string) (err error) {
		p, err = o.store.KeepPass(ctx, p.At(cursor))
		return err
	})
	return found, errors.Join(err, o.giveBack(ctx, p))
}

// giveBack lets the next invocation continue at once.
func (o operator) giveBack(ctx context.Context, p reconcile.Pass) error {
	if p.Ver == 0 || p.BegunAt.IsZero() { // lost to another invocation, or over
		return nil
	}
	p.Until = time.Time{}
	_, err := o.store.KeepPass(ctx, p)
	return err
}

// end returns the time at which this invocation ends, by the clock of items.
func (o operator) end(ctx context.Context) time.Time {
	if end, has := ctx.Deadline(); has {
		return end.UTC().Add(o.env.ClockOffset)
	}
	return o.env.Now().Add(giveUp)
}
