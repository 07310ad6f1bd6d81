package hooks_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"didpurchase/infra/local/hooks"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
	"didpurchase/internal/webhooksend"
)

// Webhooks that arrive are shown with the result for their signature.
func TestArrivals(t *testing.T) {
	t.Parallel()
	db, table := dynamotest.New(t)
	server := httptest.NewServer(hooks.New(db, table, time.Now))
	defer server.Close()
	const here, elsewhere = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	store := dynamo.New(dynamotest.Config(t), table)
	for id, h := range map[string]webhook.Webhook{
		"01": {URL: server.URL + hooks.Path, Secret: here}, "02": {URL: "https://example.com/", Secret: elsewhere},
	} {
		h.Owner, h.ID, h.Ver, h.Events = webhook.Owner{Carrier: "acme"}, id, 1, []string{"*"}
		if err := store.PutWebhook(t.Context(), h, 0); err != nil {
			t.Fatal(err)
		}
	}
	send := func(secret, body string) int {
		d := webhook.Delivery{EventID: "evt_1", Body: body}
		return webhooksend.New(true, time.Now).Send(t.Context(), server.URL+hooks.Path, []string{secret}, d).Status
	}
	wanttest.Equal(t, "status of a right signature", send(here, `{"type":"did.rented"}`), http.StatusNoContent)
	wanttest.Equal(t, "status of a wrong one", send(elsewhere, `{"type":"<b>did.renewed"}`), http.StatusUnauthorized)
	wanttest.Equal(t, "status of no webhook", send(here, "hello"), http.StatusBadRequest)
	var list struct {
		Data []struct {
			Type     string
			Verified bool
		}
	}
	if err := json.Unmarshal(get(t, server.URL, "application/json"), &list); err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "arrivals, the last first", fmt.Sprint(list.Data), "[{<b>did.renewed false} {did.rented true}]")
	wanttest.Contains(t, "the page", string(get(t, server.URL, "text/html")), "&lt;b&gt;did.renewed<br>")
}

func get(t *testing.T, url, accept string) []byte {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url+hooks.Path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
