package lambdas_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
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

// dids are the list's numbers, as far as they differ.
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
	all := w.list("alice", "/v1/dids")
	wanttest.Equal(t, "total", *all.Total, uint64(5))
	wanttest.Diff(t, "facet state", all.Facets.State, []httpapi.Facet{{Value: "active", Count: 4}, {Value: "pending_release", Count: 1}})
	wanttest.Diff(t, "facet country", all.Facets.Country, []httpapi.Facet{{Value: "GB", Count: 5}})
	wanttest.Diff(t, "facet area", all.Facets.Area, []httpapi.Facet{{Value: "London", Count: 5}})
	wanttest.Diff(t, "facet package", all.Facets.Package, []httpapi.Facet{{Value: "standard", Count: 5}})
	wanttest.Diff(t, "facet tag", all.Facets.Tag, []httpapi.Facet{{Value: "vip", Count: 2}, {Value: "north", Count: 1}})
	for query, want := range map[string]string{
		"q=20+7123+0003": "3", "q=OFFICE": "2", "q=north": "1", "q=lond&tag=VIP": "1 2", "state=pending_release": "4",
		"country=fr,gb&package=standard&area=LONDON&type=geographic": "0 1 2 3 4", "country=FR": "", "package=gold": "",
		"destination=none": "0 2 4", "destination=+442071239999": "3", "destination=sip:desk@example.com": "1",
		"sort=label&limit=2": "2 1", "tag=vip&facets=false": "1 2", "facets=false": "0 1 2 3 4", "sort=next_charge": "0 1 2 3 4",
	} {
		for user, path := range map[string]string{"alice": "/v1/dids?", "acme-viewer": "/v1/customers/alice/dids?"} {
			wanttest.Equal(t, user+": "+query, dids(w.list(user, path+query)), want)
		}
	}
	plain := w.list("alice", "/v1/dids?facets=false&limit=2")
	wanttest.True(t, "a plain page has no total", plain.Total == nil)
	wanttest.True(t, "a plain page has no facets", plain.Facets == nil)
	wanttest.Equal(t, "a plain page's cursor suits a filtered list", dids(w.list("alice", "/v1/dids?state=active&cursor="+*plain.NextCursor)), "2 3")
	for _, sort := range []string{"number", "label", "next_charge", "assigned_at"} {
		wanttest.Equal(t, "pages by "+sort, len(w.allPages("/v1/dids?limit=2&sort="+sort)), 5)
	}
	wanttest.Equal(t, "rentals of another customer", *w.list("bob", "/v1/dids").Total, uint64(0))
	byLabel := *w.list("alice", "/v1/dids?limit=2&sort=label").NextCursor
	for query, parameter := range map[string]string{
		"country=GBR": "country", "sort=area": "sort", "cursor=" + byLabel: "cursor", "facets=maybe": "facets", "destination=a&destination=b": "destination",
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
	w.t.Error(fmt.Sprintf("%s has no end", path))
	return found
}
