package ledger

import (
	"slices"

	"didpurchase/internal/money"
)

// credited is a part of one rate of an invoice, in minor units of the account's
// currency: the part that a credit note takes, or the rest.
type credited struct{ net, tax int64 }

func (c credited) gross() int64    { return c.net + c.tax }
func (c credited) isNothing() bool { return c.net == 0 && c.tax == 0 }

// rates has the sums of each rate of an invoice, and the rest of each after the
// earlier credit notes.
type rates struct{ had, rest []credited }

// left returns the sums of each rate and the rest. Errors: money.ErrTooLarge.
func (i Invoice) left() (rates, error) {
	var r rates
	for _, t := range i.Taxes {
		for _, a := range []money.Amount{t.Net, t.Tax} {
			if _, err := a.Minor(); err != nil {
				return rates{}, err
			}
		}
		had := credited{unitsOf(t.Net), unitsOf(t.Tax)}
		r.had = append(r.had, had)
		r.rest = append(r.rest, credited{had.net - unitsOf(t.CreditedNet), had.tax - unitsOf(t.CreditedTax)})
	}
	return r, nil
}

func (r rates) all() []credited { return slices.Clone(r.rest) }

func (r rates) gross() (sum int64) {
	for _, c := range r.rest {
		sum += c.gross()
	}
	return sum
}

// amount splits an amount with tax over the rates, in proportion to the rest of
// each, and each part into net and tax as the rate had them.
//
// Example: 110.00 is left of a rate of 10 % (net 100.00) and 120.00 of one of 20 %
// (net 100.00). An amount of 23.00 takes 11.00 of the first (tax 1.00) and 12.00 of
// the second (tax 2.00).
func (r rates) amount(a money.Amount) ([]credited, error) {
	wanted, err := a.Minor()
	if err != nil {
		return nil, err
	}
	all := r.gross()
	switch {
	case wanted <= 0:
		return nil, refuse("the amount must be above 0")
	case wanted > all:
		return nil, refuse("%s is left to credit, and the credit note is of %s", amountOf(all, a.Currency()), a)
	}
	taken := make([]credited, len(r.rest))
	var reached, given int64
	for n, rest := range r.rest {
		reached += rest.gross()
		part := money.Proportion(wanted, reached, all) - given
		part = max(part, wanted-given-(all-reached)) // what the later rates can't take
		part = min(part, rest.gross())
		given += part
		taken[n] = r.split(n, part)
	}
	return taken, nil
}

// split splits a part with tax of a rate into net and tax.
func (r rates) split(n int, part int64) credited {
	had, rest := r.had[n], r.rest[n]
	soFar := had.gross() - rest.gross() + part
	tax := money.Proportion(had.tax, soFar, had.gross()) - (had.tax - rest.tax)
	tax = max(tax, 0, part-rest.net)
	tax = min(tax, rest.tax, part)
	return credited{part - tax, tax}
}

// lines takes the lines at these positions, or all that are left if there are no
// positions, with a posting for each and for its tax.
func (r rates) lines(of Invoice, lines []PlacedLine, positions []int) ([]credited, []Posting, error) {
	chosen, err := chosenLines(of, lines, positions)
	if err != nil {
		return nil, nil, err
	}
	taken := make([]credited, len(r.rest))
	for _, l := range chosen {
		taken[l.Rate].net += unitsOf(l.Net)
		taken[l.Rate].tax += unitsOf(l.Tax)
	}
	var rounding int64
	for n, rest := range r.rest {
		if taken[n].net > rest.net {
			return nil, nil, refuse("the lines come to %s before tax at %s %%, and %s is left",
				amountOf(taken[n].net, of.Net.Currency()), of.Taxes[n].Rate, amountOf(rest.net, of.Net.Currency()))
		}
		lineTax := taken[n].tax
		if taken[n].tax = min(lineTax, rest.tax); taken[n].net == rest.net {
			taken[n].tax = rest.tax
		}
		rounding += taken[n].tax - lineTax
	}
	return taken, linePostings(chosen, rounding, of.Net.Currency()), nil
}

