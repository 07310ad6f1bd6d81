package edits

import (
	"context"
	"errors"
	"fmt"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// total returns the job's total with the part's.
func (d *decided) total(job Job) (money.Amount, error) {
	switch {
	case d.cost.Currency() == "":
		return job.Total, nil
	case job.Total.Currency() == "":
		return d.cost, nil
	default:
		return job.Total.Add(d.cost)
	}
}

// reclaim decides on the numbers of a part that the job rents again: one purchase
// of all that are available for it, or none.
func (s *Service) reclaim(ctx context.Context, job Job, x *shop.Decisions, items map[e164.Number]did.DID,
	rows []Row) (*decided, error) {
	p, err := purchaseOf(ctx, job, x, agingOf(x, items, rows))
	if err != nil {
		return nil, err
	}
	d := &decided{}
	for _, row := range rows {
		if row.Outcome != "" {
			d.rows = append(d.rows, row)
			continue
		}
		row, move := p.verdict(x, items[row.Number], row)
		d.add(job, row, move)
	}
	if p.code == "" {
		d.cost = p.Total
	}
	if p.code == "" && !job.DryRun {
		d.changes = p.Changes // with the moves
	}
	return d, nil
}

// agingOf returns the customer's numbers in quarantine among the rows to decide.
func agingOf(x *shop.Decisions, items map[e164.Number]did.DID, rows []Row) (aging []did.DID) {
	for _, row := range rows {
		if item := items[row.Number]; row.Outcome == "" && x.IsRental(item) && item.State == did.Aging {
			aging = append(aging, item)
		}
	}
	return aging
}

// reclaimed is the purchase of a part's numbers, or the reason why none is bought.
type reclaimed struct {
	shop.Reclaimed
	code, detail string
}

// purchaseOf decides the purchase of aging numbers, up to the most that the job
// may cost.
func purchaseOf(ctx context.Context, job Job, x *shop.Decisions, aging []did.DID) (p reclaimed, err error) {
	p.Reclaimed, err = x.Reclaim(ctx, aging, job.Total)
	if p.code, p.detail = refusalOf(err); p.code != "" {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.code, p.detail, err = beyond(job, &decided{cost: p.Total})
	return p, err
}

// verdict returns the row of a number with its outcome, or with the move that
// rents it again.
func (p reclaimed) verdict(x *shop.Decisions, d did.DID, row Row) (Row, *did.Move) {
	refused := p.Refused[row.Number]
	switch {
	case !x.IsRental(d):
		return row.rejected("not_found", "it is not one of your numbers"), nil
	case d.State != did.Aging:
		return row.rejected("illegal_state", "it is not in quarantine, so it can't be reclaimed"), nil
	case refused != nil:
		return row.rejected(codeOf(refused), reason(refused, d)), nil
	case p.code != "":
		return row.rejected(p.code, p.detail), nil
	}
	for _, m := range p.Moves {
		if m.To.Number == row.Number {
			row.Old, row.New = differences(d, m.To)
			return row, &m
		}
	}
	return row.rejected("dids_unavailable", "it can't be had at the moment"), nil
}

// beyond refuses a purchase that would cost more than the job may.
func beyond(job Job, d *decided) (code, detail string, err error) {
	total, err := d.total(job)
	if err != nil || job.DryRun || total.Currency() == "" {
		return "", "", err
	}
	above, err := total.Cmp(job.Most)
	if err != nil || above <= 0 {
		return "", "", err
	}
	return "total_changed", fmt.Sprintf("with it the job would cost %s, more than max_total, %s", total, job.Most), nil
}

// refusalOf returns the code of an error for which no number of a part is bought.
func refusalOf(err error) (code, detail string) {
	var over *ledger.OverLimit
	switch {
	case errors.Is(err, ledger.ErrInsufficientFunds):
		return "insufficient_funds", "the account does not have the funds"
	case errors.Is(err, ledger.ErrAccountClosed):
		return "illegal_state", "the account is closed"
	case errors.Is(err, ledger.ErrPurchasingOff):
		return "purchasing_off", "the carrier does not let you buy"
	case errors.Is(err, shop.ErrNeedsApproval):
		return "approval_required", "your company's orders need an approval: an owner can take these numbers back"
	case errors.As(err, &over):
		return "spending_limit", "the month's limit for own orders would be passed"
	default:
		return "", ""
	}
}
