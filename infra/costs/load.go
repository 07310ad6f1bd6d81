package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// The load model: each order has ten numbers, which were held before, and comes
// after twenty searches. The times are those of warm functions, as on the
// dashboard; replace them by your own for planning.
const (
	didsPerOrder     = 10
	searchesPerOrder = 20
	renewalNight     = 4 * 3600.0 // seconds in which a month's renewals are done
	secondsOfMonth   = 30 * 24 * 3600.0
	searchSeconds    = 0.030
	holdSeconds      = 0.080
	orderSeconds     = 0.120
	renewedAtOnce    = 90
	renewSeconds     = 0.250 // for renewedAtOnce renewals
)

// load is a case of the model.
type load struct {
	ordersPerSecond float64
	dids            float64
}

var loads = []load{{10, 1e4}, {10, 1e6}, {10, 1e8}, {1_000, 1e6}, {1_000, 1e8}}

// capacity returns the table of the load model.
func (u units) capacity() string {
	var b strings.Builder
	b.WriteString("| orders a second | DIDs | write units a second | read units a second | renewals a second, in their " +
		"night | write units a second then | concurrent functions | blocks a second | $ a month |\n")
	b.WriteString("|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, l := range loads {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", count(l.ordersPerSecond), count(l.dids),
			whole(u.writes(l)), whole(u.reads(l)), whole(l.renewals()), whole(l.renewals()*u["Renewal"]["write-units/renewal"]),
			whole(l.functions()), whole(l.sold()), dollars(u.monthly(l)))
	}
	return b.String()
}

// whole rounds up to a whole number.
func whole(n float64) string { return count(math.Ceil(n)) }

// sold returns the number of DIDs that are sold in a second. In the worst case each
// is in another block, which the projector writes.
func (l load) sold() float64 { return l.ordersPerSecond * didsPerOrder }

func (l load) renewals() float64 { return rentedShare * l.dids / renewalNight }

// functions returns the number of functions that run at once, by Little's law:
// calls a second, multiplied by the time of each.
func (l load) functions() float64 {
	selling := l.ordersPerSecond * (searchesPerOrder*searchSeconds + holdSeconds + orderSeconds)
	return selling + l.renewals()/renewedAtOnce*renewSeconds
}

func (u units) writes(l load) float64 {
	return l.sold() * (u["Sale"]["hold-WU"] + u["Sale"]["checkout-WU"])
}

func (u units) reads(l load) float64 {
	return l.sold()*(u["Sale"]["hold-RU"]+u["Sale"]["checkout-RU"]) + l.ordersPerSecond*searchesPerOrder*warmRead
}

// monthly returns the cost of the table's units if the load lasts all month.
func (u units) monthly(l load) float64 {
	return (u.writes(l)*dollarsPerWrite+u.reads(l)*dollarsPerRead)*secondsOfMonth + u.renewing(l.dids)
}

// measured reads the units of each DID from the table in the document.
func measured(document string) (units, error) {
	text, err := os.ReadFile(document)
	if err != nil {
		return nil, err
	}
	u := units{"Sale": {}, "Renewal": {}}
	for row, names := range map[string][3]string{
		"| hold, ten at a time |":       {"Sale", "hold-WU", "hold-RU"},
		"| checkout, ten at a time |":   {"Sale", "checkout-WU", "checkout-RU"},
		"| renewal, ninety at a time |": {"Renewal", "write-units/renewal", "read-units/renewal"},
	} {
		_, rest, found := strings.Cut(string(text), row)
		cells := strings.Split(rest, "|")
		if !found || len(cells) < 2 {
			return nil, fmt.Errorf("%s has no row %s", document, row)
		}
		for i, unit := range names[1:] {
			if u[names[0]][unit], err = strconv.ParseFloat(strings.TrimSpace(cells[i]), 64); err != nil {
				return nil, fmt.Errorf("%s, row %s: %w", document, row, err)
			}
		}
	}
	return u, nil
}

// writeCapacity writes the load model into the design, from the units in the
// runbook.
func writeCapacity() error {
	u, err := measured(costs.Document)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(capacity.Document)
	if err != nil {
		return err
	}
	replaced, err := capacity.Replace(string(text), u.capacity())
	if err != nil {
		return err
	}
	return os.WriteFile(capacity.Document, []byte(replaced), 0o644)
}
