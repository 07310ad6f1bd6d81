package courier_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
)

// For a failing webhook, deliveries that were never tried wait without messages, so
// that ten times the events are not ten times the messages. Once it works, all
// arrive, the oldest first.
func TestAFailingWebhookHasABacklog(t *testing.T) {
	t.Parallel()
	posted := map[int]int{} // messages by events
	for _, n := range []int{30, 300} {
		status := http.StatusServiceUnavailable
		w := newDays(t, func() int { return status })
		h := w.create("did.*")
		for i := range n {
			w.happen(fmt.Sprintf("evt_%03d", i))
			w.pass(time.Hour / time.Duration(n))
		}
		posted[n] = w.posted
		status = http.StatusOK
		before := len(w.tries)
		w.pass(2 * time.Hour)
		wanttest.Equal(t, "deliveries", count(w.everyDelivery(h.ID), webhook.Delivered), n)
		var untried []string
		for _, try := range w.tries[before:] {
			if !tried(w.tries[:before], try.event) {
				untried = append(untried, try.event)
			}
		}
		for i := range untried[2:] { // the first was released earlier
			wanttest.True(t, untried[i+1]+" came before "+untried[i+2], untried[i+1] < untried[i+2])
		}
		wanttest.Equal(t, "messages that still wait", len(w.waiting), 0)
		w.emptyBacklog(h)
	}
	wanttest.True(t, fmt.Sprintf("messages of a failing hour, %v, don't grow with the events", posted),
		posted[300] < 3*posted[30])
}

func tried(tries []try, event string) bool {
	for _, t := range tries {
		if t.event == event {
			return true
		}
	}
	return false
}

func count(all []webhook.Delivery, status webhook.Status) (n int) {
	for _, d := range all {
		if d.Status == status {
			n++
		}
	}
	return n
}

// everyDelivery returns the webhook's deliveries, newest first.
func (w *days) everyDelivery(id string) (all []webhook.Delivery) {
	w.Helper()
	for after := ""; ; {
		page, next, err := w.service.Deliveries(w.Context(), acme, id, 200, after)
		w.must(err)
		all = append(all, page...)
		if after = next; after == "" {
			return all
		}
	}
}

// emptyBacklog fails the test if a delivery waits, or a check is due.
func (w *days) emptyBacklog(h webhook.Webhook) {
	w.Helper()
	backlog, err := w.store.Backlog(w.Context(), h, 10)
	w.must(err)
	wanttest.Equal(w, "deliveries in the backlog", len(backlog), 0)
	due, err := w.store.CheckAt(w.Context(), h)
	w.must(err)
	wanttest.True(w, "no check is due", due.IsZero())
}

// A delivery that waits for 24 hours is given up and becomes a dead letter, even
// though the webhook is still enabled.
func TestABacklogIsGivenUpAfterADay(t *testing.T) {
	t.Parallel()
	w := newDays(t, func() int { return 0 })
	h := w.create("*")
	for i := range 40 {
		w.happen(fmt.Sprintf("evt_%03d", i))
		w.pass(time.Second)
	}
	w.pass(26 * time.Hour)
	wanttest.True(t, "it is enabled", w.webhook(h.ID).Enabled)
	wanttest.Equal(t, "failed deliveries", count(w.everyDelivery(h.ID), webhook.Failed), 40)
	wanttest.Equal(t, "dead letters", len(w.dead), 40)
	w.emptyBacklog(h)
}

// After a receiver was repaired, a test or enabling the webhook ends the pause:
// waiting deliveries follow at once.
func TestARepairedReceiverNeedNotWait(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(*days, webhook.Webhook) error{
		"test": func(w *days, h webhook.Webhook) error {
			_, err := w.service.Test(w.Context(), acme, h.ID)
			return err
		},
		"enable": func(w *days, h webhook.Webhook) error {
			_, err := w.service.Edit(w.Context(), acme, h.ID, nil, nil, new(true))
			return err
		},
	} {
		status := 0
		w := newDays(t, func() int { return status })
		h := w.create("*")
		w.happen("evt_first")
		w.pass(10 * time.Hour)
		w.happen("evt_probe") // this ends the pause
		w.pass(time.Second)
		w.happen("evt_waits")
		wanttest.True(t, name+": it is paused", w.webhook(h.ID).PausedUntil.After(w.now.Add(10*time.Minute)))
		status = http.StatusOK
		w.must(ask(w, h))
		w.pass(5 * time.Second)
		wanttest.True(t, name+": what waited arrived", tried(w.tries, "evt_waits"))
	}
}

// The store and the queue break at any call, before or after carrying it out: no
// delivery is forgotten.
func TestABacklogOutlivesFaults(t *testing.T) {
	t.Parallel()
	seeds := uint64(3)
	for seed := range seeds {
		status := 0
		w := newDays(t, func() int { return status })
		h := w.create("*")
		w.faults = rand.New(rand.NewPCG(seed, 17))
		for i := range 60 {
			if i%20 == 19 {
				status = []int{http.StatusOK, 0, http.StatusOK}[i/20]
			}
			w.happen(fmt.Sprintf("evt_%03d", i))
			w.pass(time.Duration(w.faults.IntN(90)) * time.Second)
		}
		w.faults = nil
		w.pass(27 * time.Hour)
		all := w.everyDelivery(h.ID)
		wanttest.Equal(t, fmt.Sprintf("seed %d: deliveries", seed), len(all), 60)
		wanttest.Equal(t, fmt.Sprintf("seed %d: deliveries without an end", seed), count(all, webhook.Pending), 0)
		wanttest.Equal(t, fmt.Sprintf("seed %d: messages that still wait", seed), len(w.waiting), 0)
		w.emptyBacklog(h)
	}
}
