package nemesis

import (
	"slices"
	"strings"
	"time"

	"didpurchase/infra/proof/proxy"
)

// drop loses a tenth of all calls, or a third of the writes, by the seed.
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

// Mix is a plan of all faults.
func Mix(seed uint64) proxy.Plan {
	return proxy.Share(seed, 0.08, slices.Concat(proxy.Drops, proxy.Refusals, proxy.Delays)...)
}

// The words by which a call's body shows what it is about.
const (
	wordDID    = `"DID#`
	wordBlock  = `"CAT#`
	wordCart   = `"CART"`
	wordHold   = `"until"`
	wordWallet = `"ACCOUNT"`
)

func mentions(c proxy.Call, word string) bool { return strings.Contains(string(c.Body), word) }

// deletesHold reports whether the call is the lapse of a hold. A customer's own
// removal doesn't ask for the hold's end.
func deletesHold(c proxy.Call) bool { return c.Operation == "DeleteItem" && mentions(c, wordHold) }

// late is a plan that delays this share of the calls that fit.
func (a *attack) late(share float64, low, high time.Duration, fits func(proxy.Call) bool) proxy.Plan {
	return func(c proxy.Call) (proxy.Fault, time.Duration) {
		if !fits(c) || !a.Chance(share) {
			return proxy.None, 0
		}
		return proxy.LateCall, a.Between(low, high)
	}
}

// lateClaims is a plan of writes of DIDs that come seconds after they were
// decided, as those of a process that was paused in between; purchases more
// often than others. With an odd seed the lapse doesn't get at the holds either.
func (a *attack) lateClaims() proxy.Plan {
	single := a.late(0.15, 500*time.Millisecond, 6500*time.Millisecond, func(c proxy.Call) bool { return c.Writes() && mentions(c, wordDID) })
	purchase := a.late(0.4, 500*time.Millisecond, 6500*time.Millisecond, func(c proxy.Call) bool { return c.Operation == "TransactWriteItems" })
	return func(c proxy.Call) (proxy.Fault, time.Duration) {
		switch {
		case deletesHold(c) && a.seed%2 == 1:
			return proxy.Throttle, 0
		case c.Operation == "TransactWriteItems":
			return purchase(c)
		default:
			return single(c)
		}
	}
}

// lateBlocks is a plan of blocks that are written late, so that those who write
// the same block meet.
func (a *attack) lateBlocks() proxy.Plan {
	return a.late(0.4, 100*time.Millisecond, 1300*time.Millisecond, func(c proxy.Call) bool {
		return c.Operation == "PutItem" && mentions(c, wordBlock)
	})
}
