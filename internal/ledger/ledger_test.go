package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/money/moneytest"
	"didpurchase/internal/wanttest"
)

var now = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

func account(balance, limit string) ledger.Account {
	return ledger.Account{
		Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Status: ledger.Active, Ver: 7,
		Currency: "USD", Balance: usd(balance), CreditLimit: usd(limit), Seq: 4,
	}
}

func charge(amount string) []ledger.Posting {
	return []ledger.Posting{{Account: ledger.Recurring, Amount: usd(amount), RentalID: "r", Period: 2}}
}

func TestPostNeedsFunds(t *testing.T) {
	for _, tc := range []struct {
		balance, limit, charge string
		refused                bool
	}{
		{"10", "0", "10", false},
		{"10", "0", "10.01", true},
		{"0", "5", "5", false},
		{"0", "5", "5.01", true},
		{"-5", "5", "0.01", true},
		{"-7", "5", "0", false},   // nothing to pay needs nothing
		{"-7", "5", "-20", false}, // money given needs nothing
	} {
		update, entry, err := account(tc.balance, tc.limit).Post(ledger.Order, charge(tc.charge),
			ledger.Reference{OrderID: "o"}, now)
		if tc.refused {
			var short *ledger.InsufficientFunds
			at := fmt.Sprintf("%+v", tc)
			if !errors.As(err, &short) {
				t.Fatalf("%s: error %v, want a ledger.InsufficientFunds", at, err)
			}
			wanttest.True(t, at+": the error is ErrInsufficientFunds", errors.Is(err, ledger.ErrInsufficientFunds))
			wanttest.Diff(t, at+": needed amount", short.Needed, usd(tc.charge))
			continue
		}
		if err != nil {
			t.Errorf("%+v: %v", tc, err)
			continue
		}
		at := fmt.Sprintf("%+v", tc)
		wanttest.Equal(t, at+": version of the account that was read", update.SeenVer, 7)
		wanttest.Equal(t, at+": new version of the account", update.To.Ver, 8)
		wanttest.Equal(t, at+": sequence number of the account", update.To.Seq, 5)
		wanttest.Equal(t, at+": sequence number of the entry", entry.Seq, 5)
		wanttest.Equal(t, at+": order of the entry", entry.OrderID, "o")
		wanttest.Diff(t, at+": balance after the entry", entry.BalanceAfter, update.To.Balance)
	}
}

func TestPostRefuses(t *testing.T) {
	closed := account("10", "0")
	closed.Status = ledger.Closed
	if _, _, err := closed.Post(ledger.Order, charge("1"), ledger.Reference{}, now); !errors.Is(err,
		ledger.ErrAccountClosed) {
		t.Errorf("closed: %v", err)
	}
	euros := []ledger.Posting{{Account: ledger.Setup, Amount: money.MustParse("1", "EUR")}}
	if _, _, err := account("10", "0").Post(ledger.Order, euros, ledger.Reference{}, now); !errors.Is(err,
		money.ErrCurrencyMismatch) {
		t.Errorf("euros: %v", err)
	}
}

// TestBooksBalance posts at random: every entry sums to zero, and the balance
// is the sum of the wallet's postings.
func TestBooksBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, wallet := account("0", "100"), usd("0")
		a.Seq, a.Ver = 0, 0
		for i := range rapid.IntRange(1, 20).Draw(t, "entries") {
			postings := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ledger.Posting {
				cents := rapid.IntRange(-3000, 3000).Draw(t, "cents")
				return ledger.Posting{Account: ledger.Cash, Amount: moneytest.Cents(int64(cents))}
			}), 1, 5).Draw(t, fmt.Sprint("postings", i))
			update, entry, err := a.Post(ledger.Payment, postings, ledger.Reference{}, now)
			if errors.Is(err, ledger.ErrInsufficientFunds) {
				continue
			}
			sum := usd("0")
			for _, p := range entry.Postings {
				sum, _ = sum.Add(p.Amount)
			}
			at := fmt.Sprintf("%+v", entry)
			if err != nil {
				t.Fatalf("%s: %v", at, err)
			}
			wanttest.True(t, at+": the postings sum to zero", sum.IsZero())
			wanttest.True(t, at+": there are at least two postings", len(entry.Postings) >= 2)
			wanttest.Equal(t, at+": sequence number of the entry", entry.Seq, a.Seq+1)
			wallet, _ = wallet.Add(entry.Amount)
			a = update.To
		}
		if available, _ := a.Available(); !a.Balance.Equal(wallet) || available.IsNegative() {
			t.Fatalf("balance %v, wallet postings %v, available %v", a.Balance, wallet, available)
		}
	})
}

