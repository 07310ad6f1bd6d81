package dynamo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/cenkalti/backoff/v5"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/did"
	"didpurchase/internal/edits"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/report"
	"didpurchase/internal/repricing"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
	"didpurchase/internal/topup"
)

// tries is the most tries of one batch, with growing, jittered pauses between.
const tries = 6

// Commit writes the batch: one change as a plain conditional write, more as one
// transaction with the batch's ID as its token.
//
// It repeats automatically when that is safe, always with the same request:
// after contention and throttling (nothing was written), and after a lost
// answer. By its token, a repeated transaction is the same one for the
// database. A repeated single write meets its own effect. If its guard holds
// for that too (a hold by its hold id), it passes, and is done. If not (a
// version, a deleted item), the refusal can't be distinguished from another
// writer's, so it is ErrUnknown, never *commit.Refused. The SDK's own retries
// are off here, because they would hide a lost answer; reads keep them.
func (s *Store) Commit(ctx context.Context, b commit.Batch) error {
	writes := make([]write, len(b.Changes))
	for i, c := range b.Changes {
		var err error
		if writes[i], err = s.write(ctx, c); err != nil {
			return fmt.Errorf("dynamo: %s: %w", c.Target(), err)
		}
	}
	switch len(writes) {
	case 0:
		return nil
	case 1:
		return carryOut(ctx, s.alone(writes[0].action), writes, false)
	default:
		return carryOut(ctx, s.together(b.ID, writes), writes, true)
	}
}

// write is the table of changes: each kind is one guarded write. Items from which
// the stream's consumers derive events or history also get the actor.
func (s *Store) write(ctx context.Context, c commit.Change) (write, error) {
	switch c := signed(c, auth.ActorOf(ctx)).(type) {
	case did.Move:
		return s.writeMove(ctx, c)
	case ledger.Update:
		return s.writeAccount(c)
	case ledger.Entry:
		return s.writeEntry(c)
	case ledger.Invoice:
		return s.writeInvoice(c)
	case ledger.SeriesUpdate:
		return s.writeSeries(c)
	case audit.Entry:
		return s.writeAudit(c)
	case carrier.Update:
		return s.writeCarrier(c)
	case desk.Amendment:
		return s.writeAmendment(c)
	case desk.BillingUpdate:
		return s.writeBilling(c)
	case desk.Receipt:
		return s.writeReceipt(c)
	case topup.Update:
		return s.writeTopUp(c)
	case topup.PaymentUpdate:
		return s.writePayment(c)
	case shop.Update:
		return s.writeCart(c)
	case shop.Order:
		return s.writeOrder(c)
	case shop.OrderUpdate:
		return s.writeOrderUpdate(c)
	case shop.Part:
		return s.writePart(c)
	case edits.Update:
		return s.writeEdit(c)
	case edits.RunningUpdate:
		return s.writeRunning(c)
	case edits.Part:
		return s.writeEditPart(c)
	case shop.Waiting:
		return s.writeWaitingOrder(c)
	case shop.IdempotencyRecord:
		return s.writeIdempotency(c)
	default:
		return s.writeOfJob(c)
	}
}

// writeOfJob is the part of the table for the jobs of carriers: imports, reports,
// price changes, and the sums of revenue.
func (s *Store) writeOfJob(c commit.Change) (write, error) {
	switch c := c.(type) {
	case intake.JobUpdate:
		return s.writeJob(c)
	case intake.LaneUpdate:
		return s.writeLane(c)
	case intake.ArrivalUpdate:
		return s.writeArrival(c)
	case intake.Placed:
		return s.writePlaced(c)
	case intake.Removed:
		return s.writeRemoved(c)
	case intake.LaneHeld:
		return s.writeLaneHeld(c)
	case report.Update:
		return s.writeReport(c)
	case report.ScheduleUpdate:
		return s.writeSchedule(c)
	case repricing.Update:
		return s.writePriceChange(c)
	case repricing.Part:
		return s.writePricePart(c)
	case repricing.Announcement:
		return s.writeAnnouncement(c)
	case revenue.Progress:
		return s.writeProgress(c)
	case revenue.Earned:
		return s.writeEarned(c)
	default:
		return write{}, fmt.Errorf("no write for a %T", c)
	}
}

