package lambdas_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
	"didpurchase/internal/wanttest"
)

// list asks a user for a list of rentals.
func (w *carriers) list(user, path string) (list books.RentalList) {
	w.t.Helper()
	got := w.as(user, "GET", path, "")
	if got.Status != 200 {
		w.t.Fatalf("GET %s: %d %s", path, got.Status, got.Body)
	}
	got.read(w.t, &list)
	return list
}

// dids are the last digits of the list's numbers, in which they differ.
func dids(l books.RentalList) string {
	var ends []string
	for _, r := range l.Data {
		digits := r.DID.Digits()
		ends = append(ends, digits[len(digits)-1:])
	}
	return strings.Join(ends, " ")
}

// TestRentalLists filters, counts, sorts and pages a customer's rentals, as the
// customer and as staff.
func TestRentalLists(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "15.00", n, n+1, n+2, n+3, n+4)
	for number, patch := range map[e164.Number]string{
		n + 1: `{"label":"Front desk","tags":["vip","north"],"destination":"sip:desk@example.com"}`,
		n + 2: `{"label":"back office","tags":["vip"]}`,
		n + 3: `{"destination":"+442071239999"}`,
	} {
		w.rental("PATCH", number, "", patch)
	}
	w.rental("DELETE", n+4, "", "")
	log, err := w.store.RentalChanges(t.Context(), ledger.Customer{Carrier: "acme", ID: "alice"}, w.clock)
	wanttest.Equal(t, "error", err, nil)
	wanttest.Equal(t, "edits in the log of alice's rentals", len(log), 4)
	all := w.list("alice", "/v1/dids")
	wanttest.Equal(t, "total", *all.Total, uint64(5))
	wanttest.Diff(t, "facet state", all.Facets.State,
		[]httpapi.Facet{{Value: "active", Count: 4}, {Value: "pending_release", Count: 1}})
	wanttest.Diff(t, "facet country", all.Facets.Country, []httpapi.Facet{{Value: "GB", Count: 5}})
	wanttest.Diff(t, "facet area", all.Facets.Area, []httpapi.Facet{{Value: "London", Count: 5}})
	wanttest.Diff(t, "facet package", all.Facets.Package, []httpapi.Facet{{Value: "standard", Count: 5}})
	wanttest.Diff(t, "facet tag", all.Facets.Tag, []httpapi.Facet{{Value: "vip", Count: 2}, {Value: "north", Count: 1}})
	for query, want := range map[string]string{
		"q=20+7123+0003": "3", "q=OFFICE": "2", "q=north": "1", "q=lond&tag=VIP": "1 2", "state=pending_release": "4",
		"country=fr,gb&package=standard&area=LONDON&type=geographic": "0 1 2 3 4", "country=FR": "", "package=gold": "",
		"destination=none": "0 2 4", "destination=+442071239999": "3", "destination=sip:desk@example.com": "1",
		"sort=label&limit=2": "2 1", "tag=vip&facets=false": "1 2", "facets=false": "0 1 2 3 4", "offset=3": "3 4",
		"sort=label&offset=1&limit=2": "1 0", "sort=next_charge": "0 1 2 3 4",
	} {
		for user, path := range map[string]string{"alice": "/v1/dids?", "acme-viewer": "/v1/customers/alice/dids?"} {
			wanttest.Equal(t, user+": "+query, dids(w.list(user, path+query)), want)
		}
	}
	plain := w.list("alice", "/v1/dids?facets=false&limit=2")
	wanttest.True(t, "a plain page has no total", plain.Total == nil)
	wanttest.True(t, "a plain page has no facets", plain.Facets == nil)
	wanttest.Equal(t, "a plain page's cursor suits a filtered list",
		dids(w.list("alice", "/v1/dids?state=active&cursor="+*plain.NextCursor)), "2 3")
	for _, sort := range []string{"number", "label", "next_charge", "assigned_at"} {
		wanttest.Equal(t, "pages by "+sort, len(w.allPages("/v1/dids?limit=2&sort="+sort)), 5)
	}
	wanttest.Equal(t, "rentals of another customer", *w.list("bob", "/v1/dids").Total, uint64(0))
	byLabel := *w.list("alice", "/v1/dids?limit=2&sort=label").NextCursor
	for query, parameter := range map[string]string{
		"country=GBR": "country", "sort=area": "sort", "cursor=" + byLabel: "cursor", "facets=maybe": "facets",
		"offset=1&cursor=" + *plain.NextCursor: "offset", "destination=a&destination=b": "destination",
	} {
		refused(t, query, w.as("alice", "GET", "/v1/dids?"+query, ""), 400, "invalid_request", parameter)
	}
	refused(t, "an unknown customer", w.as("ada", "GET", "/v1/customers/nobody/dids", ""), 404, "not_found")
}

