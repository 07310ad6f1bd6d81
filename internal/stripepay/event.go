package stripepay

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/topup"
)

// Signature is the header with the time and the signature of an event.
const Signature = "Stripe-Signature"

// tolerance is the largest age of a signature. Stripe signs each repeat anew, so an
// event itself may be days old.
const tolerance = 5 * time.Minute

// event has the fields of Stripe's events that are read.
type event struct {
	ID      string
	Type    string
	Created int64
	Data    struct{ Object json.RawMessage }
}

// Read implements topup.Provider. For an event of another type it returns an empty
// notification.
func (p Provider) Read(with topup.Secret, header func(string) string, body []byte,
	now time.Time) (topup.Notification, error) {
	if err := verify(with.Signing, header(Signature), body, now); err != nil {
		return topup.Notification{}, err
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		return topup.Notification{}, fmt.Errorf("stripepay: event: %w", err)
	}
	n := topup.Notification{ID: e.ID, At: time.Unix(e.Created, 0).UTC()}
	read, ok := readers[e.Type]
	if !ok {
		return n, nil
	}
	if err := read(&n, e.Data.Object); err != nil {
		return topup.Notification{}, fmt.Errorf("stripepay: event %s, %s: %w", e.ID, e.Type, err)
	}
	return n, nil
}

// verify checks the signature and its age. With an empty secret, anybody could
// sign. The header has a time and signatures by one secret or, for a day after a
// change, by two: "t=1764500000,v1=5257a8…,v1=91fe0c…". Each is the HMAC of
// "1764500000.<body>". https://docs.stripe.com/webhooks?verify=verify-manually
func verify(secret, header string, body []byte, now time.Time) error {
	if secret == "" {
		return fmt.Errorf("%w: there is no signing secret", topup.ErrForged)
	}
	stamp, signatures := parseSignature(header)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: the signature has no time", topup.ErrForged)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	wanted := mac.Sum(nil)
	if !slices.ContainsFunc(signatures, func(s []byte) bool { return hmac.Equal(s, wanted) }) {
		return fmt.Errorf("%w: no signature is by the carrier's secret", topup.ErrForged)
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return fmt.Errorf("%w: the signature is %s old, and %s is allowed", topup.ErrForged, age.Round(time.Second),
			tolerance)
	}
	return nil
}

// mostSignatures limits the work for a header.
const mostSignatures = 10

// parseSignature returns the signed time of a header, as text, and its signatures.
func parseSignature(header string) (stamp string, signatures [][]byte) {
	for part := range strings.SplitSeq(header, ",") {
		if text, ok := strings.CutPrefix(part, "t="); ok {
			stamp = text
		}
		text, ok := strings.CutPrefix(part, "v1=")
		if signature, err := hex.DecodeString(text); ok && err == nil && len(signatures) < mostSignatures {
			signatures = append(signatures, signature)
		}
	}
	return stamp, signatures
}

type reader func(n *topup.Notification, object []byte) error

// readers are the events that tell something.
// https://docs.stripe.com/api/events/types
var readers = map[string]reader{
	"checkout.session.completed":               readSession(""),
	"checkout.session.async_payment_succeeded": readSession(topup.Paid),
	"checkout.session.async_payment_failed":    readSession(topup.Failed),
	"checkout.session.expired":                 readSession(topup.Expired),

	"refund.created":        readRefund,
	"refund.updated":        readRefund,
	"refund.failed":         readRefund,
	"charge.refund.updated": readRefund,

	"charge.dispute.funds_withdrawn":  readDispute(topup.Reversal{Disputed: true, Taken: true}),
	"charge.dispute.funds_reinstated": readDispute(topup.Reversal{Disputed: true, Returned: true}),
}

// Events lists the types of events that are read, in alphabetical order.
func Events() []string { return slices.Sorted(maps.Keys(readers)) }

// readSession reads an event of a session. A completed one is paid only if its
// payment_status says so: a bank's transfer takes days.
func readSession(status topup.Status) reader {
	return func(n *topup.Notification, object []byte) (err error) {
		var s struct {
			ID            string
			Metadata      map[string]string
			AmountTotal   int64  `json:"amount_total"`
			Currency      string `json:"currency"`
			PaymentStatus string `json:"payment_status"`
			PaymentIntent string `json:"payment_intent"`
		}
		if err := json.Unmarshal(object, &s); err != nil {
			return err
		}
		if n.TopUp = s.Metadata[metaTopUp]; n.TopUp == "" {
			return nil
		}
		n.Carrier, n.Customer = s.Metadata[metaCarrier], s.Metadata[metaCustomer]
		n.Session, n.Payment = s.ID, cmp.Or(s.PaymentIntent, s.ID)
		switch {
		case status != "":
			n.Status = status
		case s.PaymentStatus == "paid":
			n.Status = topup.Paid
		default:
			n.Status = topup.Processing
		}
		n.Amount, err = amountOf(s.AmountTotal, s.Currency)
		return err
	}
}

// moved is a refund or a dispute.
type moved struct {
	ID            string
	Amount        int64
	Currency      string
	Status        string
	PaymentIntent string `json:"payment_intent"`
	Metadata      map[string]string
}

// refund returns a refund as it is now: its money is on the way to the customer
// only after it succeeded, and is ours again after it failed. The caller reads the
// amount.
func (m moved) refund() topup.Reversal {
	return topup.Reversal{ID: m.ID, For: m.Metadata[metaRefund], Taken: m.Status == "succeeded",
		Returned: m.Status == "failed" || m.Status == "canceled"}
}

// readRefund reads a refund that succeeded or failed.
func readRefund(n *topup.Notification, object []byte) error {
	return readMoved(n, object, func(m moved) (topup.Reversal, bool) {
		r := m.refund()
		return r, r.Taken || r.Returned
	})
}

func readDispute(r topup.Reversal) reader {
	return func(n *topup.Notification, object []byte) error {
		return readMoved(n, object, func(moved) (topup.Reversal, bool) { return r, true })
	}
}

// readMoved reads a refund or a dispute of a payment; payments without a
// PaymentIntent don't belong to a session.
func readMoved(n *topup.Notification, object []byte, reversal func(moved) (topup.Reversal, bool)) error {
	var m moved
	if err := json.Unmarshal(object, &m); err != nil {
		return err
	}
	r, told := reversal(m)
	if !told || m.PaymentIntent == "" {
		return nil
	}
	amount, err := amountOf(m.Amount, m.Currency)
	if err != nil {
		return err
	}
	r.ID, r.Amount = m.ID, amount
	n.Payment, n.Reversal = m.PaymentIntent, &r
	return nil
}
