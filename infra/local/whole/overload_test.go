package whole_test

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"didpurchase/infra/client"
)

var holdsAtOnce = flag.Int("holds", 4000, "how many holds TestRefusedHoldsAreNotHeld sends at once")

// attempt is one hold of one number, and its answer.
type attempt struct {
	user, did string
	status    int // 0 = the connection failed
	outcome   string
	took      time.Duration
}

// TestRefusedHoldsAreNotHeld sends many holds at once, each for another number. A
// hold that is not carried out is refused soon, and is never carried out later.
func TestRefusedHoldsAreNotHeld(t *testing.T) {
	running.onlyLocal(t, "it measures the local world")
	attempts := running.holdAtOnce(t, *holdsAtOnce)
	time.Sleep(20 * time.Second) // as long as a request may still run
	held := running.inCarts(t)
	counted, slowest, ghosts := map[string]int{}, time.Duration(0), 0
	for _, a := range attempts {
		counted[fmt.Sprint(a.status, " ", a.outcome)]++
		if a.status == http.StatusOK {
			if a.outcome == "held" && held[a.did] != a.user {
				t.Errorf("%s was held for %s, and is in the cart of %q", a.did, a.user, held[a.did])
			}
			continue
		}
		slowest = max(slowest, a.took)
		if a.status != 0 && held[a.did] != "" {
			ghosts++
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(counted)) {
		t.Logf("%5d answers %s", counted[kind], kind)
	}
	t.Logf("slowest refusal %s; %d refused holds are in a cart", slowest.Round(time.Millisecond), ghosts)
	if ghosts > 0 {
		t.Errorf("%d holds were refused and are held nevertheless, want 0", ghosts)
	}
	if slowest > 15*time.Second {
		t.Errorf("a refusal took %s, want at most 15 s", slowest)
	}
	running.refusedAreFree(t, attempts)
}

// holdAtOnce sends the holds of all buyers at the same moment.
func (s *system) holdAtOnce(t *testing.T, count int) []attempt {
	t.Helper()
	attempts := make([]attempt, count)
	for i, did := range s.free(t, count) {
		attempts[i] = attempt{user: buyer(i % buyers), did: did}
		if _, err := s.token(attempts[i].user); err != nil {
			t.Fatal(err)
		}
	}
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range attempts {
		all.Go(func() {
			<-begin
			s.try(&attempts[i])
		})
	}
	close(begin)
	all.Wait()
	return attempts
}

func (s *system) try(a *attempt) {
	sent := time.Now()
	hold := client.AddToCart(client.HoldRequest{DIDs: []string{a.did}})
	reply := s.as(a.user)(hold.Call)
	a.took = time.Since(sent)
	a.status = reply.Status
	if held, err := hold.Read(reply); err == nil && len(held.Results) == 1 {
		a.outcome = held.Results[0].Outcome
	}
}

// free lists available numbers.
func (s *system) free(t *testing.T, count int) (dids []string) {
	t.Helper()
	for query := client.SearchAvailableDIDs().With("limit", "200"); len(dids) < count; {
		page := ask(t, s, "alice", query)
		for _, o := range page.Data {
			dids = append(dids, o.DID)
		}
		if page.NextCursor == nil {
			break
		}
		query = query.With("cursor", *page.NextCursor)
	}
	if len(dids) < count {
		t.Fatalf("%d numbers are available, want %d", len(dids), count)
	}
	return dids[:count]
}

// inCarts returns the customer of each held number.
func (s *system) inCarts(t *testing.T) map[string]string {
	t.Helper()
	held := map[string]string{}
	for i := range buyers {
		for _, item := range ask(t, s, buyer(i), client.GetCart()).Items {
			held[item.DID] = buyer(i)
		}
	}
	return held
}

// refusedAreFree reads staff's view of each refused number: a number that is held
// without a cart would not show elsewhere.
func (s *system) refusedAreFree(t *testing.T, attempts []attempt) {
	t.Helper()
	for _, a := range attempts {
		if a.status == http.StatusOK || a.status == 0 {
			continue
		}
		look, reply := client.GetInventoryDID(a.did), client.Reply{}
		until(t, patience, "the state of "+a.did, func() bool {
			reply = s.as("ada")(look.Call)
			return !reply.IsBusy()
		})
		found, err := look.Read(reply)
		if err != nil {
			t.Fatal(err)
		}
		if found.State != "available" {
			t.Errorf("%s was refused (%d) and is %s", a.did, a.status, found.State)
		}
	}
}
