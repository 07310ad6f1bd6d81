package whole_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"didpurchase/infra/client"
)

// buyers are customers of acme in addition to alice and bob. Only
// some of them buy at once on an emulated AWS.
const buyers = 64

// buysAtOnce is the number of customers that buy at the same moment.
func (s *system) buysAtOnce() int {
	if s.deployed != nil {
		return 8
	}
	return buyers
}

func buyer(i int) string { return fmt.Sprintf("buyer%02d", i+1) }

// rush lets every buyer hold DIDs and buy the held ones, all at once, and
// returns the buyers of each DID.
func (s *system) rush(t *testing.T, wanted func(buyer int) []string) map[string][]string {
	t.Helper()
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		sold = map[string][]string{}
	)
	at := time.Now()
	for i := range s.buysAtOnce() {
		wg.Go(func() {
			o, err := s.grab(buyer(i), wanted(i))
			if err != nil {
				t.Errorf("%s: %v", buyer(i), err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, did := range o.DIDs {
				sold[did] = append(sold[did], buyer(i))
			}
		})
	}
	wg.Wait()
	t.Logf("%d customers took %s", s.buysAtOnce(), time.Since(at).Round(time.Millisecond))
	return sold
}

// grab holds as many of the DIDs as it can and buys them. Getting none is not an
// error.
func (s *system) grab(user string, dids []string) (o client.Order, err error) {
	held, err := client.Ask(s.as(user), client.AddToCart(client.HoldRequest{DIDs: dids}))
	if err != nil || len(held.Cart.Items) == 0 {
		return o, err
	}
	return client.Ask(s.as(user), order("rush-"+dids[0], held.Cart.Total))
}

func TestManyCustomersForTheSameTen(t *testing.T) {
	dids := run(441144960100, 10)
	sold := running.rush(t, func(int) []string { return dids })
	if len(sold) != len(dids) {
		t.Errorf("sold %d of %d", len(sold), len(dids))
	}
	for did, to := range sold {
		if len(to) != 1 {
			t.Errorf("%s was sold to %v", did, to)
		}
	}
	running.booksAgree(t)
}

func TestManyCustomersForTheirOwnTenOfOneBlock(t *testing.T) {
	const first, each = 441134960000, 10
	sold := running.rush(t, func(i int) []string { return run(first+i*each, each) })
	if len(sold) != running.buysAtOnce()*each {
		t.Errorf("sold %d of %d", len(sold), running.buysAtOnce()*each)
	}
	until(t, running.seen, "they leave the search", func() bool {
		return running.search(t, "alice", "starts_with", "44113496").Total == 1000-running.buysAtOnce()*each
	})
	running.booksAgree(t)
}

// run returns n DIDs from the first on.
func run(first, n int) (dids []string) {
	for i := range n {
		dids = append(dids, fmt.Sprintf("+%d", first+i))
	}
	return dids
}

// booksAgree checks the books of all buyers.
func (s *system) booksAgree(t *testing.T) {
	t.Helper()
	for i := range s.buysAtOnce() {
		s.account(t, buyer(i)).balances(t, buyer(i))
	}
}
