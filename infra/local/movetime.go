package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"didpurchase/infra/local/pump"
)

// clockPath returns the clock, and moves it for a POST from this machine.
const clockPath = "/local/clock"

// mostAdvance is the longest time by which one request may move the clock: ten
// years.
const mostAdvance = 10 * 366 * 24 * time.Hour

// clockAnswer is the clock after a request.
type clockAnswer struct {
	Now    time.Time    `json:"now"`
	Offset string       `json:"offset"` // how far it is ahead, a Go duration
	Fired  []pump.Fired `json:"fired"`
}

func (m *mover) answer(w http.ResponseWriter, fired []pump.Fired) {
	if fired == nil {
		fired = []pump.Fired{}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(clockAnswer{m.clock.now().UTC().Truncate(time.Millisecond), m.clock.ahead().String(), fired})
}

// tell answers with the time.
func (m *mover) tell(w http.ResponseWriter, _ *http.Request) { m.answer(w, nil) }

// move accepts {"advance": "720h"}, and answers when everything within that time
// has happened. If the request ends early, the part until then has happened too.
func (m *mover) move(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); !fromHere(r) || origin != "" && origin != "http://"+r.Host {
		http.Error(w, "the clock is moved from this machine only", http.StatusForbidden)
		return
	}
	by, err := readAdvance(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fired, err := m.advance(r.Context(), by)
	if err != nil {
		http.Error(w, fmt.Sprintf("it is %s: %v", m.clock.now().UTC().Format(time.RFC3339), err),
			http.StatusInternalServerError)
		return
	}
	m.answer(w, fired)
}

func readAdvance(w http.ResponseWriter, r *http.Request) (time.Duration, error) {
	var in struct{ Advance string }
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return 0, fmt.Errorf(`send {"advance": "720h"}: %w`, err)
	}
	by, err := time.ParseDuration(in.Advance)
	if err != nil {
		return 0, fmt.Errorf("advance: %w", err)
	}
	if by <= 0 || by > mostAdvance {
		return 0, fmt.Errorf("advance: %s is not between nothing and %s: the clock only moves forward", by, mostAdvance)
	}
	return by, nil
}
