package topup

import (
	"cmp"
	"slices"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Payment is the record of one payment at the provider: the top-up that it paid,
// and the money that was taken back from it. A refund may be reported before its
// payment: it waits here until the payment is credited.
type Payment struct {
	Carrier, Provider, ID string

	Ver       int    // +1 at each write; 0: no record yet
	Customer  string // "" until the payment is credited
	TopUp     string
	Reversals []Reversal
}

// Reversal is money that the provider took back from a payment: a refund or a
// dispute. It may come back, after a failed refund or a dispute that was won.
type Reversal struct {
	ID       string // the provider's id
	Disputed bool   // a dispute rather than a refund
	Amount   money.Amount
	For      string // our own id of a refund that we asked for; "" = another's

	Taken    bool // the provider took the money
	Returned bool // the provider returned it

	TakenEntered    bool // in the ledger
	ReturnedEntered bool
}

// PaymentUpdate replaces a payment that still has version SeenVer.
type PaymentUpdate struct {
	SeenVer int
	To      Payment
	At      time.Time
}

// Target names the payment's item.
func (u PaymentUpdate) Target() string {
	return "payment " + u.To.Carrier + " " + u.To.Provider + " " + u.To.ID
}

func (p Payment) update(now time.Time) PaymentUpdate {
	seen := p.Ver
	p.Ver++
	return PaymentUpdate{SeenVer: seen, To: p, At: now}
}

// with returns the payment with the reported state of a reversal. Facts that were
// reported before stay, so that the order of two notifications does not matter.
func (p Payment) with(r Reversal) (after Payment, changed bool) {
	i := slices.IndexFunc(p.Reversals, func(known Reversal) bool { return known.ID == r.ID })
	after = p
	after.Reversals = slices.Clone(p.Reversals)
	if i < 0 {
		after.Reversals = append(after.Reversals, r)
		return after, true
	}
	known := &after.Reversals[i]
	known.For = cmp.Or(known.For, r.For)
	known.Taken, known.Returned = known.Taken || r.Taken, known.Returned || r.Returned
	return after, *known != p.Reversals[i]
}

// entering is a missing ledger entry for a reversal.
type entering struct {
	kind      ledger.Kind
	amount    money.Amount // of the wallet
	reference string
	note      string
	done      Reversal // the reversal after the entry
}

// lacking returns the ledger entry that is missing, if one is. Money that was
// returned before its taking was entered needs no entry:
//
//	taken                    one entry that debits the wallet
//	taken, then returned     two entries, whose sum is zero
//	returned, then taken     none
func (r Reversal) lacking() (entering, bool) {
	word := "Refund"
	kind := ledger.Refund
	if r.Disputed {
		word, kind = "Disputed payment", ledger.Adjustment
	}
	switch done := r; {
	case r.Taken && !r.Returned && !r.TakenEntered:
		done.TakenEntered = true
		return entering{kind, r.Amount.Neg(), r.ID, word, done}, true
	case r.Returned && r.TakenEntered && !r.ReturnedEntered:
		done.ReturnedEntered = true
		return entering{ledger.Adjustment, r.Amount, r.ID + " returned", word + ": the money came back", done}, true
	}
	return entering{}, false
}
