package report_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/report"
)

// past is a day of random steps and acts, with the rows that a report of all of it
// has.
type past struct {
	*desk
	random *rand.Rand
	rows   []pastRow
}

type pastRow struct {
	at   time.Time
	text string
}

// step makes a random legal move of a number and notes its row.
func (p *past) step(n e164.Number) {
	p.Helper()
	loc, err := time.LoadLocation("America/New_York")
	p.must(err)
	item := p.item(n)
	if item.State == did.Aging && p.now().Before(item.NextAt) && p.random.IntN(8) > 0 {
		return // it rests on
	}
	customer := []string{"alice", "bob"}[p.random.IntN(2)]
	p.move(n, func(i did.DID) did.Move {
		switch {
		case i.State == did.None:
			return p.legal(did.AllocateTo("acme", customer, n, i, offer(n), commit.NewID(p.now()), p.now(), loc))
		case i.State == did.Assigned:
			return p.legal(i.CancelAtEnd(p.now(), time.UTC))
		case i.State == did.PendingRelease:
			return p.legal(i.AgeUntil(p.now().AddDate(0, 0, 45), p.now()))
		case p.now().Before(i.NextAt):
			return p.legal(did.TakeBack(i, i.Customer, offer(n), commit.NewID(p.now()), p.now(), loc))
		}
		return p.legal(i.FreeNow(p.now()))
	})
	to := p.item(n)
	at := to.MovedAt
	if to.State == did.None {
		at = p.now()
	}
	p.note(at, fmt.Sprintf("number %s to %s %s", item.State.Word(), to.State.Word(), n))
}

// act writes an act of a user.
func (p *past) act(i int) {
	p.Helper()
	ctx := auth.ActingAs(p.Context(), auth.Actor{Kind: auth.ByUser, ID: "ada", Name: "Ada"})
	subject := fmt.Sprintf("daily-%d", i)
	p.must(commit.Write(ctx, p.store, p.now(), audit.New(ctx, p.now(),
		audit.Entry{Carrier: "acme", Action: audit.AuditScheduleWritten,
			Subject: subject, Old: audit.Values{"format": "csv"}, New: audit.Values{"format": "xlsx"}})))
	p.note(p.now(), fmt.Sprintf("act %s ada %s format: csv format: xlsx", audit.AuditScheduleWritten, subject))
}

func (p *past) note(at time.Time, text string) {
	p.rows = append(p.rows, pastRow{at, at.UTC().Format(time.RFC3339) + " " + text})
}

// between returns the rows of a period, in no order.
func (p *past) between(from, to time.Time) (list []string) {
	for _, r := range p.rows {
		if !r.at.Before(from) && r.at.Before(to) {
			list = append(list, r.text)
		}
	}
	return list
}

// The changes of a period are the acts and the steps of rented, resting, taken back
// and freed numbers in it, each once.
func TestTheChangesOfAPeriod(t *testing.T) {
	t.Parallel()
	p := &past{desk: newDesk(t), random: rand.New(rand.NewPCG(5, 6))}
	p.open("alice")
	p.open("bob")
	for i := range 120 { // 200 days; a minimum term is a day
		p.clock.Add(int64(40 * time.Hour))
		p.step(first + e164.Number(p.random.IntN(5)))
		if i%4 == 0 {
			p.act(i)
		}
	}
	for _, days := range [][2]int{{0, 250}, {60, 61}, {150, 190}} {
		from, to := noon.AddDate(0, 0, days[0]), noon.AddDate(0, 0, days[1])
		if to.After(p.now()) {
			to = p.now()
		}
		_, file := p.made(report.Request{Kind: report.Changes, Format: report.CSV, From: from.Format(time.RFC3339),
			To: to.Format(time.RFC3339)})
		want, got := p.between(from, to), []string(nil)
		for _, r := range p.desk.rows(file) {
			text := r["at"] + " " + r["source"] + " " + r["action"] + " "
			if r["source"] == "act" {
				text += r["actor_id"] + " " + r["subject"] + " " + r["old"] + " " + r["new"]
			} else {
				text += r["did"]
			}
			got = append(got, text)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("days %d to %d (-want +got):\n%s", days[0], days[1], diff)
		}
	}
}

// slow is a store that takes 15 seconds for each 1,000 numbers, and holds that the
// report's lease has not run out then.
type slow struct {
	*dynamo.Store
	*desk
	id string
}

func (s *slow) DIDsIn(ctx context.Context, carrier string, span e164.Span) ([]did.DID, error) {
	s.clock.Add(int64(15 * time.Second))
	if r, err := s.store.Report(ctx, carrier, s.id); err != nil || r.Until.Before(s.now()) {
		s.Errorf("at %s the lease had run out at %s; %v", s.now(), r.Until, err)
	}
	return s.Store.DIDsIn(ctx, carrier, span)
}

// A step that takes longer than the lease keeps it.
func TestALongStepKeepsItsReport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.market()
	r, err := d.service.Create(t.Context(), "acme", report.Request{Kind: report.Inventory, Format: report.CSV})
	d.must(err)
	s := &slow{Store: d.store, desk: d, id: r.ID}
	d.must(d.worker(s, d.files, d.store).Make(t.Context(), "acme", r.ID))
	if made, _ := d.finished(r.ID); made.Status != report.Completed {
		t.Errorf("the report is %s: %s", made.Status, made.Error)
	}
}
