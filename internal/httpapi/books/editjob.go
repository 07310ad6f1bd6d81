package books

import (
	"context"

	"didpurchase/internal/edits"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
)

// answerJob answers with a job, of the caller's or of a customer of staff's.
func (b Rentals) answerJob(ctx context.Context,
	c ledger.Customer) func(edits.Job, error) (*httpapi.Out[EditJob], error) {
	return func(j edits.Job, err error) (*httpapi.Out[EditJob], error) {
		return httpapi.Answer(b.wireJob(ctx, c)(j), err)
	}
}

func (b Rentals) wireJob(ctx context.Context, c ledger.Customer) func(edits.Job) EditJob {
	now := b.Now()
	base := "/v1/edits/"
	if httpapi.Caller(ctx).IsStaff() {
		base = "/v1/customers/" + c.ID + "/edits/"
	}
	return func(j edits.Job) EditJob {
		w := EditJob{
			ID: j.ID, URL: base + j.ID, Kind: string(j.Kind), Of: httpapi.Optional(j.Of), FollowedBy: httpapi.Optional(j.Next),
			Status: string(j.Status), DryRun: j.DryRun, Source: j.Source, Change: "settings", Selected: j.Selected,
			Changed: j.Changed, Unchanged: j.Unchanged, Rejected: j.Rejected, Left: j.Left(),
			Total: httpapi.OptionalMoney(j.Total), By: httpapi.WireActor(j.By), CreatedAt: j.CreatedAt.UTC(),
			CanApply: j.MayApply(), ReportURL: base + j.ID + "/report",
		}
		if j.Change.Action != "" {
			w.Change = string(j.Change.Action)
		}
		if j.Status.Ended() {
			w.FinishedAt = httpapi.OptionalTime(j.At)
		}
		if j.MayUndo(now) {
			w.UndoUntil = httpapi.OptionalTime(j.At.Add(edits.UndoWithin))
		}
		return w
	}
}
