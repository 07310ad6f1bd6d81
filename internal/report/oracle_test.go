package report_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/report"
	"didpurchase/internal/usage"
)

// move commits a move and records it, as the stream's consumer does.
func (d *desk) move(n e164.Number, make func(item did.DID) did.Move) {
	d.Helper()
	before := d.item(n)
	d.must(commit.Write(d.Context(), d.store, d.now(), make(before)))
	step, err := did.PassageOf(before, d.item(n), strconv.FormatInt(d.clock.Add(int64(time.Second)), 10), d.now())
	d.must(err)
	d.must(d.store.PutPassage(d.Context(), step))
	if step.Releases() {
		d.must(d.store.PutRelease(d.Context(), step))
	}
}

func (d *desk) item(n e164.Number) did.DID {
	d.Helper()
	items, err := d.store.DIDs(d.Context(), "acme", []e164.Number{n})
	d.must(err)
	return items[n]
}

func (d *desk) legal(m did.Move, err error) did.Move {
	d.Helper()
	d.must(err)
	return m
}

// release ends the rental of a number for good.
func (d *desk) release(n e164.Number) {
	d.Helper()
	d.move(n, func(i did.DID) did.Move { return d.legal(i.CancelAtEnd(d.now(), time.UTC)) })
	d.move(n, func(i did.DID) did.Move { return d.legal(i.AgeUntil(d.now().AddDate(0, 0, 45), d.now())) })
}

// market offers three blocks and more, of which some numbers are taken; each
// number's state is in the map, others are available.
func (d *desk) market() (offered e164.Span, states map[e164.Number]string) {
	d.Helper()
	states = map[e164.Number]string{}
	offered = e164.Span{Start: first + 500, End: first + 25_499}
	d.offer(offered.Start, offered.End)
	alice := d.open("alice")
	for _, from := range []e164.Number{first + 990, first + 12_345, first + 25_490} {
		d.rent(alice, from, 15) // the last five are beyond the range
		for i := range e164.Number(15) {
			states[from+i] = "active"
		}
	}
	for _, n := range []e164.Number{first + 992, first + 1_003} {
		d.release(n)
		states[n] = "aging"
	}
	for n, until := range map[e164.Number]time.Duration{first + 2_000: time.Hour, first + 2_001: -time.Hour} {
		d.must(commit.Write(d.Context(), d.store, d.now(),
			did.HoldFor("acme", "alice", n, commit.NewID(d.now()), d.now().Add(until), offer(n), d.now())))
		if until > 0 {
			states[n] = "held"
		}
	}
	d.project(first, first+10_000, first+20_000)
	return offered, states
}

// Every number is in the inventory once, in its state.
func TestTheInventoryHasEachNumberOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	offered, states := d.market()
	made, file := d.made(report.Request{Kind: report.Inventory, Format: report.CSV})
	if made.Status != report.Completed {
		t.Fatal(made.Error)
	}
	got := map[e164.Number]string{}
	for _, row := range d.rows(file) {
		from, err := e164.Parse(row["start"])
		d.must(err)
		to, err := e164.Parse(row["end"])
		d.must(err)
		if row["count"] != strconv.Itoa(int(to-from+1)) || (row["package"] == "standard") != offered.Contains(from) {
			t.Errorf("%s to %s: count %s, package %q", from, to, row["count"], row["package"])
		}
		for n := from; n <= to; n++ {
			if got[n] != "" {
				t.Errorf("%s is there twice", n)
			}
			got[n] = row["state"]
		}
	}
	want := map[e164.Number]string{}
	for n := offered.Start; n <= offered.End; n++ {
		want[n] = "available"
	}
	for n, state := range states {
		want[n] = state
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the numbers (-want +got):\n%s", diff)
	}
}

