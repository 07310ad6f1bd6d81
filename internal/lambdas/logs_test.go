package lambdas_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/golang-jwt/jwt/v5"

	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi/staff"
	catalogueprojector "didpurchase/internal/lambdas/catalogue"
	"didpurchase/internal/lambdas/history"
)

// Texts that must not be in logs, in the form in which people would enter them.
var secrets = map[string]string{
	"name": "Zephyrine", "e-mail": "zephyrine@private.example", "label": "bedroom-extension",
	"destination": "442079460123", "tag": "vip-patient",
	"payment's reference": "pi-reference-7", "payment's note": "paid-by-her-mother", "pasted number": "442079460555",
	"searched for": "2079460", "idempotency key": "key-of-zephyrine",
	"file's cell": "cell-of-a-file", "path": "442079460777", "unreadable": "9460888", "subject": "sub-",
	"forged token": "forged-token",
}

// A customer's whole life, with errors in it, leaves no secret in any function's
// log, and each line has its ids.
func TestLogs(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	tokens := s.live(t)
	all := 0
	for _, function := range s.logging() {
		for text := range strings.Lines(s.logs[function].String()) {
			for what, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s logs a %s: %s", function, what, text)
				}
			}
			for _, token := range tokens {
				if signature := token[strings.LastIndex(token, ".")+1:]; strings.Contains(text, signature) {
					t.Errorf("%s logs a token: %s", function, text)
				}
			}
		}
		for _, line := range s.lines(function) {
			all++
			s.saysWhatItBelongsTo(function, line)
		}
	}
	if all < 60 {
		t.Errorf("only %d lines", all)
	}
}

// behindAPI are the functions with log lines of requests.
var behindAPI = []string{"authorizer", "search", "cart", "checkout", "account", "rentals", "inventory", "desk",
	"access",
	"packages"}

func (s *system) saysWhatItBelongsTo(function string, line map[string]any) {
	s.t.Helper()
	has := func(names ...string) {
		for _, name := range names {
			if line[name] == nil || line[name] == "" {
				s.t.Errorf("%s logs no %s: %v", function, name, line)
			}
		}
	}
	has("time", "level", "msg", "invocation_id")
	if slices.Contains(behindAPI, function) {
		has("request_id", "correlation_id")
	}
	switch line["msg"] {
	case "request":
		if line["status"] != 401.0 && line["route"] != "" { // otherwise the caller is unknown
			has("carrier")
		}
		if route := line["route"]; line["status"] == 201.0 &&
			(route == "POST /v1/orders" || route == "POST /v1/customers/{id}/dids" ||
				strings.Contains(fmt.Sprint(route), "reclaim")) {
			has("order", "customer")
		}
	case "import finished":
		has("carrier", "import", "status")
	case "committed", "recorded", "reconciliation mismatch":
		has("carrier")
	}
}

