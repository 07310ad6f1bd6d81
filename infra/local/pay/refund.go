package pay

import (
	"fmt"
	"net/http"
	"strconv"
)

// refund refunds a part of a payment, or answers with the refund that the
// Idempotency-Key made. Its event is in the session, and nobody sent it: Send sends it.
func (s *Stripe) refund(w http.ResponseWriter, r *http.Request) {
	if !s.admits(w, r) {
		return
	}
	units, err := strconv.ParseInt(r.PostFormValue("amount"), 10, 64)
	if err != nil || units < 1 {
		refuse(w, http.StatusBadRequest, "invalid_request_error", "The amount must be above 0")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, session := range s.sessions {
		if session.PaymentIntent == r.PostFormValue("payment_intent") && session.PaymentStatus == "paid" {
			s.refundOf(session, units, w, r)
			return
		}
	}
	refuse(w, http.StatusBadRequest, "invalid_request_error", "No such payment_intent")
}

func (s *Stripe) refundOf(session *Session, units int64, w http.ResponseWriter, r *http.Request) {
	left, key := session.AmountTotal, r.Header.Get("Idempotency-Key")
	for _, known := range session.back {
		if key != "" && known.key == key {
			answer(w, http.StatusOK, known)
			return
		}
		left -= known.Amount
	}
	if units > left {
		refuse(w, http.StatusBadRequest, "invalid_request_error", "Refund amount is greater than unrefunded amount on charge")
		return
	}
	done := &Moved{ID: fmt.Sprintf("re_%s_%d", session.ID, len(session.back)+1), Object: "refund", Amount: units,
		Currency: session.Currency, Status: "succeeded", PaymentIntent: session.PaymentIntent, Metadata: metadata(r),
		key: key}
	session.back = append(session.back, done)
	s.events++
	e := Event{ID: fmt.Sprintf("evt_local_%d_%d", s.Now().UnixNano(), s.events), Object: "event", Type: "refund.created",
		Created: s.Now().Unix()}
	e.Data.Object = *done
	session.Events = append([]Event{e}, session.Events...)
	answer(w, http.StatusOK, done)
}
