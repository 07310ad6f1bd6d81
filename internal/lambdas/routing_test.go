package lambdas_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/destination"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/switches"
	"didpurchase/internal/routing"
	"didpurchase/internal/wanttest"
)

// targets are a route as PATCH takes and gives it.
func targets(uris ...string) (list []httpapi.Target) {
	for i, uri := range uris {
		list = append(list, httpapi.Target{URI: uri, Priority: i + 1})
	}
	return list
}

// A customer gives several targets; a request with two meanings is refused, naming
// them.
func TestEditDestinations(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "3.00", n)
	r := w.rental("PATCH", n, "", `{"destinations":[{"uri":"sip:b@x"},{"uri":"+44 20 7946 0000"}],"max_channels":30}`)
	wanttest.Diff(t, "targets without priorities", r.Destinations, targets("sip:b@x", "+442079460000"))
	wanttest.Equal(t, "max_channels", *r.MaxChannels, 30)
	r = w.rental("PATCH", n, "", `{"destinations":[{"uri":"sip:b@x","priority":7},{"uri":"sip:a@x","priority":2}]}`)
	wanttest.Equal(t, "the first target", *r.Destination, "sip:a@x")
	wanttest.Equal(t, "max_channels stays", *r.MaxChannels, 30)
	r = w.rental("PATCH", n, "", `{"destination":"sip:c@x","max_channels":null}`)
	wanttest.Diff(t, "one target in place of two", r.Destinations, targets("sip:c@x"))
	wanttest.True(t, "no limit of channels", r.MaxChannels == nil)
	for body, pointer := range map[string]string{
		`{"destination":"sip:a@x","destinations":[]}`:                         "/destinations",
		`{"destinations":[{"uri":"sip:a@x","priority":1},{"uri":"sip:b@x"}]}`: "/destinations",
		`{"destinations":[{"uri":"sip:a@x"},{"uri":"SIP:a@X"}]}`:              "/destinations/1/uri",
		`{"destinations":[{"uri":"sip:442071230000@x"}]}`:                     "/destinations/0/uri",
		`{"destinations":[{"uri":"sip:a@x"},{"uri":"sip:442071230000@x"}]}`:   "/destinations/1/uri",
		`{"destinations":[{"uri":"sip:a@x","priority":0}]}`:                   "/destinations/0/priority",
		`{"destinations":[{"uri":"sip:a@x","weight":1}]}`:                     "/destinations/0/weight",
		`{"max_channels":0}`: "/max_channels", `{"max_channels":10001}`: "/max_channels",
	} {
		refused(t, body, w.as("alice", "PATCH", "/v1/dids/"+n.Digits(), body), 422, "invalid_request",
			`"pointer":"`+pointer+`"`)
	}
	w.rental("PATCH", n, "", `{"destinations":null}`)
	wanttest.Equal(t, "targets after null", len(w.rental("GET", n, "", "").Destinations), 0)
}

// Two numbers of a customer can't forward to each other, in any form of the target.
// A number of another customer is not checked, nor is the customer's other number
// after its destination changed.
func TestNumbersThatForwardToEachOther(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "9.00", n, n+1, n+2)
	w.rental("PATCH", n, "", `{"destination":"+442071230001"}`)
	edit := func(body string) reply { return w.as("alice", "PATCH", "/v1/dids/442071230001", body) }
	for body, pointer := range map[string]string{
		`{"destination":"+44 20 7123 0000"}`:                                 "/destination",
		`{"destination":"tel:+442071230000"}`:                                "/destination",
		`{"destination":"tel:+442071230000;ext=7"}`:                          "/destination",
		`{"destinations":[{"uri":"sip:a@x"},{"uri":"+442071230000"}]}`:       "/destinations/1/uri",
		`{"destinations":[{"uri":"+442071230000"},{"uri":"+442071230005"}]}`: "/destinations/0/uri",
	} {
		refused(t, body, edit(body), 422, "invalid_request", `"pointer":"`+pointer+`"`)
	}
	wanttest.Equal(t, "status for a number of somebody else", edit(`{"destination":"+442071230005"}`).Status, 200)
	w.rental("PATCH", n+1, "", `{"destinations":[{"uri":"sip:a@x"},{"uri":"+442071230002"}]}`)
	circle := w.as("alice", "PATCH", "/v1/dids/442071230002", `{"destination":"+442071230000"}`)
	refused(t, "a circle of three", circle, 422, "invalid_request", `"pointer":"/destination"`)
	w.rental("PATCH", n, "", `{"destination":"sip:desk@example.com"}`)
	wanttest.Equal(t, "status once the other rings elsewhere", edit(`{"destination":"+442071230000"}`).Status, 200)
	wanttest.Equal(t, "status of a label beside the route", edit(`{"label":"second"}`).Status, 200)
}