// live uses everything once, and returns the tokens and keys that it used.
func (s *system) live(t *testing.T) (tokens []string) {
	const n e164.Number = 442071230000
	s.offer("acme", n, n+9)
	as := func(who, method, target, body string, status int, headers ...string) reply {
		t.Helper()
		token := s.token(who, nil)
		tokens = append(tokens, token)
		got := s.send(token, method, target, body, headers...)
		if got.Status != status {
			t.Fatalf("%s %s: %d %s, want %d", method, target, got.Status, got.Body, status)
		}
		return got
	}
	one := (n).String()

	as("ada", "PATCH", "/v1/customers/alice", `{"name":"Zephyrine <zephyrine@private.example>"}`, 200)
	as("ada", "POST", "/v1/customers", `{"id":"zoe","name":"Zephyrine"}`, 201)
	as("alice", "GET", "/v1/me", "", 200)
	as("alice", "GET", "/v1/available-dids?q=2079460", "", 200)
	as("alice", "GET", "/v1/available-dids?contains=2079460x", "", 400)
	as("alice", "POST", "/v1/available-dids/search", `{"dids":["+442079460555","zephyrine@private.example"]}`, 200)
	as("alice", "POST", "/v1/available-dids/search", `{"dids":["+442079460555"]`, 400)
	as("alice", "POST", "/v1/cart/items", `{"dids":["`+one+`","+442079460555"]}`, 200)
	as("alice", "DELETE", "/v1/cart/items/"+url.PathEscape("+442079460777"), "", 204)
	as("alice", "POST", "/v1/orders", totalOf("9.00"), 409, "idempotency-key", "key-of-zephyrine")
	as("alice", "POST", "/v1/orders", totalOf("3.00"), 201, "idempotency-key", "key-of-zephyrine")
	as("alice", "PATCH", "/v1/dids/"+url.PathEscape(one),
		`{"label":"bedroom-extension","destination":"+442079460123","tags":["vip-patient"]}`, 200)
	as("alice", "PATCH", "/v1/dids/"+url.PathEscape(one), `{"destination":"zephyrine@private.example"}`, 422)
	as("alice", "GET", "/v1/dids?q=bedroom-extension", "", 200)
	as("alice", "GET", "/v1/dids/"+url.PathEscape("+442079460777"), "", 404)
	as("alice", "GET", "/v1/dids?country=bedroom-extension", "", 400)
	as("alice", "GET", "/v1/invoices/zephyrine@private.example", "", 404)

	var key staff.IssuedKey
	as("ada", "POST", "/v1/api-keys", `{"name":"Zephyrine's","scopes":["payments"]}`, 201).read(t, &key)
	tokens = append(tokens, key.Key)
	paid := `{"amount":{"amount":"5.00","currency":"USD"},"reference":"pi-reference-7","note":"paid-by-her-mother"}`
	if got := s.send(key.Key, "POST", "/v1/customers/alice/payments", paid); got.Status != 201 {
		t.Fatalf("payment: %d %s", got.Status, got.Body)
	}
	as("ada", "POST", "/v1/customers/alice/payments", strings.Replace(paid, "5.00", "6.00", 1), 409)
	as("acme-sales", "POST", "/v1/customers/alice/dids", fmt.Sprintf(`{"dids":["%s"],%s`, n+1, totalOf("3.00")[1:]), 201,
		"idempotency-key", "key-of-zephyrine-2")
	as("acme-sales", "GET", "/v1/customers/zephyrine@private.example", "", 404)
	as("acme-sales", "GET", "/v1/inventory/"+url.PathEscape(one), "", 200)
	s.refusedTokens(key.Key)
	s.unreadable()

	s.drop("inventory/acme/a.csv", "start,end,package,note\n+442071240000,+442071240009,standard,cell-of-a-file\nx,y,"+
		"cell-of-a-file,z\n")
	s.drop("inventory/acme/b.csv", "cell-of-a-file,Zephyrine,zephyrine@private.example\n1,2,3\n")
	s.drop("rentals/acme/c.csv", "number,customer,package,paid_until,label\n+442071230005,alice,standard,2027-01-01,"+
		"bedroom-extension\n+442071230006,cell-of-a-file,standard,2027-01-01,x\n")
	s.drop("inventory/nobody/d.csv", "cell-of-a-file\n")

	as("alice", "POST", "/v1/cart/items", `{"dids":["`+(n+7).String()+`"]}`, 200)
	s.pass(start.AddDate(0, 1, 0))
	as("alice", "DELETE", "/v1/dids/"+url.PathEscape(one), "", 200)
	s.pass(start.AddDate(0, 2, 0))
	as("alice", "POST", "/v1/dids/"+url.PathEscape(one)+"/reclaim", totalOf("2.00"), 201, "idempotency-key",
		"key-of-zephyrine-3")
	s.invoke(s.operate, map[string]string{"command": "reconcile", "carrier": "globex"})
	s.invoke(s.operate, map[string]any{"command": "onboard",
		"carrier": map[string]string{"id": "acme", "name": "Zephyrine"},
		"admin":   map[string]string{"issuer": s.env.OIDCIssuer, "sub": "sub-ada", "name": "Zephyrine"}})
	s.streams(n)
	return tokens
}

