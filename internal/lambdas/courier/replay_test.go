package courier_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/wanttest"
)

// A replay sends each event since a time once more, the oldest first; tests and
// earlier resends are not repeated.
func TestReplay(t *testing.T) {
	t.Parallel()
	w := newDays(t, func() int { return http.StatusOK })
	h := w.create("*")
	for hour := range 5 {
		w.happen(fmt.Sprint("evt_", hour))
		w.pass(time.Hour)
	}
	_, err := w.service.Test(t.Context(), acme, h.ID)
	w.must(err)
	_, err = w.service.Resend(t.Context(), acme, h.ID, w.deliveries(h.ID)[0].ID)
	w.must(err)
	w.pass(time.Minute)
	before := len(w.tries)
	sent, err := w.service.Replay(t.Context(), acme, h.ID, monday.Add(2*time.Hour))
	w.must(err)
	w.pass(time.Minute)
	var events []string
	for _, try := range w.tries[before:] {
		events = append(events, try.event)
	}
	wanttest.Equal(t, "sent", sent, 4)
	wanttest.Diff(t, "events, the oldest first", events,
		[]string{"evt_2", "evt_3", "evt_4", "evt_0"}) // evt_0 was resent after that time
	_, err = w.service.Replay(t.Context(), acme, "01NONE", monday)
	wanttest.True(t, "a webhook that is not there", errors.Is(err, commit.ErrNotFound))
}
