package courier_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	localmail "didpurchase/infra/local/mailbox"
	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/event"
	"didpurchase/internal/lambdas/courier"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
	"didpurchase/internal/report"
	"didpurchase/internal/wanttest"
)

// mailTest is the courier with a mailbox in place of SES, and a customer who wants
// mails.
type mailTest struct {
	*testing.T
	store  *dynamo.Store
	folder string // of the mailbox
	box    *localmail.Mailbox
	env    awsenv.Env
	clock  time.Time
	broken func(http.ResponseWriter) // answers in place of the mailbox; nil for the mailbox
}

var shopper = ledger.Customer{Carrier: "acme", ID: "alice"}

func newMailTest(t *testing.T) *mailTest {
	t.Helper()
	_, table := dynamotest.New(t)
	w := &mailTest{T: t, store: dynamo.New(dynamotest.Config(t), table), folder: t.TempDir(),
		clock: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	w.box = localmail.New(w.folder)
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if w.broken != nil {
			w.broken(out)
			return
		}
		w.box.ServeHTTP(out, in)
	}))
	t.Cleanup(server.Close)
	w.env = awsenv.Env{
		TableName: table, AWS: dynamotest.Config(t), DeliveryQueueURL: "x", DeliveryDeadLettersURL: "x",
		SESURL: server.URL + strings.TrimSuffix(localmail.Path, "/"), MailFrom: localmail.Sender,
		PortalURL: "https://shop.example",
		Now:       func() time.Time { return w.clock }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	w.must(w.store.CreateCarrier(t.Context(), carrier.New("acme", "Acme Telecom", "Europe/London", "USD")))
	w.must(w.store.CreateCustomer(t.Context(), ledger.Account{Customer: shopper, Name: "Alice", Status: ledger.Active,
		Currency: "USD", Balance: money.Zero("USD"), CreditLimit: money.Zero("USD")}))
	w.wants(party.Billing{Email: "books@alice.example", Locale: "de"})
	return w
}

func (w *mailTest) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *mailTest) wants(b party.Billing) {
	w.Helper()
	seen, err := w.store.Billing(w.Context(), shopper)
	w.must(err)
	b.Ver = seen.Ver + 1
	w.must(commit.Write(w.Context(), w.store, w.clock, desk.BillingUpdate{Customer: shopper, To: b}))
}

// deliver passes an event to the courier, in the form of the queue, and reports
// whether it comes again.
func (w *mailTest) deliver(e event.Event) (again bool) {
	w.Helper()
	body, err := json.Marshal(e)
	w.must(err)
	answer, err := courier.New(w.env)(w.Context(),
		events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1", Body: string(body), EventSourceARN: "arn:x-events"}}})
	w.must(err)
	return len(answer.BatchItemFailures) > 0
}

// subjects lists the subjects of the mails, the last first.
func (w *mailTest) subjects() string {
	w.Helper()
	mails, err := w.box.Mails()
	w.must(err)
	var all []string
	for _, m := range mails {
		all = append(all, m.Subject)
	}
	return strings.Join(all, "; ")
}

func (w *mailTest) of(id string, t event.Type, data any) event.Event {
	return event.Event{ID: id, Type: t, Time: w.clock, Carrier: "acme", Customer: "alice", Data: data}
}

var tenDollars = event.Amount{Amount: "1010.00", Currency: "USD"}

func (w *mailTest) paid(id string) event.Event {
	return w.of(id, event.Paid, event.Payment{Seq: 1, Amount: tenDollars, BalanceAfter: tenDollars})
}

func (w *mailTest) number(id string, t event.Type, did string) event.Event {
	end := w.clock.AddDate(0, 1, 0)
	return w.of(id, t, event.Number{DID: did, New: &event.NumberValues{PeriodEnd: &end}})
}

func TestACustomerIsWrittenToOnce(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	var g sync.WaitGroup
	for range 5 {
		g.Go(func() { w.deliver(w.paid("evt_1")) })
	}
	g.Wait()
	wanttest.True(t, "a repeat is taken", !w.deliver(w.paid("evt_1")))
	wanttest.Equal(t, "subjects", w.subjects(), "Zahlung erhalten: 1.010,00 USD")
	mails, err := w.box.Mails()
	w.must(err)
	wanttest.Equal(t, "to", mails[0].To, "books@alice.example")
	wanttest.Contains(t, "the text", mails[0].Text, "am 30. November 2026 erhalten")
	wanttest.Contains(t, "the text", mails[0].Text, "https://shop.example/account")
	wanttest.Contains(t, "the page", mails[0].HTML, `<a href="https://shop.example/billing"`)
	wanttest.Contains(t, "the page", mails[0].HTML, "Acme Telecom")
}

// A thousand numbers that are past due on one day are one mail.
func TestNumbersOfADayAreOneMail(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	w.wants(party.Billing{Email: "books@alice.example"})
	w.deliver(w.number("evt_1", event.PastDue, "+442071234567"))
	w.deliver(w.number("evt_2", event.PastDue, "+442071234568"))
	w.deliver(w.number("evt_3", event.Suspended, "+442071234567"))
	w.clock = w.clock.AddDate(0, 0, 1)
	w.deliver(w.number("evt_4", event.PastDue, "+442071234569"))
	wanttest.Equal(t, "subjects", w.subjects(),
		"Payment due: +44 20 7123 4569; Suspended: +44 20 7123 4567; Payment due: +44 20 7123 4567")
}

// A low balance causes one mail, until a payment comes.
func TestAShortfallIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	low := func(id string) event.Event {
		return w.of(id, event.BalanceLow, event.Balance{Charged: tenDollars, Available: tenDollars, Balance: tenDollars})
	}
	w.wants(party.Billing{Email: "books@alice.example", Muted: []party.Notice{"payment_received"}})
	w.deliver(low("evt_1"))
	w.clock = w.clock.AddDate(0, 0, 1)
	w.deliver(low("evt_2"))
	wanttest.Equal(t, "before a payment", w.subjects(), "Your balance is low")
	w.deliver(w.paid("evt_3"))
	w.deliver(low("evt_4"))
	wanttest.Equal(t, "after a payment", w.subjects(), "Your balance is low; Your balance is low")
}

