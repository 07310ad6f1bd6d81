package model

// Steps of purchases and rentals.
type (
	// Bought is a checkout that bought the number. A repeated key is answered with
	// its order, so the number may be rented already.
	Bought struct {
		By       Customer
		Order    string
		Repeated bool
	}
	// NotBought is a checkout that didn't buy the number, though the customer
	// may have held it.
	NotBought struct{ By Customer }
	// Allocated is a number that staff rented to the customer.
	Allocated struct {
		By       Customer
		Order    string
		Repeated bool
	}
	// Taken is an allocation refused because the number is not free.
	Taken struct{}

	// Cancelled is a rental given up from the end of its period on.
	Cancelled struct {
		By   Customer
		Ends int64 // 0 if the answer has no end
	}
	// CancelRefused is a cancellation of a rental that has no such move.
	CancelRefused struct{ By Customer }
	// Restored is a withdrawn cancellation.
	Restored struct{ By Customer }
	// RestoreRefused is a restore of a rental that isn't leaving.
	RestoreRefused struct{ By Customer }
	// Shown is the view of staff or of the number's customer, in the wire's words.
	Shown struct {
		By    Customer
		State string
		Until int64 // of a hold
	}
	// NotRented is an answer that the customer doesn't rent the number.
	NotRented struct{ By Customer }
)

func (b Bought) next(s State, w Window) []State {
	var next []State
	if s.mayBeLive(b.By, w) && s.lists(b.By) {
		next = append(next, s.bought(b.By, b.Order).unlisted(b.By))
	}
	return append(next, repeated(s, w, b.By, b.Order, b.Repeated)...)
}

func (a Allocated) next(s State, w Window) []State {
	var next []State
	if s.Stage == Free {
		next = append(next, s.bought(a.By, a.Order))
	}
	return append(next, repeated(s, w, a.By, a.Order, a.Repeated)...)
}

// repeated returns the conclusion from a repeated key's answer: the order exists,
// and its rental may have ended since.
func repeated(s State, w Window, by Customer, order string, again bool) []State {
	if !again {
		return nil
	}
	var next []State
	if s.rentedBy(by) && (s.Order == order || s.Order == Unnamed) {
		named := s
		named.Order = order
		next = append(next, named)
	}
	if w.Moved {
		next = append(next, s)
	}
	return next
}

func (n NotBought) next(s State, w Window) []State {
	return when(!s.isLive(n.By, w) || !s.lists(n.By), s)
}

func (Taken) next(s State, _ Window) []State { return when(s.Stage != Free, s) }

func (c Cancelled) next(s State, w Window) []State {
	switch {
	case s.Stage == Rented && s.By == c.By:
		s.Stage, s.NextAt = Leaving, c.Ends
		if c.Ends == 0 {
			s.NextAt = w.From
		}
		return []State{s}
	default: // of two at once, both may get this answer
		return when(s.Stage == Leaving && s.By == c.By, s)
	}
}

func (c CancelRefused) next(s State, _ Window) []State {
	return when(s.rentedBy(c.By) && s.Stage != Rented, s)
}

func (r Restored) next(s State, _ Window) []State {
	possible := s.Stage == Leaving && s.By == r.By
	s.Stage, s.NextAt = Rented, 0
	return when(possible, s)
}

func (r RestoreRefused) next(s State, w Window) []State {
	return when(s.rentedBy(r.By) && (s.Stage != Leaving || w.To >= s.NextAt), s)
}

func (n NotRented) next(s State, _ Window) []State { return when(!s.rentedBy(n.By), s) }

// stages has the stage of each state on the wire.
var stages = map[string]Stage{
	"available": Free, "held": Held, "active": Rented, "past_due": Rented, "suspended": Rented,
	"pending_release": Leaving, "aging": Aging,
}

func (o Shown) next(s State, _ Window) []State {
	stage, known := stages[o.State]
	return when(known && s.Stage == stage && (stage == Free || s.By == o.By), s.until(heldUntil(stage, o.Until)))
}

func heldUntil(stage Stage, until int64) int64 {
	if stage == Held {
		return until
	}
	return 0
}
