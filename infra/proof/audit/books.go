package audit

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/system"
)

// Books are all records of one customer's money.
type Books struct {
	Customer string
	Balance  client.Money
	Ledger   []client.LedgerEntry // ascending
	Orders   []client.Order
	Invoices []client.InvoiceHeader
	Rentals  []client.Rental
}

// Read reads the customer's books.
func Read(c *system.Client, customer string) (b Books, err error) {
	b.Customer = customer
	account, err := client.Ask(c.As(customer), client.GetAccount())
	if err != nil {
		return b, fmt.Errorf("account of %s: %w", customer, err)
	}
	b.Balance = account.Balance
	if b.Ledger, err = client.All(c.As(customer), client.ListLedger()); err != nil {
		return b, err
	}
	slices.Reverse(b.Ledger)
	if b.Orders, err = client.All(c.As(customer), client.ListOrders()); err != nil {
		return b, err
	}
	if b.Invoices, err = client.All(c.As(customer), client.ListInvoices()); err != nil {
		return b, err
	}
	b.Rentals, err = client.All(c.As(customer), client.ListDIDs())
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
		if !isNumber(e.Amount) {
			f.add("ledger: the amount of entry %d is %q", e.Seq, e.Amount.Amount)
		}
		if e.Seq != i+1 {
			f.add("ledger: entry %d has seq %d", i+1, e.Seq)
		}
		total.Add(total, rat(e.Amount))
		if total.Cmp(rat(e.BalanceAfter)) != 0 {
			f.add("ledger: the balance after entry %d is %s, the sum is %s", e.Seq, e.BalanceAfter.Amount, text(total))
		}
		lines := sum(e.Lines, func(l client.LedgerLine) client.Money { return l.Amount })
		if len(e.Lines) > 0 && lines.Cmp(rat(e.Amount)) != 0 {
			f.add("ledger: the lines of entry %d sum to %s, not %s", e.Seq, text(lines), e.Amount.Amount)
		}
	}
	if total.Cmp(rat(b.Balance)) != 0 {
		f.add("the balance is %s, the ledger sums to %s", b.Balance.Amount, text(total))
	}
}

// checkPeriods: each period of each number is charged once, and the periods
// don't overlap.
func (b Books) checkPeriods(f *findings) {
	charged := map[string][]client.LedgerLine{}
	for _, e := range b.Ledger {
		for _, l := range e.Lines {
			if l.DID != nil && l.PeriodFrom != nil {
				charged[*l.DID] = append(charged[*l.DID], l)
			}
		}
	}
	for did, lines := range charged {
		slices.SortFunc(lines, func(a, b client.LedgerLine) int { return a.PeriodFrom.Compare(*b.PeriodFrom) })
		for i := 1; i < len(lines); i++ {
			if lines[i].PeriodFrom.Before(*lines[i-1].PeriodTo) {
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
		invoice := client.Text(e.InvoiceID)
		if invoice == "" {
			continue
		}
		if entries[invoice] == nil {
			entries[invoice] = new(big.Rat)
		}
		entries[invoice].Sub(entries[invoice], rat(e.Amount))
	}
	for _, v := range b.Invoices {
		entered := entries[v.ID]
		if entered == nil {
			entered = new(big.Rat)
		}
		if entered.Cmp(rat(v.Gross)) != 0 {
			f.add("invoice %s is %s, its entries sum to %s", v.ID, v.Gross.Amount, text(entered))
		}
		if parts := sum([]client.Money{v.Net, v.Tax},
			func(m client.Money) client.Money { return m }); parts.Cmp(rat(v.Gross)) != 0 {
			f.add("invoice %s: net and tax are %s, gross is %s", v.ID, text(parts), v.Gross.Amount)
		}
		delete(entries, v.ID)
	}
	for id := range entries {
		f.add("entries name invoice %s, which is not listed", id)
	}
}
