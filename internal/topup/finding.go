package topup

import (
	"time"

	"didpurchase/internal/money"
)

// Problem is the reason why a notification was not entered.
type Problem string

// The problems.
const (
	UnknownTopUp  Problem = "unknown_top_up"
	OtherSession  Problem = "other_session"
	OtherAmount   Problem = "other_amount"
	PaidAgain     Problem = "paid_again"
	AccountClosed Problem = "account_closed"
	ReferenceUsed Problem = "reference_used"
)

// Problems describes each problem for people.
var Problems = map[Problem]string{
	UnknownTopUp:  "The payment names a top-up that does not exist.",
	OtherSession:  "The payment was made on another page than the top-up's.",
	OtherAmount:   "The amount or its currency is not the expected one.",
	PaidAgain:     "The top-up was paid by another payment already.",
	AccountClosed: "The customer's account is closed.",
	ReferenceUsed: "The payment's id is the reference of something else that was entered.",
}

// Finding is money that moved at the provider and is not in the ledger. Staff check
// it, and enter it by hand if it is right. It is written once for each
// notification.
type Finding struct {
	Carrier  string
	ID       string // the notification's id
	At       time.Time
	Provider string
	Problem  Problem
	Customer string // as named in the notification
	TopUp    string
	Payment  string
	Amount   money.Amount // as in the notification; negative if it was taken back
	Expected money.Amount // of the top-up; no currency if there is none
}
