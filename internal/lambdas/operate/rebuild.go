package operate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/commit"
)

// rebuildRequest asks for computing derived data again: blocks from DIDs, sums of
// revenue from ledgers.
type rebuildRequest struct {
	Command string `json:"command"`
	Carrier string `json:"carrier"` // "" is all
	Cursor  string `json:"cursor"`  // of the previous answer; "" begins
}

// Rebuilt is the progress of a rebuild.
type Rebuilt struct {
	Done      bool   `json:"done"`
	Cursor    string `json:"cursor,omitempty"`
	GoOn      *goOn  `json:"go_on,omitempty"` // the request for the rest
	Blocks    int    `json:"blocks"`          // checked in this call; some of them more than once
	Corrected int    `json:"corrected"`       // that had been wrong
	Customers int    `json:"customers"`       // customers whose ledgers were counted again
	Recounted int    `json:"recounted"`       // customers that were counted wrongly or incompletely
}

// margin is the time before the function's end at which a rebuild stops: enough for
// one more part.
const margin = 30 * time.Second

// rebuild goes through the table part by part, as long as its time allows.
func rebuild(o operator, ctx context.Context, request json.RawMessage) (any, error) {
	var r rebuildRequest
	if err := fields(request, &r); err != nil {
		return nil, err
	}
	if err := o.knows(ctx, r.Carrier); err != nil {
		return nil, err
	}
	late, cancel := soon(ctx)
	defer cancel()
	sofar := Rebuilt{Cursor: r.Cursor}
	for {
		part, err := o.rebuildPart(ctx, r.Carrier, sofar.Cursor)
		if err != nil {
			return nil, err
		}
		sofar = Rebuilt{
			Done: part.Cursor == "", Cursor: part.Cursor, Blocks: sofar.Blocks + part.Blocks,
			Corrected: sofar.Corrected + part.Corrected,
			Customers: sofar.Customers + part.Customers, Recounted: sofar.Recounted + part.Recounted,
		}
		if sofar.Done || late.Err() != nil {
			sofar.GoOn = rest("rebuild", r.Carrier, sofar.Cursor)
			return sofar, nil
		}
	}
}

// rebuildPart rebuilds a part of the table.
func (o operator) rebuildPart(ctx context.Context, carrier, cursor string) (done Rebuilt, err error) {
	part, err := o.store.Part(ctx, carrier, cursor)
	if err != nil {
		return Rebuilt{}, err
	}
	done = Rebuilt{Cursor: part.Next, Blocks: len(part.Blocks), Customers: len(part.Customers)}
	if done.Corrected, err = o.projector.Rebuild(ctx, part.Blocks); err != nil {
		return Rebuilt{}, fmt.Errorf("at cursor %q: %w", cursor, err)
	}
	for _, c := range part.Customers {
		wrong, err := o.counter.Recount(ctx, c)
		if err != nil {
			return Rebuilt{}, fmt.Errorf("at cursor %q: %w", cursor, err)
		}
		if wrong {
			done.Recounted++
		}
	}
	return done, nil
}

// knows returns an error unless the carrier exists, or none is named.
func (o operator) knows(ctx context.Context, carrier string) error {
	if carrier == "" {
		return nil
	}
	_, err := o.store.Carrier(ctx, carrier)
	if errors.Is(err, commit.ErrNotFound) {
		return fmt.Errorf("carrier: there is no %q", carrier)
	}
	return err
}

// soon returns a context that ends some time before the function does.
func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, has := ctx.Deadline(); has {
		return context.WithDeadline(ctx, end.Add(-margin))
	}
	return context.WithCancel(ctx)
}

// goOn is the request that an operator sends next if the table takes longer than
// one invocation.
type goOn struct {
	Command string `json:"command"`
	Carrier string `json:"carrier,omitempty"`
	Cursor  string `json:"cursor"`
}

// rest returns the request for the rest, nil if there is none.
func rest(command, carrier, cursor string) *goOn {
	if cursor == "" {
		return nil
	}
	return &goOn{command, carrier, cursor}
}
