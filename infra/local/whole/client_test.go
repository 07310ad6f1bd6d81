package whole_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"didpurchase/infra/client"
)

// usd is an amount on the wire; all amounts of the seed are in one currency.
func usd(amount string) client.Money { return client.Money{Amount: amount, Currency: "USD"} }

// cents returns the amount as a number for calculations.
func cents(t *testing.T, m client.Money) (cents int) {
	t.Helper()
	if _, err := fmt.Sscan(strings.Replace(m.Amount, ".", "", 1), &cents); err != nil || m.Currency != "USD" {
		t.Fatalf("amount %+v: %v", m, err)
	}
	return cents
}

// api is the system's API.
func (s *system) api() client.API { return client.API{URL: s.API, HTTP: s.client} }

// as sends calls as the user.
func (s *system) as(user string) client.Sender {
	return func(c client.Call) client.Reply {
		token, err := s.token(user)
		if err != nil {
			return client.Reply{Err: err, NotSent: true}
		}
		return s.api().Send(context.Background(), token, c)
	}
}

// ask fails the test unless the request succeeds.
func ask[Answer any](t *testing.T, s *system, user string, r client.Request[Answer]) Answer {
	t.Helper()
	answer, err := client.Ask(s.as(user), r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// refused fails the test unless the request is refused with the status; it
// returns the problem's code.
func refused[Answer any](t *testing.T, s *system, user string, r client.Request[Answer], status int) string {
	t.Helper()
	reply := s.as(user)(r.Call)
	if reply.Status != status {
		t.Fatalf("%s %s: status %d, want %d: %s", r.Method, r.Path, reply.Status, status, reply)
	}
	return reply.Problem().Code
}

// all reads every page of a list.
func all[Row any, List client.Paged[Row]](t *testing.T, s *system, user string, r client.Request[List]) []Row {
	t.Helper()
	rows, err := client.All(s.as(user), r)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// get sends a request for a path that has no body.
func (s *system) get(user, path string) client.Reply {
	return s.as(user)(client.Call{Method: http.MethodGet, Path: path})
}

// token returns the user's token, which is valid after a restart because the
// issuer's key is kept.
func (s *system) token(user string) (string, error) {
	if known, ok := s.tokens.Load(user); ok {
		return known.(string), nil
	}
	given, err := s.signIn(user)
	if err != nil {
		return "", err
	}
	s.tokens.Store(user, given)
	return given, nil
}

func (s *system) signIn(user string) (string, error) {
	if s.deployed != nil {
		return s.deployed.SignIn(context.Background(), user)
	}
	return s.api().SignIn(context.Background(), user)
}

// search returns the first page for query parameters.
func (s *system) search(t *testing.T, user string, query ...string) client.SearchAnswer {
	t.Helper()
	return ask(t, s, user, client.SearchAvailableDIDs().With(query...))
}

// hold asks for DIDs and returns the outcome of each.
func (s *system) hold(t *testing.T, user string, dids ...string) (map[string]string, client.CartView) {
	t.Helper()
	h := ask(t, s, user, client.AddToCart(client.HoldRequest{DIDs: dids}))
	outcomes := map[string]string{}
	for _, r := range h.Results {
		outcomes[r.DID] = r.Outcome
	}
	return outcomes, h.Cart
}

// order confirms the cart's total under the key.
func order(key string, total client.Money) client.Request[client.Order] {
	return client.CreateOrder(client.OrderRequest{Total: new(total)}).Keyed(key)
}

// inventory is staff's view of a number.
func (s *system) inventory(t *testing.T, did string) client.InventoryDID {
	t.Helper()
	return ask(t, s, "ada", client.GetInventoryDID(did))
}

// job is staff's view of an import or another job.
func (s *system) job(t *testing.T, id string) client.Import {
	t.Helper()
	return ask(t, s, "ada", client.GetImport(id))
}

// drop puts a file into the bucket with an ordinary S3 client.
func (s *system) drop(t *testing.T, key, content string) {
	t.Helper()
	store := s3.NewFromConfig(s.aws(s.S3), func(o *s3.Options) { o.UsePathStyle = s.deployed == nil })
	_, err := store.PutObject(t.Context(),
		&s3.PutObjectInput{Bucket: &s.Bucket, Key: aws.String(key), Body: strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
}
