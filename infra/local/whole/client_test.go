package whole_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// money is an amount on the wire; all of the seed's is in one currency.
type money struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// usd is an amount as the wire has it.
func usd(amount string) money { return money{amount, "USD"} }

// cents is the amount as a number to calculate with.
func (m money) cents(t *testing.T) (cents int) {
	t.Helper()
	if _, err := fmt.Sscan(strings.Replace(m.Amount, ".", "", 1), &cents); err != nil || m.Currency != "USD" {
		t.Fatalf("amount %+v: %v", m, err)
	}
	return cents
}

// Parts of answers.
type (
	offer struct {
		DID     string
		Setup   money
		Package struct{ ID string }
	}
	offers struct {
		Data       []offer
		Total      int
		NextCursor string `json:"next_cursor"`
	}
	cart struct {
		Items []offer
		Total money
	}
	held struct {
		Results []struct{ DID, Outcome string }
		Cart    cart
	}
	order struct {
		ID    string
		DIDs  []string
		Total money
	}
	entry struct {
		Seq          int
		Amount       money
		BalanceAfter money  `json:"balance_after"`
		OrderID      string `json:"order_id"`
	}
	list[T any] struct {
		Data       []T
		NextCursor string `json:"next_cursor"`
	}
	problem struct{ Code string }
)

// reply is an answer of the API.
type reply struct {
	Status int
	Body   []byte
}

// read decodes the answer, which has to have the status.
func read[T any](t *testing.T, r reply, status int) (value T) {
	t.Helper()
	if r.Status != status {
		t.Fatalf("status %d, want %d: %s", r.Status, status, r.Body)
	}
	if err := json.Unmarshal(r.Body, &value); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	return value
}

// ask sends a request as the user. An error is one of the connection.
func (s *system) ask(user, method, path string, body any, headers ...string) (reply, error) {
	token, err := s.token(user)
	if err != nil {
		return reply{}, err
	}
	var text []byte
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return reply{}, err
		}
	}
	r, err := http.NewRequest(method, s.API+path, bytes.NewReader(text))
	if err != nil {
		return reply{}, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.send(r)
}

func (s *system) send(r *http.Request) (reply, error) {
	answer, err := s.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return reply{answer.StatusCode, body}, err
}

// as is ask for a system that has to be there.
func (s *system) as(t *testing.T, user, method, path string, body any, headers ...string) reply {
	t.Helper()
	r, err := s.ask(user, method, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// token gives the user's, which outlives a restart as the issuer's key does.
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
	answer, err := http.Post(s.API+"/local/token", "application/json",
		strings.NewReader(fmt.Sprintf(`{"user": %q}`, user)))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var given struct {
		AccessToken string `json:"access_token"`
	}
	err = json.NewDecoder(answer.Body).Decode(&given)
	return given.AccessToken, err
}

// search gives the first page for query parameters.
func (s *system) search(t *testing.T, user string, query ...string) offers {
	t.Helper()
	q := url.Values{}
	for i := 0; i < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	return read[offers](t, s.as(t, user, "GET", "/v1/available-dids?"+q.Encode(), nil), 200)
}

// hold asks for DIDs and gives the outcome of each.
func (s *system) hold(t *testing.T, user string, dids ...string) (map[string]string, cart) {
	t.Helper()
	h := read[held](t, s.as(t, user, "POST", "/v1/cart/items", map[string]any{"dids": dids}), 200)
	outcomes := map[string]string{}
	for _, r := range h.Results {
		outcomes[r.DID] = r.Outcome
	}
	return outcomes, h.Cart
}

// buy confirms the cart's total under the key.
func (s *system) buy(t *testing.T, user, key string, total money) reply {
	t.Helper()
	return s.as(t, user, "POST", "/v1/orders", map[string]money{"total": total}, "Idempotency-Key", key)
}

// all walks a list to its end.
func all[T any](t *testing.T, s *system, user, path string) (rows []T) {
	t.Helper()
	for cursor, first := "", true; first || cursor != ""; first = false {
		page := read[list[T]](t, s.as(t, user, "GET", path+"?limit=200&cursor="+url.QueryEscape(cursor), nil), 200)
		rows, cursor = append(rows, page.Data...), page.NextCursor
	}
	return rows
}

// drop puts a file into the bucket as any S3 client does.
func (s *system) drop(t *testing.T, key, content string) {
	t.Helper()
	client := s3.NewFromConfig(s.aws(s.S3), func(o *s3.Options) { o.UsePathStyle = s.deployed == nil })
	_, err := client.PutObject(t.Context(),
		&s3.PutObjectInput{Bucket: &s.Bucket, Key: aws.String(key), Body: strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
}
