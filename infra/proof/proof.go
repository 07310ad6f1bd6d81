// Package proof makes histories of the running system under faults, and checks
// each: porcupine looks for an order of all answers about each DID, and an audit
// compares the records that the system keeps in several places. It uses only the
// wire's contract, so that it doesn't share the system's mistakes.
//
//	go test ./infra/proof                         the short form
//	go test ./infra/proof -for 8m -v              histories until the time is over
//	go run ./infra/proof/cmd --help               one nemesis, one seed, planted bugs, keys
package proof

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/audit"
	"didpurchase/infra/proof/clients"
	"didpurchase/infra/proof/history"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/system"
)

// Plan is a history to make.
type Plan struct {
	Seed     uint64
	Nemesis  nemesis.Nemesis
	Requests int           // of each of the 8 clients
	Patience time.Duration // the longest wait of a client for an answer
}

// Report is the result of a history.
type Report struct {
	Seed                             uint64
	Nemesis                          string
	Did                              []string // the acts of the nemesis
	Requests, Unknown, Bought, Steps int
	Undecided                        int      // DIDs whose check took too long
	Faults                           []string // sentences; empty for a good history
	SearchAfter                      time.Duration
	Took                             time.Duration
}

// String returns a line about the history.
func (r Report) String() string {
	return fmt.Sprintf("seed %d %s: %d requests (%d unknown), %d numbers bought, %d steps, %d undecided, search after "+
		"%s, took %s, %d faults; %v",
		r.Seed, r.Nemesis, r.Requests, r.Unknown, r.Bought, r.Steps, r.Undecided,
		r.SearchAfter.Round(time.Millisecond), r.Took.Round(time.Millisecond), len(r.Faults), r.Did)
}

// Trial is a system on which histories are made, one after another. Each history
// has numbers that were never used.
type Trial struct {
	System *system.System
	made   int
	used   []string // the DIDs of all histories
}

// didsEach is the number of DIDs of a history.
const didsEach = 24

// buyers is the number of customers in the local world; histories share them.
const buyers = 64

// Prepare puts numbers on sale, and makes cancelled rentals available again soon.
func Prepare(s *system.System) (*Trial, error) {
	err := s.Offer(clients.Admin, "inventory/acme/proof.csv",
		clients.MonthlyPrefix+"0000,"+clients.MonthlyPrefix+"9999,standard",
		clients.DailyPrefix+"0000,"+clients.DailyPrefix+"9999,daily")
	if err != nil {
		return nil, err
	}
	settings := client.SettingsPatch{GraceDays: new(3), SuspendedDays: new(3), AgingDays: new(0)}
	c := s.NewClient(time.Minute)
	if _, err := client.Ask(c.As(clients.Admin), client.EditSettings(settings)); err != nil {
		return nil, fmt.Errorf("change the settings: %w", err)
	}
	return &Trial{System: s}, loadCopy(c)
}

// loadCopy makes the search load its whole copy of the catalogue, so that the audit
// of the first history checks how a copy follows changes, not a fresh copy.
func loadCopy(c *system.Client) error {
	if _, err := client.Ask(c.As(Buyer(0)), client.GetCoverage()); err != nil {
		return fmt.Errorf("coverage before the first history: %w", err)
	}
	return nil
}

// Buyer returns a customer of the local world.
func Buyer(i int) string { return fmt.Sprintf("buyer%02d", i%buyers+1) }

// next returns the customers and DIDs of the next history. If the clock is moved,
// all DIDs are rented by the day, so that rentals are renewed.
func (t *Trial) next(moves bool) (customers, dids []string) {
	for i := range clients.Customers {
		customers = append(customers, Buyer(t.made*clients.Customers+i))
	}
	for i := range didsEach {
		prefix := clients.DailyPrefix
		if i%2 == 1 && !moves {
			prefix = clients.MonthlyPrefix
		}
		dids = append(dids, fmt.Sprintf("%s%04d", prefix, t.made*didsEach+i))
	}
	t.made++
	t.used = append(t.used, dids...)
	return customers, dids
}

// Run makes a history and checks it.
func (t *Trial) Run(p Plan) Report {
	began := time.Now()
	customers, dids := t.next(p.Nemesis.Moves)
	h := history.New(p.Seed, p.Nemesis.Name, customers, dids)
	r := Report{Seed: p.Seed, Nemesis: p.Nemesis.Name}
	mend := p.Nemesis.Begin(t.System, h)
	tellers := clients.StartTellers(t.System, h, p.Patience)
	clients.Run(t.System, h, clients.Style{
		Requests: p.Requests, Patience: p.Patience, Repeats: p.Nemesis.Repeats, Slow: p.Nemesis.Moves, FewTabs: p.Seed%3 == 0,
	})
	payments := tellers.Stop()
	r.Did = mend()
	if err := t.rest(h); err != nil {
		r.Faults = append(r.Faults, err.Error())
		return r
	}
	clients.Look(t.System, h)
	r.count(h)
	r.Faults = append(r.Faults, t.audit(h, payments, &r)...)
	r.judge(h)
	r.Took = time.Since(began)
	return r
}

// count counts the history's requests.
func (r *Report) count(h *history.History) {
	for _, q := range h.Requests() {
		r.Requests++
		if q.Unknown {
			r.Unknown++
		}
		if q.Status == http.StatusCreated && !q.Repeated {
			r.Bought += len(q.Bought)
		}
	}
}

// judge lets porcupine check each DID.
func (r *Report) judge(h *history.History) {
	for _, v := range h.Check() {
		r.Steps += v.Steps
		switch v.Result {
		case porcupine.Unknown:
			r.Undecided++
		case porcupine.Illegal:
			r.Faults = append(r.Faults, fmt.Sprintf("%s: no order of these steps is possible: %q", v.DID, v.Reduced))
		}
	}
}

// The number of waits for the end of all holds, and the pause between them. The
// sweep releases numbers once a minute.
const (
	endTries = 10
	endPause = 10 * time.Second
)

// End lets every hold's time run out, and returns the numbers that are still held,
// and those that can't be found again.
func (t *Trial) End() (faults []string) {
	err := t.System.Advance(70 * time.Minute)
	for tries := 1; err != nil && tries < endTries; tries++ { // the queues may still be busy
		err = t.System.Advance(time.Minute)
	}
	if err != nil {
		return []string{err.Error()}
	}
	c := t.System.NewAuditor()
	stock, held, err := t.held(c)
	for tries := 1; err == nil && len(held) > 0 && tries < endTries; tries++ {
		time.Sleep(endPause)
		stock, held, err = t.held(c)
	}
	if err != nil {
		return []string{err.Error()}
	}
	_, wrong := audit.Search(c, Buyer(0), stock)
	return append(held, wrong...)
}

// held returns the stock of all numbers, and a sentence for each that is held.
func (t *Trial) held(c *system.Client) (stock map[string]client.InventoryDID, held []string, err error) {
	stock, err = audit.StockOf(c, clients.Admin, t.used)
	for did, s := range stock {
		if s.State == "held" {
			held = append(held, fmt.Sprintf("%s is held by %s until %v, after every hold's end", did,
				client.Text(s.Customer), s.HeldUntil))
		}
	}
	slices.Sort(held)
	return stock, held, err
}
