package dynamo_test

import (
	"errors"
	"testing"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// TestCommitSurvives breaks the first call of a commit in each way.
func TestCommitSurvives(t *testing.T) {
	t.Parallel()
	hold := did.HoldFor("acme", "alice", number, "h", noon.Add(time.Minute), offer, noon)
	for _, fault := range faults.All {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			t.Run("a hold", func(t *testing.T) {
				whole, broken, injector := brokenStore(t, faults.NthOf("UpdateItem", 1, fault))
				if err := broken.Commit(t.Context(), batch(hold)); err != nil || injector.Broken() != 1 {
					t.Errorf("%d broken, err = %v", injector.Broken(), err)
				}
				dids, err := whole.DIDs(t.Context(), "acme", []e164.Number{number})
				if err != nil || dids[number].HoldID != "h" {
					t.Errorf("DID %+v, %v", dids, err)
				}
			})
			t.Run("a transaction", func(t *testing.T) {
				whole, broken, injector := brokenStore(t, faults.NthOf("TransactWriteItems", 1, fault))
				changes := purchase(t, whole)
				if err := broken.Commit(t.Context(), batch(changes...)); err != nil || injector.Broken() != 1 {
					t.Errorf("%d broken, err = %v", injector.Broken(), err)
				}
				checkBought(t, whole)
			})
			t.Run("a cart", func(t *testing.T) {
				whole, broken, injector := brokenStore(t, faults.NthOf("PutItem", 1, fault))
				err := broken.Commit(t.Context(), batch(shop.Update{To: shop.Cart{Customer: alice, Ver: 1}}))
				// Its guard does not hold for its own result.
				unknown := fault == faults.DropAfter
				wanttest.Equal(t, "number of broken calls", injector.Broken(), 1)
				wanttest.Equal(t, "the error is ErrUnknown", errors.Is(err, commit.ErrUnknown), unknown)
				wanttest.Equal(t, "an error is returned", err != nil, unknown)
				if cart, err := whole.Cart(t.Context(), alice); err != nil || cart.Ver != 1 {
					t.Errorf("cart %+v, %v", cart, err)
				}
			})
			t.Run("a removal", func(t *testing.T) {
				whole, broken, injector := brokenStore(t, faults.NthOf("DeleteItem", 1, fault))
				if err := whole.Commit(t.Context(), batch(hold)); err != nil {
					t.Fatal(err)
				}
				err := broken.Commit(t.Context(), batch(did.RemoveHold("acme", "alice", number, "h", noon)))
				unknown := fault == faults.DropAfter
				wanttest.Equal(t, "number of broken calls", injector.Broken(), 1)
				wanttest.Equal(t, "the error is ErrUnknown", errors.Is(err, commit.ErrUnknown), unknown)
				wanttest.Equal(t, "an error is returned", err != nil, unknown)
				if dids, err := whole.DIDs(t.Context(), "acme", []e164.Number{number}); err != nil || len(dids) != 0 {
					t.Errorf("DID %+v, %v", dids, err)
				}
			})
		})
	}
}

// TestCommitGivesUp breaks every call: the error reports how much is known about
// the outcome.
func TestCommitGivesUp(t *testing.T) {
	t.Parallel()
	for fault, want := range map[faults.Fault]error{
		faults.DropBefore: commit.ErrUnknown,
		faults.DropAfter:  commit.ErrUnknown,
		faults.Conflict:   commit.ErrContended,
		faults.Throttle:   commit.ErrContended,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			whole, broken, _ := brokenStore(t, faults.Always("TransactWriteItems", fault))
			changes := purchase(t, whole)
			err := broken.Commit(t.Context(), batch(changes...))
			var refused *commit.Refused
			wanttest.True(t, "the error is "+want.Error(), errors.Is(err, want))
			wanttest.True(t, "the error is not Refused", !errors.As(err, &refused))
			wanttest.True(t, "the error is not both ErrUnknown and ErrContended", !errors.Is(err, commit.ErrUnknown) ||
				!errors.Is(err, commit.ErrContended))
			if fault == faults.DropAfter {
				checkBought(t, whole)
			} else if _, err := whole.Order(t.Context(), alice, "o"); !errors.Is(err, commit.ErrNotFound) {
				t.Errorf("order: %v", err)
			}
		})
	}
}

// TestLostThenContended: after a lost answer, later refusals don't make the outcome
// known.
func TestLostThenContended(t *testing.T) {
	t.Parallel()
	whole, broken, _ := brokenStore(t, func(c faults.Call) faults.Fault {
		if c.NthOf == 1 {
			return faults.DropAfter
		}
		return faults.Throttle
	})
	err := broken.Commit(t.Context(), batch(purchase(t, whole)...))
	if !errors.Is(err, commit.ErrUnknown) || errors.Is(err, commit.ErrContended) {
		t.Errorf("err = %v, want ErrUnknown alone", err)
	}
	checkBought(t, whole)
}

// TestCreateSurvives: after a lost answer, a created item is recognised as our
// own.
func TestCreateSurvives(t *testing.T) {
	t.Parallel()
	for _, fault := range faults.All {
		whole, broken, injector := brokenStore(t, faults.Nth(1, fault))
		carrier := carrier.New("acme", "Acme", "UTC", "USD")
		if err := broken.CreateCarrier(t.Context(), carrier); err != nil || injector.Broken() != 1 {
			t.Errorf("%s: %d broken, err = %v", fault, injector.Broken(), err)
		}
		if got, err := whole.Carrier(t.Context(), "acme"); err != nil || got != carrier {
			t.Errorf("%s: %+v, %v", fault, got, err)
		}
	}
}

// TestReadsSurvive: the SDK repeats broken reads automatically.
func TestReadsSurvive(t *testing.T) {
	t.Parallel()
	for _, fault := range faults.All {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			whole, broken, injector := brokenStore(t, func(c faults.Call) faults.Fault {
				if c.NthOf == 1 {
					return fault
				}
				return faults.None
			})
			if err := whole.Commit(t.Context(), batch(purchase(t, whole)...)); err != nil {
				t.Fatal(err)
			}
			checkBought(t, broken)
			calls := injector.Calls()
			wanttest.True(t, "GetItem is called", calls["GetItem"] != 0)
			wanttest.True(t, "Query is called", calls["Query"] != 0)
			wanttest.True(t, "BatchGetItem is called", calls["BatchGetItem"] != 0)
			if wanted := 3; fault != faults.Conflict && injector.Broken() != wanted { // one of each
				t.Errorf("%d calls broken, want %d", injector.Broken(), wanted)
			}
		})
	}
}

// brokenStore is a table with a client that works and a client that is broken.
func brokenStore(t *testing.T, plan faults.Plan) (whole, broken *dynamo.Store, injector *faults.Injector) {
	t.Helper()
	_, table := dynamotest.New(t)
	cfg := dynamotest.Config(t)
	injector = faults.New(plan)
	return dynamo.New(cfg, table), dynamo.New(injector.Into(cfg), table), injector
}
