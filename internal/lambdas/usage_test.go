package lambdas_test

import (
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// A switch reports each day. The customer sees the sums, the idle numbers and the
// cost of a year, once there are reports of enough days.
func TestUsage(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", sold, sold+9)
	w.as("alice", "POST", "/v1/cart/items", fmt.Sprintf(`{"dids":[%q,%q]}`, sold, sold+1))
	wanttest.Equal(t, "order: status", w.as("alice", "POST", "/v1/orders", totalOf("6.00"), "idempotency-key", "1").Status,
		201)
	rental := func(n string) (r books.Rental) {
		w.as("alice", "GET", "/v1/dids/"+n, "").read(t, &r)
		return r
	}
	wanttest.Diff(t, "before any report", rental(sold.String()).Usage, books.Usage{})
	refused(t, "before any report", w.as("alice", "GET", "/v1/account/idle-dids", ""), 409, "illegal_state", "no switch")

	_, secret := w.issueKey("ada", `{"name":"switch","scopes":["routes"]}`)
	report := func(calls int) (taken staff.UsageTaken) {
		day := w.clock.Format(time.DateOnly)
		answer := w.send(secret, "POST", "/v1/usage", fmt.Sprintf(`{"source":"switch-1","day":%q,"records":[
			{"did":%q,"calls":%d,"minutes":%d,"last_call_at":"%sT08:00:00Z"},
			{"did":"+442071239999","calls":1,"minutes":1,"last_call_at":"%sT08:00:00Z"}]}`,
			day, sold, calls, calls, day, day))
		wanttest.Equal(t, "report: "+answer.Body+": status", answer.Status, 200)
		answer.read(t, &taken)
		return taken
	}
	stranger := []staff.UsageRefused{{DID: "+442071239999", Code: "not_rented"}}
	for range 12 {
		wanttest.Diff(t, "reported", report(2), staff.UsageTaken{Applied: 1, Rejected: stranger})
		w.clock = w.clock.AddDate(0, 0, 1)
	}
	w.clock = w.clock.AddDate(0, 0, -1)
	wanttest.Diff(t, "reported again", report(2), staff.UsageTaken{Unchanged: 1, Rejected: stranger})
	wanttest.Diff(t, "reported otherwise", report(3), staff.UsageTaken{Applied: 1, Rejected: stranger})
	last := w.clock.UTC().Truncate(24 * time.Hour).Add(8 * time.Hour)
	wanttest.Diff(t, "usage", rental(sold.String()).Usage,
		books.Usage{LastCall: &last, Calls: new(int64(25)), Minutes: new(int64(25))})
	wanttest.Diff(t, "usage of another", rental((sold + 1).String()).Usage,
		books.Usage{Calls: new(int64(0)), Minutes: new(int64(0))})

	refused(t, "more days than reported", w.as("alice", "GET", "/v1/account/idle-dids?idle_days=60", ""), 409,
		"illegal_state",
		"2026-11-24 to 2026-12-05", "60 days")
	for _, request := range [][2]string{{"alice", "/v1/account/idle-dids?idle_days=10"},
		{"ada", "/v1/customers/alice/idle-dids?idle_days=10"}} {
		var idle httpapi.List[books.IdleDID]
		answer := w.as(request[0], "GET", request[1], "")
		if answer.read(t, &idle); len(idle.Data) != 1 {
			t.Fatalf("%s: %d %s", request[1], answer.Status, answer.Body)
		}
		wanttest.Equal(t, "idle", idle.Data[0].DID.Number, sold+1)
		wanttest.Equal(t, "idle since", idle.Data[0].IdleSince, start)
		wanttest.Diff(t, "cost of a year", idle.Data[0].Yearly, httpapi.Money{Amount: "24.00", Currency: "USD"})
	}
	for body, pointer := range map[string]string{
		`{"source":"switch-1","day":"2026-10-01","records":[{"did":"+442071230000","calls":0,"minutes":0}]}`: "/day",
		`{"source":"switch-1","day":"2026-12-05","records":[{"did":"+442071230000","calls":1,"minutes":1}]}`: "/records/0/last_call_at",
		`{"source":"switch-1","day":"2026-12-05","records":[{"did":"+442071230000","calls":0,"minutes":1}]}`: "/records/0/calls",
		`{"source":"switch-1","day":"2026-12-05","records":[{"did":"+442071230000","calls":0,"minutes":0},` +
			`{"did":"00442071230000","calls":0,"minutes":0}]}`: "/records/1/did",
		`{"source":"switch-1","day":"2026-12-05","records":[{"did":"+442071230000","calls":1,"minutes":1,` +
			`"last_call_at":"2026-12-09T00:00:00Z"}]}`: "/records/0/last_call_at",
		`{"source":"Switch 1","day":"2026-12-05","records":[{"did":"+442071230000","calls":0,"minutes":0}]}`: "/source",
	} {
		refused(t, body, w.send(secret, "POST", "/v1/usage", body), 422, "invalid_request", pointer)
	}
}