// allPages follows the cursors of a list, and returns the distinct numbers.
func (w *carriers) allPages(path string) map[e164.Number]bool {
	w.t.Helper()
	found, cursor := map[e164.Number]bool{}, ""
	for range 10 {
		page := w.list("alice", path+cursor)
		for _, r := range page.Data {
			found[r.DID.Number] = true
		}
		if page.NextCursor == nil {
			return found
		}
		cursor = "&cursor=" + url.QueryEscape(*page.NextCursor)
	}
	w.t.Errorf("%s has no end", path)
	return found
}

// TestRentalsAsFile: a file of all that match, in the requested order, which a
// spreadsheet shows as it is.
func TestRentalsAsFile(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "9.00", n, n+1, n+2)
	w.rental("PATCH", n+1, "", `{"label":"=1+1","tags":["vip","north"],"destination":"sip:desk@example.com"}`)
	w.rental("PATCH", n+2, "", `{"label":"back office","tags":["vip"]}`)
	since := w.clock.UTC().Format(time.RFC3339)
	next := w.rental("GET", n, "", "").NextCharge.At.Format(time.RFC3339)
	row := func(number, label, tags, destination string) string {
		return "'" + number + ",active,standard,GB,London,geographic," + label + "," + tags + "," + destination + "," +
			since + "," + next + "\n"
	}
	want := csvexport.Mark + "number,state,package,country,area,type,label,tags,destination,assigned_at,next_charge_at\n" +
		row("+442071230001", "'=1+1", `"vip, north"`, "sip:desk@example.com") + row("+442071230002", "back office", "vip", "")
	for user, path := range map[string]string{"alice": "/v1/dids", "acme-viewer": "/v1/customers/alice/dids"} {
		got := w.as(user, "GET", path+"?tag=vip&sort=label&limit=1", "", "accept", "text/csv")
		wanttest.Equal(t, user+": status", got.Status, 200)
		wanttest.Diff(t, user+": file", got.Body, want)
		wanttest.Equal(t, user+": content type", got.Headers["Content-Type"], csvexport.ContentType)
	}
	refused(t, "a wrong filter", w.as("alice", "GET", "/v1/dids?country=GBR", "", "accept", "text/csv"), 400,
		"invalid_request", "country")
}

// TestRentalsOfAllCustomers: staff see the rentals of their carrier's customers,
// by customer, with exact counts on the first page.
func TestRentalsOfAllCustomers(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "6.00", n+5, n+7)
	allocated := w.as("acme-sales", "POST", "/v1/customers/bob/dids",
		fmt.Sprintf(`{"dids":["%s","%s"],%s`, n+1, n+2, totalOf("6.00")[1:]),
		"idempotency-key", "k")
	wanttest.Equal(t, "allocation", allocated.Status, 201)
	w.rental("PATCH", n+7, "", `{"tags":["vip"]}`)
	ask := func(query string) (list books.CarrierRentalList, text string) {
		got := w.as("acme-viewer", "GET", "/v1/rentals?"+query, "")
		wanttest.Equal(t, query+": status", got.Status, 200)
		got.read(t, &list)
		for _, r := range list.Data {
			text += r.Customer + string(r.DID.Digits()[11]) + " "
		}
		return list, text
	}
	first, text := ask("limit=3")
	wanttest.Equal(t, "first page", text, "alice5 alice7 bob1 ")
	wanttest.Equal(t, "total", *first.Total, uint64(4))
	wanttest.Diff(t, "facet tag", first.Facets.Tag, []httpapi.Facet{{Value: "vip", Count: 1}})
	second, text := ask("limit=3&cursor=" + url.QueryEscape(*first.NextCursor))
	wanttest.Equal(t, "second page", text, "bob2 ")
	wanttest.True(t, "a later page has no total", second.Total == nil)
	wanttest.True(t, "the last page has no cursor", second.NextCursor == nil)
	for query, want := range map[string]string{
		"tag=vip": "alice7 ", "customer=bob&sort=assigned_at": "bob1 bob2 ", "customer=bob&tag=vip": "", "q=0002": "bob2 ",
	} {
		list, text := ask(query)
		wanttest.Equal(t, query, text, want)
		wanttest.Equal(t, query+": total", *list.Total, uint64(strings.Count(want, " ")))
	}
	refused(t, "an order of all", w.as("ada", "GET", "/v1/rentals?sort=label", ""), 400, "invalid_request", "customer")
	refused(t, "a cursor of another list", w.as("ada", "GET", "/v1/rentals?cursor=ZGlkczo0NA", ""), 400, "invalid_request",
		"cursor")
	refused(t, "an unknown customer", w.as("ada", "GET", "/v1/rentals?customer=nobody", ""), 404, "not_found")
	refused(t, "another carrier's customer", w.as("ada", "GET", "/v1/rentals?customer=carol", ""), 404, "not_found")
}
