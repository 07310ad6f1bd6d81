package repricing

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// charge is a period that was charged.
type charge struct {
	begin time.Time
	price string
}

// asked is a price change with the world as it was when staff asked for it.
type asked struct {
	Change
	at       time.Time
	doneAt   time.Time // zero until it is worked off
	offAt    time.Time // when it was cancelled, zero if it was not
	selected map[e164.Number]did.DID
}

// world is a carrier's rentals, which are charged as time passes.
type world struct {
	*memory
	*Service
	now     time.Time
	loc     *time.Location
	charges map[e164.Number][]charge
	ended   map[e164.Number]time.Time // cancelled, since when
	asked   []*asked
}

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

// intervals are the cycles of rentals; a new version has the same.
var intervals = []pricing.Terms{
	{Interval: pricing.Interval{Unit: pricing.Day, Count: 1}},
	{Interval: pricing.Interval{Unit: pricing.Week, Count: 2}},
	{Interval: pricing.Interval{Unit: pricing.Month, Count: 1}},
	{Interval: pricing.Interval{Unit: pricing.Month, Count: 1}, Align: pricing.Alignment{MonthDays: 1<<1 | 1<<15}},
}

// newWorld draws a carrier with up to 12 rentals of two packages, at versions 1 and
// 2 of three. Version n costs n.00.
func newWorld(t *rapid.T) *world {
	w := &world{charges: map[e164.Number][]charge{}, ended: map[e164.Number]time.Time{}}
	w.now = time.Date(2026, 1, rapid.IntRange(1, 31).Draw(t, "day"), 12, 30, 0, 0, time.UTC)
	zone := rapid.SampledFrom([]string{"UTC", "America/New_York", "Pacific/Kiritimati"}).Draw(t, "zone")
	w.memory = &memory{carrier: carrier.New("acme", "Acme", zone, "USD"), dids: map[e164.Number]did.DID{},
		changes: map[Ref]Change{}, parts: map[Ref][]Part{}}
	w.Service = New(w.memory, func() time.Time { return w.now })
	w.perStep = rapid.IntRange(2, 7).Draw(t, "per step")
	w.loc, _ = time.LoadLocation(zone)
	for _, pkg := range []string{"other", "standard"} {
		terms := rapid.SampledFrom(intervals).Draw(t, "cycle")
		for v := 1; v <= 3; v++ {
			terms.Package, terms.Version, terms.Name, terms.Setup, terms.Recurring = pkg, v, pkg, usd("0"), usd(fmt.Sprint(v))
			w.versions = append(w.versions, pricing.Package{Terms: terms})
		}
	}
	for i := range rapid.IntRange(1, 12).Draw(t, "rentals") {
		terms := w.versions[rapid.SampledFrom([]int{0, 3, 3, 3, 4}).Draw(t, "version")].Terms
		terms.MinTermDays = rapid.SampledFrom([]int{0, 0, 100}).Draw(t, "minimum term")
		n := e164.Number(442071230000 + i)
		move, err := did.AllocateTo("acme", rapid.SampledFrom([]string{"alice", "bob", "eve"}).Draw(t, "customer"),
			n, did.DID{}, did.Offer{Terms: terms, Country: rapid.SampledFrom([]string{"GB", "US"}).Draw(t, "country")},
			"r"+n.Digits(), w.now, w.loc)
		if err != nil {
			t.Fatal(err)
		}
		move.To.Tags = rapid.SampledFrom([][]string{nil, {"vip"}}).Draw(t, "tags")
		w.dids[n] = move.To
	}
	return w
}

// move writes a rental's move, if it is legal.
func (w *world) move(m did.Move, err error) bool {
	if err != nil {
		return false
	}
	return w.memory.Commit(context.Background(), commit.Batch{Changes: []commit.Change{m}}) == nil
}

