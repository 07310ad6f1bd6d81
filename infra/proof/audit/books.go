package audit

import (
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"time"

	"didpurchase/infra/proof/system"
)

// Books are all that the system keeps of one customer's money.
type Books struct {
	Customer string
	Balance  Money
	Ledger   []Entry // ascending
	Orders   []Order
	Invoices []Invoice
	Rentals  []Rental
}

// Read reads the customer's books.
func Read(c *system.Client, customer string) (b Books, err error) {
	b.Customer = customer
	var account struct{ Balance Money }
	if r := c.Do(customer, http.MethodGet, "/v1/account", nil); !r.Read(http.StatusOK, &account) {
		return b, fmt.Errorf("account of %s: %s", customer, r)
	}
	b.Balance = account.Balance
	if b.Ledger, err = system.List[Entry](c, customer, "/v1/account/ledger"); err != nil {
		return b, err
	}
	slices.Reverse(b.Ledger)
	if b.Orders, err = system.List[Order](c, customer, "/v1/orders"); err != nil {
		return b, err
	}
	if b.Invoices, err = system.List[Invoice](c, customer, "/v1/invoices"); err != nil {
		return b, err
	}
	b.Rentals, err = system.List[Rental](c, customer, "/v1/dids")
	return b, err
}

// Check returns the contradictions within the customer's books. With ended,
// rentals may have ended, so that an ordered number need not be rented.
func (b Books) Check(ended bool) []string {
	var f findings
	b.checkLedger(&f)
	b.checkPeriods(&f)
	b.checkInvoices(&f)
	b.checkOrders(&f, ended)
	for i := range f {
		f[i] = b.Customer + ": " + f[i]
	}
	return f
}

// checkLedger: seq counts from 1 without a gap, each balance is the sum up to
// its entry, and the account's balance is the last.
func (b Books) checkLedger(f *findings) {
	total := new(big.Rat)
	for i, e := range b.Ledger {
		if !e.Amount.isNumber() {
			f.add("ledger: the amount of entry %d is %q", e.Seq, e.Amount.Amount)
		}
		if e.Seq != i+1 {
			f.add("ledger: entry %d has seq %d", i+1, e.Seq)
		}
		total.Add(total, e.Amount.rat())
		if total.Cmp(e.BalanceAfter.rat()) != 0 {
			f.add("ledger: the balance after entry %d is %s, the sum is %s", e.Seq, e.BalanceAfter.Amount, text(total))
		}
		lines := sum(e.Lines, func(l Line) Money { return l.Amount })
		if len(e.Lines) > 0 && lines.Cmp(e.Amount.rat()) != 0 {
			f.add("ledger: the lines of entry %d sum to %s, not %s", e.Seq, text(lines), e.Amount.Amount)
		}
	}
	if total.Cmp(b.Balance.rat()) != 0 {
		f.add("the balance is %s, the ledger sums to %s", b.Balance.Amount, text(total))
	}
}

// checkPeriods: each period of each number is charged once, and the periods
// don't overlap.
func (b Books) checkPeriods(f *findings) {
	charged := map[string][]Line{}
	for _, e := range b.Ledger {
		for _, l := range e.Lines {
			if l.DID != "" && !l.PeriodFrom.IsZero() {
				charged[l.DID] = append(charged[l.DID], l)
			}
		}
	}
	for did, lines := range charged {
		slices.SortFunc(lines, func(a, b Line) int { return a.PeriodFrom.Compare(b.PeriodFrom) })
		for i := 1; i < len(lines); i++ {
			if lines[i].PeriodFrom.Before(lines[i-1].PeriodTo) {
				f.add("%s is charged twice for the period from %s", did, lines[i].PeriodFrom.Format(time.RFC3339))
			}
		}
	}
}

// checkInvoices: an invoice is the sum of the entries that name it, and net and
// tax are its gross amount.
func (b Books) checkInvoices(f *findings) {
	entries := map[string]*big.Rat{}
	for _, e := range b.Ledger {
		if e.InvoiceID == "" {
			continue
		}
		if entries[e.InvoiceID] == nil {
			entries[e.InvoiceID] = new(big.Rat)
		}
		entries[e.InvoiceID].Sub(entries[e.InvoiceID], e.Amount.rat())
	}
	for _, v := range b.Invoices {
		entered := entries[v.ID]
		if entered == nil {
			entered = new(big.Rat)
		}
		if entered.Cmp(v.Gross.rat()) != 0 {
			f.add("invoice %s is %s, its entries sum to %s", v.ID, v.Gross.Amount, text(entered))
		}
		if parts := sum([]Money{v.Net, v.Tax}, func(m Money) Money { return m }); parts.Cmp(v.Gross.rat()) != 0 {
			f.add("invoice %s: net and tax are %s, gross is %s", v.ID, text(parts), v.Gross.Amount)
		}
		delete(entries, v.ID)
	}
	for id := range entries {
		f.add("entries name invoice %s, which is not listed", id)
	}
}
