// Package proxy sits between the system and its database and breaks calls on
// purpose, as networks and DynamoDB do. It knows DynamoDB's protocol and its
// errors; a Plan decides which calls are broken.
package proxy

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Fault is a fault of one call.
type Fault string

// The faults. "Done" means that the database carried the call out.
const (
	None       Fault = ""
	Lost       Fault = "lost"        // it never arrives
	Unanswered Fault = "unanswered"  // done, the connection is cut before the answer
	HalfAnswer Fault = "half answer" // done, the connection is cut within the answer
	LateCall   Fault = "late call"   // it arrives late
	LateAnswer Fault = "late answer" // done, answered late
	Failed     Fault = "failed"      // HTTP 500, not done
	FailedDone Fault = "failed done" // HTTP 500, but done
	Throttle   Fault = "throttle"    // too many requests, not done
	Conflict   Fault = "conflict"    // a transaction is in the way, not done
	InProgress Fault = "in progress" // done; the answer is that the same transaction is still running
)

// Drops are the faults that lose calls or answers.
var Drops = []Fault{Lost, Unanswered, Unanswered, HalfAnswer, FailedDone}

// Refusals are the faults that answer with an error.
var Refusals = []Fault{Throttle, Conflict, Failed, FailedDone, InProgress}

// Delays are the faults that take time.
var Delays = []Fault{LateCall, LateAnswer}

// Call is one request to the database.
type Call struct {
	Operation string // UpdateItem
	Body      []byte
}

// writing are the operations that write.
var writing = []string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}

// reading are the operations by which functions read. Scans and streams are left
// out: only the local world itself uses them.
var reading = []string{"GetItem", "BatchGetItem", "Query"}

// Writes reports whether the call writes.
func (c Call) Writes() bool { return slices.Contains(writing, c.Operation) }

// breakable reports whether a plan is asked about the call.
func (c Call) breakable() bool { return c.Writes() || slices.Contains(reading, c.Operation) }

// takes reports whether the fault is possible for the call: only transactions can
// be in progress, and only writes conflict.
func (c Call) takes(f Fault) bool {
	switch f {
	case InProgress:
		return c.Operation == "TransactWriteItems"
	case Conflict:
		return c.Writes()
	default:
		return true
	}
}

// Plan decides the fault of a call, and the length of a delay. It is called by many
// goroutines at once.
type Plan func(Call) (Fault, time.Duration)

// Share returns a plan that breaks this share of the calls, each with one of the
// faults. Most delays are short, a few last up to 5 seconds.
func Share(seed uint64, share float64, faults ...Fault) Plan {
	dice := NewDice(seed)
	return func(Call) (Fault, time.Duration) {
		if !dice.Chance(share) {
			return None, 0
		}
		x := dice.Float()
		return faults[dice.Below(len(faults))], 200*time.Millisecond + time.Duration(x*x*x*4.8*float64(time.Second))
	}
}

// OnlyWrites returns the plan for writes; reads are left alone.
func OnlyWrites(plan Plan) Plan {
	return func(c Call) (Fault, time.Duration) {
		if !c.Writes() {
			return None, 0
		}
		return plan(c)
	}
}

// Dice are random numbers that goroutines share.
type Dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

// NewDice returns the dice of a seed.
func NewDice(seed uint64) *Dice { return &Dice{r: rand.New(rand.NewPCG(seed, 77))} }

// Float returns a number from 0 up to 1.
func (d *Dice) Float() float64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.Float64()
}

// Chance reports true in this share of the calls.
func (d *Dice) Chance(share float64) bool { return d.Float() < share }

// Below returns a number from 0 up to n.
func (d *Dice) Below(n int) int { return int(d.Float() * float64(n)) }

// Between returns a duration between the two.
func (d *Dice) Between(low, high time.Duration) time.Duration {
	return low + time.Duration(d.Float()*float64(high-low))
}
