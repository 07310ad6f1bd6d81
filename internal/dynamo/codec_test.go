package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/edits"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/money/moneytest"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// full returns a value with a distinct value in every exported field: if the store
// drops or mixes up fields, the value differs after it is read again.
func full[T any]() T {
	var v T
	n := 0
	fill(reflect.ValueOf(&v).Elem(), &n)
	return v
}

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case money.Amount:
		v.Set(reflect.ValueOf(moneytest.Cents(int64(*n))))
		return
	case money.Rate:
		rate, _ := money.ParseRate(strconv.Itoa(*n % 100))
		v.Set(reflect.ValueOf(rate))
		return
	case time.Time:
		v.Set(reflect.ValueOf(noon.Add(time.Duration(*n) * time.Millisecond)))
		return
	case catalogue.Suffixes, *intake.Profile: // not every value is valid: the test makes one
		return
	case e164.Number:
		v.SetUint(uint64(number) + uint64(*n))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, n)
		fill(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString("text " + string(rune('a'+*n%26)) + string(rune('a'+*n/26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n))
	default:
		panic("no way to fill a " + v.Type().String())
	}
}

// TestNothingIsLost writes and reads each stored type of the domain, with every
// field set and with hardly any. It fails if a field is added to the domain and
// forgotten here.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	by := full[auth.Actor]()
	store, ctx := newStore(t), auth.ActingAs(t.Context(), by)
	same := func(name string, wrote any, read func() (any, error)) {
		t.Run(name, func(t *testing.T) {
			got, err := read()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wrote, got, sameValue, cmp.AllowUnexported(catalogue.Suffixes{})); diff != "" {
				t.Error(diff)
			}
		})
	}
	ensure := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	d := full[did.DID]()
	d.Zone = "Europe/London"
	sparse := did.DID{Carrier: d.Carrier, Number: d.Number + 1, State: did.Withheld, Ver: 1}
	for name, d := range map[string]did.DID{"DID": d, "sparse DID": sparse} {
		ensure(store.Rewrite(ctx, d))
		same(name, map[e164.Number]did.DID{d.Number: d},
			func() (any, error) { return store.DIDs(ctx, d.Carrier, []e164.Number{d.Number}) })
	}

	account := full[ledger.Account]()
	entry := full[ledger.Entry]()
	entry.Customer, entry.By = account.Customer, by
	entry.Postings[0].Account, entry.Postings[0].Amount, entry.Postings[1].Amount = ledger.Wallet, entry.Amount,
		entry.Amount.Neg()
	ensure(store.CreateCustomer(ctx, account, entry))
	same("account", account, func() (any, error) { return store.Account(ctx, account.Customer) })
	same("entry", []ledger.Entry{entry}, func() (any, error) {
		entries, _, err := store.Entries(ctx, account.Customer, shop.Page{Limit: 1})
		return entries, err
	})

	invoice := full[ledger.Invoice]()
	invoice.ID, invoice.Ver, invoice.By = "some-customer-12", 1, by
	same("invoice", invoice, func() (any, error) { return twice(ctx, store, invoice) })

	cart := shop.Update{To: full[shop.Cart]()}
	ensure(store.Commit(ctx, batch(cart)))
	same("cart", cart.To, func() (any, error) { return store.Cart(ctx, cart.To.Customer) })
	empty := shop.Update{SeenVer: cart.To.Ver, To: shop.Cart{Customer: cart.To.Customer, Ver: 9}}
	ensure(store.Commit(ctx, batch(empty)))
	same("empty cart", empty.To, func() (any, error) { return store.Cart(ctx, cart.To.Customer) })

	order := full[shop.Order]()
	order.By = by
	order.Large.Wanted.IsList, order.Large.Wanted.Numbers = false, nil // the numbers are in its parts
	filters := &order.Large.Wanted.Criteria                            // of no page
	filters.Limit, filters.Offset, filters.After = 0, 0, search.Cursor{}
	ensure(store.Commit(ctx, batch(order)))
	same("order", order, func() (any, error) { return store.Order(ctx, order.Customer, order.ID) })

	part := full[shop.Part]()
	part.Ver, part.Index = 1, 0
	ensure(store.Commit(ctx, batch(part)))
	same("part", []shop.Part{part}, func() (any, error) { return store.Parts(ctx, part.Customer, part.OrderID, 0, 9) })

	job := edits.Update{To: full[edits.Job]()}
	ensure(store.Commit(ctx, batch(job)))
	same("edit", job.To, func() (any, error) { return store.Edit(ctx, job.To.Customer, job.To.ID) })

	running := edits.RunningUpdate{To: full[edits.RunningJobs]()}
	ensure(store.Commit(ctx, batch(running)))
	same("running edits", running.To, func() (any, error) { return store.RunningEdits(ctx, running.To.Customer) })

	edited := full[edits.Part]()
	edited.Ver, edited.Index, edited.ExpiresAt = 1, 0, edited.ExpiresAt.Truncate(time.Second)
	ensure(store.Commit(ctx, batch(edited)))
	same("part of an edit", []edits.Part{edited},
		func() (any, error) { return store.EditParts(ctx, edited.Customer, edited.JobID, 0, 9) })

	record := full[shop.IdempotencyRecord]()
	ensure(store.Commit(ctx, batch(record)))
	same("idempotency record", record, func() (any, error) { return store.Idempotency(ctx, record.Customer, record.Key) })

	pack := full[pricing.Package]()
	ensure(store.PutPackage(ctx, "acme", pack))
	same("package", []pricing.Package{pack}, func() (any, error) { return store.PackageVersions(ctx, "acme") })

	rules := full[catalogue.PriceRules]()
	rules.Ver = 1
	ensure(store.PutPriceRules(ctx, "acme", rules))
	same("price rules", search.PriceList{Versions: []pricing.Package{pack}, Rules: rules},
		func() (any, error) { return store.PriceList(ctx, "acme") })

	carrier := full[carrier.Carrier]()
	ensure(store.CreateCarrier(ctx, carrier))
	same("carrier", carrier, func() (any, error) { return store.Carrier(ctx, carrier.ID) })

	ahead := full[desk.Ahead]()
	ensure(store.KeepAhead(ctx, "acme", ahead))
	same("renewals to come", ahead, func() (any, error) { return store.KeptAhead(ctx, "acme") })

	user := full[auth.User]()
	ensure(store.CreateUser(ctx, user))
	same("principal", user.Principal(), func() (any, error) { return store.User(ctx, user.Issuer, user.Subject) })
	same("users", []auth.User{user}, func() (any, error) {
		users, _, err := store.UsersOf(ctx, ledger.Customer{Carrier: user.Carrier, ID: user.Customer})
		return users, err
	})

	span := full[catalogue.Range]()
	span.Carrier, span.Span = "acme", e164.Span{Start: number, End: number + 99_999}
	ensure(store.PutRange(ctx, span))
	set := full[catalogue.Range]()
	set.Carrier = "acme"
	places, err := catalogue.NewSuffixes([]uint16{3, 4, 9999})
	ensure(err)
	set = set.SetRange(4420_8123, places)
	ensure(store.PutRange(ctx, set))
	same("ranges", []catalogue.Range{span, set}, func() (any, error) {
		part, err := store.Partition(ctx, "acme", 4420, true, func(float64) error { return nil })
		return part.Ranges, err
	})
}

// twice commits a change without its own reader again, to see the item of the
// refusal.
func twice(ctx context.Context, store *dynamo.Store, c commit.Change) (any, error) {
	if err := store.Commit(ctx, batch(c)); err != nil {
		return nil, err
	}
	return refusalOf(store.Commit(ctx, batch(c)))
}

// refusalOf returns the item with which a change was refused.
func refusalOf(err error) (current any, _ error) {
	var refused *commit.Refused
	if !errors.As(err, &refused) {
		return nil, fmt.Errorf("not refused: %v", err)
	}
	return refused.Refusals[0].Current, nil
}
