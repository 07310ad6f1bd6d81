package seed_test

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/pump"
	"didpurchase/infra/local/seed"
	"didpurchase/infra/local/template"
	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdas/inventoryimport"
	"didpurchase/internal/ledger"
	"didpurchase/internal/localaws/s3"
	"didpurchase/internal/money"
	"didpurchase/internal/wanttest"
)

const issuer = "http://127.0.0.1:8080"

// seededTable is a table, a bucket, and the real import.
type seededTable struct {
	seed.Config
	db    *dynamodb.Client
	store *dynamo.Store
}

func newSeededTable(t *testing.T) seededTable {
	t.Helper()
	stack, err := template.Load("../../../template.yaml", template.Surroundings{
		Parameters: map[string]string{"OidcIssuer": issuer, "OidcAudience": "shop"},
		QueueURL:   func(name string) string { return name },
	})
	if err != nil {
		t.Fatal(err)
	}
	bucket := stack.Buckets[0].Name
	server, err := s3.Open(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	if err := server.EnsureBucket(bucket, true); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	db, table := dynamotest.New(t)
	cfg := dynamotest.Config(t)

	functions := host.NewInProcess()
	functions.Register("inventory-import", time.Minute, inventoryimport.New(environment(t, map[string]string{
		"TABLE_NAME": table, "BUCKET_NAME": bucket,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL_DYNAMODB": *cfg.BaseEndpoint, "AWS_ENDPOINT_URL_S3": web.URL,
	})))
	running, stop := context.WithCancel(t.Context())
	notifier := pump.Objects{
		Base:  pump.Base{Invoker: functions, Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))},
		Store: server, Stack: stack,
	}
	stopped := make(chan error, 1)
	go func() { stopped <- notifier.Run(running) }()
	t.Cleanup(func() { stop(); <-stopped })

	return seededTable{seed.Config{
		DynamoDB: *cfg.BaseEndpoint, S3: web.URL, Table: table, Bucket: bucket, Issuer: issuer, Now: time.Now, Ranges: true,
	}, db, dynamo.New(cfg, table)}
}

func environment(t *testing.T, variables map[string]string) awsenv.Env {
	t.Helper()
	env, err := awsenv.Load(func(name string) string { return variables[name] })
	if err != nil {
		t.Fatal(err)
	}
	env.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	return env
}

func TestDemo(t *testing.T) {
	t.Parallel()
	w := newSeededTable(t)
	if err := seed.Run(t.Context(), w.Config); err != nil {
		t.Fatal(err)
	}
	w.checkImports(t)
	w.checkPeople(t)

	before := w.versions(t)
	if err := seed.Run(t.Context(), w.Config); err != nil {
		t.Fatal(err)
	}
	if after := w.versions(t); !maps.Equal(before, after) {
		t.Errorf("a second start changes something: %d items before, %d after", len(before), len(after))
	}
}

func TestNone(t *testing.T) {
	t.Parallel()
	w := newSeededTable(t)
	w.Ranges = false
	if err := seed.Run(t.Context(), w.Config); err != nil {
		t.Fatal(err)
	}
	w.checkPeople(t)
	if partitions, err := w.store.Partitions(t.Context(), "acme"); err != nil || len(partitions) > 0 {
		t.Errorf("numbers in %v, %v", partitions, err)
	}
}

// checkImports checks that every row of every file is available.
func (w seededTable) checkImports(t *testing.T) {
	t.Helper()
	jobs, _, err := w.store.Jobs(t.Context(), "acme", 10, "")
	if err != nil || len(jobs) != 3 {
		t.Fatalf("%d jobs, %v", len(jobs), err)
	}
	var dids uint64
	for _, j := range jobs {
		wanttest.Equal(t, j.Object.Key+": status", j.Status, intake.Completed)
		wanttest.True(t, j.Object.Key+": some rows are applied", j.Applied != 0)
		wanttest.Equal(t, j.Object.Key+": applied rows", j.Applied, j.Read)
		dids += j.DIDs
	}
	if dids < 45_000 || dids > 55_000 {
		t.Errorf("%d numbers, want some 50,000", dids)
	}
}

// checkPeople checks that each user is found by a token, and that each customer's
// balance is the ledger's.
func (w seededTable) checkPeople(t *testing.T) {
	t.Helper()
	customers, opening := 0, money.MustParse("1000.00", "USD")
	for _, u := range seed.Users() {
		known, err := w.store.User(t.Context(), issuer, u.Sub)
		if err != nil {
			t.Fatalf("%s: %v", u, err)
		}
		wanttest.Equal(t, u.Sub+": carrier", known.Carrier, u.Carrier)
		wanttest.Equal(t, u.Sub+": customer", known.Customer, u.Customer)
		if u.Customer == "" || u.Roles[0] != auth.Buyer {
			continue
		}
		customers++
		c := ledger.Customer{Carrier: u.Carrier, ID: u.Customer}
		account, err := w.store.Account(t.Context(), c)
		if err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		wanttest.Diff(t, c.String()+": balance", account.Balance, opening)
		wanttest.Equal(t, c.String()+": sequence number", account.Seq, 1)
	}
	if customers != 67 {
		t.Errorf("%d customers, want alice, bob, carol and 64 buyers", customers)
	}
}

// versions is every item of the table with its version.
func (w seededTable) versions(t *testing.T) map[[2]string]int {
	t.Helper()
	all := map[[2]string]int{}
	for pages := dynamodb.NewScanPaginator(w.db, &dynamodb.ScanInput{TableName: &w.Table}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var items []struct {
			PK  string `dynamodbav:"pk"`
			SK  string `dynamodbav:"sk"`
			Ver int    `dynamodbav:"ver"`
		}
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &items); err != nil {
			t.Fatal(err)
		}
		for _, i := range items {
			all[[2]string{i.PK, i.SK}] = i.Ver
		}
	}
	return all
}
