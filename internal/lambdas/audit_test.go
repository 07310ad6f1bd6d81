package lambdas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/pump"
	"didpurchase/infra/local/template"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/wanttest"
)

// follow lets the table's stream write the history until the test ends. caughtUp
// waits until the stream is processed.
func (w *carriers) follow() (caughtUp func()) {
	w.t.Helper()
	table, err := dynamodb.NewFromConfig(w.env.AWS).DescribeTable(w.t.Context(),
		&dynamodb.DescribeTableInput{TableName: &w.env.TableName})
	w.must(err)
	functions := host.NewInProcess()
	functions.Register("history", time.Minute,
		history.With(w.env, history.Queues{Events: nobodyListens{}, Renewals: nobodyListens{}}))
	s := &pump.Stream{
		Base:   pump.Base{Invoker: functions, Now: time.Now, Log: w.env.Logger},
		Client: dynamodbstreams.NewFromConfig(w.env.AWS), StreamARN: *table.Table.LatestStreamArn, Folder: w.t.TempDir(),
		Mapping: template.StreamMapping{Function: "history", FromStart: true, BatchSize: 100, MaxRetries: 8,
			PartialFailures: true, Filters: []json.RawMessage{json.RawMessage(`{}`)}},
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		w.must(<-ended)
	})
	return func() {
		for seen, waited := s.Ends(), 0; s.Ends() < seen+2; waited++ {
			if waited == 600 {
				w.t.Fatal("the history never came to the stream's end")
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// written is an entry of the audit without its id.
type written struct {
	At                                         time.Time
	Kind, Actor, Name, Action, Customer, About string
	DIDs                                       []string
	Old, New                                   map[string]string
}

// day is a script of acts, a minute apart, and the entries that they must leave.
type day struct {
	*carriers
	want []written
	keys map[string]string // secrets of programs, by their names
	ids  map[string]string // ids of programs and users, by their names
}

// values reads "name=Acme, days=3" as fields.
func values(text string) map[string]string {
	v := map[string]string{}
	for _, field := range strings.Split(text, ", ") {
		if name, value, ok := strings.Cut(field, "="); ok {
			v[name] = value
		}
	}
	return v
}

// send sends a request as a user or as a program, a minute after the last one.
func (d *day) request(by, method, path, body string) reply {
	d.t.Helper()
	d.clock = d.clock.Add(time.Minute)
	token := d.keys[by]
	if token == "" {
		token = d.token(by, nil)
	}
	return d.carriers.send(token, method, path, body, "idempotency-key", d.clock.Format(time.RFC3339))
}

// act sends a request that must leave one entry. about is the entry's subject; with
// @ it is that member of the answer. It returns the answer.
func (d *day) act(by, request, body, action, customer, about, old, new string, dids ...string) reply {
	d.t.Helper()
	method, path, _ := strings.Cut(request, " ")
	answer := d.request(by, method, path, body)
	if answer.Status >= 300 {
		d.t.Fatalf("%s as %s: %d %s", request, by, answer.Status, answer.Body)
	}
	if member, isMember := strings.CutPrefix(about, "@"); isMember {
		var members map[string]any
		answer.read(d.t, &members)
		about, _ = members[member].(string)
	}
	w := written{At: d.clock, Kind: "user", Actor: by, Name: "User " + by, Action: action, Customer: customer,
		About: about, DIDs: dids, Old: values(old), New: values(new)}
	if d.keys[by] != "" {
		w.Kind, w.Actor, w.Name = "api_key", d.ids[by], by
	} else if id := d.ids[by]; id != "" {
		w.Actor, w.Name = id, "Nina"
	}
	d.want = append(d.want, w)
	return answer
}

// nothing sends a request that must leave no entry.
func (d *day) nothing(by, request, body string, status int) {
	d.t.Helper()
	method, path, _ := strings.Cut(request, " ")
	answer := d.request(by, method, path, body)
	wanttest.Equal(d.t, request+" as "+by+": "+answer.Body+": status", answer.Status, status)
}

// key makes a program with an API key.
func (d *day) key(by, name, customer, scopes string) {
	d.t.Helper()
	var key staff.IssuedKey
	list, err := json.Marshal(strings.Fields(scopes))
	d.must(err)
	d.act(by, "POST /v1/api-keys", fmt.Sprintf(`{"name":%q,"scopes":%s}`, name, list), "api_key.created", customer, "@id",
		"", "").read(d.t, &key)
	d.keys[name], d.ids[name] = key.Key, key.ID
	d.want[len(d.want)-1].New = map[string]string{"name": name, "scopes": scopes, "hint": key.Key[len(key.Key)-4:]}
}

// A scripted day of 60 acts by people, programs and a file leaves the entries of
// the script and no others, and every filter finds its own.
func TestAuditOfADay(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	caughtUp := w.follow()
	w.offer("acme", sold, sold+99)
	d := &day{carriers: w, keys: map[string]string{}, ids: map[string]string{}}
	d.ofTheCarrier()
	d.ofPeople()
	d.ofMoney()
	d.ofNumbers()
	caughtUp()
	wanttest.Equal(t, "acts of the script", len(d.want), 60)
	principals := map[string]bool{}
	for _, e := range d.want {
		principals[e.Kind+e.Actor] = true
	}
	if len(principals) < 9 {
		t.Errorf("the script has %d principals", len(principals))
	}
	all := d.entries("")
	wanttest.Diff(t, "the audit", all, d.want)
	for filter, chosen := range map[string]func(written) bool{
		"actor=ada":                               func(e written) bool { return e.Actor == "ada" },
		"actor=" + d.ids["shop"]:                  func(e written) bool { return e.Actor == d.ids["shop"] },
		"customer=alice":                          func(e written) bool { return e.Customer == "alice" },
		"action=user.*":                           func(e written) bool { return strings.HasPrefix(e.Action, "user.") },
		"action=did.cancelled":                    func(e written) bool { return e.Action == "did.cancelled" },
		"did=" + url.QueryEscape(sold.String()):   func(e written) bool { return slices.Contains(e.DIDs, sold.String()) },
		"from=" + all[20].At.Format(time.RFC3339): func(e written) bool { return !e.At.Before(all[20].At) },
		"to=" + all[20].At.Format(time.RFC3339):   func(e written) bool { return e.At.Before(all[20].At) },
		"actor=ada&action=customer.*&to=" + all[30].At.Format(time.RFC3339) + "&limit=1": func(e written) bool {
			return e.Actor == "ada" && strings.HasPrefix(e.Action, "customer.") && e.At.Before(all[30].At)
		},
	} {
		wanttest.Diff(t, filter, d.entries(filter), keep(d.want, chosen))
	}
	wanttest.Equal(t, "an unknown action: status", w.as("ada", "GET", "/v1/audit?action=nothing", "").Status, 400)
	wanttest.Equal(t, "a broken cursor: status", w.as("ada", "GET", "/v1/audit?cursor=nothing", "").Status, 400)
	wanttest.Equal(t, "a customer: status", w.as("olive", "GET", "/v1/audit", "").Status, 403)
	wanttest.Equal(t, "entries of another carrier", w.as("grace", "GET", "/v1/audit", "").Body,
		`{"data":[],"next_cursor":null}`+"\n")
}

func keep(all []written, chosen func(written) bool) (kept []written) {
	for _, e := range all {
		if chosen(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

// entries reads all pages of the audit, oldest first.
func (d *day) entries(filter string) (all []written) {
	d.t.Helper()
	token := d.token("acme-viewer", nil)
	for cursor := ""; ; {
		var page httpapi.List[staff.AuditEntry]
		d.carriers.send(token, "GET", "/v1/audit?"+filter+cursor, "").read(d.t, &page)
		for _, e := range page.Data {
			all = append(all, writtenOf(e))
		}
		if page.NextCursor == nil {
			slices.Reverse(all)
			return all
		}
		cursor = "&cursor=" + *page.NextCursor
	}
}

func writtenOf(e staff.AuditEntry) written {
	w := written{At: e.At, Action: e.Action, Customer: textOf(e.Customer), About: textOf(e.Subject), Old: e.Old,
		New: e.New}
	if e.Actor != nil {
		w.Kind, w.Actor, w.Name = e.Actor.Kind, textOf(e.Actor.ID), textOf(e.Actor.Name)
	}
	if len(e.DIDs) > 0 {
		w.DIDs = e.DIDs
	}
	return w
}

// ofTheCarrier is 14 acts on settings, packages, profiles, imports and reports.
func (d *day) ofTheCarrier() {
	d.t.Helper()
	d.act("ada", "PATCH /v1/settings", `{"aging_days":31,"name":"Acme Telecom"}`, "settings.changed", "", "",
		"aging_days=30, name=ACME", "aging_days=31, name=Acme Telecom")
	d.nothing("ada", "PATCH /v1/settings", `{"aging_days":31}`, 200)
	d.nothing("acme-viewer", "PATCH /v1/settings", `{"aging_days":32}`, 403)
	d.nothing("ada", "PATCH /v1/settings", `{"aging_days":-1}`, 422)
	d.act("ada", "PATCH /v1/settings", `{"max_held":50}`, "settings.changed", "", "", "max_held=90", "max_held=50")
	const gold = `{"id":"gold","name":"Gold","setup":{"amount":"1.00","currency":"USD"},"recurring":{"amount":"%s",` +
		`"currency":"USD"},"interval":{"unit":"month","count":1}}`
	d.act("ada", "POST /v1/packages", fmt.Sprintf(gold, "9.00"), "package.added", "", "gold", "",
		"version=1, name=Gold, setup=1.00 USD, recurring=9.00 USD, interval=1 month, min_term_days=0")
	d.act("ada", "POST /v1/packages", fmt.Sprintf(gold, "8.00"), "package.added", "", "gold",
		"version=1, recurring=9.00 USD", "version=2, recurring=8.00 USD")
	d.nothing("ada", "POST /v1/packages", fmt.Sprintf(gold, "8.00"), 201)
	d.act("ada", "PUT /v1/import-profiles/ofcom", `{"country_code":"44","columns":{"number":1},"default_package":"gold"}`,
		"import_profile.written", "", "ofcom", "",
		`profile={"country_code":"44","columns":{"number":1},"default_package":"gold"}`)
	d.key("ada", "stock", "", "imports inventory customers payments")
	d.act("stock", "POST /v1/imports", `{"filename":"uk.csv","size":9}`, "import.requested", "", "@id", "",
		"action=offer, mode=partial, strategy=add, filename=uk.csv")
	d.act("acme-success", "POST /v1/ranges/withhold", `{"start":"+442071230090","end":"+442071230099"}`,
		"import.requested", "", "@id", "", "action=withhold, mode=partial, strategy=add, spans=+442071230090,+442071230099")
	d.act("ada", "POST /v1/ranges/withdraw", `{"start":"+442071230080","end":"+442071230089"}`, "import.requested", "",
		"@id", "", "action=withdraw, mode=partial, strategy=add, spans=+442071230080,+442071230089")
	d.clock = d.clock.Add(time.Minute)
	key := "inventory/acme/ofcom/drop.csv"
	_, err := intake.NewWorker(d.store, nil, d.env.Now, d.env.Logger).Arrive(context.Background(),
		intake.File{Object: intake.Object{Bucket: "files", Key: key, Version: "1"}, Sequencer: "1", At: d.clock})
	d.must(err)
	jobs, _, err := d.store.Jobs(context.Background(), "acme", 10, "")
	d.must(err)
	dropped := jobs[0].ID
	d.want = append(d.want, written{At: d.clock, Kind: "import", Actor: dropped, Name: "drop.csv",
		Action: "import.requested", About: dropped, Old: map[string]string{},
		New: values("action=offer, mode=partial, strategy=add, filename=drop.csv, profile=ofcom")})
	d.act("acme-sales", "POST /v1/reports", `{"report":"rentals"}`, "report.requested", "", "@id", "",
		"report=rentals, format=csv")
	const daily = `{"report":"idle","every":{"unit":"day"},"recipients":["audit@example.com"]}`
	d.act("ada", "PUT /v1/audit-schedules/daily", daily, "audit_schedule.written", "", "daily", "",
		"report=idle, every=1 day, format=csv, recipients=audit@example.com")
	d.nothing("acme-sales", "DELETE /v1/audit-schedules/daily", "", 403)
	d.act("ada", "DELETE /v1/audit-schedules/daily", "", "audit_schedule.deleted", "", "daily",
		"report=idle, every=1 day, format=csv, recipients=audit@example.com", "")
	d.act("stock", "POST /v1/customers", `{"id":"dora","name":"Dora"}`, "customer.created", "dora", "", "",
		"name=Dora, status=active, credit_limit=0.00 USD, tax_percent=0, purchasing=allowed")
}

// ofPeople is 19 acts on users, keys and webhooks.
func (d *day) ofPeople() {
	d.t.Helper()
	var nina staff.InvitedPerson
	d.act("olive", "POST /v1/users", `{"name":"Nina","email":"nina@example.com","roles":["buyer"]}`, "user.invited",
		"alice", "@id", "", "name=Nina, email=nina@example.com, roles=buyer").read(d.t, &nina)
	d.act("olive", "POST /v1/users/"+nina.ID+"/invitation", "", "user.invited_again", "alice", nina.ID,
		"", "").read(d.t, &nina)
	d.nothing("nobody", "POST /v1/invitations/accept", `{"code":"MADEUP"}`, 404)
	d.ids["nobody"] = nina.ID
	d.act("nobody", "POST /v1/invitations/accept", `{"code":"`+code(nina)+`"}`, "user.joined", "alice", nina.ID, "",
		"name=Nina, email=nina@example.com, roles=buyer")
	d.act("ada", "PATCH /v1/users/"+nina.ID+"?customer=alice", `{"roles":["owner"]}`, "user.changed", "alice", nina.ID,
		"roles=buyer", "roles=owner")
	d.nothing("alice", "PATCH /v1/users/"+nina.ID, `{"roles":["viewer"]}`, 403)
	var zoe staff.InvitedPerson
	d.act("ada", "POST /v1/users", `{"name":"Zoe","roles":["viewer","sales"]}`, "user.invited", "", "@id", "",
		"name=Zoe, roles=viewer sales").read(d.t, &zoe)
	d.act("ada", "DELETE /v1/users/"+zoe.ID, "", "user.removed", "", zoe.ID, "name=Zoe, roles=viewer sales", "")
	d.nothing("ada", "DELETE /v1/users/"+zoe.ID, "", 404)
	d.key("olive", "shop", "alice", "buy rentals")
	d.key("nobody", "spare", "alice", "account")
	var rotated staff.IssuedKey
	hint := func(name string) string { return "hint=" + d.keys[name][len(d.keys[name])-4:] }
	d.act("olive", "POST /v1/api-keys/"+d.ids["spare"]+"/rotate", `{}`, "api_key.rotated", "alice", d.ids["spare"],
		hint("spare"), "").read(d.t, &rotated)
	d.keys["spare"] = rotated.Key
	d.want[len(d.want)-1].New = values(hint("spare"))
	d.act("olive", "DELETE /v1/api-keys/"+d.ids["spare"], "", "api_key.revoked", "alice", d.ids["spare"],
		"name=spare, scopes=account, "+hint("spare"), "")
	for _, by := range []struct{ name, customer string }{{"ada", ""}, {"alice", "alice"}} {
		var hook staff.Webhook
		d.act(by.name, "POST /v1/webhooks", `{"url":"https://example.com/a","events":["did.*"]}`, "webhook.created",
			by.customer, "@id", "", "url=https://example.com/a, events=did.*, enabled=true").read(d.t, &hook)
		path := " /v1/webhooks/" + hook.ID
		d.act(by.name, "PATCH"+path, `{"enabled":false}`, "webhook.changed", by.customer, hook.ID, "enabled=true",
			"enabled=false")
		d.act(by.name, "POST"+path+"/rotate", "", "webhook.rotated", by.customer, hook.ID, "", "")
		d.act(by.name, "DELETE"+path, "", "webhook.deleted", by.customer, hook.ID,
			"url=https://example.com/a, events=did.*, enabled=false", "")
	}
	d.act("ada", "PATCH /v1/customers/bob", `{"status":"closed"}`, "customer.changed", "bob", "", "status=active",
		"status=closed")
}

// ofMoney is 11 acts on customers' accounts.
func (d *day) ofMoney() {
	d.t.Helper()
	d.act("ada", "PATCH /v1/customers/bob", `{"status":"active","name":"Bob & Co"}`, "customer.changed", "bob", "",
		"status=closed, name=Customer bob", "status=active, name=Bob & Co")
	d.act("acme-billing", "PATCH /v1/customers/bob", `{"credit_limit":{"amount":"50.00","currency":"USD"}}`,
		"customer.changed", "bob", "", "credit_limit=0.00 USD", "credit_limit=50.00 USD")
	d.act("acme-billing", "PATCH /v1/customers/bob", `{"tax_percent":"20"}`, "customer.changed", "bob", "",
		"tax_percent=0", "tax_percent=20")
	d.act("acme-billing", "PATCH /v1/customers/bob", `{"tax_percent":"0"}`, "customer.changed", "bob", "",
		"tax_percent=20", "tax_percent=0")
	money := func(amount, reference, rest string) string {
		return fmt.Sprintf(`{"amount":{"amount":%q,"currency":"USD"},"reference":%q%s}`, amount, reference, rest)
	}
	d.act("alice", "PATCH /v1/account/billing", `{"locale":"de"}`, "billing.changed", "alice", "", "", "locale=de")
	for i, p := range []string{"100", "110"} {
		reference := fmt.Sprintf("bank-%d", i)
		d.act("stock", "POST /v1/customers/bob/payments", money("10.00", reference, ""), "payment.entered", "bob", reference,
			"balance="+p+".00 USD", fmt.Sprintf("balance=%d.00 USD, amount=10.00 USD", 110+10*i))
	}
	d.nothing("stock", "POST /v1/customers/bob/payments", money("10.00", "bank-0", ""), 201)
	d.act("acme-billing", "POST /v1/customers/bob/refunds", money("5.00", "r-1", `,"note":"left"`), "refund.entered",
		"bob", "r-1", "balance=120.00 USD", "balance=115.00 USD, amount=-5.00 USD, note=left")
	d.act("acme-billing", "POST /v1/customers/bob/adjustments", money("-55.00", "a-1", `,"note":"mistake"`),
		"adjustment.entered", "bob", "a-1", "balance=115.00 USD", "balance=60.00 USD, amount=-55.00 USD, note=mistake")
	d.nothing("acme-sales", "POST /v1/customers/bob/adjustments", money("1.00", "a-2", `,"note":"mine"`), 403)
	d.act("acme-billing", "POST /v1/customers/dora/payments", money("20.00", "d-1", ""), "payment.entered", "dora", "d-1",
		"balance=0.00 USD", "balance=20.00 USD, amount=20.00 USD")
	d.act("acme-billing", "POST /v1/customers/alice/payments", money("20.00", "al-1", ""), "payment.entered", "alice",
		"al-1", "balance=100.00 USD", "balance=120.00 USD, amount=20.00 USD")
}

// ofNumbers is 16 acts on orders and rentals.
func (d *day) ofNumbers() {
	d.t.Helper()
	for i, by := range []string{"alice", "shop", "bob"} {
		n, customer := (sold + e164.Number(i)).String(), []string{"alice", "alice", "bob"}[i]
		invoice := []string{"alice-inv-1", "alice-inv-2", "bob-inv-1"}[i]
		d.nothing(by, "POST /v1/cart/items", `{"dids":["`+n+`"]}`, 200)
		d.act(by, "POST /v1/orders", `{"total":{"amount":"3.00","currency":"USD"}}`, "order.completed", customer, "@number",
			"", "total=3.00 USD, invoice="+invoice, n)
		path := " /v1/dids/" + n
		d.nothing(by, "PATCH"+path, `{}`, 200)
		d.nothing("alice-reads", "PATCH"+path, `{"label":"mine"}`, 403)
		d.act(by, "PATCH"+path, `{"label":"desk","tags":["a","b"]}`, "did.updated", customer, n, "", "", n)
		d.want[len(d.want)-1].New = map[string]string{"label": "desk", "tags": "a, b"}
		d.act(by, "DELETE"+path, "", "did.cancelled", customer, n, "state=active", "state=pending_release", n)
		d.act(by, "POST"+path+"/restore", "", "did.restored", customer, n, "state=pending_release", "state=active", n)
	}
	n := (sold + 5).String()
	d.act("acme-sales", "POST /v1/customers/dora/dids", `{"dids":["`+n+`"],"total":{"amount":"3.00","currency":"USD"}}`,
		"order.completed", "dora", "@number", "", "total=3.00 USD, invoice=dora-inv-1", n)
	d.act("acme-success", "DELETE /v1/customers/dora/dids/"+n, "", "did.cancelled", "dora", n, "state=active",
		"state=pending_release", n)
	d.act("acme-success", "POST /v1/customers/dora/dids/"+n+"/restore", "", "did.restored", "dora", n,
		"state=pending_release", "state=active", n)
	d.act("ada", "POST /v1/inventory/"+n+"/port-out", "", "did.ported_out", "dora", n,
		"state=active", "state=ported_out", n)
	d.nothing("ada", "POST /v1/inventory/"+n+"/port-out", "", 200)
}

// The history has the actor who took a number out of the cart. The cart knows the
// actor; the deleted item does not.
func TestHistoryNamesWhoEmptiedTheCart(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.clock = time.Now() // the stream's clock: a hold that is over then lapsed, and was not removed
	caughtUp := w.follow()
	w.offer("acme", sold, sold+9)
	n := sold.String()
	for _, by := range []string{"alice", "olive"} {
		w.as("alice", "POST", "/v1/cart/items", `{"dids":["`+n+`"]}`)
		wanttest.Equal(t, "removed by "+by+": status", w.as(by, "DELETE", "/v1/cart/items/"+n, "").Status, 204)
		caughtUp()
		var found staff.InventoryDID
		w.as("ada", "GET", "/v1/inventory/"+n, "").read(t, &found)
		last := found.History[len(found.History)-1]
		wanttest.Equal(t, "last step", last.To, "available")
		wanttest.Diff(t, "actor of the removal", last.Actor,
			&httpapi.Actor{Kind: "user", ID: new(by), Name: new("User " + by)})
	}
}
