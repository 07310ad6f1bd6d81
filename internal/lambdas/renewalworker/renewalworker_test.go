package renewalworker_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// are not over stay.
func TestLapse(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	w.hold(t, alice, until, one, two)
	w.hold(t, bob, until, three)
	later := w.hold(t, bob, until.Add(time.Minute), 33199001234)
	worker := renewalworker.New(w.env)

	if renewals, _ := w.sweep(t, until.Add(did.Grace-time.Millisecond)); len(renewals) > 0 {
		t.Errorf("due before its time: %q", renewals)
	}
	renewals, _ := w.sweep(t, over)
	if want := []string{aliceDue, bobDue}; !slices.Equal(renewals, want) {
		t.Fatalf("messages %q, want %q", renewals, want)
	}
	if failed := work(t, worker, renewals...); len(failed) > 0 {
		t.Fatalf("failed %v", failed)
	}
	if lines, taken := w.stand(t, alice, one, two); len(lines)+len(taken) > 0 {
		t.Errorf("alice still has %v, %v", lines, taken)
	}
	if lines, taken := w.stand(t, bob, three, 33199001234); !cmp.Equal(lines, later) || len(taken) != 1 {
		t.Errorf("bob has %v, %v; want %v", lines, taken, later)
	}
	if renewals, _ = w.sweep(t, over); len(renewals) > 0 {
		t.Errorf("due again: %q", renewals)
	}
}

// A hold that was extended, without the cart, is kept for its new time.
func TestExtendedHoldIsKept(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	line := w.hold(t, alice, until, one)[0]
	line.Until = until.Add(10 * time.Minute)
	w.commit(t, did.ExtendHold("acme", one, line.HoldID, line.Until, noon))
	*w.now = over
	if failed := work(t, renewalworker.New(w.env), aliceDue); len(failed) > 0 {
		t.Fatalf("failed %v", failed)
	}
	lines, taken := w.stand(t, alice, one)
	if !cmp.Equal(lines, []shop.Line{line}) || !taken[one].Equal(line.Until) {
		t.Errorf("lines %v, taken %v; want until %v", lines, taken, line.Until)
	}
}

// A hold that came after its line was dropped is freed on the history's message.
// One that a cart shows stays.
func TestLateHoldIsFreed(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	listed := w.hold(t, alice, until, one)
	w.commit(t, did.HoldFor("acme", "alice", two, ulid.Make().String(), until, offer, noon))
	w.commit(t, did.HoldFor("acme", "bob", three, ulid.Make().String(), until, offer, noon))
	message := fmt.Sprintf(`{"carrier":"acme","customer":"alice","late":["%d","%d","%d"]}`, one, two, three)
	if failed := work(t, renewalworker.New(w.env), message); len(failed) > 0 {
		t.Fatalf("failed %v", failed)
	}
	lines, taken := w.stand(t, alice, one, two, three)
	wanttest.Diff(t, "lines", lines, listed)
	wanttest.Diff(t, "held numbers", taken, map[e164.Number]time.Time{one: until, three: until})
}

// If a worker dies between releasing numbers and writing the cart, the next one
// completes the work; a number that another customer holds by then is not
// changed.
func TestCrashBeforeTheCart(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	lines := w.hold(t, alice, until, one, two)
	for _, l := range lines {
		w.commit(t, did.LapseHold("acme", alice.ID, l.Number, l.HoldID, over))
	}
	w.hold(t, bob, over.Add(time.Minute), two)
	*w.now = over
	if failed := work(t, renewalworker.New(w.env), aliceDue); len(failed) > 0 {
		t.Fatalf("failed %v", failed)
	}
	if lines, taken := w.stand(t, alice, one, two); len(lines) > 0 || len(taken) != 1 {
		t.Errorf("alice's lines %v, taken %v; want none, and bob's hold of %v", lines, taken, two)
	}
}

