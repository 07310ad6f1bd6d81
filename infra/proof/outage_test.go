package proof_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/local/template"
	"didpurchase/infra/proof/proxy"
	"didpurchase/infra/proof/system"
	"didpurchase/internal/wanttest"
)

var outage = flag.Duration("outage", 0, "refuse the projector's writes for this time during sales, and test that the "+
	"search is right again")

// rightWithin is the time after an outage within which the search is right
// automatically.
const rightWithin = 60 * time.Second

// The numbers of the outage, and the pause between two sales.
const (
	outageFirst = 15095550000
	outageCount = 2000
	outagePause = 500 * time.Millisecond
)

// refuseBlocks refuses every write of a block, like a throttled partition.
func refuseBlocks(c proxy.Call) (proxy.Fault, time.Duration) {
	if c.Writes() && bytes.Contains(c.Body, []byte(`"T#`)) {
		return proxy.Throttle, 0
	}
	return proxy.None, 0
}

// While blocks can't be written, sales go on and the search still shows the sold
// numbers. Afterwards the projector catches up automatically.
func TestTheSearchIsRightAfterAnOutageOfTheProjector(t *testing.T) {
	if *outage == 0 || runtime.GOOS != "linux" {
		t.Skip("SKIPPED: it needs -outage, and Linux, where processes are found in /proc")
	}
	s, err := system.Start(t.Context(), system.Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Offer("ada", "inventory/acme/outage.csv",
		fmt.Sprintf("+%d,+%d,daily", int64(outageFirst), int64(outageFirst+outageCount-1))); err != nil {
		t.Fatal(err)
	}
	c := s.NewAuditor()
	wanttest.Equal(t, "numbers for sale before the outage", offered(t, c), outageCount)
	s.Proxy.Follow(refuseBlocks)
	sold := sellFor(t, c, *outage)
	wanttest.True(t, "numbers were sold in the outage", sold > 0)
	wanttest.Equal(t, "numbers that the search shows at the end of the outage", offered(t, c), outageCount)
	wanttest.True(t, "writes of blocks were refused", s.Proxy.Broken()[proxy.Throttle] > 0)
	s.Proxy.Follow(func(proxy.Call) (proxy.Fault, time.Duration) { return proxy.None, 0 })
	at := time.Now()
	for offered(t, c) != outageCount-sold && time.Since(at) < rightWithin {
		time.Sleep(100 * time.Millisecond)
	}
	wanttest.Equal(t, "numbers that the search shows afterwards", offered(t, c), outageCount-sold)
	t.Logf("%d sales in an outage of %s; the search was right %s after its end", sold, *outage,
		time.Since(at).Round(time.Second))
	wanttest.True(t, "no batch was given up", !strings.Contains(failures(t, s), "<Key>"))
	if err := s.Reconcile(); err != nil {
		t.Error(err)
	}
}

// failures lists the bucket of batches that were given up.
func failures(t *testing.T, s *system.System) string {
	t.Helper()
	answer, err := http.Get(s.S3 + "/did-purchase-failures-" + template.Account + "?list-type=2")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// offered counts the numbers of the outage that the search shows.
func offered(t *testing.T, c *system.Client) int {
	t.Helper()
	found, err := client.Ask(c.As("alice"),
		client.SearchAvailableDIDs().With("limit", "1", "starts_with", fmt.Sprint(outageFirst/10_000)))
	if err != nil {
		t.Fatal(err)
	}
	return found.Total
}

// sellFor sells one number at a time, to one customer after another, and returns
// the number of sales.
func sellFor(t *testing.T, c *system.Client, long time.Duration) (sold int) {
	t.Helper()
	for end := time.Now().Add(long); time.Now().Before(end) && sold < outageCount; time.Sleep(outagePause) {
		user, did := fmt.Sprintf("buyer%02d", sold%64+1), fmt.Sprintf("+%d", int64(outageFirst+sold))
		held, err := client.Ask(c.As(user), client.AddToCart(client.HoldRequest{DIDs: []string{did}}))
		if err != nil {
			t.Fatal(err)
		}
		order := client.CreateOrder(client.OrderRequest{Total: new(held.Cart.Total)}).Keyed("outage-" + did)
		if _, err := client.Ask(c.As(user), order); err != nil {
			t.Fatal(err)
		}
		sold++
	}
	return sold
}
