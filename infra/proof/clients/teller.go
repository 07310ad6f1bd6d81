package clients

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/history"
	"didpurchase/infra/proof/system"
)

// Payment is money that staff entered for a customer.
type Payment struct {
	Customer, Reference string
	Answered            bool // it was answered as entered; otherwise it may be entered or not
}

// PaymentAmount is the amount of each payment.
const PaymentAmount = "0.01"

// maxPayments bounds a teller's payments.
const maxPayments = 40

// Tellers are staff who enter payments to the first two customers while these
// shop, so that several want to write the same account.
type Tellers struct {
	stop    chan struct{}
	running sync.WaitGroup

	mu       sync.Mutex // guards payments
	payments map[string]Payment
}

// StartTellers starts staff who enter payments.
func StartTellers(s *system.System, h *history.History, patience time.Duration) *Tellers {
	t := &Tellers{stop: make(chan struct{}), payments: map[string]Payment{}}
	for id := range 3 {
		c, dice := s.NewClient(patience), rand.New(rand.NewPCG(h.Seed, uint64(id)+500))
		t.running.Go(func() { t.run(c, h, dice, id) })
	}
	return t
}

// Stop ends the tellers and returns the payments that they tried to enter.
func (t *Tellers) Stop() (all []Payment) {
	close(t.stop)
	t.running.Wait()
	for _, p := range t.payments {
		all = append(all, p)
	}
	return all
}

func (t *Tellers) run(c *system.Client, h *history.History, dice *rand.Rand, id int) {
	for n := range maxPayments {
		select {
		case <-t.stop:
			return
		case <-time.After(time.Duration(20+dice.IntN(200)) * time.Millisecond):
		}
		p := Payment{Customer: h.Customers[dice.IntN(2)], Reference: fmt.Sprintf("payment-%d-%d-%d", h.Seed, id, n)}
		times := 1
		if dice.IntN(3) == 0 { // entered twice at once
			times = 2
		}
		var entering sync.WaitGroup
		for range times {
			entering.Go(func() { t.enter(c, p) })
		}
		entering.Wait()
	}
}

func (t *Tellers) enter(c *system.Client, p Payment) {
	amount := client.Money{Amount: PaymentAmount, Currency: "USD"}
	payment := client.EnterPayment(p.Customer, client.PaymentRequest{Amount: amount, Reference: p.Reference})
	reply := c.As(Admin)(payment.Call)
	if reply.Status != http.StatusCreated && !reply.Unknown() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p.Answered = reply.Status == http.StatusCreated || t.payments[p.Reference].Answered
	t.payments[p.Reference] = p
}