// Each call to the database is broken once in each way: after one redelivery the
// result is the same as without faults.
func TestEveryCallBrokenOnce(t *testing.T) {
	t.Parallel()
	for _, fault := range faults.All {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			wholeAfterOneRedelivery(t, func(c faults.Call, nth int, _ func()) faults.Fault {
				if c.Nth != nth || fault == faults.Conflict && c.Operation == "GetItem" { // reads don't meet transactions
					return faults.None
				}
				return fault
			})
		})
	}
}

// If a worker dies after any of its calls, the next one completes its work.
func TestCrashAfterEachCall(t *testing.T) {
	t.Parallel()
	wholeAfterOneRedelivery(t, func(c faults.Call, nth int, die func()) faults.Fault {
		if c.Nth < nth {
			return faults.None
		}
		die()
		return faults.DropBefore
	})
}

// wholeAfterOneRedelivery lapses a cart while its nth call is broken by fault, for
// n from 1 until there are no more calls.
func wholeAfterOneRedelivery(t *testing.T, fault func(c faults.Call, nth int, die func()) faults.Fault) {
	t.Helper()
	for nth := 1; ; nth++ {
		w := newRenewals(t)
		w.hold(t, alice, until, one, two)
		*w.now = over
		ctx, die := context.WithCancel(t.Context())
		injector := faults.New(func(c faults.Call) faults.Fault { return fault(c, nth, die) })
		env := w.env
		env.AWS = injector.Into(env.AWS)
		env.AWS.RetryMaxAttempts = 1 // the SDK would hide most of it
		if failed := workWithin(ctx, t, renewalworker.New(env), aliceDue); len(failed) > 0 {
			work(t, renewalworker.New(w.env), aliceDue)
		}
		die()
		if lines, taken := w.stand(t, alice, one, two); len(lines)+len(taken) > 0 {
			t.Errorf("call %d broken: lines %v, taken %v", nth, lines, taken)
		}
		if injector.Total() < nth {
			return
		}
	}
}

// A message that can't be read fails each time; the others are processed.
func TestPoison(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	w.hold(t, alice, until, one)
	*w.now = over
	failed := work(t, renewalworker.New(w.env), "nonsense", aliceDue, `{"carrier": "acme"}`, `{}`, ``)
	if want := []string{"0", "2", "3", "4"}; !slices.Equal(failed, want) {
		t.Errorf("failed %v, want %v", failed, want)
	}
	if lines, taken := w.stand(t, alice, one); len(lines)+len(taken) > 0 {
		t.Errorf("lines %v, taken %v", lines, taken)
	}
}

// A due import job goes to another queue than rentals and accounts.
func TestOtherTimers(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	for _, row := range []map[string]string{
		{"pk": "JOB#acme", "sk": "01JOB", "nextAt": "2026-01-31T11:59:00.000Z"},
		{"pk": "JOB#acme", "sk": "01LATER", "nextAt": "2026-01-31T12:01:00.000Z"},
		{"pk": "DID#acme#44207123", "sk": "442071230001", "nextAt": "2026-01-31T11:59:00.000Z", "carrier": "acme",
			"customer": "bob"},
		{"pk": "CUSTOMER#acme#bob", "sk": "ACCOUNT", "nextAt": "2026-01-31T11:59:30.000Z"},
	} {
		item := map[string]types.AttributeValue{"duePK": &types.AttributeValueMemberS{Value: "DUE#31"}}
		for name, value := range row {
			item[name] = &types.AttributeValueMemberS{Value: value}
		}
		if _, err := w.db.PutItem(t.Context(),
			&dynamodb.PutItemInput{TableName: aws.String(w.table), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	renewals, jobs := w.sweep(t, noon)
	if want := []string{`{"carrier":"acme","import_id":"01JOB"}`}; !slices.Equal(jobs, want) {
		t.Errorf("jobs %q, want %q", jobs, want)
	}
	want := []string{`{"carrier":"acme","customer":"bob","account":true,"dids":["+442071230001"],"oldest":true}`}
	if !slices.Equal(renewals, want) {
		t.Errorf("renewals %q, want %q", renewals, want)
	}
}
