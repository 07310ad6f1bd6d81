package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/topup"
)

// topUpItem is a top-up.
type topUpItem struct {
	Carrier      string       `dynamodbav:"carrier"`
	Customer     string       `dynamodbav:"customer"`
	ID           string       `dynamodbav:"id"`
	Ver          int          `dynamodbav:"ver"`
	Provider     string       `dynamodbav:"provider"`
	Amount       amount       `dynamodbav:"amount"`
	Status       topup.Status `dynamodbav:"status"`
	CreatedAt    time.Time    `dynamodbav:"createdAt"`
	By           *actorItem   `dynamodbav:"by,omitempty"`
	Session      string       `dynamodbav:"session,omitempty"`
	URL          string       `dynamodbav:"url,omitempty"`
	Payment      string       `dynamodbav:"payment,omitempty"`
	PaidAt       time.Time    `dynamodbav:"paidAt,omitempty"`
	Seq          int          `dynamodbav:"seq,omitempty"`
	BalanceAfter *amount      `dynamodbav:"balanceAfter,omitempty"`
}

// paymentItem is a payment at a provider.
type paymentItem struct {
	Carrier   string         `dynamodbav:"carrier"`
	Provider  string         `dynamodbav:"provider"`
	ID        string         `dynamodbav:"id"`
	Ver       int            `dynamodbav:"ver"`
	Customer  string         `dynamodbav:"customer,omitempty"`
	TopUp     string         `dynamodbav:"topUp,omitempty"`
	Reversals []reversalItem `dynamodbav:"reversals,omitempty"`

	// TTL of a payment that paid none of our top-ups: providers also report the
	// refunds of other business
	TTL *attributevalue.UnixTime `dynamodbav:"ttl,omitempty"`
}

type reversalItem struct {
	ID              string `dynamodbav:"id"`
	Disputed        bool   `dynamodbav:"disputed,omitempty"`
	Amount          amount `dynamodbav:"amount"`
	Taken           bool   `dynamodbav:"taken,omitempty"`
	Returned        bool   `dynamodbav:"returned,omitempty"`
	TakenEntered    bool   `dynamodbav:"takenEntered,omitempty"`
	ReturnedEntered bool   `dynamodbav:"returnedEntered,omitempty"`
	For             string `dynamodbav:"for,omitempty"`
}

// findingItem is a payment that was not entered.
type findingItem struct {
	ID       string        `dynamodbav:"id"`
	At       time.Time     `dynamodbav:"at"`
	Provider string        `dynamodbav:"provider"`
	Problem  topup.Problem `dynamodbav:"problem"`
	Customer string        `dynamodbav:"customer,omitempty"`
	TopUp    string        `dynamodbav:"topUp,omitempty"`
	Payment  string        `dynamodbav:"payment,omitempty"`
	Amount   *amount       `dynamodbav:"amount,omitempty"`
	Expected *amount       `dynamodbav:"expected,omitempty"`
}

// foreignLife is the time for which a payment is kept that paid none of our
// top-ups. A provider may report a payment again for some days.
const foreignLife = 90 * 24 * time.Hour

// TopUp returns one of the customer's top-ups. Errors: commit.ErrNotFound.
func (s *Store) TopUp(ctx context.Context, c ledger.Customer, id string) (topup.TopUp, error) {
	i, err := s.get(ctx, topUpKey(c, id))
	if err != nil {
		return topup.TopUp{}, err
	}
	if i == nil {
		return topup.TopUp{}, fmt.Errorf("%w: top-up %s of %s", commit.ErrNotFound, id, c)
	}
	return readTopUp(i)
}

// TopUps returns the customer's top-ups, newest first.
func (s *Store) TopUps(ctx context.Context, c ledger.Customer,
	p shop.Page) (topUps []topup.TopUp, next string, err error) {
	items, next, err := s.newest(ctx, c, prefixTopUp, p)
	if err != nil {
		return nil, "", err
	}
	topUps, err = readEach(items, readTopUp)
	return topUps, next, err
}

func (s *Store) writeTopUp(u topup.Update) (write, error) {
	t := u.To
	action, err := s.put(topUpKey(t.Customer, t.ID), topUpItem{
		Carrier: t.Customer.Carrier, Customer: t.Customer.ID, ID: t.ID, Ver: t.Ver, Provider: t.Provider,
		Amount: amount{t.Amount}, Status: t.Status, CreatedAt: t.CreatedAt, By: actorItemOf(t.By), Session: t.Session,
		URL: t.URL, Payment: t.Payment, PaidAt: t.PaidAt, Seq: t.Seq, BalanceAfter: optionalAmount(t.BalanceAfter),
	}, unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readTopUp)}, err
}

