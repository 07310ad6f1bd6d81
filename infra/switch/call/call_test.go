// Package call_test tests the way from a purchase to a ringing phone: the whole
// system, its follower of routes, a real Kamailio, and sipp as the caller and as
// the customers' phones. It needs Debian's packages kamailio and sip-tester, and
// takes a minute, so it runs only with its flag:
//
//	go test ./infra/switch/call -whole -v
package call_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

// within is the time after an answer of the API within which calls must follow it.
const within = 2 * time.Second

const (
	costly = "+442079461000" // of a package that empties the account within days
	cheap  = "+442079462000" // paid for a month
)

// A customer buys two numbers and sends their calls to phones. The account runs
// dry, and is filled again. A number is cancelled. At last the system is stopped,
// and calls still work, also after Kamailio and the follower were restarted.
func TestCallsGoWhereTheAPISays(t *testing.T) {
	w := newTelephony(t)
	desk, mobile := w.phone(t), w.phone(t)
	w.offer(t)
	w.follow(t)
	w.want(t, "offered", time.Now(), costly, refused(404))
	w.want(t, "bought", w.buy(t), costly, refused(480))
	w.want(t, "destination set", w.route(t, costly, desk), costly, rings(desk))
	w.want(t, "destination of the other set", w.route(t, cheap, mobile), cheap, rings(mobile))
	w.want(t, "destination changed", w.route(t, costly, mobile), costly, rings(mobile))
	w.want(t, "account dry", w.advance(t, 10*24*time.Hour), costly, refused(480))
	w.want(t, "the other number meanwhile", time.Now(), cheap, rings(mobile))
	w.want(t, "paid", w.pay(t, "6000.00"), costly, rings(mobile))
	w.cancel(t, costly)
	w.want(t, "cancelled for later", time.Now(), costly, rings(mobile))
	w.want(t, "released", w.advance(t, 25*time.Hour), costly, refused(404))
	w.system.Close()
	w.want(t, "the system stopped", time.Now(), cheap, rings(mobile))
	w.follower.stop()
	w.kamailio.stop()
	w.startKamailio(t)
	w.follow(t)
	w.want(t, "switch started anew", time.Now(), cheap, rings(mobile))
	w.want(t, "the released number", time.Now(), costly, refused(404))
}

// buy buys both numbers and returns the time of the answer, like the functions
// below.
func (w *telephony) buy(t *testing.T) time.Time {
	t.Helper()
	held := must(t, w, "alice", client.AddToCart(client.HoldRequest{DIDs: []string{costly, cheap}}))
	order := must(t, w, "alice", client.CreateOrder(client.OrderRequest{Total: new(held.Cart.Total)}).Keyed("call"))
	at := time.Now()
	slices.Sort(order.DIDs)
	wanttest.Diff(t, "bought", order.DIDs, []string{costly, cheap})
	return at
}

func usd(amount string) client.Money { return client.Money{Amount: amount, Currency: "USD"} }

func (w *telephony) route(t *testing.T, did string, phone int) time.Time {
	t.Helper()
	must(t, w, "alice", client.EditDID(did, client.RentalPatch{Destination: fmt.Sprintf("sip:desk@127.0.0.1:%d", phone)}))
	return time.Now()
}

func (w *telephony) advance(t *testing.T, by time.Duration) time.Time {
	t.Helper()
	if err := w.system.Advance(by); err != nil {
		t.Fatal(err)
	}
	return time.Now()
}

func (w *telephony) pay(t *testing.T, amount string) time.Time {
	t.Helper()
	must(t, w, "ada", client.EnterPayment("alice", client.PaymentRequest{Amount: usd(amount), Reference: "call"}))
	return time.Now()
}

func (w *telephony) cancel(t *testing.T, did string) {
	t.Helper()
	must(t, w, "alice", client.CancelDID(did))
}

// offer offers the numbers, one under a package that costs 400.00 a day.
func (w *telephony) offer(t *testing.T) {
	t.Helper()
	must(t, w, "ada", client.AddPackage(client.PackageRequest{
		ID: "costly", Name: "Costly", Setup: usd("0.00"), Recurring: usd("400.00"),
		Interval: client.Interval{Unit: "day", Count: 1},
	}))
	err := w.system.Offer("ada", "inventory/acme/call.csv", costly+","+costly+",costly", cheap+","+cheap+",standard")
	if err != nil {
		t.Fatal(err)
	}
}

// must sends a request that has to succeed.
func must[Answer any](t *testing.T, w *telephony, user string, r client.Request[Answer]) Answer {
	t.Helper()
	answer, err := client.Ask(w.client.As(user), r)
	if err != nil {
		t.Fatalf("as %s: %v", user, err)
	}
	return answer
}

// want calls the number until the call ends as expected, and logs the time from the
// moment to that.
func (w *telephony) want(t *testing.T, what string, since time.Time, did string, s scenario) {
	t.Helper()
	file := s.file(t)
	for {
		said, err := w.call(t, did, file)
		took := time.Since(since).Round(time.Millisecond)
		if err == nil {
			t.Logf("%-30s %s: %s after %s", what, did, s, took)
			wanttest.True(t, fmt.Sprintf("%s: within %s", what, within), took <= within)
			return
		}
		if took > patience {
			t.Fatalf("%s: after %s a call to %s is not yet %s: %v\n%s\nfollower:\n%s", what, took, did, s, err, said,
				w.log(t, "follower"))
		}
	}
}

func (w *telephony) log(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(w.file(name + ".log"))
	if err != nil {
		t.Error(err)
	}
	return string(text[max(0, len(text)-2000):])
}
