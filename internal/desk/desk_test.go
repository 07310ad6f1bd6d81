package desk

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/validate"
	"didpurchase/internal/wanttest"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

func account() ledger.Account {
	return ledger.Account{
		Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Name: "Alice", Status: ledger.Active, Ver: 3,
		Currency: "USD",
		Balance:  usd("10"), CreditLimit: usd("5"), Seq: 7,
	}
}

// pointers returns the JSON pointers of the faults.
func pointers(err error) string {
	var invalid *validate.Invalid
	if !errors.As(err, &invalid) {
		return ""
	}
	var all []string
	for _, f := range invalid.Faults {
		all = append(all, f.Pointer)
	}
	return strings.Join(all, " ")
}

func TestEnter(t *testing.T) {
	for name, c := range map[string]struct {
		kind    ledger.Kind
		amount  string
		balance string // after; "" = refused
		book    ledger.Book
		collect bool
		faults  string
	}{
		"payment":             {kind: ledger.Payment, amount: "2.50", balance: "12.50", book: ledger.Cash, collect: true},
		"payment of nothing":  {kind: ledger.Payment, amount: "0", faults: "/amount/amount"},
		"payment backwards":   {kind: ledger.Payment, amount: "-1", faults: "/amount/amount"},
		"refund":              {kind: ledger.Refund, amount: "10", balance: "0.00", book: ledger.Cash},
		"refund of credit":    {kind: ledger.Refund, amount: "10.01"},
		"goodwill":            {kind: ledger.Adjustment, amount: "1", balance: "11.00", book: ledger.Goodwill, collect: true},
		"charge by hand":      {kind: ledger.Adjustment, amount: "-15", balance: "-5.00", book: ledger.Goodwill},
		"too much by hand":    {kind: ledger.Adjustment, amount: "-15.01"},
		"adjustment of zero":  {kind: ledger.Adjustment, amount: "0", faults: "/amount/amount"},
		"adjustment, no note": {kind: ledger.Adjustment, amount: "1", faults: "/note"},
	} {
		m := Movement{Kind: c.kind, Amount: usd(c.amount), Reference: "r-1", Note: "because", By: "ada"}
		if c.faults == "/note" {
			m.Note = ""
		}
		receipt, err := m.receipt(account(), noon)
		if got := pointers(err); got != c.faults {
			t.Errorf("%s: faults at %q, want %q", name, got, c.faults)
		}
		if err != nil {
			continue
		}
		changes, receipt, err := Entering(t.Context(), account(), receipt)
		if c.balance == "" {
			if !errors.Is(err, ledger.ErrInsufficientFunds) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		update, entry := changes[1].(ledger.Update), changes[2].(ledger.Entry)
		wanttest.Equal(t, name+": balance after the entry", entry.BalanceAfter.Number(), c.balance)
		wanttest.Diff(t, name+": balance of the account", update.To.Balance, entry.BalanceAfter)
		wanttest.Equal(t, name+": sequence number of the receipt", receipt.Seq, 8)
		wanttest.Diff(t, name+": credit limit of the account", update.To.CreditLimit, usd("5"))
		wanttest.Equal(t, name+": a collection is due", !update.To.CollectAt.IsZero(), c.collect)
		wanttest.Equal(t, name+": account of the second posting", entry.Postings[1].Account, c.book)
		if sum, _ := entry.Postings[0].Amount.Add(entry.Postings[1].Amount); !sum.IsZero() {
			t.Errorf("%s: postings sum to %s", name, sum)
		}
	}
	m := Movement{Kind: ledger.Payment, Amount: money.MustParse("1", "EUR"), Reference: ""}
	if _, err := m.receipt(account(), noon); pointers(err) != "/amount/currency /reference" {
		t.Errorf("%v", err)
	}
}

func TestAmend(t *testing.T) {
	name, closed, active, bad := "Alice & Co", ledger.Closed, ledger.Active, ledger.Status("gone")
	less, more, euros := usd("1"), usd("50"), money.MustParse("5", "EUR")
	tax, _ := money.ParseRate("20")
	searchOnly, allowed, perhaps := ledger.SearchOnly, ledger.PurchasesAllowed, ledger.PurchasingMode("perhaps")
	for what, c := range map[string]struct {
		from    ledger.Status
		terms   Terms
		changed bool
		collect bool
		faults  string
	}{
		"nothing":         {from: active, terms: Terms{}},
		"the same":        {from: active, terms: Terms{Status: &active}},
		"name":            {from: active, terms: Terms{Name: &name}, changed: true},
		"tax":             {from: active, terms: Terms{Tax: &tax}, changed: true},
		"less credit":     {from: active, terms: Terms{CreditLimit: &less}, changed: true},
		"more credit":     {from: active, terms: Terms{CreditLimit: &more}, changed: true, collect: true},
		"closing":         {from: active, terms: Terms{Status: &closed, CreditLimit: &more}, changed: true},
		"opening again":   {from: closed, terms: Terms{Status: &active}, changed: true, collect: true},
		"other currency":  {from: active, terms: Terms{CreditLimit: &euros}, faults: "/credit_limit/currency"},
		"unknown status":  {from: active, terms: Terms{Status: &bad}, faults: "/status"},
		"search only":     {from: active, terms: Terms{Purchasing: &searchOnly}, changed: true},
		"allowed already": {from: active, terms: Terms{Purchasing: &allowed}},
		"unknown mode":    {from: active, terms: Terms{Purchasing: &perhaps}, faults: "/purchasing/mode"},
		"a month's limit": {from: active, terms: Terms{MonthlyLimit: &less}, changed: true},
		"limit in euros":  {from: active, terms: Terms{MonthlyLimit: &euros}, faults: "/purchasing/monthly_limit/currency"},
		"no limit":        {from: active, terms: Terms{MonthlyLimit: new(money.Amount)}},
		"name of nothing": {from: active, terms: Terms{Name: new(string)}, faults: "/name"},
	} {
		a := account()
		a.Status = c.from
		amendment, changed, err := amend(a, c.terms, noon)
		if pointers(err) != c.faults || changed != c.changed {
			t.Errorf("%s: changed %v, %v", what, changed, err)
		}
		if changed && (amendment.SeenVer != 3 || amendment.To.Ver != 4 || amendment.To.CollectAt.IsZero() == c.collect ||
			!amendment.To.Balance.Equal(a.Balance)) {
			t.Errorf("%s: %+v", what, amendment)
		}
	}
}

func TestPackageNamesItsFaults(t *testing.T) {
	good := pricing.Package{Terms: pricing.Terms{
		Package: "half-monthly", Name: "Half-monthly", Setup: usd("1"), Recurring: usd("2"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
		Align:    pricing.Alignment{MonthDays: pricing.OnMonthDays(15, pricing.LastDay), Prorated: true}, MinTermDays: 90,
	}}
	if err := checkPackage(good); err != nil {
		t.Fatal(err)
	}
	for pointer, spoil := range map[string]func(*pricing.Package){
		"/id":               func(p *pricing.Package) { p.Package = "Half Monthly" },
		"/name":             func(p *pricing.Package) { p.Name = "" },
		"/description":      func(p *pricing.Package) { p.Description = strings.Repeat("x", 1001) },
		"/setup/amount":     func(p *pricing.Package) { p.Setup = usd("-1") },
		"/recurring/amount": func(p *pricing.Package) { p.Recurring = usd("-1") },
		"/setup/currency":   func(p *pricing.Package) { p.Setup = money.MustParse("1", "EUR") },
		"/interval":         func(p *pricing.Package) { p.Interval.Count = 0 },
		"/interval/count":   func(p *pricing.Package) { p.Interval.Count = 1001 },
		"/alignment":        func(p *pricing.Package) { p.Interval.Unit = pricing.Week },
		"/min_term_days":    func(p *pricing.Package) { p.MinTermDays = 3651 },
		"/active_until":     func(p *pricing.Package) { p.ActiveFrom, p.ActiveUntil = noon, noon },
	} {
		p := good
		if spoil(&p); pointers(checkPackage(p)) != pointer {
			t.Errorf("%s: %v", pointer, checkPackage(p))
		}
		if sameButVersion(good, p) {
			t.Errorf("%s makes no difference", pointer)
		}
	}
}

func TestSettings(t *testing.T) {
	current := carrier.New("acme", "Acme", "UTC", "USD")
	zone, odd, days := "Europe/London", "Europe/Atlantis", 3651
	to := (SettingsPatch{TimeZone: &zone}).apply(current)
	wanttest.Equal(t, "time zone", to.TimeZone, zone)
	wanttest.Equal(t, "grace days", to.GraceDays, current.GraceDays)
	if err := checkSettings(to); err != nil {
		t.Fatal(err)
	}
	err := checkSettings(SettingsPatch{Name: new(string), TimeZone: &odd, GraceDays: &days,
		CatchUp: new(int)}.apply(current))
	if got := strings.Fields(pointers(err)); !slices.Equal(got,
		[]string{"/name", "/time_zone", "/grace_days", "/catch_up"}) {
		t.Errorf("%v", err)
	}
}
