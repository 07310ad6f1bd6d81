package model

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// at returns a step between two moments of a history, in seconds.
func at(call, answered int64, step Step) porcupine.Operation {
	return during(call, answered, Window{From: call * 1000, To: answered * 1000}, step)
}

// lost returns a step whose answer was lost.
func lost(call int64, step Step) porcupine.Operation {
	o := at(call, call+60, Perhaps{step})
	o.Return = Forever
	return o
}

// moved returns a step at a moment of the system's clock, which is moved.
func moved(call, answered, clock int64, step Step) porcupine.Operation {
	return during(call, answered, Window{From: clock * 1000, To: clock*1000 + 100, Moved: true}, step)
}

func during(call, answered int64, w Window, step Step) porcupine.Operation {
	return porcupine.Operation{Call: call, Return: answered, Input: Input{step, w}}
}

const (
	alice Customer = 0
	bob   Customer = 1
	end            = 900_000 // of a hold, in milliseconds
)

var histories = []struct {
	name  string
	legal bool
	steps []porcupine.Operation
}{
	{"a hold is bought", true, []porcupine.Operation{
		at(1, 2, LineAdded{alice}), at(1, 2, Claimed{alice, end}), at(3, 4, Bought{alice, "a-1", false}),
		at(5, 6, Shown{alice, "active", 0}),
	}},
	{"a cart shows a hold after its end, which an extension may have moved", false, []porcupine.Operation{
		at(1, 2, LineAdded{alice}), at(1, 2, Claimed{alice, end}), at(3, 4, Extended{alice}),
		moved(5, 6, 901, StillHeld{alice, end}),
	}},
	{"a cart shows the end that an extension gave", true, []porcupine.Operation{
		at(1, 2, LineAdded{alice}), at(1, 2, Claimed{alice, end}), at(3, 4, Extended{alice}),
		moved(5, 6, 901, StillHeld{alice, 2 * end}),
	}},
	{"two customers hold a number at once", false, []porcupine.Operation{
		at(1, 2, LineAdded{alice}), at(1, 2, Claimed{alice, end}), at(3, 4, LineAdded{bob}), at(3, 4, Claimed{bob, end}),
	}},
	{"a number is held after it was given back", true, []porcupine.Operation{
		at(1, 2, LineAdded{alice}), at(1, 2, Claimed{alice, end}), at(3, 4, LineRemoved{alice}), at(3, 4, Released{alice}),
		at(5, 6, Claimed{bob, end}),
	}},
	{"a hold and its removal at the same time end in either order", true, []porcupine.Operation{
		at(1, 4, LineAdded{alice}), at(1, 4, Claimed{alice, end}), at(2, 3, LineRemoved{alice}), at(2, 3, Released{alice}),
		at(5, 6, Shown{alice, "held", end}),
	}},
	{"a lost hold may stand", true, []porcupine.Operation{
		lost(1, LineAdded{alice}), lost(1, Claimed{By: alice}), at(3, 4, Refused{bob, HeldByOther}),
	}},
	{"a lost hold may come late", true, []porcupine.Operation{
		lost(1, LineAdded{alice}), lost(1, Claimed{By: alice}), at(3, 4, Shown{Nobody, "available", 0}),
		at(5, 6, Shown{alice, "held", end}),
	}},
	{"nobody else's hold can be seen", false, []porcupine.Operation{
		lost(1, Claimed{By: alice}), at(3, 4, Shown{bob, "held", end}),
	}},
	{"a free number is refused", false, []porcupine.Operation{at(1, 2, Refused{alice, Unexplained})}},
	{"a live hold leaves the cart", false, []porcupine.Operation{
		at(1, 2, LineAdded{alice}), at(1, 2, Claimed{alice, end}), at(3, 4, LineDropped{alice}), at(5, 6, NotInCart{alice}),
	}},
	{"a lost line leaves the cart", true, []porcupine.Operation{
		at(1, 2, Claimed{bob, end}), at(3, 4, LineAdded{alice}), at(3, 4, Refused{alice, HeldByOther}),
		at(3, 4, LineDropped{alice}), at(5, 6, NotInCart{alice}),
	}},
	{"a purchase without a line", false, []porcupine.Operation{
		at(1, 2, Claimed{alice, end}), at(3, 4, Bought{alice, "a-1", false}),
	}},
	{"a repeated key answers its order", true, []porcupine.Operation{
		at(1, 2, LineAdded{alice}), at(1, 2, Claimed{alice, end}), lost(3, Bought{alice, Unnamed, false}),
		at(5, 6, Bought{alice, "a-1", true}),
	}},
	{"a repeated key buys again", false, []porcupine.Operation{
		at(1, 2, LineAdded{alice}), at(1, 2, Claimed{alice, end}), at(3, 4, Bought{alice, "a-1", false}),
		at(5, 6, Bought{alice, "a-2", true}),
	}},
	{"a number is sold twice", false, []porcupine.Operation{
		at(1, 2, Allocated{alice, "a-1", false}), at(3, 4, Allocated{bob, "b-1", false}),
	}},
	{"a hold is taken before its end", false, []porcupine.Operation{
		moved(1, 2, 0, Claimed{alice, end}), moved(3, 4, 904, Claimed{bob, 2 * end}),
	}},
	{"a hold is taken after its end", true, []porcupine.Operation{
		moved(1, 2, 0, Claimed{alice, end}), moved(3, 4, 906, Claimed{bob, 2 * end}),
	}},
	{"a hold is bought after its end", false, []porcupine.Operation{
		moved(1, 2, 0, LineAdded{alice}), moved(1, 2, 0, Claimed{alice, end}), moved(3, 4, 901, Bought{alice, "a-1", false}),
	}},
	{"an extended hold lasts longer", true, []porcupine.Operation{
		moved(1, 2, 0, Claimed{alice, end}), moved(3, 4, 600, Extended{alice}),
		moved(5, 6, 1000, StillHeld{alice, 1_500_000}), moved(7, 8, 1001, Refused{bob, HeldByOther}),
	}},
	{"a cancelled rental stays until its end", false, []porcupine.Operation{
		moved(1, 2, 0, Allocated{alice, "a-1", false}), moved(3, 4, 10, Cancelled{alice, 86_400_000}),
		moved(5, 6, 80_000, Shown{Nobody, "available", 0}),
	}},
	{"a cancelled rental comes back", true, []porcupine.Operation{
		moved(1, 2, 0, Allocated{alice, "a-1", false}), moved(3, 4, 10, Cancelled{alice, 86_400_000}),
		moved(5, 6, 86_401, Shown{Nobody, "available", 0}),
	}},
	{"a restored rental goes on", true, []porcupine.Operation{
		at(1, 2, Allocated{alice, "a-1", false}), at(3, 4, Cancelled{alice, 86_400_000}), at(5, 6, Restored{alice}),
		at(7, 8, Cancelled{alice, 86_400_000}), at(9, 10, NotRented{bob}),
	}},
	{"a running rental is not restored", false, []porcupine.Operation{
		at(1, 2, Allocated{alice, "a-1", false}), at(3, 4, Restored{alice}),
	}},
}

func TestHistories(t *testing.T) {
	t.Parallel()
	for _, h := range histories {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			if got := porcupine.CheckOperations(Specification(), h.steps); got != h.legal {
				t.Errorf("linearizable: %t, want %t", got, h.legal)
			}
		})
	}
}
