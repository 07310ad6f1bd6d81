package nemesis

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"didpurchase/infra/proof/proxy"
)

// drop loses a tenth of all calls, or a third of the writes; the seed decides.
func (a *attack) drop() {
	if a.seed%2 == 0 {
		a.follow(proxy.OnlyWrites(proxy.Share(a.seed, 0.3, proxy.Drops...)))
		return
	}
	a.follow(proxy.Share(a.seed, 0.1, proxy.Drops...))
}

func (a *attack) fail()  { a.follow(proxy.Share(a.seed, 0.15, proxy.Refusals...)) }
func (a *attack) delay() { a.follow(proxy.Share(a.seed, 0.06, proxy.Delays...)) }
func (a *attack) mix()   { a.follow(Mix(a.seed)) }

// Mix returns a plan of all faults.
func Mix(seed uint64) proxy.Plan {
	return proxy.Share(seed, 0.08, slices.Concat(proxy.Drops, proxy.Refusals, proxy.Delays)...)
}

// The words in a call's body that name the kind of its item.
const (
	wordDID    = `"DID#`
	wordBlock  = `"CAT#`
	wordCart   = `"CART"`
	wordHold   = `"until"`
	wordOffer  = `"offer"`
	wordWallet = `"ACCOUNT"`
)

func mentions(c proxy.Call, word string) bool { return strings.Contains(string(c.Body), word) }

// deletesHold reports whether the call is the lapse of a hold. A customer's own
// removal has no condition on the hold's end.
func deletesHold(c proxy.Call) bool { return c.Operation == "DeleteItem" && mentions(c, wordHold) }

// extendsHold reports whether the call prolongs a hold. A new hold writes the
// number's offer, too.
func extendsHold(c proxy.Call) bool {
	return c.Operation == "UpdateItem" && mentions(c, wordDID) && mentions(c, wordHold) && !mentions(c, wordOffer)
}

// outageAfterExtensions returns a plan in which carts can't be written for seconds
// after a hold was extended: the number has the new end, its line has the old one.
func (a *attack) outageAfterExtensions() proxy.Plan {
	var over atomic.Int64 // time of the outage, in milliseconds
	return func(c proxy.Call) (proxy.Fault, time.Duration) {
		now := time.Now()
		if extendsHold(c) {
			over.Store(now.Add(a.Between(12*time.Second, 20*time.Second)).UnixMilli())
		}
		if c.Operation == "PutItem" && mentions(c, wordCart) && now.UnixMilli() < over.Load() {
			return proxy.Failed, 0
		}
		return proxy.None, 0
	}
}

// atFirst returns a plan that refuses matching calls for a time after the first try
// of the same call.
func (a *attack) atFirst(low, high time.Duration, fits func(proxy.Call) bool) proxy.Plan {
	var mu sync.Mutex
	over := map[string]time.Time{} // when each call is let through
	return func(c proxy.Call) (proxy.Fault, time.Duration) {
		if !fits(c) {
			return proxy.None, 0
		}
		mu.Lock()
		defer mu.Unlock()
		key := keyOf(c)
		if _, tried := over[key]; !tried {
			over[key] = time.Now().Add(a.Between(low, high))
		}
		if time.Now().Before(over[key]) {
			return proxy.Throttle, 0
		}
		delete(over, key)
		return proxy.None, 0
	}
}

// keyOf returns the key of the item that the call is about.
func keyOf(c proxy.Call) string {
	var call struct{ Key json.RawMessage }
	if json.Unmarshal(c.Body, &call) != nil {
		return ""
	}
	return string(call.Key)
}

// late returns a plan that delays this share of the matching calls.
func (a *attack) late(share float64, low, high time.Duration, fits func(proxy.Call) bool) proxy.Plan {
	return func(c proxy.Call) (proxy.Fault, time.Duration) {
		if !fits(c) || !a.Chance(share) {
			return proxy.None, 0
		}
		return proxy.LateCall, a.Between(low, high)
	}
}

// lateClaims returns a plan in which writes of DIDs come seconds after they were
// decided, as if the process was paused in between; purchases more often than
// others. With an odd seed lapses come late, too.
func (a *attack) lateClaims() proxy.Plan {
	single := a.late(0.15, 500*time.Millisecond, 6500*time.Millisecond,
		func(c proxy.Call) bool { return c.Writes() && mentions(c, wordDID) })
	purchase := a.late(0.4, 500*time.Millisecond, 6500*time.Millisecond,
		func(c proxy.Call) bool { return c.Operation == "TransactWriteItems" })
	lapse := a.atFirst(2*time.Second, 8*time.Second, deletesHold)
	return func(c proxy.Call) (proxy.Fault, time.Duration) {
		switch {
		case deletesHold(c) && a.seed%2 == 1:
			return lapse(c)
		case c.Operation == "TransactWriteItems":
			return purchase(c)
		default:
			return single(c)
		}
	}
}

// lateBlocks returns a plan in which blocks are written late, so that writers of
// the same block meet.
func (a *attack) lateBlocks() proxy.Plan {
	return a.late(0.4, 100*time.Millisecond, 1300*time.Millisecond, func(c proxy.Call) bool {
		return c.Operation == "PutItem" && mentions(c, wordBlock)
	})
}