// chosenLines returns the lines at the positions, each of which is there and not
// credited yet.
func chosenLines(of Invoice, lines []PlacedLine, positions []int) ([]PlacedLine, error) {
	var chosen []PlacedLine
	for n, p := range positions {
		switch {
		case p < 1 || p > len(lines):
			return nil, refuse("it has no line %d; its lines are 1 to %d", p, len(lines))
		case slices.Contains(positions[:n], p):
			return nil, refuse("line %d is named twice", p)
		case slices.Contains(of.CreditedLines, p):
			return nil, refuse("line %d is credited already", p)
		}
		chosen = append(chosen, lines[p-1])
	}
	if len(positions) == 0 {
		chosen = slices.DeleteFunc(slices.Clone(lines),
			func(l PlacedLine) bool { return slices.Contains(of.CreditedLines, l.Position) })
	}
	if slices.ContainsFunc(chosen, func(l PlacedLine) bool { return l.Rate < 0 }) {
		return nil, refuse("it has several tax rates and no record of their lines; credit an amount or the whole")
	}
	return chosen, nil
}

// maxNamed is the most lines that a credit note names one by one: an entry is one
// item of the database. More are added up by package.
const maxNamed = 90

// linePostings returns the postings that take the lines back. A rounding of the
// tax comes first: Lines ignores a tax without a charge before it.
func linePostings(lines []PlacedLine, rounding int64, currency string) (postings []Posting) {
	if rounding != 0 {
		postings = append(postings, Posting{Account: Tax, Amount: amountOf(-rounding, currency)})
	}
	if len(lines) > maxNamed {
		lines = byPackage(lines, currency)
	}
	for _, l := range lines {
		postings = append(postings, Posting{Account: Book(l.Kind), Amount: l.Net.Neg(), Number: l.Number, Package: l.Package,
			From: l.From, To: l.To, Count: l.Count})
		if !l.Tax.IsZero() {
			postings = append(postings, Posting{Account: Tax, Amount: l.Tax.Neg(), Number: l.Number})
		}
	}
	return postings
}

// byPackage adds lines up by book and package.
func byPackage(lines []PlacedLine, currency string) (sums []PlacedLine) {
	for _, l := range lines {
		n := slices.IndexFunc(sums, func(s PlacedLine) bool { return s.Kind == l.Kind && s.Package == l.Package })
		if n < 0 {
			zero := money.Zero(currency)
			n, sums = len(sums), append(sums, PlacedLine{InvoiceLine: InvoiceLine{Kind: l.Kind, Package: l.Package, Net: zero,
				Tax: zero}})
		}
		sums[n].Count += max(l.Count, 1)
		sums[n].Net = amountOf(unitsOf(sums[n].Net)+unitsOf(l.Net), currency)
		sums[n].Tax = amountOf(unitsOf(sums[n].Tax)+unitsOf(l.Tax), currency)
	}
	return sums
}

// amountPostings returns the postings of a credit note that names no lines. It
// belongs to no package, so its net is goodwill rather than less revenue.
func amountPostings(taken []credited, currency string) (postings []Posting) {
	for _, c := range taken {
		if c.isNothing() {
			continue
		}
		postings = append(postings, Posting{Account: Goodwill, Amount: amountOf(-c.net, currency)})
		if c.tax != 0 {
			postings = append(postings, Posting{Account: Tax, Amount: amountOf(-c.tax, currency)})
		}
	}
	return postings
}

// roundingOf returns the part of a credit note's tax that no line has; without a
// currency: nothing.
func roundingOf(e Entry) (money.Amount, error) {
	if len(e.Postings) > 1 && e.Postings[1].Account == Tax {
		return e.Postings[1].Amount, nil
	}
	return money.Amount{}, nil
}

// unitsOf returns minor units; an invoice's sums fit, which left checks.
func unitsOf(a money.Amount) int64 {
	units, err := a.Minor()
	if err != nil {
		panic(err)
	}
	return units
}

func amountOf(units int64, currency string) money.Amount {
	a, err := money.FromMinor(units, currency)
	if err != nil { // an account's currency exists
		panic(err)
	}
	return a
}
