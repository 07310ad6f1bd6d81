package operate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/operate"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
	"didpurchase/internal/pricing"
	"didpurchase/internal/revenue"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

type operator struct {
	db    *dynamodb.Client
	store *dynamo.Store
	table string
	lambda.Handler
}

func newOperator(t *testing.T) operator {
	t.Helper()
	db, table := dynamotest.New(t)
	env := awsenv.Env{
		TableName: table, DeliveryQueueURL: "http://127.0.0.1:9/deliveries", AWS: dynamotest.Config(t),
		Now:    func() time.Time { return noon },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	return operator{db, dynamo.New(env.AWS, table), table, lambda.NewHandler(operate.New(env))}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	for request, wants := range map[string][]string{
		`{}`:                             {`unknown command ""`, "commands: admit, onboard, rebuild, reconcile"},
		`"onboard"`:                      {"commands: admit, onboard, rebuild, reconcile"},
		`{"command": "destroy"}`:         {`unknown command "destroy"`, "commands: admit, onboard, rebuild, reconcile"},
		`{"command": "rebuild", "x": 1}`: {`unknown object member name "x"`},
		`{"command": "rebuild", "Carrier": "acme"}`:                     {`unknown object member name "Carrier"`},
		`{"command": "rebuild", "carrier": "acme", "carrier": "other"}`: {`duplicate object member name "carrier"`},
		`{"command": "rebuild", "Command": "reconcile"}`:                {`unknown object member name "Command"`},
		`{"command": "rebuild", "command": "reconcile"}`:                {`duplicate object member name "command"`},
		`{"command": "rebuild", "carrier": "none"}`:                     {`carrier: there is no "none"`},
		`{"command": "onboard"}`: {"carrier.id", "carrier.name", "admin.issuer",
			"admin.sub"},
		`{"command": "onboard", "carrier": {"id": "Ac#me", "name": "Acme", "currency": "XXL", "time_zone": "Mars"}, ` +
			`"admin": {"issuer": "i", "sub": "s"}}`: {
			`carrier.id: "Ac#me"`, `carrier.currency: "XXL"`, `carrier.time_zone: "Mars"`},
	} {
		answer, err := w.Invoke(t.Context(), []byte(request))
		if err == nil {
			t.Errorf("%s: answered %s", request, answer)
			continue
		}
		for _, want := range wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", request, err, want)
			}
		}
	}
}

const onboardAcme = `{"command": "onboard",
	"carrier": {"id": "acme", "name": "Acme Telecom", "time_zone": "Europe/London"},
	"admin": {"issuer": "https://issuer.example", "sub": "ada", "name": "Ada"}}`

func TestOnboard(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	for _, want := range []string{`{"carrier":"created","admin":"created"}`, `{"carrier":"exists","admin":"exists"}`} {
		if answer, err := w.Invoke(t.Context(), []byte(onboardAcme)); err != nil || string(answer) != want {
			t.Errorf("%s, %v; want %s", answer, err, want)
		}
	}
	got, err := w.store.Carrier(t.Context(), "acme")
	want := carrier.New("acme", "Acme Telecom", "Europe/London", "USD")
	want.Invoicing, want.TaxBy = party.Monthly, carrier.TaxByTotal
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	ada, err := w.store.User(t.Context(), "https://issuer.example", "ada")
	if diff := cmp.Diff(auth.Principal{Carrier: "acme", User: "ada", Name: "Ada", Roles: []auth.Role{auth.Admin}},
		ada); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	taken := strings.ReplaceAll(onboardAcme, `"acme"`, `"globex"`)
	if _, err := w.Invoke(t.Context(), []byte(taken)); err == nil ||
		!strings.Contains(err.Error(), `a user of carrier "acme"`) {
		t.Errorf("the admin of another carrier: %v", err)
	}
}

