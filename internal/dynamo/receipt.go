package dynamo

import (
	"context"
	"time"

	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
)

// receiptItem is the receipt of a reference; the reference is in its key.
type receiptItem struct {
	Carrier      string      `dynamodbav:"carrier"`
	Customer     string      `dynamodbav:"customer"`
	Reference    string      `dynamodbav:"reference"`
	Kind         ledger.Kind `dynamodbav:"kind"`
	Amount       amount      `dynamodbav:"amount"`
	Note         string      `dynamodbav:"note,omitempty"`
	By           string      `dynamodbav:"by"`
	Seq          int         `dynamodbav:"seq"`
	BalanceAfter amount      `dynamodbav:"balanceAfter"`
	At           time.Time   `dynamodbav:"at"`
}

// Receipt returns the receipt of a reference, of any customer of the carrier;
// the zero Receipt if there is none.
func (s *Store) Receipt(ctx context.Context, c ledger.Customer, reference string) (desk.Receipt, error) {
	i, err := s.get(ctx, receiptKey(c.Carrier, reference))
	if err == nil && i == nil {
		i, err = s.get(ctx, customerReceiptKey(c, reference))
	}
	if err != nil || i == nil {
		return desk.Receipt{}, err
	}
	return readReceipt(i)
}

func (s *Store) writeReceipt(r desk.Receipt) (write, error) {
	action, err := s.put(receiptKey(r.Customer.Carrier, r.Reference), receiptItem{
		Carrier: r.Customer.Carrier, Customer: r.Customer.ID, Reference: r.Reference, Kind: r.Kind, Amount: amount{r.Amount},
		Note: r.Note,
		By:   r.By, Seq: r.Seq, BalanceAfter: amount{r.BalanceAfter}, At: r.At,
	}, absent())
	return write{change: r, action: action, current: reading(readReceipt)}, err
}

func readReceipt(i item) (desk.Receipt, error) {
	var r receiptItem
	err := decode(i, &r)
	return desk.Receipt{
		Customer: ledger.Customer{Carrier: r.Carrier, ID: r.Customer}, Reference: r.Reference, Kind: r.Kind,
		Amount: r.Amount.Amount, Note: r.Note,
		By: r.By, Seq: r.Seq, BalanceAfter: r.BalanceAfter.Amount, At: r.At,
	}, err
}