func readTopUp(i item) (topup.TopUp, error) {
	var t topUpItem
	err := decode(i, &t)
	return topup.TopUp{
		Customer: ledger.Customer{Carrier: t.Carrier, ID: t.Customer}, ID: t.ID, Ver: t.Ver, Provider: t.Provider,
		Amount: t.Amount.Amount, Status: t.Status, CreatedAt: t.CreatedAt, By: t.By.actor(), Session: t.Session,
		URL: t.URL, Payment: t.Payment, PaidAt: t.PaidAt, Seq: t.Seq, BalanceAfter: t.BalanceAfter.amount(),
	}, err
}

// Payment returns the record of a payment at a provider, an empty one if there is none.
func (s *Store) Payment(ctx context.Context, carrier, provider, id string) (topup.Payment, error) {
	i, err := s.get(ctx, paymentKey(carrier, provider, id))
	if err != nil || i == nil {
		return topup.Payment{Carrier: carrier, Provider: provider, ID: id}, err
	}
	return readPayment(i)
}

func (s *Store) writePayment(u topup.PaymentUpdate) (write, error) {
	p := u.To
	i := paymentItem{Carrier: p.Carrier, Provider: p.Provider, ID: p.ID, Ver: p.Ver, Customer: p.Customer, TopUp: p.TopUp}
	for _, r := range p.Reversals {
		i.Reversals = append(i.Reversals, reversalItem{r.ID, r.Disputed, amount{r.Amount}, r.Taken, r.Returned,
			r.TakenEntered, r.ReturnedEntered, r.For})
	}
	if p.TopUp == "" {
		ttl := attributevalue.UnixTime(u.At.Add(foreignLife))
		i.TTL = &ttl
	}
	action, err := s.put(paymentKey(p.Carrier, p.Provider, p.ID), i, unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readPayment)}, err
}

func readPayment(i item) (topup.Payment, error) {
	var p paymentItem
	if err := decode(i, &p); err != nil {
		return topup.Payment{}, err
	}
	payment := topup.Payment{Carrier: p.Carrier, Provider: p.Provider, ID: p.ID, Ver: p.Ver, Customer: p.Customer,
		TopUp: p.TopUp}
	for _, r := range p.Reversals {
		payment.Reversals = append(payment.Reversals, topup.Reversal{ID: r.ID, Disputed: r.Disputed, Amount: r.Amount.Amount,
			Taken: r.Taken, Returned: r.Returned, TakenEntered: r.TakenEntered, ReturnedEntered: r.ReturnedEntered, For: r.For})
	}
	return payment, nil
}

// PutFinding writes a finding; it is idempotent.
func (s *Store) PutFinding(ctx context.Context, f topup.Finding) error {
	action, err := s.put(findingKey(f), findingItem{f.ID, f.At, f.Provider, f.Problem, f.Customer, f.TopUp, f.Payment,
		optionalAmount(f.Amount), optionalAmount(f.Expected)}, absent())
	if err != nil {
		return err
	}
	err = s.create(ctx, "finding "+f.ID, write{action: action})
	if errors.Is(err, ErrExists) {
		return nil
	}
	return err
}

// Findings returns the carrier's payments that were not entered, newest first.
func (s *Store) Findings(ctx context.Context, carrier string,
	p shop.Page) (findings []topup.Finding, next string, err error) {
	items, next, err := s.page(ctx, listing{pk: findingPK(carrier), backward: true, after: p.After}, p.Limit)
	if err != nil {
		return nil, "", err
	}
	findings, err = readEach(items, readFinding)
	for i := range findings {
		findings[i].Carrier = carrier
	}
	return findings, next, err
}

func readFinding(i item) (topup.Finding, error) {
	var f findingItem
	err := decode(i, &f)
	return topup.Finding{ID: f.ID, At: f.At, Provider: f.Provider, Problem: f.Problem, Customer: f.Customer,
		TopUp: f.TopUp, Payment: f.Payment, Amount: f.Amount.amount(), Expected: f.Expected.amount()}, err
}