// pass lets days pass: every due period is charged when it begins, and rentals that
// are cancelled end.
func (w *world) pass(t *rapid.T, days int) {
	until := w.now.AddDate(0, 0, days)
	for _, n := range w.numbers() {
		for d := w.dids[n]; !d.NextAt.After(until); d = w.dids[n] {
			w.now = d.NextAt
			if d.State == did.PendingRelease {
				w.move(d.AgeUntil(d.NextAt.AddDate(1, 0, 0), w.now))
				continue
			}
			if d.State != did.Assigned {
				break
			}
			c := charge{d.Begins(d.Period+1, w.loc), d.ChargeOf(d.Period+1, w.loc, money.Rate{}).Net.Number()}
			w.charges[n] = append(w.charges[n], c)
			if !w.move(d.Paid(d.Period+1, w.now, w.loc)) {
				t.Fatalf("%s is not renewed: %+v", n, d)
			}
		}
	}
	w.now = until
}

func (w *world) numbers() (all []e164.Number) {
	for n := range w.dids {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// ask begins a drawn price change, and holds its preview to its report if it is
// worked off at once.
func (w *world) ask(t *rapid.T) {
	later := rapid.Bool().Draw(t, "later")
	if !later {
		w.workOff(t) // the others
	}
	wanted := Wanted{Carrier: "acme", Package: "standard", Version: rapid.IntRange(2, 3).Draw(t, "new version"),
		NoticeDays: rapid.SampledFrom([]int{0, 1, 30, 90}).Draw(t, "notice")}
	if ahead := rapid.SampledFrom([]int{-1, -1, 0, 20, 200}).Draw(t, "effective in"); ahead >= 0 {
		wanted.Date = w.now.In(w.loc).AddDate(0, 0, ahead).Format(time.DateOnly)
	}
	a := &asked{at: w.now, selected: map[e164.Number]did.DID{}}
	isVip, isGB, isAlices, listed := rapid.Bool().Draw(t, "vip"), rapid.Bool().Draw(t, "gb"),
		rapid.Bool().Draw(t, "alice"), rapid.Bool().Draw(t, "listed")
	if isVip {
		wanted.Select.Tag = "vip"
	}
	if isGB {
		wanted.Select.Country = "GB"
	}
	if isAlices {
		wanted.Select.Customers = []string{"eve", "alice"}
	}
	if listed {
		wanted.Select.Numbers = []e164.Number{442071230003, 442071230001, 442071230002}
	}
	for n, d := range w.dids {
		if d.Terms.Package == "standard" && (!isVip || d.Tags != nil) && (!isGB || d.Country == "GB") &&
			(!isAlices || d.Customer != "bob") && (!listed || n >= 442071230001 && n <= 442071230003) {
			a.selected[n] = d
		}
	}
	preview, err := w.Preview(context.Background(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if a.Change, err = w.Begin(context.Background(), wanted); err != nil {
		t.Fatal(err)
	}
	w.asked = append(w.asked, a)
	if later {
		return
	}
	w.workOff(t)
	after := w.changes[a.Ref]
	if fmt.Sprint(preview.Counts, preview.Reached, preview.First, preview.Before, preview.Later) !=
		fmt.Sprint(after.Counts, after.Reached, after.First, after.Before, after.Later) {
		t.Fatalf("the preview said %+v, the work did %+v", preview.Progress, after.Progress)
	}
}

// workOff works off every change, with interruptions: a step is refused, or its
// answer is lost.
func (w *world) workOff(t *rapid.T) {
	w.interrupt = func() (error, bool) {
		switch rapid.IntRange(0, 6).Draw(t, "interruption") {
		case 0:
			return commit.ErrContended, false
		case 1:
			return commit.ErrUnknown, rapid.Bool().Draw(t, "written")
		}
		return nil, false
	}
	defer func() { w.interrupt = nil }()
	for _, a := range w.asked {
		for ended := false; !ended; {
			err := insist(func() (err error) {
				ended, err = w.step(context.Background(), a.Ref, false)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if w.changes[a.Ref].Status == Scheduled && a.doneAt.IsZero() {
			a.doneAt = w.now
		}
	}
}

// act makes one random step of the world.
func (w *world) act(t *rapid.T) {
	n := rapid.SampledFrom(w.numbers()).Draw(t, "number")
	d := w.dids[n]
	switch rapid.IntRange(0, 6).Draw(t, "act") {
	case 0:
		w.ask(t)
	case 1:
		w.workOff(t)
	case 2:
		if w.move(d.CancelAtEnd(w.now, w.loc)) {
			w.ended[n] = w.now
		}
	case 3:
		if d.State == did.PendingRelease && w.move(d.TakeCancellationBack(w.now)) {
			delete(w.ended, n)
		}
	case 4:
		if len(w.asked) > 0 {
			a := rapid.SampledFrom(w.asked).Draw(t, "change")
			if _, err := w.Cancel(context.Background(), a.Ref); err != nil {
				t.Fatal(err)
			}
			if a.offAt.IsZero() {
				a.offAt = w.now
			}
			w.workOff(t)
		}
	default:
		w.pass(t, rapid.IntRange(1, 45).Draw(t, "days"))
	}
}

// from is the moment from which a rental pays the price of a change that was agreed
// at a moment.
func (a *asked) from(d did.DID, agreed time.Time, loc *time.Location) time.Time {
	from := agreed.In(loc).AddDate(0, 0, a.NoticeDays)
	for _, at := range []time.Time{a.Effective, d.Anchor.In(loc).AddDate(0, 0, d.Terms.MinTermDays)} {
		if at.After(from) {
			from = at
		}
	}
	return from
}

// TestNobodyPaysBeforeTheNotice draws rentals of all cycles and time zones, price
// changes, cancellations of both, and interruptions. A period is charged a new price
// only if a change to it selected the rental and its effective date, its notice and
// the minimum term were over when the period began; and then it is charged, unless
// the change was cancelled before.
func TestNobodyPaysBeforeTheNotice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		began := map[e164.Number]did.DID{}
		for n, d := range w.dids {
			began[n] = d
		}
		for range rapid.IntRange(3, 25).Draw(t, "acts") {
			w.act(t)
		}
		w.workOff(t)
		w.pass(t, 400)
		for n, charges := range w.charges {
			for _, c := range charges {
				w.check(t, began[n], c)
			}
		}
		w.checkAnnouncements(t)
	})
}

// check holds one charge to the changes.
func (w *world) check(t *rapid.T, began did.DID, c charge) {
	paid := began.Terms.Version // by what the changes allow at most, and ask for at least
	least := paid
	_, isEnded := w.ended[began.Number]
	single := len(w.asked) == 1
	for _, a := range w.asked {
		d, selected := a.selected[began.Number]
		if !selected {
			continue
		}
		if !c.begin.Before(a.from(d, a.at, w.loc)) && (a.offAt.IsZero() || a.offAt.After(a.from(d, a.at, w.loc))) {
			paid = max(paid, a.To.Version)
		}
		if single && a.offAt.IsZero() && !isEnded && d.State == did.Assigned && !a.doneAt.IsZero() &&
			!w.wasEnding(a, began.Number) &&
			!c.begin.Before(a.from(d, a.doneAt, w.loc)) && c.begin.After(a.doneAt) { // else it was charged before
			least = max(least, a.To.Version)
		}
	}
	price := c.price
	if price > usd(fmt.Sprint(paid)).Number() || price < usd(fmt.Sprint(least)).Number() {
		t.Fatalf("%s pays %s for the period of %s; versions %d to %d are allowed, changes %+v", began.Number, c.price,
			c.begin, least, paid, w.asked)
	}
}

// wasEnding reports whether the change left the number out, as it was cancelled then.
func (w *world) wasEnding(a *asked, n e164.Number) bool {
	return slices.ContainsFunc(w.lines(a.Ref), func(l Line) bool { return l.Number == n && l.Outcome == Ending })
}

// checkAnnouncements: each customer gets one announcement of each change, with each
// number that got its price.
func (w *world) checkAnnouncements(t *rapid.T) {
	for _, a := range w.asked {
		agreed, told := map[string]int{}, map[string]int{}
		for _, l := range w.lines(a.Ref) {
			if l.Outcome == Agreed {
				agreed[l.Customer]++
			}
		}
		for _, m := range w.told {
			if m.Change == a.Ref && !m.IsOff {
				for _, l := range m.Lines {
					told[m.Customer.ID] += l.Numbers
				}
			}
		}
		if a.offAt.IsZero() && fmt.Sprint(agreed) != fmt.Sprint(told) {
			t.Fatalf("the change agreed on %v, and announced %v", agreed, told)
		}
	}
}