// No mail is sent to a customer who switched it off, has no address, or no longer
// exists.
func TestWhoIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	w.wants(party.Billing{Email: "books@alice.example", Muted: []party.Notice{"payment_received"}})
	w.deliver(w.paid("evt_1"))
	w.wants(party.Billing{})
	w.deliver(w.paid("evt_2"))
	other := w.paid("evt_3")
	other.Customer = "nobody"
	wanttest.True(t, "an unknown customer's event is taken", !w.deliver(other))
	w.wants(party.Billing{Email: "books@alice.example"})
	w.deliver(w.of("evt_4", event.Updated, event.Number{DID: "+442071234567"}))
	w.deliver(w.of("evt_5", event.Invoiced, event.Invoice{ID: "alice-inv-1", OrderID: "o"}))
	w.env.MailFrom = ""
	w.deliver(w.paid("evt_6"))
	wanttest.Equal(t, "subjects", w.subjects(), "")
}

func TestAdminsAreToldOfImportsAndWebhooks(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	for name, u := range map[string]auth.User{
		"ada": {Email: "ada@acme.example", Roles: []auth.Role{auth.Admin}},
		"vic": {Email: "vic@acme.example", Roles: []auth.Role{auth.Viewer}},
		"eve": {Email: "eve@acme.example\r\nBcc: all@acme.example", Roles: []auth.Role{auth.Admin}},
	} {
		u.Carrier, u.ID, u.Name, u.Issuer, u.Subject, u.CreatedAt = "acme", name, name, "https://issuer.example", name,
			w.clock
		w.must(w.store.CreateUser(w.Context(), u))
	}
	for id, e := range map[string]event.Event{
		"evt_1": {Type: event.ImportFinished, Data: event.Import{ID: "i", Filename: "gold.csv", Applied: 7, Rejected: 2}},
		"evt_2": {Type: event.HookDisabled, Data: event.Disabling{Webhook: "w", URL: "https://a.example",
			Reason: "it failed"}},
	} {
		e.ID, e.Carrier, e.Time = id, "acme", w.clock
		w.deliver(e)
	}
	mails, err := w.box.Mails()
	w.must(err)
	wanttest.Equal(t, "mails", len(mails), 2)
	for _, m := range mails {
		wanttest.Equal(t, m.Subject+": to", m.To, "ada@acme.example")
		wanttest.True(t, m.Subject+": leads to no choice", !strings.Contains(m.HTML, "/billing"))
	}
}

// The customer's owners get a mail about an order that waits, unless they don't want
// it. If no owner has an address, the carrier's admins get it.
func TestApproversAreToldOfAWaitingOrder(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	admit := func(customer, name string, role auth.Role) {
		w.must(w.store.CreateUser(w.Context(), auth.User{Carrier: "acme", Customer: customer, ID: name, Name: name,
			Email: name + "@x.example", Roles: []auth.Role{role}, Issuer: "https://issuer.example", Subject: name,
			CreatedAt: w.clock}))
	}
	admit("", "ada", auth.Admin)
	admit("alice", "bea", auth.Buyer)
	until := w.clock.AddDate(0, 0, 7)
	told := func(id string) []localmail.Mail {
		w.deliver(w.of(id, event.OrderWaiting, event.Order{ID: "01W", Number: "alice-2", Asked: &tenDollars, ApproveBy: &until}))
		mails, err := w.box.Mails()
		w.must(err)
		return mails
	}
	mails := told("evt_1")
	wanttest.Equal(t, "no owner: to", mails[0].To, "ada@x.example")
	wanttest.Contains(t, "no owner", mails[0].Text, "https://shop.example/customers/alice/orders/01W")
	admit("alice", "olive", auth.Owner)
	mails = told("evt_2")
	wanttest.Equal(t, "to", mails[0].To, "olive@x.example")
	wanttest.Equal(t, "subject", mails[0].Subject, "Bestellung alice-2 wartet auf Freigabe")
	wanttest.Contains(t, "the text", mails[0].Text, "https://shop.example/orders/01W")
	wanttest.Contains(t, "the text", mails[0].Text, "7. Dezember 2026")
	w.wants(party.Billing{Email: "books@alice.example", Muted: []party.Notice{"order_waits"}})
	wanttest.Equal(t, "not wanted: mails", len(told("evt_3")), 2)
}

