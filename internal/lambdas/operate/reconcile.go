package operate

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/reconcile"
	"didpurchase/internal/shop"
)

// reconcileRequest asks for comparing records that must agree.
type reconcileRequest struct {
	Command string `json:"command"`
	Carrier string `json:"carrier"` // "" is all
	Cursor  string `json:"cursor"`  // of the previous answer; "" begins
	Pass    string `json:"pass"`    // only from the schedules: "begin" or "resume"
}

// Reconciled is the progress of reconciling, with the differences that it
// found.
type Reconciled struct {
	Done        bool                   `json:"done"`
	Cursor      string                 `json:"cursor,omitempty"`
	GoOn        *goOn                  `json:"go_on,omitempty"` // the request for the rest
	Customers   int                    `json:"customers"`       // customers whose books were compared
	Blocks      int                    `json:"blocks"`          // checked in this call; some of them more than once
	Differences []reconcile.Difference `json:"differences"`
}

// lateness is the allowed delay of the table's stream: five seconds are ten times
// its usual one.
const lateness = 5 * time.Second

// maxDifferences ends an answer early, because an answer is at most 6 MB.
const maxDifferences = 5_000

// reconcileAll compares the records that an operator asks for, as long as its time
// allows, or continues the pass of the schedules.
func reconcileAll(o operator, ctx context.Context, request json.RawMessage) (any, error) {
	var r reconcileRequest
	if err := fields(request, &r); err != nil {
		return nil, err
	}
	if r.Pass != "" {
		return o.reconcilePass(ctx, r)
	}
	if err := o.knows(ctx, r.Carrier); err != nil {
		return nil, err
	}
	found, err := o.compare(ctx, r.Carrier, r.Cursor, func(string) error { return nil })
	if err != nil {
		return nil, err
	}
	found.GoOn = rest("reconcile", r.Carrier, found.Cursor)
	return found, nil
}

// compare compares part by part, as long as its time allows, and passes the
// cursor of the next part to after. Each difference is an error in the log.
func (o operator) compare(ctx context.Context, carrier, cursor string,
	after func(cursor string) error) (Reconciled, error) {
	late, cancel := soon(ctx)
	defer cancel()
	reconciler := reconcile.New(o.store, o.projector, o.counter, shop.New(o.store, o.env.Now), lateness)
	sofar := Reconciled{Cursor: cursor, Differences: []reconcile.Difference{}}
	for {
		found, err := reconciler.Compare(ctx, carrier, sofar.Cursor)
		if err != nil {
			return sofar, fmt.Errorf("at cursor %q: %w", sofar.Cursor, err)
		}
		for _, d := range found.Differences {
			o.env.Logger.ErrorContext(ctx, "reconciliation mismatch", "kind", d.Kind, "carrier", d.Carrier, "customer",
				d.Customer, "detail", d.Detail)
		}
		o.env.Metrics.Add(metered.ReconcileFindings, len(found.Differences))
		sofar.add(found)
		if err := after(sofar.Cursor); err != nil {
			return sofar, err
		}
		if sofar.Done || late.Err() != nil || len(sofar.Differences) > maxDifferences {
			return sofar, nil
		}
	}
}

func (r *Reconciled) add(found reconcile.Found) {
	r.Done, r.Cursor = found.Next == "", found.Next
	r.Customers += found.Customers
	r.Blocks += found.Blocks
	r.Differences = append(r.Differences, found.Differences...)
}

// LogValue leaves out the differences, which were logged one by one.
func (r Reconciled) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("done", r.Done), slog.String("cursor", r.Cursor),
		slog.Int("customers", r.Customers), slog.Int("blocks", r.Blocks), slog.Int("differences", len(r.Differences)))
}
