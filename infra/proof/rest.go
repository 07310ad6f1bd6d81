package proof

import (
	"fmt"
	"net/http"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/clients"
	"didpurchase/infra/proof/history"
)

const (
	restTime  = 2 * time.Minute        // the longest time in which the system comes to rest
	quietTime = 700 * time.Millisecond // a time in which no function calls the database
)

// rest waits until staff and customers are answered again, and until no function
// calls the database any more: a request whose client has gone may still be
// running.
func (t *Trial) rest(h *history.History) error {
	c := t.System.NewClient(40 * time.Second)
	end := time.Now().Add(restTime)
	for _, look := range []struct {
		user string
		call client.Call
	}{
		{clients.Admin, client.ListImports().Call}, {h.Customers[0], client.GetCart().Call},
		{h.Customers[0], client.GetAccount().Call},
	} {
		for {
			r := c.As(look.user)(look.call)
			if r.Status == http.StatusOK {
				break
			}
			if time.Now().After(end) {
				return fmt.Errorf("the system does not answer %s after %s: %s", look.call.Path, restTime, r)
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	if err := t.System.EndClockMoves(); err != nil {
		return err
	}
	return t.quiet(end)
}

func (t *Trial) quiet(end time.Time) error {
	since := time.Now()
	_, before := t.System.Proxy.Traffic()
	for time.Since(since) < quietTime {
		if time.Now().After(end) {
			return fmt.Errorf("functions call the database still, %s after the last request", restTime)
		}
		time.Sleep(20 * time.Millisecond)
		if running, arrived := t.System.Proxy.Traffic(); running > 0 || arrived != before {
			since, before = time.Now(), arrived
		}
	}
	return nil
}
