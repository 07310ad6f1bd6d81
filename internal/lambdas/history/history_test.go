package history_test

import (
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"
	"pgregory.net/rapid"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/revenue"
	"didpurchase/internal/wanttest"
)

const number e164.Number = 442071234567

var (
	noon  = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	offer = did.Offer{Terms: pricing.Terms{
		Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}
)

func newEnv(t *testing.T) (awsenv.Env, *streamtest.Recorder) {
	db, table := dynamotest.New(t)
	env := awsenv.Env{
		TableName: table, AWS: dynamotest.Config(t), Now: func() time.Time { return noon },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	return env, streamtest.New(db, table, dynamo.New(env.AWS, table))
}

// Alice holds a number, gives it back, holds it again under the same hold id
// and lets it lapse; Bob takes it over, extends and buys it.
func TestHistory(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	alices := ulid.MustNew(ulid.Timestamp(at(0)), ulid.DefaultEntropy()).String()
	bobs := ulid.MustNew(ulid.Timestamp(at(3)), ulid.DefaultEntropy()).String()
	rental := ulid.MustNew(ulid.Timestamp(at(5)), ulid.DefaultEntropy()).String()
	held := did.DID{Carrier: "acme", Number: number, State: did.Held, HoldID: bobs, Customer: "bob", Until: at(9),
		Offer: offer}
	bought, err := did.Assign(held, rental, at(5), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for _, move := range []did.Move{
		did.HoldFor("acme", "alice", number, alices, at(2), offer, at(0)),
		did.RemoveHold("acme", "alice", number, alices, at(0)),
		did.HoldFor("acme", "alice", number, alices, at(2), offer, at(1)),
		did.HoldFor("acme", "bob", number, bobs, at(4), offer, at(3)),
		did.ExtendHold("acme", number, bobs, at(9), at(4)),
		bought,
	} {
		if moved, err := recorder.Move(t.Context(), move); err != nil || !moved {
			t.Fatalf("%s: moved %v, %v", move.Event, moved, err)
		}
	}
	twice := slices.Concat(recorder.Records, recorder.Records)
	rand.Shuffle(len(twice), func(i, j int) { twice[i], twice[j] = twice[j], twice[i] })
	if from := streamtest.Deliver(t, history.With(env, to(&queue{})), twice...); from != "" {
		t.Fatalf("failed from %s on", from)
	}
	got, err := recorder.Store.History(t.Context(), "acme", number)
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	step := func(minute int, incarnation string, ver int, from, to did.State, customer string) did.Passage {
		steps++
		return did.Passage{
			Carrier: "acme", Number: number, Sequence: strconv.Itoa(steps), At: at(minute), Incarnation: incarnation, Ver: ver,
			From: from, To: to, Customer: customer, Package: "standard",
		}
	}
	want := []did.Passage{
		step(0, alices, 1, did.None, did.Held, "alice"),
		step(0, alices, 2, did.Held, did.None, "alice"),
		step(1, alices, 1, did.None, did.Held, "alice"),
		step(3, bobs, 2, did.Held, did.Held, "bob"),
		step(4, bobs, 3, did.Held, did.Held, "bob"),
		step(5, rental, 4, did.Held, did.Assigned, "bob"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Within one second a customer holds and releases a number, five times with one
// hold id. The stream has times in whole seconds; no step is lost, and they are in
// their real order.
func TestStepsWithinASecond(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	hold := ulid.MustNew(ulid.Timestamp(noon), ulid.DefaultEntropy()).String()
	at := func(step int) time.Time { return noon.Add(time.Duration(step) * 90 * time.Millisecond) }
	var want []did.Passage
	for step := range 10 {
		move := did.HoldFor("acme", "alice", number, hold, noon.Add(time.Hour), offer, at(step))
		passage := did.Passage{Carrier: "acme", Number: number, Sequence: strconv.Itoa(step + 1), Incarnation: hold, Ver: 1,
			At: at(step), To: did.Held, Customer: "alice", Package: "standard"}
		if step%2 == 1 {
			move = did.RemoveHold("acme", "alice", number, hold, at(step))
			passage.Ver, passage.From, passage.To = 2, did.Held, did.None
			passage.At = at(step - 1) // a deletion leaves no item with its time
		}
		if moved, err := recorder.Move(t.Context(), move); err != nil || !moved {
			t.Fatalf("step %d: moved %v, %v", step, moved, err)
		}
		want = append(want, passage)
	}
	for _, batch := range rapid.Permutation(slices.Concat(recorder.Records, recorder.Records)).Example(1) {
		wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, history.With(env, to(&queue{})), batch), "")
	}
	got, err := recorder.Store.History(t.Context(), "acme", number)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "history", got, want)
}

// A customer's entries are counted once, even if the stream reports them
// repeatedly and in another order.
func TestRevenue(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	if err := recorder.Store.CreateCarrier(t.Context(), carrier.New("acme", "Acme", "UTC", "USD")); err != nil {
		t.Fatal(err)
	}
	account := ledger.Account{
		Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Status: ledger.Active, Currency: "USD",
		Balance: money.Zero("USD"), CreditLimit: money.MustParse("10", "USD"),
	}
	var entries []commit.Change
	for month := range 3 {
		update, entry, err := account.Post(ledger.Renewal, []ledger.Posting{
			{Account: ledger.Recurring, Package: "standard", Amount: money.MustParse("1.10", "USD")},
			{Account: ledger.Tax, Amount: money.MustParse("0.22", "USD")},
		}, ledger.Reference{}, noon.AddDate(0, month/2, 0))
		if err != nil {
			t.Fatal(err)
		}
		account, entries = update.To, append(entries, entry)
	}
	if err := recorder.Store.CreateCustomer(t.Context(), account, entries...); err != nil {
		t.Fatal(err)
	}
	for _, seq := range []int{2, 3, 1, 1, 3} {
		if from := streamtest.Deliver(t, history.With(env, to(&queue{})), streamtest.Posted(account.Customer, seq),
			streamtest.Posted(account.Customer, seq)); from != "" {
			t.Fatalf("failed from %s on", from)
		}
	}
	earned, err := recorder.Store.Earned(t.Context(), "acme", "0000", "9999")
	line := func(month string) revenue.Line {
		return revenue.Line{Month: month, Package: "standard", Book: ledger.Recurring, Currency: "USD"}
	}
	want := revenue.Sums{line("2026-01"): money.MustParse("2.20", "USD"), line("2026-03"): money.MustParse("1.10", "USD")}
	if diff := cmp.Diff(want, earned); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

// The times of records come from the real clock. The time of a deletion, which only
// a record has, is moved like the clock.
func TestMovedClock(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	env.ClockOffset = 720 * time.Hour
	for _, move := range []did.Move{
		did.HoldFor("acme", "alice", number, "h", noon.Add(time.Hour), offer, noon),
		did.RemoveHold("acme", "alice", number, "h", noon),
	} {
		if _, err := recorder.Move(t.Context(), move); err != nil {
			t.Fatal(err)
		}
	}
	streamtest.Deliver(t, history.With(env, to(&queue{})), recorder.Records...)
	got, err := recorder.Store.History(t.Context(), "acme", number)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("history is %+v, want two steps", got)
	}
	wanttest.Diff(t, "time of the hold", got[0].At, noon)
	wanttest.Diff(t, "time of the removal", got[1].At, noon.Add(env.ClockOffset))
}

func TestPoisonDoesNotHinderOthers(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	if _, err := recorder.Move(t.Context(),
		did.HoldFor("acme", "alice", number, "h", noon.Add(time.Hour), offer, noon)); err != nil {
		t.Fatal(err)
	}
	batch := append([]streamtest.Record{streamtest.Poison("poison")}, recorder.Records...)
	if from := streamtest.Deliver(t, history.With(env, to(&queue{})), batch...); from != "" {
		t.Errorf("to go on from %q, want the poison set aside", from)
	}
	if got, err := recorder.Store.History(t.Context(), "acme", number); err != nil || len(got) != 1 {
		t.Errorf("%d steps, %v", len(got), err)
	}
}