// A switch with a key of the scope routes looks a number up, at one read unit, and
// loads all of them.
func TestSwitchLooksUp(t *testing.T) {
	t.Parallel()
	meter := new(dynamotest.Meter)
	w := newCarriersAround(t, func(function string, env awsenv.Env) awsenv.Env {
		if function == "routing" {
			env.AWS = meter.Into(env.AWS)
		}
		return env
	})
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "6.00", n, n+1)
	w.rental("PATCH", n, "", `{"destinations":[{"uri":"sip:a@x"},{"uri":"sip:b@x"}],"label":"desk"}`)
	_, key := w.issueKey("ada", `{"name":"switch","scopes":["routes"]}`)
	ask := func(target string, into any) {
		t.Helper()
		w.send(key, "GET", target, "").read(t, into)
	}
	for text, want := range map[string]switches.Route{
		"+442071230000": {Status: "active", Destination: new("sip:a@x"), Destinations: targets("sip:a@x", "sip:b@x"),
			Customer: new("alice")},
		"442071230001":  {Status: "active", Destinations: []httpapi.Target{}, Customer: new("alice")},
		"+442071230002": {Status: "not_rented", Destinations: []httpapi.Target{}},
	} {
		var got switches.Route
		before := meter.Read()
		ask("/v1/routes/"+url.PathEscape(text), &got)
		wanttest.True(t, "one read unit at most", meter.Read()-before <= 1)
		wanttest.Equal(t, text+" has a version", got.Version != nil, want.Customer != nil)
		got.DID, got.Version, got.ChangedAt = httpapi.DID{}, nil, nil
		wanttest.Diff(t, "route of "+text, got, want)
	}
	var all, rest switches.RouteList
	ask("/v1/routes?limit=1", &all)
	wanttest.Equal(t, "routes on the first page", len(all.Data), 1)
	ask("/v1/routes?limit=1&cursor="+*all.NextCursor, &rest)
	wanttest.Equal(t, "routes on the second page", len(rest.Data), 1)
	wanttest.True(t, "only the first page has a feed_cursor", rest.FeedCursor == nil)
	wanttest.True(t, "the pages differ", rest.Data[0].DID != all.Data[0].DID)
	w.followsFeed(key, *all.FeedCursor)
	wanttest.Equal(t, "all routes for a customer", w.as("alice", "GET", "/v1/routes", "").Status, 403)
	var own switches.Route
	w.as("alice", "GET", "/v1/routes/"+n.Digits(), "").read(t, &own)
	wanttest.Equal(t, "a customer's own number", *own.Destination, "sip:a@x")
	for by, other := range map[string]e164.Number{"bob": n, "alice": n + 2, "carol": n} {
		refused(t, by+" asks for a number that is not theirs", w.as(by, "GET", "/v1/routes/"+other.Digits(), ""), 404,
			"not_found", "not yours")
	}
}

// followsFeed reads a change, nothing, and after a week that the cursor expired.
func (w *carriers) followsFeed(key, cursor string) {
	w.t.Helper()
	entries := routing.Entry{Number: 442071230005, Status: "active", Route: destination.To("sip:a@x"), Customer: "bob",
		Version: "v", At: w.clock}
	w.must(w.store.PutFeed(w.t.Context(), "acme", w.clock.Add(-time.Second), entries))
	w.must(w.store.PutFeed(w.t.Context(), "globex", w.clock.Add(-time.Second), entries))
	var changes switches.RouteChanges
	w.send(key, "GET", "/v1/routes/changes?after="+cursor, "").read(w.t, &changes)
	want := []switches.Route{{
		DID: httpapi.DID{Number: entries.Number}, Status: "active", Destination: new("sip:a@x"),
		Destinations: targets("sip:a@x"),
		Customer:     new("bob"), Version: new("v"), ChangedAt: new(w.clock),
	}}
	if diff := cmp.Diff(want, changes.Data); diff != "" {
		w.t.Error(diff)
	}
	next := changes.NextCursor
	begin := time.Now()
	changes = switches.RouteChanges{}
	w.send(key, "GET", "/v1/routes/changes?wait=1&after="+next, "").read(w.t, &changes)
	wanttest.Equal(w.t, "changes after the last", len(changes.Data), 0)
	wanttest.True(w.t, "the request waited", time.Since(begin) > 500*time.Millisecond)
	w.clock = w.clock.Add(8 * 24 * time.Hour)
	refused(w.t, "an old cursor", w.send(key, "GET", "/v1/routes/changes?after="+next, ""), 410, "cursor_expired",
		"load GET /v1/routes again")
	refused(w.t, "no cursor", w.send(key, "GET", "/v1/routes/changes?after=x", ""), 400, "invalid_request",
		`"parameter":"after"`)
}
