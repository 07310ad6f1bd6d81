package whole_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

// Its file has enough rows that the import is under way for seconds.
func TestAKillLeavesNothingHalfDone(t *testing.T) {
	running.onlyLocal(t, "it kills the local world")
	const (
		key  = "inventory/acme/many.csv"
		rows = 8000
	)
	var file strings.Builder
	file.WriteString("start,end,package\n")
	for i := range rows {
		fmt.Fprintf(&file, "+%d,+%d,weekly\n", 447400000000+i*2000, 447400000000+i*2000+999)
	}
	running.drop(t, key, file.String())
	until(t, patience, "the import runs", func() bool {
		jobs := running.importsOf(t, "ada", key)
		return len(jobs) == 1 && jobs[0].Status == "running"
	})
	bought := running.buyUntilKilled(t, 40)
	if jobs := running.search(t, "alice", "starts_with", "4474"); jobs.Total == rows*1000 {
		t.Fatal("the import was over before the kill")
	}
	running.kill()
	bought.wg.Wait()
	until(t, patience, "the database ends with the system", func() bool {
		_, err := http.Get(running.DynamoDB)
		return err != nil
	})
	if err := running.start(); err != nil {
		t.Fatal(err)
	}
	running.booksAgree(t)
	bought.areThere(t)
	job := running.imported(t, "ada", key, 1)
	wanttest.Equal(t, "status", job.Status, "completed")
	wanttest.Equal(t, "rows read", job.RowsRead, rows)
	wanttest.Equal(t, "rows applied or unchanged", job.RowsApplied+job.RowsUnchanged, rows)
	wanttest.Equal(t, "rows rejected", job.RowsRejected, 0)
	wanttest.Equal(t, "DIDs added", job.DIDsAdded, rows*1000)
	if found := running.search(t, "alice", "starts_with", "4474"); found.Total != rows*1000 {
		t.Errorf("%d of them are offered", found.Total)
	}
}

// spree is a group of buyers; each buys a DID at a time as long as there are
// answers.
type spree struct {
	wg     sync.WaitGroup
	mu     sync.Mutex
	orders map[string][]client.Order // confirmed orders, by buyer
}

// buyUntilKilled starts all buyers, and returns when they have made the given
// number of orders together.
func (s *system) buyUntilKilled(t *testing.T, orders int64) *spree {
	t.Helper()
	p := &spree{orders: map[string][]client.Order{}}
	var made, over atomic.Int64
	enough := make(chan struct{})
	for i := range buyers {
		p.wg.Go(func() {
			for n := 0; ; n++ {
				did := fmt.Sprintf("+%d", 493023125000+i*15+n%15)
				o, err := s.grab(buyer(i), []string{did})
				if err != nil {
					break
				}
				p.mu.Lock()
				p.orders[buyer(i)] = append(p.orders[buyer(i)], o)
				p.mu.Unlock()
				if made.Add(1) == orders {
					close(enough)
				}
			}
			over.Add(1)
		})
	}
	select {
	case <-enough:
	case <-t.Context().Done():
	}
	if n := over.Load(); n > 0 {
		t.Fatalf("%d buyers gave up before the kill", n)
	}
	return p
}

// areThere checks that no confirmed order was lost.
func (p *spree) areThere(t *testing.T) {
	t.Helper()
	count := 0
	for user, confirmed := range p.orders {
		kept := map[string]bool{}
		for _, o := range running.account(t, user).orders {
			kept[o.ID] = true
		}
		for _, o := range confirmed {
			count++
			if !kept[o.ID] {
				t.Errorf("order %s of %s was confirmed and is gone", o.ID, user)
			}
		}
	}
	t.Logf("%d orders were confirmed before the kill", count)
}
