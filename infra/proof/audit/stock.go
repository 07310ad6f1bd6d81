package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/system"
)

// readsAtOnce is the number of numbers that are read in parallel.
const readsAtOnce = 4

// StockOf reads staff's view of numbers.
func StockOf(c *system.Client, admin string, dids []string) (map[string]client.InventoryDID, error) {
	found := make([]client.InventoryDID, len(dids))
	var g errgroup.Group
	g.SetLimit(readsAtOnce)
	for i, did := range dids {
		g.Go(func() (err error) {
			found[i], err = client.Ask(c.As(admin), client.GetInventoryDID(did))
			return err
		})
	}
	stock := map[string]client.InventoryDID{}
	err := g.Wait()
	for i, did := range dids {
		stock[did] = found[i]
	}
	return stock, err
}

// Hidden returns the numbers that are held but in no cart: nobody can buy them or
// give them back.
func Hidden(c *system.Client, stock map[string]client.InventoryDID) (hidden []string, err error) {
	carts := map[string][]string{}
	for did, s := range stock {
		if s.State != "held" {
			continue
		}
		customer := client.Text(s.Customer)
		if carts[customer], err = cartOf(c, customer, carts); err != nil {
			return nil, err
		}
		if !slices.Contains(carts[customer], did) {
			hidden = append(hidden, did)
		}
	}
	slices.Sort(hidden)
	return hidden, nil
}

func cartOf(c *system.Client, customer string, read map[string][]string) ([]string, error) {
	if dids, known := read[customer]; known {
		return dids, nil
	}
	cart, err := client.Ask(c.As(customer), client.GetCart())
	if err != nil {
		return nil, fmt.Errorf("cart of %s: %w", customer, err)
	}
	dids := []string{}
	for _, i := range cart.Items {
		dids = append(dids, i.DID)
	}
	return dids, nil
}

// SearchTime is the longest delay of the search in most histories.
const SearchTime = 2 * time.Second

const (
	// catchUpTime is the longest delay of the search on a machine that is busy with
	// other work. A batch of the stream that failed is tried again within 15 s.
	catchUpTime = 25 * time.Second
	looks       = 3 // the least number of looks for a number
)

// Search waits until the search shows exactly the available numbers. It returns the
// begin of the look that found it right, and the remaining faults after
// catchUpTime.
func Search(c *system.Client, customer string, stock map[string]client.InventoryDID) (after time.Duration,
	wrong []string) {
	began := time.Now()
	open := slices.Sorted(maps.Keys(stock))
	for n := 1; ; n++ {
		after = time.Since(began)
		open, wrong = disagreements(c, customer, stock, open)
		if len(wrong) == 0 || after > catchUpTime && n >= looks {
			return after, wrong
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// enough is the number of histories that show whether the search is late.
const enough = 5

// Late returns a fault if the search was more than SearchTime late in most of the
// histories: in a few of them, the machine may have been busy.
func Late(after []time.Duration) []string {
	if len(after) < enough {
		return nil
	}
	if median := slices.Sorted(slices.Values(after))[len(after)/2]; median > SearchTime {
		return []string{fmt.Sprintf("the search was %s late in half of the %d histories, want %s", median, len(after),
			SearchTime)}
	}
	return nil
}

// disagreements returns the numbers whose stock the search contradicts.
func disagreements(c *system.Client, customer string, stock map[string]client.InventoryDID,
	dids []string) (open []string, wrong findings) {
	for _, did := range dids {
		offers, err := client.Ask(c.As(customer),
			client.SearchAvailableDIDs().With("limit", "1", "starts_with", strings.TrimPrefix(did, "+")))
		available := stock[did].State == "available"
		if err != nil {
			wrong.add("search for %s: %v", did, err)
		} else if shown := len(offers.Data) > 0; shown != available {
			wrong.add("the search shows %s: %t; it is %s", did, shown, stock[did].State)
		} else {
			continue
		}
		open = append(open, did)
	}
	return open, wrong
}