// Ranges, their blocks and the blocks of NRUF have the counts of single numbers.
func TestUseIsCounted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	offered, states := d.market()
	counts := func(from, to e164.Number) (available, held, rented, aging int) {
		for n := from; n <= to; n++ {
			switch states[n] {
			case "active":
				rented++
			case "aging":
				aging++
			case "held":
				held++
			default:
				if offered.Contains(n) {
					available++
				}
			}
		}
		return available, held, rented, aging
	}
	_, file := d.made(report.Request{Kind: report.Utilisation, Format: report.CSV})
	blocks := 0
	for _, row := range d.rows(file) {
		from, err := e164.Parse(row["start"])
		d.must(err)
		to, err := e164.Parse(row["end"])
		d.must(err)
		available, held, rented, aging := counts(from, to)
		want := fmt.Sprint(uint64(to-from+1), available, held, rented, aging)
		if got := fmt.Sprint(row["total"], " ", row["available"], " ", row["held"], " ", row["rented"], " ",
			row["aging"]); got != want {
			t.Errorf("%s %s to %s: %s, want %s", row["level"], from, to, got, want)
		}
		if row["level"] == "block" {
			blocks += int(to - from + 1)
		}
	}
	if blocks != int(offered.Count()) {
		t.Errorf("the blocks have %d numbers, want %d", blocks, offered.Count())
	}
	_, file = d.made(report.Request{Kind: report.NumberUse, Format: report.CSV})
	rows := d.rows(file)
	if len(rows) != 26 {
		t.Errorf("%d blocks of 1,000, want 26", len(rows))
	}
	for _, row := range rows {
		from, err := e164.Parse("1" + row["npa_nxx"] + row["x"] + "000")
		d.must(err)
		available, held, rented, aging := counts(from, from+999)
		want := fmt.Sprint(rented, " 0 ", held, " ", aging, " 0 ", available)
		if got := row["assigned"] + " " + row["intermediate"] + " " + row["reserved"] + " " + row["aging"] + " " +
			row["administrative"] + " " +
			row["available"]; got != want {
			t.Errorf("%s-%s: %s, want %s", row["npa_nxx"], row["x"], got, want)
		}
	}
}

// The database of reassigned numbers gets each number once, by its last
// disconnection, without those that were taken back or are not geographic.
func TestDisconnectedNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	alice := d.open("alice")
	const tollFree, british e164.Number = 18005550100, 442079460100
	for _, n := range []e164.Number{first, first + 1, first + 2, tollFree, british} {
		d.rent(alice, n, 1)
	}
	loc, err := time.LoadLocation("America/New_York")
	d.must(err)
	takeBack := func(n e164.Number) {
		d.move(n, func(i did.DID) did.Move {
			return d.legal(did.TakeBack(i, "alice", offer(n), commit.NewID(d.now()), d.now(), loc))
		})
	}
	d.clock.Store(int64(36 * time.Hour)) // the minimum term is over; 17 July, 0:00 in New York
	d.release(first)
	d.release(first + 1)
	takeBack(first + 1)
	d.release(first + 2)
	takeBack(first + 2)
	d.clock.Add(int64(3 * 24 * time.Hour))
	d.release(first + 2)
	d.release(tollFree)
	d.release(british)
	_, file := d.made(report.Request{Kind: report.Disconnects, Format: report.CSV, From: "2026-07-01"})
	want := []map[string]string{
		{"telephone_number": first.Digits()[1:], "disconnect_date": "2026-07-17"},
		{"telephone_number": (first + 2).Digits()[1:], "disconnect_date": "2026-07-20"},
	}
	if diff := cmp.Diff(want, d.rows(file)); diff != "" {
		t.Errorf("the rows (-want +got):\n%s", diff)
	}
	_, file = d.made(report.Request{Kind: report.Changes, Format: report.CSV, From: "2026-07-20", To: "2026-07-20"})
	steps := map[string]int{}
	for _, row := range d.rows(file) {
		if row["source"] == "number" {
			steps[row["did"]+" "+row["action"]]++
		}
	}
	changed := map[string]int{}
	for _, n := range []e164.Number{first + 2, tollFree, british} {
		changed[n.String()+" active to pending_release"], changed[n.String()+" pending_release to aging"] = 1, 1
	}
	if diff := cmp.Diff(changed, steps); diff != "" {
		t.Errorf("the changes of the day (-want +got):\n%s", diff)
	}
}

