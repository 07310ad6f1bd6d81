package history

import (
	"net/http"
	"slices"
	"time"

	"didpurchase/infra/proof/model"
)

// steps returns the steps of one DID in a request and its answer. Several steps
// take effect in any order between the request and its answer.
func (r Request) steps(did string, known facts) []model.Step {
	s := about{Request: r, did: did, by: model.Customer(r.Customer), facts: known}
	var steps []model.Step
	if read, known := readers[r.Kind]; known {
		steps = read(s)
	}
	if r.Cart != nil {
		steps = append(steps, s.cart()...)
	}
	return steps
}

// about is a request from the point of view of one DID.
type about struct {
	Request
	did string
	by  model.Customer
	facts
}

// readers read the answer of each kind of request; the answer to a read of the cart
// has only the cart.
var readers = map[Kind]func(about) []model.Step{
	Hold: about.hold, Remove: about.remove, Extend: about.extend,
	Checkout: about.checkout, Allocate: about.allocate,
	Cancel: about.cancel, Restore: about.restore,
	ReadOwn: about.rental, ReadStock: about.stock,
}

// asked reports whether the request named the DID.
func (a about) asked() bool { return slices.Contains(a.DIDs, a.did) }

// concerned reports whether the customer can have held the DID by the time of
// the answer.
func (a about) concerned() bool {
	since, claimed := a.claimed[a.Customer]
	return claimed && since <= a.Answered
}

// soldForGood reports whether the DID was surely sold for ever before the request.
func (a about) soldForGood() bool { return !a.Window.Moved && a.Sent > a.soldBy }

// facts are the conclusions about one DID from all requests together. They show
// which observations can't fail; these are left out, because each makes a check
// longer.
type facts struct {
	claimed map[int]time.Duration // customer → time of the first hold that perhaps succeeded
	soldBy  time.Duration         // time of the first answer to a purchase
}

func factsOf(all []Request, did string) facts {
	f := facts{claimed: map[int]time.Duration{}, soldBy: model.Forever}
	for _, r := range all {
		o := r.Outcomes[did]
		held := r.Unknown || o.Why == model.Overtaken || slices.Contains([]string{"held", "already_held"}, o.Outcome)
		if since, known := f.claimed[r.Customer]; r.Kind == Hold && slices.Contains(r.DIDs, did) && held &&
			(!known || r.Sent < since) {
			f.claimed[r.Customer] = r.Sent
		}
		if slices.Contains(r.Bought, did) {
			f.soldBy = min(f.soldBy, r.Answered)
		}
	}
	return f
}

// perhaps returns the steps of a request whose outcome is unknown.
func perhaps(steps ...model.Step) []model.Step {
	for i, s := range steps {
		steps[i] = model.Perhaps{Step: s}
	}
	return steps
}

func (a about) hold() []model.Step {
	outcome := a.Outcomes[a.did]
	added, dropped := model.LineAdded{By: a.by}, model.LineDropped{By: a.by}
	switch {
	case !a.asked():
		return nil
	case a.Unknown:
		return perhaps(added, model.Claimed{By: a.by}, dropped)
	case outcome.Outcome == "held":
		return []model.Step{added, model.Claimed{By: a.by, Until: a.Cart[a.did]}}
	case outcome.Outcome == "already_held":
		return []model.Step{model.LineShown{By: a.by}, model.StillHeld{By: a.by}}
	case outcome.Why == model.Overtaken:
		return append(perhaps(added, model.Claimed{By: a.by}), model.Released{By: a.by}, dropped)
	case outcome.Outcome == "unavailable":
		return a.refused(model.Refused{By: a.by, Why: outcome.Why}, dropped)
	default:
		return nil
	}
}

// refused returns the steps of a hold that was refused.
func (a about) refused(refused, dropped model.Step) []model.Step {
	if !a.concerned() || a.soldForGood() {
		return []model.Step{refused}
	}
	return []model.Step{refused, dropped}
}

func (a about) remove() []model.Step {
	removed, released := model.LineRemoved{By: a.by}, model.Released{By: a.by}
	switch {
	case !a.asked(), !a.concerned(), a.soldForGood():
		return nil
	case a.Unknown:
		return perhaps(removed, released)
	case a.Status == http.StatusNoContent:
		return []model.Step{removed, released}
	default:
		return nil
	}
}

func (a about) extend() []model.Step {
	if !a.concerned() || a.soldForGood() || !a.Unknown && a.Status != http.StatusOK {
		return nil
	}
	return []model.Step{model.Extended{By: a.by}}
}

func (a about) cart() []model.Step {
	until, shown := a.Cart[a.did]
	switch {
	case shown:
		return []model.Step{model.LineShown{By: a.by}, model.StillHeld{By: a.by, Until: until}}
	case a.concerned() && !a.soldForGood():
		return []model.Step{model.NotInCart{By: a.by}}
	default:
		return nil
	}
}

func (a about) checkout() []model.Step {
	switch {
	case !a.concerned():
		return nil
	case a.Unknown:
		return perhaps(model.Bought{By: a.by, Order: model.Unnamed, Repeated: a.Repeated}, model.LineDropped{By: a.by})
	case a.Status == http.StatusCreated && slices.Contains(a.Bought, a.did):
		return []model.Step{model.Bought{By: a.by, Order: a.Order, Repeated: a.Repeated}}
	case a.soldForGood():
		return nil
	case a.Status == http.StatusCreated && !a.Repeated, a.Code == "illegal_state":
		return []model.Step{model.NotBought{By: a.by}}
	case a.Code == "dids_unavailable" && slices.Contains(a.Lost, a.did):
		return []model.Step{model.NotBought{By: a.by}, model.LineDropped{By: a.by}}
	default:
		return nil
	}
}

func (a about) allocate() []model.Step {
	switch {
	case !a.asked():
		return nil
	case a.Unknown:
		return perhaps(model.Allocated{By: a.by, Order: model.Unnamed, Repeated: a.Repeated})
	case a.Status == http.StatusCreated:
		return []model.Step{model.Allocated{By: a.by, Order: a.Order, Repeated: a.Repeated}}
	case a.Code == "dids_unavailable" && slices.Contains(a.Lost, a.did):
		return []model.Step{model.Taken{}}
	default:
		return nil
	}
}

func (a about) cancel() []model.Step {
	return a.answered(model.Cancelled{By: a.by, Ends: a.Until}, model.CancelRefused{By: a.by})
}

func (a about) restore() []model.Step {
	return a.answered(model.Restored{By: a.by}, model.RestoreRefused{By: a.by})
}

// answered returns the step of a rental's change from the status of its answer.
func (a about) answered(done, refused model.Step) []model.Step {
	switch {
	case !a.asked():
		return nil
	case a.Unknown:
		return perhaps(done)
	case a.Status == http.StatusOK:
		return []model.Step{done}
	case a.Status == http.StatusConflict:
		return []model.Step{refused}
	case a.Status == http.StatusNotFound:
		return []model.Step{model.NotRented{By: a.by}}
	default:
		return nil
	}
}

func (a about) rental() []model.Step {
	switch {
	case !a.asked():
		return nil
	case a.Status == http.StatusOK:
		return []model.Step{model.Shown{By: a.by, State: a.State}}
	case a.Status == http.StatusNotFound:
		return []model.Step{model.NotRented{By: a.by}}
	default:
		return nil
	}
}

func (a about) stock() []model.Step {
	if !a.asked() || a.Status != http.StatusOK {
		return nil
	}
	return []model.Step{model.Shown{By: a.by, State: a.State, Until: a.Until}}
}
