package renewalworker_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/pump"
	"didpurchase/infra/local/template"
	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/catalogue"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/ledger"
)

// follow lets the table's stream move the blocks and the history, as in operation,
// until the test ends. caughtUp waits until the stream is processed.
func (w renewals) follow(t *testing.T) (caughtUp func()) {
	t.Helper()
	table, err := w.db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &w.table})
	must(t, err)
	env := w.env
	env.Now = time.Now // its own clock: it runs in parallel with the test
	functions := host.NewInProcess()
	functions.Register("catalogue", time.Minute, catalogue.New(env))
	functions.Register("history", time.Minute, history.With(env, history.Queues{Events: noEvents{}, Renewals: noEvents{}}))
	ctx, stop := context.WithCancel(context.Background())
	ended, streams := make(chan error, 2), []*pump.Stream{}
	for _, name := range []string{"catalogue", "history"} {
		s := &pump.Stream{
			Base:   pump.Base{Invoker: functions, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
			Client: dynamodbstreams.NewFromConfig(w.env.AWS), StreamARN: *table.Table.LatestStreamArn, Folder: t.TempDir(),
			Mapping: template.StreamMapping{
				Function: name, FromStart: true, BatchSize: 100, MaxRetries: 8, PartialFailures: true,
				Filters: []json.RawMessage{json.RawMessage(`{"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "DID#"}]}}}}`)},
			},
		}
		streams = append(streams, s)
		go func() { ended <- s.Run(ctx) }()
	}
	t.Cleanup(func() {
		stop()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
	return func() {
		for _, s := range streams {
			seen := s.Ends()
			eventually(t, "at the stream's end", func() bool { return s.Ends() >= seen+2 })
		}
	}
}

// noEvents accepts the events of a test that is not about them.
type noEvents struct{}

func (noEvents) Send(context.Context, []string) error { return nil }

// path returns the states in the number's history.
func (w renewals) path(t *testing.T, n e164.Number) string {
	t.Helper()
	passages, err := w.store.History(t.Context(), "acme", n)
	must(t, err)
	slices.SortFunc(passages, func(a, b did.Passage) int { return a.Ver - b.Ver })
	states := make([]string, len(passages))
	for i, p := range passages {
		states[i] = string(p.To)
	}
	return strings.Join(states, " ")
}

// eventually waits for a result of background work.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 600 {
		if is() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("never %s", what)
}

// A customer with 500 DIDs due at once and funds for 300: the others become
// available again, except those that payments in between cover.
func TestDunning(t *testing.T) {
	t.Parallel()
	rules := carrier.Dunning{GraceDays: 7, SuspendedDays: 30, AgingDays: 30, CatchUp: 31}
	w := newMarket(t, rules)
	w.follow(t)
	alice := w.customer(t, "alice", "2100") // 1,500 to buy them, 600 for 300 more months
	all := numbers("monthly", 0, 500)
	w.rent(t, alice, all...)
	due := time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)

	w.tick(t, due.Add(-time.Millisecond))
	w.wantStates(t, "before", all, map[did.State]int{did.Assigned: 500})
	w.tick(t, due)
	w.wantStates(t, "paid first", all[:300], map[did.State]int{did.Assigned: 300})
	w.wantStates(t, "unpaid", all[300:], map[did.State]int{did.PastDue: 200})

	*w.now = due.AddDate(0, 0, 2)
	w.pay(t, alice, "51") // for 25, and one over
	w.tick(t, *w.now)
	w.wantStates(t, "paid in grace", all[:325], map[did.State]int{did.Assigned: 325})
	w.wantStates(t, "unpaid still", all[325:], map[did.State]int{did.PastDue: 175})

	suspended := due.Add(rules.Grace())
	w.tick(t, suspended.Add(-time.Millisecond))
	w.wantStates(t, "in grace", all[325:], map[did.State]int{did.PastDue: 175})
	w.tick(t, suspended)
	w.wantStates(t, "suspended", all[325:], map[did.State]int{did.Suspended: 175})

	*w.now = suspended.AddDate(0, 0, 10)
	w.pay(t, alice, "19") // and the one over: 10
	w.tick(t, *w.now)
	w.wantStates(t, "paid while suspended", all[:335], map[did.State]int{did.Assigned: 335})

	aging := suspended.Add(rules.Suspended())
	w.tick(t, aging)
	w.wantStates(t, "aging", all[335:], map[did.State]int{did.Aging: 165})
	free := aging.Add(rules.AgingIn("GB"))
	w.tick(t, free)
	w.wantStates(t, "free", all[335:], map[did.State]int{did.None: 165})

	w.checkBooks(t, alice)
	if balance := w.account(t, alice).Balance; !balance.IsZero() {
		t.Errorf("balance %s", balance)
	}
	eventually(t, "back in search", func() bool {
		b, err := w.store.Block(t.Context(), "acme", all[0].Block())
		must(t, err)
		return b.Taken.Count() == 335 && !b.Taken.Contains(335) && b.Taken.Contains(334)
	})
	for n, want := range map[e164.Number]string{
		all[0]:   "held assigned assigned past_due suspended",
		all[324]: "held assigned past_due assigned past_due suspended",
		all[334]: "held assigned past_due suspended assigned past_due suspended",
		all[499]: "held assigned past_due suspended aging ",
	} {
		eventually(t, want, func() bool { return w.path(t, n) == want })
	}
	for n, want := range map[e164.Number][]int{all[0]: {0, 1}, all[324]: {0, 1}, all[334]: {0, 1}, all[499]: {0}} {
		if got := w.charged(t, alice, n); !slices.Equal(got, want) {
			t.Errorf("%s: periods %v charged, want %v", n, got, want)
		}
	}
	w.agingAgain(t, alice, all[:335])
}

// agingAgain: numbers that were paid once are not paid again, and end too.
func (w renewals) agingAgain(t *testing.T, c ledger.Customer, list []e164.Number) {
	t.Helper()
	for range 4 {
		w.tick(t, w.now.AddDate(0, 0, 31))
	}
	w.wantStates(t, "in the end", list, map[did.State]int{did.None: len(list)})
	w.checkBooks(t, c)
}
