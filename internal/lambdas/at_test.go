package lambdas_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

// moment is a state of a number, in a model, from a time on.
type moment struct {
	from            time.Time
	state, customer string
}

// lives moves numbers at random and records their states in the model.
type lives struct {
	*carriers
	random   *rand.Rand
	recorder *streamtest.Recorder
	now      time.Time
	is       map[e164.Number]did.DID
	model    map[e164.Number][]moment
}

// next is a random move that the number's state allows.
func (l *lives) next(n e164.Number) (did.Move, error) {
	d, id := l.is[n], ulid.Make().String()
	terms := pricing.Terms{Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"),
		Recurring: money.MustParse("2", "USD"),
		Interval:  pricing.Interval{Unit: pricing.Day, Count: 1}}
	customer := []string{"alice", "bob"}[l.random.IntN(2)]
	switch d.State {
	case did.None:
		return did.HoldFor("acme", customer, n, id, l.now.Add(24*time.Hour), did.Offer{Terms: terms}, l.now), nil
	case did.Held:
		if l.random.IntN(3) == 0 {
			return did.RemoveHold("acme", d.Customer, n, d.HoldID, l.now), nil
		}
		return did.Assign(d, id, l.now, time.UTC)
	case did.Assigned:
		if l.random.IntN(2) == 0 {
			return d.LeaveCarrier(l.now)
		}
		return d.CancelAtEnd(l.now, time.UTC)
	case did.PendingRelease:
		return d.AgeUntil(l.now.Add(time.Second), l.now)
	default:
		return d.FreeNow(l.now)
	}
}

// step makes a random move of a random number some seconds later.
func (l *lives) step(n e164.Number) {
	l.t.Helper()
	if l.is[n].State == did.PortedOut {
		return
	}
	l.now = l.now.Add(time.Duration(1+l.random.IntN(30)) * time.Second)
	m, err := l.next(n)
	l.must(err)
	moved, err := l.recorder.Move(context.Background(), m)
	l.must(err)
	wanttest.Equal(l.t, fmt.Sprintf("%s: %s: moved", n, m.Event), moved, true)
	found, err := l.store.DIDs(context.Background(), "acme", []e164.Number{n})
	l.must(err)
	l.is[n] = found[n]
	l.model[n] = append(l.model[n], moment{l.now, m.To.State.Word(), found[n].Customer})
}

// at returns the state in the model at a moment.
func (l *lives) at(n e164.Number, t time.Time) moment {
	said := moment{state: "available"}
	for _, m := range l.model[n] {
		if !m.from.After(t) {
			said = m
		}
	}
	return said
}

// GET /v1/inventory/{did}?at= agrees with a model at a thousand random moments
// of two hundred numbers.
func TestWhoHeldItThen(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const first, count = sold, 200
	w.offer("acme", first, first+count-1)
	l := &lives{
		carriers: w, random: rand.New(rand.NewPCG(1, 2)), now: start, is: map[e164.Number]did.DID{},
		model:    map[e164.Number][]moment{},
		recorder: streamtest.New(dynamodb.NewFromConfig(w.env.AWS), w.env.TableName, w.store),
	}
	for range 1200 {
		l.step(first + e164.Number(l.random.IntN(count)))
	}
	for from := 0; from < len(l.recorder.Records); from += 100 {
		batch := l.recorder.Records[from:min(from+100, len(l.recorder.Records))]
		wanttest.Equal(t, "record to go on from",
			streamtest.Deliver(t, history.With(w.env, history.Queues{Events: nobodyListens{}, Renewals: nobodyListens{}}),
				batch...), "")
	}
	token, span := w.token("acme-viewer", nil), int(l.now.Sub(start)/time.Second)
	for range 1000 {
		n, when := first+e164.Number(l.random.IntN(count)), start.Add(time.Duration(l.random.IntN(span))*time.Second)
		var got struct {
			State    string
			Customer *string
			AsOf     time.Time `json:"as_of"`
		}
		w.send(token, "GET", "/v1/inventory/"+n.String()+"?at="+when.Format(time.RFC3339), "").read(t, &got)
		want, about := l.at(n, when), fmt.Sprintf("%s at %s: ", n, when)
		wanttest.Equal(t, about+"state", got.State, want.state)
		wanttest.Equal(t, about+"customer", textOf(got.Customer), want.customer)
		wanttest.Equal(t, about+"moment", got.AsOf, when)
	}
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// nobodyListens accepts events and drops them.
type nobodyListens struct{}

func (nobodyListens) Send(context.Context, []string) error { return nil }