// Missing, wrong and superfluous blocks are correct after a rebuild, but only
// the carrier's.
func TestRebuild(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	if _, err := w.Invoke(t.Context(), []byte(onboardAcme)); err != nil {
		t.Fatal(err)
	}
	var numbers []e164.Number
	for block := range e164.Number(5) {
		numbers = append(numbers, 442071230000+block*e164.BlockSize, 442071239999+block*e164.BlockSize)
	}
	for _, n := range numbers {
		w.hold(t, "acme", n)
		w.hold(t, "globex", n)
	}
	wrong := catalogue.Block{Carrier: "acme", Block: numbers[0].Block(), Ver: 1, Taken: suffixes(t, 7)}
	empty := catalogue.Block{Carrier: "acme", Block: 33199000, Ver: 1, Taken: suffixes(t, 1, 2)}
	for _, b := range []catalogue.Block{wrong, empty} {
		if err := w.store.PutBlock(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if rebuilt := w.rebuild(t, t.Context()); !rebuilt.Done || rebuilt.Corrected != 6 {
		t.Errorf("%+v, want 5 blocks of DIDs and one without corrected", rebuilt)
	}
	for _, n := range numbers {
		if b, _ := w.store.Block(t.Context(), "acme", n.Block()); !b.Taken.Equal(suffixes(t, 0, 9999)) {
			t.Errorf("block %s: %v", n.Block().Digits(), b.Taken.Places())
		}
		if b, _ := w.store.Block(t.Context(), "globex", n.Block()); b.Ver != 0 {
			t.Errorf("block %s of another carrier was written", n.Block().Digits())
		}
	}
	if b, _ := w.store.Block(t.Context(), "acme", empty.Block); b.Ver != 2 || b.Taken.Count() != 0 {
		t.Errorf("the block of no DIDs: version %d, %d taken", b.Ver, b.Taken.Count())
	}
	if rebuilt := w.rebuild(t, t.Context()); rebuilt.Corrected != 0 {
		t.Errorf("again: %+v, want nothing corrected", rebuilt)
	}
	if answer, err := w.Invoke(t.Context(), []byte(`{"command": "rebuild"}`)); err != nil ||
		!strings.Contains(string(answer), `"corrected":5`) {
		t.Errorf("of all carriers: %s, %v; want globex's 5 blocks corrected", answer, err)
	}
}

// A rebuild counts entries from before counting began, once.
func TestRebuildRevenue(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	if _, err := w.Invoke(t.Context(), []byte(onboardAcme)); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"alice", "bob"} {
		account := ledger.Account{
			Customer: ledger.Customer{Carrier: "acme", ID: id}, Status: ledger.Active, Currency: "USD",
			Balance: money.Zero("USD"), CreditLimit: money.MustParse("10", "USD"),
		}
		update, entry, err := account.Post(ledger.Order,
			[]ledger.Posting{{Account: ledger.Setup, Package: "standard", Amount: money.MustParse("1.50", "USD")}},
			ledger.Reference{}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.store.CreateCustomer(t.Context(), update.To, entry); err != nil {
			t.Fatal(err)
		}
	}
	want := revenue.Sums{{Month: "2026-01", Package: "standard", Book: ledger.Setup, Currency: "USD"}: money.MustParse("3",
		"USD")}
	for _, recounted := range []int{2, 0} {
		if rebuilt := w.rebuild(t, t.Context()); rebuilt.Customers != 2 || rebuilt.Recounted != recounted {
			t.Errorf("%+v, want 2 customers, %d recounted", rebuilt, recounted)
		}
		earned, err := w.store.Earned(t.Context(), "acme", "0000", "9999")
		if diff := cmp.Diff(want, earned); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	}
}

// A rebuild without enough time returns a cursor, with which another one completes
// it.
func TestRebuildInParts(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	if _, err := w.Invoke(t.Context(), []byte(onboardAcme)); err != nil {
		t.Fatal(err)
	}
	ballast := strings.Repeat("x", 300_000)
	for i := range 10 { // a part of a scan is 1 MB
		w.hold(t, "acme", 442071230000+e164.Number(i)*e164.BlockSize)
		if _, err := w.db.PutItem(t.Context(),
			&dynamodb.PutItemInput{TableName: &w.table, Item: map[string]types.AttributeValue{
				"pk": &types.AttributeValueMemberS{Value: fmt.Sprintf("DID#globex#%d", i)},
				"sk": &types.AttributeValueMemberS{Value: ballast[:i+1]}, "ballast": &types.AttributeValueMemberS{Value: ballast},
			}}); err != nil {
			t.Fatal(err)
		}
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Second) // less than the time for a part
	defer cancel()
	if rebuilt := w.rebuild(t, short); rebuilt.Done || rebuilt.Cursor == "" {
		t.Fatalf("%+v, want not done", rebuilt)
	}
	var parts, corrected int
	for cursor := ""; parts == 0 || cursor != ""; parts++ {
		rebuilt := w.rebuildFrom(t, short, cursor)
		if rebuilt.Done != (rebuilt.Cursor == "") {
			t.Fatalf("%+v", rebuilt)
		}
		cursor = rebuilt.Cursor
		corrected += rebuilt.Corrected
	}
	for i := range 10 {
		if b, _ := w.store.Block(t.Context(), "acme", e164.Block(44207123+i)); b.Taken.Count() != 1 {
			t.Errorf("block %d: %d taken", 44207123+i, b.Taken.Count())
		}
	}
	if _, err := w.Invoke(t.Context(), []byte(
		`{"command": "rebuild", "carrier": "acme", "cursor": "nonsense"}`)); err == nil ||
		!strings.Contains(err.Error(), "not a cursor") {
		t.Errorf("a broken cursor: %v", err)
	}
}

func (w operator) hold(t *testing.T, carrier string, n e164.Number) {
	t.Helper()
	offer := did.Offer{Terms: pricing.Terms{
		Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}
	move := did.HoldFor(carrier, "alice", n, ulid.Make().String(), noon.Add(time.Minute), offer, noon)
	if err := w.store.Commit(t.Context(), commit.Batch{ID: ulid.Make().String(),
		Changes: []commit.Change{move}}); err != nil {
		t.Fatal(err)
	}
}

func (w operator) rebuild(t *testing.T, ctx context.Context) operate.Rebuilt {
	t.Helper()
	return w.rebuildFrom(t, ctx, "")
}

func (w operator) rebuildFrom(t *testing.T, ctx context.Context, cursor string) (rebuilt operate.Rebuilt) {
	t.Helper()
	answer, err := w.Invoke(ctx, fmt.Appendf(nil, `{"command": "rebuild", "carrier": "acme", "cursor": %q}`, cursor))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answer, &rebuilt); err != nil {
		t.Fatal(err)
	}
	return rebuilt
}

func suffixes(t *testing.T, places ...uint16) catalogue.Suffixes {
	t.Helper()
	s, err := catalogue.NewSuffixes(places)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
