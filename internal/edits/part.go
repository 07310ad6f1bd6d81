package edits

import (
	"context"
	"errors"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/rentals"
)

// decided has a part's rows with their outcomes, and the writes of the step.
type decided struct {
	rows     []Row
	rest     []Row // that had no room in the part
	outcomes []Outcome
	changes  []commit.Change
	logged   []rentals.Change
	cost     money.Amount // of reclaimed numbers
}

// decideAll decides on the numbers of a part, as they are now.
func (s *Service) decideAll(ctx context.Context, job Job, rows []Row) (*decided, error) {
	items, err := s.read(ctx, job.Customer, rows)
	if err != nil {
		return nil, err
	}
	decisions, err := s.decide.Decisions(ctx, job.Customer, items)
	if err != nil {
		return nil, err
	}
	if job.Change.Action == Reclaim && job.Kind != Undo {
		return s.reclaim(ctx, job, decisions, items, rows)
	}
	d, size := &decided{}, 0
	for i, row := range rows {
		if row.Outcome != "" { // rejected when the job was made
			d.rows = append(d.rows, row)
			continue
		}
		after, move, err := decideOne(ctx, job, decisions, items[row.Number], row)
		if err != nil {
			return nil, err
		}
		if size += after.size(); size > maxPartBytes && len(d.rows) > 0 {
			d.rest = rows[i:]
			break
		}
		d.add(job, after, move)
	}
	return d, nil
}

// add adds a row, with its move unless there is none.
func (d *decided) add(job Job, row Row, move *did.Move) {
	if move != nil {
		if row.Outcome = Changed; job.DryRun {
			row.Outcome = WouldChange
		} else {
			d.changes = append(d.changes, *move)
			d.logged = append(d.logged, rentals.Change{Digits: row.Number.Digits(), Ver: move.Ver + 1})
		}
	}
	d.rows, d.outcomes = append(d.rows, row), append(d.outcomes, row.Outcome)
}

// read reads the items of the rows.
func (s *Service) read(ctx context.Context, c ledger.Customer, rows []Row) (map[e164.Number]did.DID, error) {
	var numbers []e164.Number
	for _, row := range rows {
		if row.Outcome == "" {
			numbers = append(numbers, row.Number)
		}
	}
	items, err := s.store.DIDs(ctx, c.Carrier, numbers)
	if !errors.Is(err, commit.ErrDamaged) {
		return items, err
	}
	items = map[e164.Number]did.DID{}
	for _, n := range numbers { // one at a time: a damaged item must not stop the others
		one, err := s.store.DIDs(ctx, c.Carrier, []e164.Number{n})
		switch {
		case errors.Is(err, commit.ErrDamaged):
			items[n] = did.DID{Number: n, State: damaged}
		case err != nil:
			return nil, err
		default:
			items[n] = one[n]
		}
	}
	return items, nil
}

// damaged is the state of an item that can't be read.
const damaged did.State = "damaged"
