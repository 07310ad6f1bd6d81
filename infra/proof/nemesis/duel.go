package nemesis

import (
	"encoding/json"
	"regexp"
	"slices"
	"sync"
	"time"

	"didpurchase/infra/proof/proxy"
)

// duel delivers an old batch at the moment in which a block is being written, so
// that two want to write the same version of it:
//
//	the stream      reads version 7, wants to write 8: held for a moment
//	an old batch    reads version 7, wants to write 8: held for seconds
//	the stream      writes 8, then 9, 10 and 11
//	the old batch   writes 8 with the state of version 7: the store has to refuse
//
// The old batch is about the last changed numbers, so that it has something to
// write, and nothing corrects the rest of the block.
type duel struct {
	*attack
	lanes   chan struct{}  // an element for each old batch that is on its way
	running sync.WaitGroup // the old batches on their way

	mu        sync.Mutex // guards the fields below
	changed   []string   // the numbers that were written last
	writing   map[version]bool
	delivered int
}

// version is one version of a block.
type version struct{ block, number string }

const (
	oldBatches  = 3 // the largest number on their way at the same time
	lastChanged = 4 // the largest number of numbers in an old batch
)

// The time for which the first and the second writer of the same version are held.
const (
	firstLow, firstHigh   = 100 * time.Millisecond, 200 * time.Millisecond
	secondLow, secondHigh = time.Second, 3 * time.Second
)

func (a *attack) redeliver() {
	d := &duel{attack: a, lanes: make(chan struct{}, oldBatches), writing: map[version]bool{}}
	a.system.Proxy.Follow(d.plan)
	a.rest()
	a.system.Proxy.Follow(nil)
	d.running.Wait()
	a.say("delivered %d old batches", d.delivered)
}

// plan holds the writers of a block.
func (d *duel) plan(c proxy.Call) (proxy.Fault, time.Duration) {
	if !c.Writes() {
		return proxy.None, 0
	}
	d.note(c)
	v, ok := blockVersion(c)
	switch {
	case !ok:
		return proxy.None, 0
	case d.isSecond(v):
		return proxy.LateCall, d.Between(secondLow, secondHigh)
	default:
		d.deliver()
		return proxy.LateCall, d.Between(firstLow, firstHigh)
	}
}

// didKeys finds the DIDs of a write.
var didKeys = regexp.MustCompile(`"sk":\{"S":"([0-9]{7,15})"\}`)

// note remembers the numbers that the call writes.
func (d *duel) note(c proxy.Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, found := range didKeys.FindAllSubmatch(c.Body, -1) {
		did := "+" + string(found[1])
		d.changed = slices.DeleteFunc(d.changed, func(other string) bool { return other == did })
		d.changed = append(d.changed, did)
	}
	d.changed = d.changed[max(0, len(d.changed)-lastChanged):]
}

// blockVersion returns the version of a block that the call writes; ok is false
// for any other call.
func blockVersion(c proxy.Call) (v version, ok bool) {
	if c.Operation != "PutItem" || !mentions(c, wordBlock) {
		return version{}, false
	}
	var call struct {
		Item struct {
			SK  struct{ S string } `json:"sk"`
			Ver struct{ N string } `json:"ver"`
		}
	}
	if json.Unmarshal(c.Body, &call) != nil || call.Item.Ver.N == "" {
		return version{}, false
	}
	return version{call.Item.SK.S, call.Item.Ver.N}, true
}

// isSecond reports whether another call writes, or has written, the version.
func (d *duel) isSecond(v version) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := d.writing[v]
	d.writing[v] = true
	return known
}

// deliver sends an old batch, unless enough are on their way.
func (d *duel) deliver() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.changed) == 0 || d.ctx.Err() != nil {
		return
	}
	select {
	case d.lanes <- struct{}{}:
	default:
		return
	}
	d.delivered++
	old := batch(slices.Clone(d.changed))
	d.running.Go(func() {
		defer func() { <-d.lanes }()
		d.invoke("catalogue", old)
	})
}
