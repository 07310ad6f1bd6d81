package endurance_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

type ctx = context.Context

var offer = did.Offer{Terms: pricing.Terms{
	Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
	Interval: pricing.Interval{Unit: pricing.Day, Count: 1},
}}

// change makes changes of numbers drawn at random, and delivers them.
func (w *followedCarrier) change(t *testing.T, changes int) {
	t.Helper()
	for range changes {
		w.changeOne(t, first+number(w.random.IntN(numbers)))
		if len(w.recorder.Records)-w.sent >= 1+w.random.IntN(40) {
			w.deliver(t)
		}
	}
}

func (w *followedCarrier) changeOne(t *testing.T, n number) {
	t.Helper()
	d, err := w.store.DID(t.Context(), carrierID, n)
	if err != nil {
		t.Fatal(err)
	}
	d.Number = n
	move, err := w.next(d, w.now())
	if err != nil {
		t.Fatalf("%s of %s: %v", d.State, n, err)
	}
	if moved, err := w.recorder.Move(t.Context(), move); err != nil || !moved {
		t.Fatalf("%s of %s: moved %v, %v", move.Event, n, moved, err)
	}
}

// next draws one of the moves that a number's state allows.
func (w *followedCarrier) next(d did.DID, at time.Time) (did.Move, error) {
	id := fmt.Sprintf("%026d", at.UnixNano())
	switch d.State {
	case did.None:
		return did.HoldFor(carrierID, "alice", d.Number, id, at.Add(time.Hour), offer, at), nil
	case did.Held:
		return did.Assign(d, id, at, time.UTC)
	case did.Assigned:
		switch w.random.IntN(6) {
		case 0:
			return d.StartGrace(time.Hour, at)
		case 1:
			return d.CancelAtEnd(at, time.UTC)
		case 2:
			return d.Paid(d.Period+1, at, time.UTC)
		}
		return d.Edited(did.Settings{Route: destination.To(fmt.Sprintf("sip:phone%d@example.com", w.random.IntN(1000)))}, at)
	case did.PastDue:
		if w.random.IntN(2) == 0 {
			return d.Paid(d.Period+1, at, time.UTC)
		}
		return d.SuspendUntil(at.Add(time.Hour), at)
	case did.Suspended:
		if w.random.IntN(2) == 0 {
			return d.Paid(d.Period+1, at, time.UTC)
		}
		return d.AgeUntil(at, at)
	case did.PendingRelease:
		if w.random.IntN(2) == 0 {
			return d.TakeCancellationBack(at)
		}
		return d.AgeUntil(at, at)
	default:
		return d.FreeNow(at)
	}
}

// deliver passes the new records to the history in batches that may come late,
// twice, or in another order.
func (w *followedCarrier) deliver(t *testing.T) {
	t.Helper()
	fresh := w.recorder.Records[w.sent:]
	w.sent = len(w.recorder.Records)
	batches := slices.Collect(slices.Chunk(fresh, 1+w.random.IntN(20)))
	if len(batches) > 1 && w.random.IntN(3) == 0 {
		batches[0], batches[1] = batches[1], batches[0]
		w.count.swapped++
	}
	for _, batch := range batches {
		switch w.random.IntN(8) {
		case 0: // dropped: another try delivers it
			w.late = append(w.late, batch...)
			w.count.late += len(batch)
			continue
		case 1:
			w.handOver(t, batch)
			w.count.twice += len(batch)
		}
		w.handOver(t, batch)
	}
	if w.random.IntN(4) == 0 {
		w.handOver(t, w.late)
		w.late = nil
	}
}

// deliverRest passes on everything that is left.
func (w *followedCarrier) deliverRest(t *testing.T) {
	t.Helper()
	w.deliver(t)
	w.handOver(t, w.late)
}

// handOver repeats a batch from its first failed record on, like Lambda.
func (w *followedCarrier) handOver(t *testing.T, batch []streamtest.Record) {
	t.Helper()
	for len(batch) > 0 {
		from := streamtest.Deliver(t, w.history, batch...)
		if from == "" {
			return
		}
		at := slices.IndexFunc(batch, func(r streamtest.Record) bool {
			return r["dynamodb"].(map[string]any)["SequenceNumber"] == from
		})
		if at < 0 {
			t.Fatalf("record %s is none of the batch", from)
		}
		batch = batch[at:]
	}
}
