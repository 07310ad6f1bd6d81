package proof_test

import (
	"flag"
	"runtime"
	"testing"
	"time"

	"didpurchase/infra/proof"
	"didpurchase/infra/proof/audit"
	"didpurchase/infra/proof/keys"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/system"
	"didpurchase/internal/wanttest"
)

var (
	histories = flag.Int("histories", 0, "make this many histories, one nemesis after another, instead of the short form")
	forTime   = flag.Duration("for", 0, "make histories until this time is over, instead of the short form")
	firstSeed = flag.Uint64("first-seed", 1, "the seed of the first history; each has the next")
)

// short are the histories of the short form.
var short = []struct {
	nemesis string
	seed    uint64
}{{"mix", 1}, {"kill-functions", 7}}

// The requests of each client, and the keys: fewer in the short form.
const (
	shortRequests = 12
	longRequests  = 45
	shortKeys     = 4
)

// longKeys is the number of keys in the long form.
const longKeys = 500

// TestProof makes all histories on one system, because its start takes the most
// time.
func TestProof(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are found in /proc")
	}
	s, err := system.Start(t.Context(), system.Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	trial, err := proof.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	long := *histories > 0 || *forTime > 0
	t.Run("histories", func(t *testing.T) {
		if long {
			makeLong(t, trial)
			return
		}
		bought := 0
		for _, h := range short {
			bought += judge(t, trial, h.nemesis, h.seed, shortRequests).Bought
		}
		wanttest.True(t, "something was bought, so that the histories show something", bought > 0)
	})
	t.Run("keys", func(t *testing.T) {
		o := keys.Options{Keys: shortKeys, Threads: 16, Seed: *firstSeed, Faults: true}
		if long {
			o.Keys = longKeys
		}
		sendKeys(t, s, o)
	})
	if long {
		for _, fault := range trial.End() {
			t.Errorf("after all histories: %s", fault)
		}
	}
}

// sendKeys: one order for each key, and one answer for each request.
func sendKeys(t *testing.T, s *system.System, o keys.Options) {
	t.Helper()
	r := keys.Run(s, o)
	t.Log(r)
	for _, fault := range r.Faults {
		t.Error(fault)
	}
	if r.Orders != o.Keys {
		t.Errorf("orders: %d, want %d", r.Orders, o.Keys)
	}
	if want := o.Keys * o.Threads; r.Answers != want {
		t.Errorf("answers of 201: %d, want %d", r.Answers, want)
	}
}

// makeLong makes histories until there are enough, or the time is over.
func makeLong(t *testing.T, trial *proof.Trial) {
	t.Helper()
	began, made, bought, late := time.Now(), 0, 0, []time.Duration{}
	for *histories == 0 || made < *histories {
		if *forTime > 0 && time.Since(began) > *forTime {
			break
		}
		r := judge(t, trial, nemesis.All[made%len(nemesis.All)].Name, *firstSeed+uint64(made), longRequests)
		made, bought, late = made+1, bought+r.Bought, append(late, r.SearchAfter)
	}
	t.Logf("%d histories, %d numbers bought", made, bought)
	wanttest.True(t, "something was bought, so that the histories show something", bought > 0)
	for _, fault := range audit.Late(late) {
		t.Error(fault)
	}
}

func judge(t *testing.T, trial *proof.Trial, name string, seed uint64, requests int) proof.Report {
	t.Helper()
	n, err := nemesis.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	r := trial.Run(proof.Plan{Seed: seed, Nemesis: n, Requests: requests, Patience: 12 * time.Second})
	t.Log(r)
	for _, fault := range r.Faults {
		t.Errorf("%s, seed %d: %s", name, seed, fault)
	}
	return r
}
