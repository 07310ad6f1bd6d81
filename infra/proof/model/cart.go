package model

// Steps of carts. By is the owner of the cart.
type (
	// LineAdded puts the number into the cart.
	LineAdded struct{ By Customer }
	// LineRemoved takes it out at the customer's request.
	LineRemoved struct{ By Customer }
	// LineDropped takes it out because the system found that the customer lost it,
	// or gives it up. A line with a live hold must never be dropped.
	LineDropped struct{ By Customer }
	// LineShown is a cart that lists the number.
	LineShown struct{ By Customer }

	// Claimed is a hold with the answer held.
	Claimed struct {
		By    Customer
		Until int64 // 0 if the answer has no end
	}
	// Refused is a hold with the answer unavailable.
	Refused struct {
		By  Customer
		Why Reason
	}
	// StillHeld is an answer in which the customer's own hold is live.
	StillHeld struct {
		By    Customer
		Until int64
	}
	// NotInCart is a cart that does not list the number among its held ones.
	NotInCart struct{ By Customer }
	// Released is a hold given back.
	Released struct{ By Customer }
	// Extended is a hold prolonged, if it is live.
	Extended struct{ By Customer }
)

// Reason is the reason for refusing a hold.
type Reason string

// The reasons.
const (
	HeldByOther Reason = "held by another customer"
	OwnRental   Reason = "rented by this customer"
	Sold        Reason = "sold"
	Overtaken   Reason = "taken out of the cart while it was being held"
	Unexplained Reason = ""
)

func (l LineAdded) next(s State, _ Window) []State   { return []State{s.listed(l.By)} }
func (l LineRemoved) next(s State, _ Window) []State { return []State{s.unlisted(l.By)} }
func (l LineShown) next(s State, _ Window) []State   { return when(s.lists(l.By), s) }

func (l LineDropped) next(s State, w Window) []State {
	if s.isLive(l.By, w) {
		return []State{s}
	}
	return []State{s, s.unlisted(l.By)}
}

func (c Claimed) next(s State, w Window) []State {
	return when((s.Stage == Free || s.heldBy(c.By)) && w.reaches(c.Until), s.claimed(c.By, c.Until, w))
}

func (r Refused) next(s State, w Window) []State {
	switch r.Why {
	case HeldByOther:
		return when(s.Stage == Held && s.By != r.By, s)
	case OwnRental:
		return when(s.rentedBy(r.By), s)
	case Overtaken: // Claimed and Released are steps of their own
		return []State{s}
	case Sold:
		return when(s.Stage == Aging || s.Stage >= Rented && s.By != r.By, s)
	default: // a customer who let a hold lapse has to wait, which happens only if the clock is moved
		return when(w.Moved || s.Stage != Free && !s.heldBy(r.By), s)
	}
}

func (h StillHeld) next(s State, w Window) []State {
	return when(s.mayBeLive(h.By, w) && w.reaches(h.Until), s.until(h.Until))
}

func (n NotInCart) next(s State, w Window) []State {
	return when(!s.isLive(n.By, w) || !s.lists(n.By), s)
}

func (r Released) next(s State, _ Window) []State {
	if s.heldBy(r.By) {
		return []State{s.freed()}
	}
	return []State{s}
}

func (e Extended) next(s State, w Window) []State {
	if !s.mayBeLive(e.By, w) {
		return []State{s}
	}
	longer := s
	longer.EndsTo = max(s.EndsTo, w.To+longHold)
	return []State{s, longer}
}