// A report is announced to its own recipients, and to nobody without any.
func TestAReportIsAnnouncedToItsRecipients(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	for id, to := range map[string][]string{"01A": {"audit@acme.example", "board@acme.example"}, "01B": nil} {
		w.must(commit.Write(w.Context(), w.store, w.clock, report.Update{To: report.Report{ID: id, Carrier: "acme", Ver: 1,
			Kind: report.Inventory, Recipients: to, CreatedAt: w.clock}}))
		w.deliver(event.OfReport("acme", w.clock, auth.Actor{}, event.Report{ID: id, Version: 2, Report: "inventory",
			Rows: 7}))
	}
	w.deliver(event.OfReport("acme", w.clock, auth.Actor{}, event.Report{ID: "01A", Version: 3, Report: "idle",
		Error: "no switch reports usage"}))
	wanttest.Equal(t, "subjects", w.subjects(), "Report failed: Idle numbers; Report: Inventory")
	mails, err := w.box.Mails()
	w.must(err)
	wanttest.Equal(t, "to", mails[1].To, "audit@acme.example, board@acme.example")
	wanttest.Contains(t, "the text", mails[1].Text, "https://shop.example/audits")
}

// A file's name can't add a header, a recipient or markup.
func TestHostileNamesStayTexts(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	w.must(w.store.CreateUser(w.Context(), auth.User{Carrier: "acme", ID: "ada", Name: "ada", Email: "ada@acme.example",
		Roles: []auth.Role{auth.Admin}, Issuer: "https://issuer.example", Subject: "ada", CreatedAt: w.clock}))
	const name = "a.csv\r\nBcc: all@acme.example\r\n\r\n<script>alert(1)</script>"
	w.deliver(event.Event{ID: "evt_1", Type: event.ImportFailed, Carrier: "acme", Time: w.clock,
		Data: event.Import{Filename: name, Error: name}})
	mails, err := w.box.Mails()
	w.must(err)
	wanttest.Equal(t, "subject", mails[0].Subject, "Not imported: "+name)
	wanttest.True(t, "the page has no script", !strings.Contains(mails[0].HTML, "<script>"))
	files, err := filepath.Glob(filepath.Join(w.folder, "*.eml"))
	w.must(err)
	raw, err := os.ReadFile(files[0])
	w.must(err)
	header, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	wanttest.True(t, "the mail has no header of the file's", !strings.Contains(header, "\r\nBcc:"))
}

// If SES does not accept the mail of an event, the event comes again, and the mail
// is sent then.
func TestAnOutageOfTheMailDelaysIt(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	w.broken = func(out http.ResponseWriter) { out.WriteHeader(http.StatusServiceUnavailable) }
	wanttest.True(t, "it comes again", w.deliver(w.paid("evt_1")))
	w.broken = nil
	wanttest.True(t, "it comes again while the first try may be running", w.deliver(w.paid("evt_1")))
	w.clock = w.clock.Add(2 * time.Minute)
	wanttest.True(t, "it is taken", !w.deliver(w.paid("evt_1")))
	wanttest.True(t, "it is taken again", !w.deliver(w.paid("evt_1")))
	wanttest.Equal(t, "subjects", w.subjects(), "Zahlung erhalten: 1.010,00 USD")
}

// TestPicturesOfMails leaves each kind in each language as a page in the folder
// NOTICE_PAGES, for looking at them.
func TestPicturesOfMails(t *testing.T) {
	t.Parallel()
	w := newMailTest(t)
	for _, language := range party.Locales {
		w.wants(party.Billing{Email: "books@alice.example", Locale: language})
		for _, e := range []event.Event{
			w.paid("p" + language), w.number("c"+language, event.Cancelled, "+442071234567"),
			w.number("d"+language, event.PastDue, "+442071234567"), w.number("s"+language, event.Suspended, "+442071234567"),
			w.of("o"+language, event.OrderCompleted,
				event.Order{ID: "o", Number: "alice-7", DIDs: []string{"+442071234567"}, Total: tenDollars}),
			w.of("i"+language, event.Invoiced, event.Invoice{ID: "alice-inv-7"}),
			w.of("b"+language, event.BalanceLow, event.Balance{Charged: tenDollars, Available: tenDollars}),
		} {
			wanttest.True(t, "it is taken", !w.deliver(e))
		}
		w.clock = w.clock.AddDate(0, 0, 1)
	}
	mails, err := w.box.Mails()
	w.must(err)
	wanttest.Equal(t, "mails", len(mails), 7*len(party.Locales))
	for _, m := range mails {
		wanttest.True(t, m.Subject+" has no blank left", !strings.ContainsAny(m.Subject+m.Text, "{}"))
		if folder := os.Getenv("NOTICE_PAGES"); folder != "" {
			w.must(os.WriteFile(filepath.Join(folder, m.Name+".html"), []byte(m.HTML), 0o644))
		}
	}
}
