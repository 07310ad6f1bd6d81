package nemesis

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"didpurchase/infra/proof/proxy"
)

// The steps by which the clock is moved. A hold lasts 15 minutes, so some steps end
// just before its end and some just after it.
var (
	anyMoves = []time.Duration{4 * time.Minute, 14*time.Minute + 50*time.Second, 16 * time.Minute, 16 * time.Minute,
		50 * time.Minute, 25 * time.Hour}
	pastEnds = []time.Duration{16 * time.Minute, 15*time.Minute + 10*time.Second, 20 * time.Minute}
	nearEnds = []time.Duration{14*time.Minute + 50*time.Second, 15*time.Minute + 2*time.Second, 5 * time.Minute,
		16 * time.Minute}
	halfHolds = []time.Duration{6 * time.Minute, 8 * time.Minute, 10 * time.Minute}
	days      = []time.Duration{25 * time.Hour, 24 * time.Hour, 49 * time.Hour}
)

// move moves the clock repeatedly until the end.
func (a *attack) move(moves []time.Duration) {
	for a.pause(400*time.Millisecond, 1500*time.Millisecond) {
		by := moves[a.Below(len(moves))]
		if err := a.system.Advance(by); err != nil {
			a.say("moved the clock by %s: %v", by, err)
			continue
		}
		a.say("moved the clock by %s", by)
	}
}

func (a *attack) moveClock() { a.move(anyMoves) }

func (a *attack) delayWrites() {
	a.system.Proxy.Follow(a.lateClaims())
	a.move(pastEnds)
}

// refuseLapses keeps holds that are over in place for a while, so that other
// customers take these numbers while the holds still exist.
func (a *attack) refuseLapses() {
	a.system.Proxy.Follow(a.atFirst(3*time.Second, 12*time.Second, deletesHold))
	a.move(nearEnds)
}

// refuseCarts lets holds be extended but not their lines, and moves the clock
// between the two ends.
func (a *attack) refuseCarts() {
	a.system.Proxy.Follow(a.outageAfterExtensions())
	a.move(halfHolds)
}

// repeatRenewals lets several workers renew the same rentals at once; each of them
// reads the account late.
func (a *attack) repeatRenewals() {
	a.system.Proxy.Follow(a.late(0.5, 20*time.Millisecond, 400*time.Millisecond, func(c proxy.Call) bool {
		return c.Operation == "GetItem" && mentions(c, wordWallet)
	}))
	var sending sync.WaitGroup
	sending.Go(func() {
		times := a.often(6, func() { a.renew(a.Below(len(a.history.Customers))) })
		a.say("sent %d renewals again", times)
	})
	a.move(days)
	sending.Wait()
}

// renew invokes a worker with a message for all rentals of a customer.
func (a *attack) renew(customer int) {
	body := fmt.Sprintf(`{"carrier":"acme","customer":%q,"account":true,"cart":true,"dids":["%s"]}`,
		a.history.Customers[customer], strings.Join(a.history.DIDs, `","`))
	if _, err := a.system.Invoke("renewal-worker", message("did-purchase-renewal", body)); err != nil {
		a.pause(100*time.Millisecond, 300*time.Millisecond)
	}
}

// message returns Lambda's event of a queue's message.
func message(queue, body string) map[string]any {
	return map[string]any{"Records": []any{map[string]any{
		"messageId": "again", "receiptHandle": "again", "body": body,
		"attributes": map[string]string{"ApproximateReceiveCount": "1"}, "messageAttributes": map[string]any{},
		"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:" + queue, "awsRegion": "us-east-1",
	}}}
}
