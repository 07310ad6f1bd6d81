package dynamo_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// An entry is written once, with every field. A second write of it is refused, or
// does nothing if the stream reported the act again.
func TestAuditEntry(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	e := full[audit.Entry]()
	e.Carrier = "acme"
	if err := store.Commit(ctx, batch(e)); err != nil {
		t.Fatal(err)
	}
	changed := e
	changed.Action = audit.UserRemoved
	wanttest.Diff(t, "refused with", must2(refusalOf(store.Commit(ctx, batch(changed)))), any(without(e)))
	if err := store.PutAudit(ctx, changed); err != nil {
		t.Fatal(err)
	}
	entries, _, err := store.Audit(ctx, "acme", audit.Query{From: e.At, To: e.At.Add(time.Second)}, shop.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "stored", entries, []audit.Entry{e})
}

// without returns the entry without its carrier, which is only in its key.
func without(e audit.Entry) audit.Entry {
	e.Carrier = ""
	return e
}

func must2(v any, err error) any {
	if err != nil {
		panic(err)
	}
	return v
}

// manyEntries writes entries over three years, some by one actor, and returns them
// newest first.
func manyEntries(t *testing.T, store *dynamo.Store) (all []audit.Entry) {
	t.Helper()
	for i := range 1200 {
		at := noon.Add(time.Duration(i) * 11 * time.Minute)
		if i >= 1150 { // one each month
			at = noon.AddDate(0, i-1150+2, 0)
		}
		by := auth.Actor{Kind: auth.ByUser, ID: fmt.Sprintf("user-%d", i%100)}
		all = append(all, audit.Entry{Carrier: "acme", ID: fmt.Sprintf("%026d", i), At: at, By: by, Action: audit.UserChanged,
			Subject: "u", Old: audit.Values{}, New: audit.Values{"name": "n"}})
	}
	for part := range slices.Chunk(all, 90) {
		var changes []commit.Change
		for _, e := range part {
			changes = append(changes, e)
		}
		if err := store.Commit(t.Context(), batch(changes...)); err != nil {
			t.Fatal(err)
		}
	}
	slices.Reverse(all)
	return all
}

// Pages lead to every selected entry, once, whichever limit ends a page: entries
// read, months, or rows.
func TestAuditPages(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	all := manyEntries(t, store)
	begin, end := noon.AddDate(-1, 0, 0), noon.AddDate(6, 0, 0)
	for name, q := range map[string]audit.Query{
		"all":            {From: begin, To: end},
		"one actor":      {From: begin, To: end, Actor: "user-7"},
		"nobody":         {From: begin, To: end, Actor: "nobody"},
		"a part":         {From: all[1190].At, To: all[3].At},
		"years of none":  {From: noon.AddDate(-20, 0, 0), To: noon.AddDate(9, 0, 0), Actor: "user-0"},
		"before it all":  {From: noon.AddDate(-2, 0, 0), To: noon},
		"within a month": {From: noon.Add(time.Hour), To: noon.Add(2 * time.Hour)},
	} {
		for _, limit := range []int{1, 50, 200} {
			if limit == 1 && q.Actor == "" {
				continue // too many pages
			}
			var want []audit.Entry
			for _, e := range all {
				if q.Selects(e) {
					want = append(want, e)
				}
			}
			wanttest.Diff(t, fmt.Sprintf("%s, pages of %d", name, limit), pagesOf(t, store, q, limit), want)
		}
	}
	unreadable, next, err := store.Audit(t.Context(), "acme", audit.Query{From: begin, To: end},
		shop.Page{Limit: 5, After: "1"})
	wanttest.Equal(t, "entries before an unreadable place: "+fmt.Sprint(next, err), len(unreadable), 0)
}

func pagesOf(t *testing.T, store *dynamo.Store, q audit.Query, limit int) (all []audit.Entry) {
	t.Helper()
	p := shop.Page{Limit: limit}
	for range 500 {
		entries, next, err := store.Audit(t.Context(), "acme", q, p)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, entries...); next == "" {
			return all
		}
		p.After = next
	}
	t.Fatal("the pages do not end")
	return nil
}