func TestBill(t *testing.T) {
	a := account("100", "0")
	a.Invoices = 3
	charges := []ledger.Charge{
		{Book: ledger.Setup, Net: usd("1"), Tax: usd("0.20"), Number: 442071234567, RentalID: "r"},
		{Book: ledger.Recurring, Net: usd("2"), Tax: usd("0"), Number: 442071234567, RentalID: "r"},
	}
	update, entry, invoice, err := a.Bill(ledger.Renewal, charges, a.NextInvoice(now), "n", now)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "number of postings", len(entry.Postings), 4)
	wanttest.Equal(t, "invoice of the entry", entry.InvoiceID, "alice-inv-4")
	wanttest.Diff(t, "amount of the entry", entry.Amount, usd("-3.20"))
	wanttest.Equal(t, "number of the account's invoices", update.To.Invoices, 4)
	update, entry, invoice, err = update.To.Bill(ledger.Renewal, charges[1:], invoice, "n", now)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "version of the invoice", invoice.Ver, 2)
	wanttest.Diff(t, "net amount of the invoice", invoice.Net, usd("5"))
	wanttest.Diff(t, "tax of the invoice", invoice.Tax, usd("0.20"))
	wanttest.Diff(t, "gross amount of the invoice", invoice.Gross, usd("5.20"))
	if len(invoice.Entries) != 2 {
		t.Fatalf("entries of the invoice are %v, want two", invoice.Entries)
	}
	wanttest.Equal(t, "second entry of the invoice", invoice.Entries[1], entry.Seq)
	if update.To.Invoices != 4 || !update.To.Balance.Equal(usd("94.80")) {
		t.Errorf("%+v", update.To)
	}
}

// TestPostRefusesInvalidAmounts: no entry is built of an amount of no currency, or
// with a balance that could not be read back.
func TestPostRefusesInvalidAmounts(t *testing.T) {
	nothing := []ledger.Posting{{Account: ledger.Cash}}
	if _, _, err := account("10", "0").Post(ledger.Payment, nothing, ledger.Reference{}, now); !errors.Is(err,
		money.ErrCurrencyMismatch) {
		t.Errorf("an amount of no currency: %v, want ErrCurrencyMismatch", err)
	}
	paidIn := []ledger.Posting{{Account: ledger.Cash, Amount: usd("-0.01")}}
	full := account("999999999999999.99", "0")
	if _, _, err := full.Post(ledger.Payment, paidIn, ledger.Reference{}, now); !errors.Is(err, money.ErrTooLarge) {
		t.Errorf("a balance of 16 digits: %v, want ErrTooLarge", err)
	}
}

// An entry that Post makes passes; one that was changed in any way that counts
// does not.
func TestCheckRefusesWhatPostDoesNotMake(t *testing.T) {
	t.Parallel()
	_, good, err := account("10", "0").Post(ledger.Order, charge("3"), ledger.Reference{}, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := good.Check(); err != nil {
		t.Errorf("an entry of Post: %v", err)
	}
	for what, change := range map[string]func(*ledger.Entry){
		"zero value":  func(e *ledger.Entry) { *e = ledger.Entry{} },
		"no postings": func(e *ledger.Entry) { e.Postings = nil },
		"one posting": func(e *ledger.Entry) {
			e.Amount, e.Postings = usd("0"), []ledger.Posting{{Account: ledger.Wallet, Amount: usd("0")}}
		},
		"another sum":          func(e *ledger.Entry) { e.Postings[1].Amount = usd("2.99") },
		"another amount":       func(e *ledger.Entry) { e.Amount = usd("-2.99") },
		"two currencies":       func(e *ledger.Entry) { e.Postings[1].Amount = money.MustParse("3", "EUR") },
		"amount without a sum": func(e *ledger.Entry) { e.Postings[1].Amount = money.Amount{} },
		"no wallet":            func(e *ledger.Entry) { e.Postings[0].Account = ledger.Cash },
	} {
		bad := good
		bad.Postings = slices.Clone(good.Postings)
		change(&bad)
		if err := bad.Check(); !errors.Is(err, ledger.ErrUnbalanced) {
			t.Errorf("%s: %v, want ErrUnbalanced", what, err)
		}
	}
}

// Whatever is posted, the entry passes.
func TestPostMakesBalancedEntries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var against []ledger.Posting
		for range rapid.IntRange(1, 20).Draw(t, "postings") {
			cents := rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "cents")
			against = append(against, ledger.Posting{Account: ledger.Recurring,
				Amount: usd(fmt.Sprintf("%d.%02d", cents/100, max(cents%100, -(cents%100))))})
		}
		_, entry, err := account("1000000", "0").Post(ledger.Adjustment, against, ledger.Reference{}, now)
		if err != nil {
			t.Skip("not covered")
		}
		if err := entry.Check(); err != nil {
			t.Error(err)
		}
	})
}