// The revenue of a period is the sum of its entries, by customer and month.
func TestRevenueOfAPeriod(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	random := rand.New(rand.NewPCG(3, 4))
	// days of New York
	from, to := time.Date(2026, 6, 10, 4, 0, 0, 0, time.UTC), time.Date(2026, 7, 6, 4, 0, 0, 0, time.UTC)
	want := map[string]string{}
	for _, id := range []string{"alice", "bob"} {
		d.open(id)
		sums := map[string]money.Amount{}
		at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		for range 100 {
			at = at.Add(time.Duration(random.IntN(36)) * time.Hour)
			account, err := d.store.Account(t.Context(), ledger.Customer{Carrier: "acme", ID: id})
			d.must(err)
			amount := money.MustParse(fmt.Sprintf("%d.%02d", random.IntN(9), random.IntN(100)), "USD")
			account.CreditLimit = money.MustParse("100000", "USD")
			update, entry, err := account.Post(ledger.Renewal, []ledger.Posting{{Account: ledger.Recurring, Amount: amount,
				Package: "standard"}},
				ledger.Reference{}, at)
			d.must(err)
			d.must(commit.Write(t.Context(), d.store, d.now(), update, entry))
			if !at.Before(from) && at.Before(to) {
				month := id + " " + at.Add(-4*time.Hour).Format("2006-01")
				if sums[month].Currency() == "" {
					sums[month] = money.Zero("USD")
				}
				sums[month], err = sums[month].Add(amount)
				d.must(err)
			}
		}
		for month, sum := range sums {
			want[month] = sum.Number()
		}
	}
	_, file := d.made(report.Request{Kind: report.Revenue, Format: report.CSV, From: "2026-06-10", To: "2026-07-05"})
	got := map[string]string{}
	for _, row := range d.rows(file) {
		got[row["customer"]+" "+row["month"]] = row["total"]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the revenue (-want +got):\n%s", diff)
	}
}

// The idle report has the rentals in service that had no call for 90 days since
// their rental began, and what each costs a year.
func TestIdleNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	alice, random := d.open("alice"), rand.New(rand.NewPCG(5, 6))
	service := usage.New(d.store, d.now)
	const days, count = 130, 24
	since := map[e164.Number]time.Time{} // the later of the rental's begin and its last call
	for day := range days {
		d.clock.Store(int64(day) * int64(24*time.Hour))
		rows := []usage.Row{}
		for n := first; n < first+count; n++ {
			begun, called := since[n], random.IntN(20) == 0 && (n-first)%3 > 0 && day < int(n-first)*days/count
			switch {
			case begun.IsZero() && random.IntN(30) > 0 && day < int(n-first)*2:
			case begun.IsZero():
				d.rent(alice, n, 1)
				since[n] = d.now()
			case called:
				since[n] = d.now().Add(-time.Hour)
				rows = append(rows, usage.Row{Number: n, Count: usage.Count{Calls: 1, LastCall: since[n]}})
			default:
				rows = append(rows, usage.Row{Number: n})
			}
		}
		if len(rows) == 0 {
			rows = append(rows, usage.Row{Number: first})
		}
		_, err := service.Take(t.Context(), "acme", usage.Report{Source: "switch", Day: usage.Day(d.now()), Rows: rows})
		d.must(err)
	}
	left := first // cancelled, so not in service
	d.move(left, func(i did.DID) did.Move { return d.legal(i.CancelAtEnd(d.now(), time.UTC)) })
	delete(since, left)
	made, file := d.made(report.Request{Kind: report.Idle, Format: report.CSV})
	want := map[string]string{}
	for n, last := range since {
		if idle := made.AsOf.Sub(last); idle >= 90*24*time.Hour {
			want[n.String()] = fmt.Sprint(int(idle/(24*time.Hour)), " 36.50") // 0.10 a day
		}
	}
	got := map[string]string{}
	for _, row := range d.rows(file) {
		got[row["did"]] = row["idle_days"] + " " + row["yearly_cost"]
	}
	if len(want) < 5 || len(want) == len(since) {
		t.Errorf("%d of %d rentals are idle: the script shows too little", len(want), len(since))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the idle numbers (-want +got):\n%s", diff)
	}
}