// refusedTokens sends invalid and expired tokens.
func (s *system) refusedTokens(key string) {
	s.t.Helper()
	for _, token := range []string{
		"forged-token", "forged-token.forged-token.forged-token", key + "x",
		s.token("nobody", nil),
		s.token("alice", func(_ *jwt.Token, c jwt.MapClaims) {
			c["exp"] = start.AddDate(-1, 0, 0).Unix()
			c["email"] = "zephyrine@private.example"
		}),
		s.token("alice", func(_ *jwt.Token, c jwt.MapClaims) { c["aud"], c["client_id"] = "forged-token", "forged-token" }),
		s.token("alice", func(_ *jwt.Token, c jwt.MapClaims) { c["iss"] = "https://forged-token.example" }),
		s.token("alice", func(t *jwt.Token, _ jwt.MapClaims) { t.Header["kid"] = "forged-token" }),
		s.token("alice", func(t *jwt.Token, _ jwt.MapClaims) { t.Method = jwt.SigningMethodNone }),
	} {
		if got := s.send(token, "GET", "/v1/me", ""); got.Status != 401 {
			s.t.Errorf("%s: %d", token, got.Status)
		}
	}
}

// unreadable sends events that are not requests.
func (s *system) unreadable() {
	s.t.Helper()
	for _, path := range []string{"/v1/dids/442079460888\x7f", "/v1/nothing/442079460888"} {
		request := events.APIGatewayV2HTTPRequest{RawPath: path, RawQueryString: "q=442079460888"}
		ctx, id := s.invocation()
		request.RequestContext.RequestID, request.RequestContext.HTTP.Method = id, "GET"
		request.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			Lambda: s.askAuthorizer(s.token("alice", nil), id, map[string]string{})}
		_, err := s.carriers.functions["account"](ctx, request)
		s.must(err)
	}
}

// streams sends the stream's consumers a number's current item, and one that
// they can't read.
func (s *system) streams(n e164.Number) {
	s.t.Helper()
	db := dynamodb.NewFromConfig(dynamotest.Config(s.t))
	item, err := db.Scan(s.t.Context(), &dynamodb.ScanInput{TableName: aws.String(s.env.TableName)})
	s.must(err)
	record := func(sequence int, keys, image string) string {
		return fmt.Sprintf(`{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"SequenceNumber":"%d",`+
			`"Keys":%s,"NewImage":%s}}`, sequence, keys, image)
	}
	keys := fmt.Sprintf(`{"pk":{"S":"DID#acme#%s"},"sk":{"S":"%s"}}`, n.Block().Digits(), n.Digits())
	var records []string
	for _, i := range item.Items {
		var key struct{ PK, SK string }
		s.must(attributevalue.UnmarshalMap(i, &key))
		if key.SK == n.Digits() {
			image, err := attributevalue.MarshalMapJSON(i)
			s.must(err)
			records = append(records, record(1, keys, string(image)))
		}
	}
	if len(records) != 1 {
		s.t.Fatalf("%d items of %s", len(records), n)
	}
	records = append(records, record(2, `{"pk":{"S":"DID#acme#44207123"},"sk":{"S":"x"}}`,
		`{"state":{"N":"1"},"label":{"S":"bedroom-extension"}}`))
	event := json.RawMessage(`{"Records":[` + strings.Join(records, ",") + `]}`)
	s.invoke(lambda.NewHandler(history.New(s.around("history", s.env))), event)
	s.invoke(lambda.NewHandler(catalogueprojector.New(s.around("catalogue", s.env))), event)
}
