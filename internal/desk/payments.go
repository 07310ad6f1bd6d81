package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/validate"
)

// Receipt is an entered payment, refund or adjustment. Within a carrier, a
// reference enters only one thing, whichever customer it is for; SameReference
// defines which references are equal.
type Receipt struct {
	Customer     ledger.Customer
	Reference    string
	Kind         ledger.Kind
	Amount       money.Amount // of the wallet: positive if the customer receives it
	Note         string
	By           string // the user, or the API key, who entered it
	Seq          int    // of its ledger entry
	BalanceAfter money.Amount
	At           time.Time
}

// Target names the receipt's item.
func (r Receipt) Target() string {
	return fmt.Sprintf("receipt %s %q", r.Customer.Carrier, SameReference(r.Reference))
}

// SameAs reports whether two receipts enter the same thing.
func (r Receipt) SameAs(other Receipt) bool {
	return r.Customer == other.Customer && r.Kind == other.Kind && r.Amount.Equal(other.Amount)
}

// booked has, for each kind, its book, and the conditions on amount and note.
var booked = map[ledger.Kind]struct {
	book      ledger.Book
	sign      int64 // of the wallet, for a positive amount; 0 = the amount's own
	needsNote bool
}{
	ledger.Payment:    {book: ledger.Cash, sign: +1},
	ledger.Refund:     {book: ledger.Cash, sign: -1, needsNote: true},
	ledger.Adjustment: {book: ledger.Goodwill, needsNote: true},
}

// Movement is money to be entered.
type Movement struct {
	Kind      ledger.Kind  // payment, refund or adjustment
	Amount    money.Amount // of a payment or refund above 0; of an adjustment positive if the customer receives it
	Reference string
	Note      string
	By        string
}

// Enter posts a payment, a refund or a correction. If the wallet gains, unpaid
// charges are tried again. The same reference for the same customer, kind and
// amount returns the same receipt, and makes one entry.
//
// Errors: commit.ErrNotFound, *validate.Invalid, ErrReferenceReused,
// *ledger.InsufficientFunds, ledger.ErrAccountClosed.
func (s *Service) Enter(ctx context.Context, c ledger.Customer, m Movement) (Receipt, error) {
	return commit.Insist(ctx, func() (Receipt, error) {
		account, err := s.store.Account(ctx, c)
		if err != nil {
			return Receipt{}, err
		}
		wanted, err := m.receipt(account, s.now())
		if err != nil {
			return Receipt{}, err
		}
		known, err := s.store.Receipt(ctx, c, m.Reference)
		switch {
		case err != nil:
			return Receipt{}, err
		case known.Reference == "":
		case known.SameAs(wanted):
			return known, nil
		default:
			return Receipt{}, fmt.Errorf("%w: %s of %s for %s on %s", ErrReferenceReused, known.Kind, known.Amount,
				known.Customer.ID, known.At.Format(time.DateOnly))
		}
		changes, receipt, err := Entering(ctx, account, wanted)
		if err != nil {
			return Receipt{}, err
		}
		return receipt, s.commit(ctx, changes...)
	})
}

// Entering returns the changes that enter a receipt, with the entry of the audit,
// and the receipt that they write. Errors: *ledger.InsufficientFunds,
// ledger.ErrAccountClosed.
func Entering(ctx context.Context, account ledger.Account, wanted Receipt) ([]commit.Change, Receipt, error) {
	posting := account
	if wanted.Kind == ledger.Refund { // a refund by staff is limited to paid money
		posting.CreditLimit = money.Zero(account.Currency)
	}
	return entering(ctx, account, wanted, booked[wanted.Kind].book, posting.Post)
}

// EnteringMoved is Entering for a payment provider's money, which has moved
// already: it is entered even if the balance becomes negative. Errors:
// ledger.ErrAccountClosed.
func EnteringMoved(ctx context.Context, account ledger.Account, wanted Receipt) ([]commit.Change, Receipt, error) {
	return entering(ctx, account, wanted, ledger.Cash, account.PostMoved)
}

type poster func(ledger.Kind, []ledger.Posting, ledger.Reference, time.Time) (ledger.Update, ledger.Entry, error)

func entering(ctx context.Context, account ledger.Account, r Receipt, book ledger.Book, post poster) ([]commit.Change,
	Receipt, error) {
	note := r.Reference
	if r.Note != "" {
		note += ": " + r.Note
	}
	update, entry, err := post(r.Kind, []ledger.Posting{{Account: book, Amount: r.Amount.Neg()}},
		ledger.Reference{Note: note}, r.At)
	if err != nil {
		return nil, Receipt{}, err
	}
	update.To.CreditLimit = account.CreditLimit
	if !r.Amount.IsNegative() {
		update.To.CollectAt = r.At
	}
	update.To = collectedFor(ctx, update.To, account)
	r.Seq, r.BalanceAfter = entry.Seq, entry.BalanceAfter
	return []commit.Change{r, update, entry, audit.New(ctx, r.At, audit.Entry{
		Carrier: account.Customer.Carrier, Action: movementActs[r.Kind], Customer: account.Customer.ID,
		Subject: r.Reference,
		Old:     audit.Values{"balance": account.Balance.String()},
		New:     audit.Values{"balance": r.BalanceAfter.String(), "amount": r.Amount.String(), "note": r.Note},
	})}, r, nil
}

// receipt returns the movement's receipt before it is posted. Errors: *validate.Invalid.
func (m Movement) receipt(account ledger.Account, now time.Time) (Receipt, error) {
	how := booked[m.Kind]
	wallet := m.Amount
	var f validate.Faults
	f.Unless(m.Amount.Currency() == account.Currency, "/amount/currency", "must be the account's, %s", account.Currency)
	if how.sign != 0 {
		if how.sign < 0 {
			wallet = wallet.Neg()
		}
		f.Unless(!m.Amount.IsNegative() && !m.Amount.IsZero(), "/amount/amount", "must be above 0")
	}
	f.Unless(!m.Amount.IsZero() || how.sign != 0, "/amount/amount", "must not be 0")
	f.Unless(isReference(m.Reference), "/reference",
		"must be 1 to %d visible characters, also where compatibility forms are written out", maxReference)
	least := 0
	if how.needsNote {
		least = 1
	}
	f.Unless(validate.Text(m.Note, least, 500), "/note", "must be %d to 500 characters", least)
	return Receipt{
		Customer: account.Customer, Reference: strings.TrimSpace(m.Reference), Kind: m.Kind, Amount: wallet, Note: m.Note,
		By: m.By, At: now,
	}, f.Err()
}
