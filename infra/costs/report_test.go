package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/report"
)

// objects is a bucket in memory.
type objects map[string][]byte

// Write implements report.Files.
func (o objects) Write(_ context.Context, key, _ string, body io.Reader) (err error) {
	o[key], err = io.ReadAll(body)
	return err
}

// Read implements report.Files.
func (o objects) Read(_ context.Context, key string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(o[key])), nil
}

// Wake implements report.Waker; the benchmark calls the worker.
func (o objects) Wake(context.Context, string, string) error { return nil }

// BenchmarkReport makes a report of rentals, and counts the units of each.
func BenchmarkReport(b *testing.B) {
	const rentals = 1_000
	for b.Loop() {
		w := newMeteredCarrier(b)
		w.rent(rentals)
		clock, files := func() time.Time { return noon }, objects{}
		worker := report.NewWorker(w.store, w.store, files, clock, slog.New(slog.DiscardHandler))
		read, write := w.spent(func() {
			r, err := report.NewService(w.store, files, clock).Create(b.Context(), "acme",
				report.Request{Kind: report.Rentals, Format: report.CSV})
			w.must(err)
			w.must(worker.Make(b.Context(), "acme", r.ID))
			if len(files[r.FileKey()]) == 0 {
				b.Error("there is no file")
			}
		})
		b.ReportMetric(read/rentals, "read-units/rental")
		b.ReportMetric(write/rentals, "write-units/rental")
	}
}

// rent gives a new customer numbers.
func (w meteredCarrier) rent(n int) {
	w.Helper()
	customer := ledger.Customer{Carrier: "acme", ID: "renter"}
	w.must(w.store.CreateCustomer(w.Context(), ledger.Account{Customer: customer, Name: "Renter", Status: ledger.Active,
		Currency: "USD", Balance: usd("0.00"), CreditLimit: usd("0.00")}))
	terms := pricing.Terms{Package: "standard", Version: 1, Name: "standard", Setup: usd("1.00"), Recurring: usd("2.00"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1}}
	for done := 0; done < n; done += 100 {
		var changes []commit.Change
		for i := done; i < done+100; i++ {
			number, err := e164.Parse(fmt.Sprint(442070000000 + i))
			w.must(err)
			offer := did.Offer{Terms: terms, Country: "GB", Area: "London", Type: e164.Geographic}
			move, err := did.AllocateTo("acme", customer.ID, number, did.DID{}, offer, commit.NewID(noon), noon, time.UTC)
			w.must(err)
			changes = append(changes, move)
		}
		w.must(commit.Write(w.Context(), w.store, noon, changes...))
	}
}
