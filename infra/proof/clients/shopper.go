package clients

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"didpurchase/infra/proof/history"
	"didpurchase/infra/proof/system"
)

// Style is the behaviour of a history's clients.
type Style struct {
	Requests int           // of each client
	Patience time.Duration // the longest wait of a client for an answer
	Repeats  bool          // requests are sent twice at once, or again much later
	Slow     bool          // clients pause between requests, so that the clock moves among them
	FewTabs  bool          // many clients share few customers
}

// shopper is one client.
type shopper struct {
	caller
	Style
	id       int
	customer int
	dice     *rand.Rand
	wanted   *wanted
	late     *sync.WaitGroup    // requests whose answers no client waits for
	past     []func(client int) // requests that may be sent again
}

// tabs are the customers of the 8 clients: two customers use two clients each.
var tabs = []int{0, 0, 1, 1, 2, 3, 4, 5}

// fewTabs are the customers of the clients if each customer has many.
var fewTabs = []int{0, 0, 0, 0, 1, 1, 1, 2}

// Customers is the number of customers that the clients need.
const Customers = 6

// Run lets 8 clients shop until each has made its requests, and returns when all
// are answered.
func Run(s *system.System, h *history.History, style Style) {
	wanted := newWanted(h.DIDs, style.Slow)
	customers := tabs
	if style.FewTabs {
		customers = fewTabs
	}
	var running, late sync.WaitGroup
	for id, customer := range customers {
		c := &shopper{
			caller: caller{s, s.NewClient(style.Patience), h}, Style: style,
			id: id, customer: customer, dice: rand.New(rand.NewPCG(h.Seed, uint64(id)+100)), wanted: wanted, late: &late,
		}
		running.Go(c.run)
	}
	running.Wait()
	late.Wait()
}

func (s *shopper) run() {
	for range s.Requests {
		if s.Repeats && len(s.past) > 0 && s.chance(0.12) {
			again := s.past[s.dice.IntN(len(s.past))]
			s.late.Go(func() { again(s.id + lateClient) })
		}
		if s.Slow {
			time.Sleep(time.Duration(s.dice.IntN(300)) * time.Millisecond)
			if s.chance(0.1) { // extending has an effect only if the clock moves
				s.send(s.extend)
			}
		}
		s.act()
	}
}

// The client numbers for a repeated request: one that came late, and one that was
// sent at the same time.
const (
	lateClient = 100
	twinClient = 200
)

// send sends a request, and sometimes a second time at once.
func (s *shopper) send(request func(client int)) {
	if s.Repeats {
		s.past = append(s.past, request)
		if s.chance(0.15) {
			s.late.Go(func() { request(s.id + twinClient) })
		}
	}
	request(s.id)
}

func (s *shopper) chance(share float64) bool { return s.dice.Float64() < share }

// action is a request that a client makes now and then.
type action struct {
	weight int
	do     func(*shopper)
}

var actions = []action{
	{300, (*shopper).holdSome},
	{140, func(s *shopper) { did := s.pick(); s.send(func(client int) { s.remove(client, did) }) }},
	{60, func(s *shopper) { s.send(s.extend) }},
	{130, (*shopper).buy},
	{120, func(s *shopper) { s.readCart(s.id) }},
	{50, func(s *shopper) { s.readRental(s.id, s.pick()) }},
	{120, func(s *shopper) { s.readStock(s.id, s.pick()) }},
	{20, (*shopper).allocateOne},
	{45, func(s *shopper) { did := s.ownRental(); s.send(func(client int) { s.cancel(client, did) }) }},
	{15, func(s *shopper) { did := s.ownRental(); s.send(func(client int) { s.restore(client, did) }) }},
}

// act makes one of the actions; each is drawn as often as its weight demands.
func (s *shopper) act() {
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	at := s.dice.IntN(total)
	for _, a := range actions {
		if at -= a.weight; at < 0 {
			a.do(s)
			return
		}
	}
}

func (s *shopper) pick() string { return s.wanted.pick(s.dice) }

func (s *shopper) holdSome() {
	dids := []string{s.pick()}
	if second := s.pick(); second != dids[0] && s.chance(0.4) {
		dids = append(dids, second)
	}
	s.send(func(client int) { s.hold(client, dids) })
}

// buy confirms the cart's total, sometimes twice, like a client that lost an
// answer.
func (s *shopper) buy() {
	shown, ok := s.readCart(s.id)
	if !ok || len(shown.Items) == 0 && s.chance(0.8) || s.Slow && s.chance(0.5) {
		return
	}
	key := fmt.Sprintf("order-%d-%d-%d", s.Seed, s.id, s.dice.Uint32())
	s.send(func(client int) { s.checkout(client, key, shown.Total) })
	if s.chance(0.15) {
		s.checkout(s.id, key, shown.Total)
	}
}

func (s *shopper) allocateOne() {
	customer, did := s.dice.IntN(len(s.History.Customers)), s.pick()
	key := fmt.Sprintf("allocation-%d-%d-%d", s.Seed, s.id, s.dice.Uint32())
	s.send(func(client int) { s.allocate(client, customer, did, key) })
}

// ownRental returns a number that the customer rents, or any number if there is
// none.
func (s *shopper) ownRental() string {
	rented := s.Rented(s.customer)
	if len(rented) == 0 {
		return s.pick()
	}
	return rented[s.dice.IntN(len(rented))]
}