// call sends one request; it is the same at each call.
type call func(context.Context) error

func send[I, O any](operation func(context.Context, I, ...func(*dynamodb.Options)) (O, error), input I) call {
	return func(ctx context.Context) error {
		_, err := operation(ctx, input, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		return err
	}
}

// carryOut sends a request until its outcome is known or the tries are over. If
// a repeat is known to be the same request (by its token), a refusal is final,
// even after tries with lost answers.
func carryOut(ctx context.Context, request call, writes []write, hasToken bool) error {
	lost := false
	err := insist(ctx, func() error {
		err := verdict(request(ctx), writes)
		lost = lost || errors.Is(err, commit.ErrUnknown)
		return err
	})
	var refused *commit.Refused
	if err == nil || !lost || hasToken && errors.As(err, &refused) || errors.Is(err, commit.ErrUnknown) {
		return err
	}
	return fmt.Errorf("%w: then %v", commit.ErrUnknown, err)
}

// insist repeats a request while its verdict allows it.
func insist(ctx context.Context, request func() error) error {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.Multiplier, pauses.MaxInterval = 15*time.Millisecond, 2, 400*time.Millisecond
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := request()
		if errors.Is(err, commit.ErrContended) || errors.Is(err, commit.ErrUnknown) {
			return struct{}{}, err
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(tries))
	return err
}

// verdict classifies an answer: nil, *commit.Refused, commit.ErrContended,
// commit.ErrUnknown, or an error that a repeat can't change.
func verdict(err error, writes []write) error {
	var api smithy.APIError
	var cancelled *types.TransactionCanceledException
	var failed *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return nil
	case errors.As(err, &cancelled):
		return cancellation(cancelled, writes)
	case errors.As(err, &failed):
		return refusal(writes, map[int]item{0: failed.Item})
	case !errors.As(err, &api), brokenOff(err), api.ErrorCode() == inProgress:
		return fmt.Errorf("%w: %w", commit.ErrUnknown, err)
	case contention(api.ErrorCode()):
		return fmt.Errorf("%w: %w", commit.ErrContended, err)
	default:
		return fmt.Errorf("dynamo: commit: %w", err)
	}
}

// Codes of errors and of cancellation reasons.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const (
	inProgress     = "TransactionInProgressException" // the same token's earlier request is not over
	reasonNone     = "None"
	reasonGuard    = "ConditionalCheckFailed"
	reasonConflict = "TransactionConflict"
	reasonThrottle = "ThrottlingError"
	reasonCapacity = "ProvisionedThroughputExceeded"
	codeConflict   = "TransactionConflictException" // a plain write met a transaction
)

// brokenOff reports whether the server failed during the request: the outcome
// is unknown.
func brokenOff(err error) bool {
	var response *smithyhttp.ResponseError
	return errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError
}

func contention(code string) bool {
	_, throttled := retry.DefaultThrottleErrorCodes[code]
	return throttled || code == codeConflict
}

// cancellation returns the verdict on a cancelled transaction. A failed guard
// counts for more than contention: the batch can't pass unchanged.
func cancellation(cancelled *types.TransactionCanceledException, writes []write) error {
	guards, mendable := map[int]item{}, true
	contended := &commit.Contended{Cause: cancelled}
	for i, reason := range cancelled.CancellationReasons {
		switch code := aws.ToString(reason.Code); {
		case code == reasonGuard:
			guards[i] = reason.Item
		case code == reasonConflict && i < len(writes):
			contended.With = append(contended.With, writes[i].change)
		case !slices.Contains([]string{reasonNone, reasonThrottle, reasonCapacity}, code):
			mendable = false
		}
	}
	switch {
	case len(guards) > 0:
		return refusal(writes, guards)
	case mendable:
		return contended
	default:
		return fmt.Errorf("dynamo: commit: %w", cancelled)
	}
}

// refusal reads the current items of failed guards.
func refusal(writes []write, guards map[int]item) error {
	refused := &commit.Refused{}
	for i, w := range writes {
		stored, failed := guards[i]
		if !failed {
			continue
		}
		current, err := w.current(stored)
		if err != nil {
			return err
		}
		refused.Refusals = append(refused.Refusals, commit.Refusal{Change: w.change, Current: current})
	}
	return refused
}
