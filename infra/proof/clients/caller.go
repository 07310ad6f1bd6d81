// Package clients are customers and staff who use the shop at once: some want the
// same numbers, some share an account. It records each request and its answer in
// the history; it does not know the meaning of an answer for a DID.
package clients

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/history"
	"didpurchase/infra/proof/model"
	"didpurchase/infra/proof/system"
)

// Admin is the staff user who reads the stock, allocates and pays.
const Admin = "ada"

const (
	// decideTime is the longest time after its client has gone in which a request
	// may still decide.
	decideTime = time.Minute
	// rounding is the largest difference between the two clocks of a window.
	rounding = 50 * time.Millisecond
	// pauseWhenDown keeps clients from sending requests all the time while the
	// system is down.
	pauseWhenDown = 300 * time.Millisecond
)

// caller sends requests and records them in the history.
type caller struct {
	system *system.System
	http   *system.Client
	*history.History
}

// ask sends a request as the user and fills in the times of sending and answer.
// kept is false for a request that was never sent: it is not part of the history.
func (c caller) ask(r history.Request, user string, call client.Call) (_ history.Request, _ client.Reply, kept bool) {
	call.Key = r.Key
	r = c.Begin(r)
	sent := time.Now()
	reply := c.http.As(user)(call)
	answered := time.Now()
	if reply.NotSent {
		time.Sleep(pauseWhenDown)
		return r, reply, false
	}
	r.Sent, r.Answered = sent.Sub(c.Began), answered.Sub(c.Began)
	r.Status, r.Unknown, r.Code = reply.Status, reply.Unknown(), reply.Problem().Code
	if r.Unknown || r.Status >= http.StatusBadRequest {
		r.Text = reply.String()
	}
	r.Window = c.window(sent, answered, r.Unknown)
	return r, reply, true
}

// window returns the time in which the system decided a request, by its own
// clock.
func (c caller) window(sent, answered time.Time, unknown bool) model.Window {
	if unknown {
		answered = sent.Add(decideTime)
	}
	earliest, _ := c.system.Clock.Bounds(sent)
	_, latest := c.system.Clock.Bounds(answered)
	return model.Window{
		From: earliest.Add(-rounding).UnixMilli(), To: latest.Add(rounding).UnixMilli(),
		Moved: c.system.Clock.MovedSince(c.Began),
	}
}

func (c caller) user(customer int) string { return c.Customers[customer] }

// order reads the answer of a purchase.
func order(r *history.Request, request client.Request[client.Order], reply client.Reply) {
	if made, err := request.Read(reply); err == nil {
		r.Order, r.Bought = made.ID, made.DIDs
	}
	for _, e := range reply.Problem().Errors {
		if e.DID != "" {
			r.Lost = append(r.Lost, e.DID)
		}
	}
}

// outcomes reads the answer of a hold.
func outcomes(answer client.HoldAnswer) map[string]history.Outcome {
	all := map[string]history.Outcome{}
	for _, r := range answer.Results {
		o := history.Outcome{Outcome: r.Outcome}
		at := slices.IndexFunc(reasons, func(known struct {
			begins string
			why    model.Reason
		}) bool {
			return strings.HasPrefix(client.Text(r.Detail), known.begins)
		})
		if at >= 0 {
			o.Why = reasons[at].why
		}
		all[r.DID] = o
	}
	return all
}
