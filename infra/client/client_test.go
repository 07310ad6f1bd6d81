package client_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

// serve returns a sender with a token to a server that stores the last request, and
// answers with the given status and body.
func serve(t *testing.T, answer http.HandlerFunc) (client.Sender, *string) {
	t.Helper()
	var last string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a body that is cut off differs from the wanted one
		last = fmt.Sprint(r.Method, " ", r.URL, " ", r.Header.Get("Authorization"), " ", r.Header.Get("Idempotency-Key"), " ",
			string(body))
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	api := client.API{URL: server.URL, HTTP: server.Client()}
	return func(c client.Call) client.Reply { return api.Send(t.Context(), "token", c) }, &last
}

func TestARequestOnTheWire(t *testing.T) {
	t.Parallel()
	send, last := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"id": "o-1", "dids": ["+1"]}`)
	})
	order := client.CreateOrder(client.OrderRequest{Total: new(client.Money{Amount: "1.00", Currency: "USD"})}).Keyed("k")
	made, err := client.Ask(send, order)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "order", made.ID, "o-1")
	wanttest.Equal(t, "request", *last, `POST /v1/orders Bearer token k {"total":{"amount":"1.00","currency":"USD"}}`)
	_ = send(client.GetDID("+1/2").Call)
	wanttest.Equal(t, "request for a path with a value", *last, "GET /v1/dids/+1%2F2 Bearer token  ")
}

func TestARefusal(t *testing.T) {
	t.Parallel()
	send, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, `{"code": "invalid_request", "detail": "the request is invalid",
			"errors": [{"code": "required", "pointer": "/filename", "detail": "is missing"}]}`)
	})
	_, err := client.Ask(send, client.CreateImport(client.ImportRequest{}))
	var refusal *client.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("the error is %v, want a refusal", err)
	}
	wanttest.Equal(t, "status", refusal.Reply.Status, http.StatusUnprocessableEntity)
	wanttest.Equal(t, "error", err.Error(), "POST /v1/imports: 422: the request is invalid; filename is missing")
}

func TestAllReadsEveryPage(t *testing.T) {
	t.Parallel()
	send, last := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("cursor") == "" {
			fmt.Fprint(w, `{"data": [{"id": "1"}, {"id": "2"}], "next_cursor": "a b"}`)
			return
		}
		fmt.Fprint(w, `{"data": [{"id": "3"}], "next_cursor": null}`)
	})
	orders, err := client.All(send, client.ListOrders())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, o := range orders {
		ids = append(ids, o.ID)
	}
	wanttest.Diff(t, "orders", ids, []string{"1", "2", "3"})
	wanttest.Equal(t, "last request", *last, "GET /v1/orders?cursor=a+b&limit=200 Bearer token  ")
}

// A lost answer leaves open whether the request was carried out; a refused
// connection does not.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	send, _ := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	wanttest.True(t, "a lost answer is unknown", send(client.GetCart().Call).Unknown())
	closed := httptest.NewServer(nil)
	closed.Close()
	reply := client.API{URL: closed.URL, HTTP: http.DefaultClient}.Send(t.Context(), "", client.GetCart().Call)
	wanttest.True(t, "a refused connection sent nothing", reply.NotSent && !reply.Unknown())
}
