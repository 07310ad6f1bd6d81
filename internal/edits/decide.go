package edits

import (
	"context"
	"errors"

	"didpurchase/internal/did"
	"didpurchase/internal/shop"
)

// decideOne decides on one number. It returns the row with its outcome, or with the
// move that changes the number.
func decideOne(ctx context.Context, job Job, x *shop.Decisions, d did.DID, row Row) (Row, *did.Move, error) {
	switch {
	case d.State == damaged:
		return row.rejected("internal_error", "its record can't be read"), nil, nil
	case !x.IsRental(d):
		return row.rejected("not_found", "it is not one of your numbers"), nil, nil
	}
	move, err := wantedMove(ctx, job, x, d, row)
	if code := codeOf(err); code != "" {
		return row.rejected(code, reason(err, d)), nil, nil
	}
	if err != nil {
		return row, nil, err
	}
	if move == nil {
		row.Outcome = Unchanged
		return row, nil, nil
	}
	row.Old, row.New = differences(d, move.To)
	return row, move, nil
}

// errChanged means that a number was changed after the job that is undone.
var errChanged = errors.New("it was changed since, so it stays as it is")

// errFinal means that the change can't be undone.
var errFinal = errors.New("it was unpaid, so its cancellation ended it immediately; reclaim it instead")

// wantedMove returns the move that gives the number what the job wants; nil if the
// number has it already.
func wantedMove(ctx context.Context, job Job, x *shop.Decisions, d did.DID, row Row) (*did.Move, error) {
	change := row.change(job)
	if job.Kind == Undo {
		switch {
		case row.Old.State == did.Aging:
			return nil, errFinal
		case !row.Old.has(d):
			return nil, errChanged
		case change.Action == Cancel:
			return moved(x.Restore(d))
		case change.Action == Restore:
			return moved(x.Cancel(d))
		}
		return edited(ctx, x, d, row.New.into)
	}
	switch change.Action {
	case Cancel:
		return moved(x.Cancel(d))
	case Restore:
		return moved(x.Restore(d))
	default:
		return edited(ctx, x, d, change.apply)
	}
}

func moved(m did.Move, err error) (*did.Move, error) { return &m, err }

// edited returns the move that changes settings, nil if they are the same already.
func edited(ctx context.Context, x *shop.Decisions, d did.DID,
	change func(did.Settings) did.Settings) (*did.Move, error) {
	move, err := x.Edit(ctx, d, change)
	if err != nil {
		return nil, err
	}
	if was, _ := differences(d, move.To); was == (Values{}) {
		return nil, nil
	}
	return &move, nil
}

// codeOf returns the code of an error that concerns one number, "" for any other
// error: the code of the problem that a single request would get.
func codeOf(err error) string {
	var notForSale *shop.NotForSale
	switch {
	case errors.Is(err, did.ErrInvalidSettings):
		return "invalid_request"
	case errors.Is(err, did.ErrMinimumTerm):
		return "minimum_term"
	case errors.Is(err, did.ErrIllegalMove), errors.Is(err, errFinal):
		return "illegal_state"
	case errors.Is(err, errChanged):
		return "changed_since"
	case errors.As(err, &notForSale):
		return "dids_unavailable"
	default:
		return ""
	}
}

// reason returns the sentence of an error for the row of a number.
func reason(err error, d did.DID) string {
	var invalid *did.InvalidSettings
	var term *did.MinimumTerm
	switch {
	case errors.As(err, &invalid):
		return invalid.Faults[0].Field + " " + invalid.Faults[0].Detail
	case errors.As(err, &term):
		return "its minimum term is not over: it can be cancelled so that it ends on " + term.First.Format("2006-01-02")
	case errors.Is(err, did.ErrIllegalMove):
		return "it is " + d.State.Word() + ", which does not allow this"
	case codeOf(err) == "dids_unavailable":
		return "the carrier does not offer it any more"
	default:
		return err.Error()
	}
}
