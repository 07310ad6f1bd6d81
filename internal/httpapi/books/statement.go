package books

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// LedgerEntry is one entry of the ledger on the wire.
type LedgerEntry struct {
	Seq          int           `json:"seq" doc:"Counts from 1 without gaps."`
	Kind         string        `json:"kind" enum:"order,renewal,payment,refund,adjustment,credit_note,rounding"`
	Amount       httpapi.Money `json:"amount" doc:"Negative if the customer pays."`
	BalanceAfter httpapi.Money `json:"balance_after"`
	At           time.Time     `json:"at"`
	OrderID      *string       `json:"order_id"`
	InvoiceID    *string       `json:"invoice_id"`
	DID          *httpapi.DID  `json:"did" doc:"The DID, if there is only one."`
	Note         *string       `json:"note"`
	Lines        []LedgerLine  `json:"lines" doc:"The lines of the amount; they sum to it."`
}

// LedgerLine is one line of an entry.
type LedgerLine struct {
	Kind       string        `json:"kind" enum:"setup,recurring,proration,tax,payment,refund,adjustment,credit_note"`
	Amount     httpapi.Money `json:"amount" doc:"Negative if the customer pays."`
	DID        *httpapi.DID  `json:"did"`
	Package    *string       `json:"package" doc:"The package's id."`
	PeriodFrom *time.Time    `json:"period_from" doc:"The charged period; null if there is none."`
	PeriodTo   *time.Time    `json:"period_to"`
}

// Statement lists the entries of an account in some days, on the wire.
type Statement struct {
	From    string          `json:"from" format:"date"`
	To      string          `json:"to" format:"date" doc:"The last day."`
	Opening httpapi.Money   `json:"opening_balance" doc:"Before the first day."`
	Closing httpapi.Money   `json:"closing_balance" doc:"After the last day."`
	Totals  []StatementKind `json:"totals" doc:"The sums of the entries of this page; the first page has the sums of all entries if its next_cursor is null."`
	Entries []LedgerEntry   `json:"entries" doc:"Oldest first."`

	NextCursor *string `json:"next_cursor" doc:"Send it as cursor, with the same days, for the next entries; null on the last page."`
}

// StatementKind is the sum of all lines of a kind.
type StatementKind struct {
	Kind   string        `json:"kind" enum:"setup,recurring,proration,tax,payment,refund,adjustment,credit_note"`
	Amount httpapi.Money `json:"amount" doc:"Negative if the customer pays."`
}

// maxStatementDays is the most days of a statement.
const maxStatementDays = 366

// StatementQuery selects the days and the form.
type StatementQuery struct {
	From   string `query:"from" format:"date" doc:"The first day, in the carrier's time zone; the first of this month if missing." example:"2026-11-01"`
	To     string `query:"to" format:"date" doc:"The last day; today if missing." example:"2026-11-30"`
	Format string `query:"format" enum:"json,csv" doc:"csv has the same effect as Accept: text/csv."`
	Limit  int    `query:"limit" minimum:"1" maximum:"20000" doc:"The most lines of a page; an entry counts as 3 and the number of its lines. 20,000 if missing. A file without limit and cursor has all entries, or is refused if they are more."`
	Cursor string `query:"cursor" doc:"next_cursor of the page before."`
	Accept string `header:"Accept"`
}

// statementCursor names the list in cursors.
const statementCursor = "statement"

// page returns the requested page.
func (in *StatementQuery) page() (p shop.StatementPage, err error) {
	p.Lines = cmp.Or(in.Limit, shop.MaxStatement)
	after, err := httpapi.DecodeCursor(statementCursor, in.Cursor)
	if err != nil || after == "" {
		return p, err
	}
	if p.After, err = strconv.Atoi(after); err != nil || p.After < 1 {
		return p, httpapi.BadCursor()
	}
	return p, nil
}

func registerStatement(r *httpapi.Routes, b Routes) {
	httpapi.Register(r, httpapi.AlsoAs[Statement](httpapi.Operation(http.MethodGet, "/v1/account/statement",
		"get-statement", httpapi.TagAccount,
		"Show a statement",
		"Balances and every entry of some days, at most 366: JSON, or CSV with one line for each line of an entry (Accept: "+
			"text/csv or format=csv). More than 20,000 lines come in pages: follow next_cursor, or for CSV with limit or "+
			"cursor the cursor in the header Link.",
		http.StatusBadRequest), httpapi.MediaCSV),
		func(ctx context.Context, in *StatementQuery) (*httpapi.Representation, error) {
			return b.statement(ctx, httpapi.Customer(ctx), in)
		})
}

func (b Routes) statement(ctx context.Context, c ledger.Customer, in *StatementQuery) (*httpapi.Representation, error) {
	of, err := b.Records.Carrier(ctx, c.Carrier)
	if err != nil {
		return nil, err
	}
	loc, err := of.Location()
	if err != nil {
		return nil, err
	}
	first, last, err := in.days(b.Now().In(loc))
	if err != nil {
		return nil, err
	}
	p, err := in.page()
	if err != nil {
		return nil, err
	}
	s, after, err := b.Service.Statement(ctx, c, first, last.AddDate(0, 0, 1), p)
	if err != nil {
		return nil, err
	}
	next := nextStatement(after)
	if in.Format == "csv" || in.Format == "" && httpapi.Prefers(in.Accept, httpapi.MediaCSV) {
		return in.file(c, s, first, last, next)
	}
	shown := wireStatement(s, first, last)
	shown.NextCursor = next
	return &httpapi.Representation{Vary: "Accept", Body: shown}, nil
}

// file returns the page as CSV. A file without limit and cursor is refused if it is not
// the whole statement: one that silently ends early would be taken for the whole.
// Errors: shop.ErrStatementTooLong.
func (in *StatementQuery) file(c ledger.Customer, s ledger.Statement, first, last time.Time,
	next *string) (*httpapi.Representation, error) {
	if next != nil && in.Limit == 0 && in.Cursor == "" {
		return nil, shop.ErrStatementTooLong
	}
	name := c.ID + "-" + first.Format(time.DateOnly) + "-" + last.Format(time.DateOnly) + ".csv"
	body, err := statementCSV(s)
	return &httpapi.Representation{
		ContentType: csvexport.ContentType, Disposition: `attachment; filename="` + name + `"`, Vary: "Accept", Body: body,
		Link: in.linkTo(next, first, last),
	}, err
}

// nextStatement returns the cursor after an entry; nil for 0.
func nextStatement(after int) *string {
	if after == 0 {
		return nil
	}
	return httpapi.EncodeCursor(statementCursor, strconv.Itoa(after))
}

// linkTo returns the header Link of a file that is a page: the next page, relative to
// the request's own address; "" on the last one.
func (in *StatementQuery) linkTo(next *string, first, last time.Time) string {
	if next == nil {
		return ""
	}
	query := url.Values{
		"from": {first.Format(time.DateOnly)}, "to": {last.Format(time.DateOnly)}, "format": {"csv"}, "cursor": {*next},
		"limit": {strconv.Itoa(cmp.Or(in.Limit, shop.MaxStatement))},
	}
	return "<?" + query.Encode() + `>; rel="next"`
}

// days returns the begins of the first and the last requested day.
func (in *StatementQuery) days(today time.Time) (first, last time.Time, err error) {
	year, month, day := today.Date()
	first = time.Date(year, month, 1, 0, 0, 0, 0, today.Location())
	last = time.Date(year, month, day, 0, 0, 0, 0, today.Location())
	if in.To != "" {
		if last, err = time.ParseInLocation(time.DateOnly, in.To, today.Location()); err != nil {
			return first, last, httpapi.BadParameter("to", in.To+" is not a day such as 2026-11-30")
		}
		first = time.Date(last.Year(), last.Month(), 1, 0, 0, 0, 0, last.Location())
	}
	if in.From != "" {
		if first, err = time.ParseInLocation(time.DateOnly, in.From, today.Location()); err != nil {
			return first, last, httpapi.BadParameter("from", in.From+" is not a day such as 2026-11-01")
		}
	}
	switch {
	case last.Before(first):
		return first, last, httpapi.BadParameter("to", "is before from")
	case first.AddDate(0, 0, maxStatementDays).Before(last.AddDate(0, 0, 1)):
		return first, last, httpapi.BadParameter("from", "is more than 366 days before to")
	}
	return first, last, nil
}

func wireStatement(s ledger.Statement, first, last time.Time) Statement {
	return Statement{
		From: first.Format(time.DateOnly), To: last.Format(time.DateOnly),
		Opening: httpapi.WireMoney(s.Opening), Closing: httpapi.WireMoney(s.Closing),
		Totals: httpapi.Each(s.Totals, func(t ledger.Total) StatementKind {
			return StatementKind{Kind: string(t.Kind), Amount: httpapi.WireMoney(t.Amount)}
		}),
		Entries: httpapi.Each(s.Entries, wireEntry),
	}
}

// statementCSV has a row for each line of each entry.
func statementCSV(s ledger.Statement) ([]byte, error) {
	var b bytes.Buffer
	w := csvexport.NewWriter(&b)
	header := []string{
		"at", "seq", "entry", "kind", "did", "package", "period_from", "period_to", "amount", "currency", "balance_after",
		"order_id", "invoice_id", "note",
	}
	if err := w.Write(httpapi.Each(header, csvexport.Text)...); err != nil {
		return nil, err
	}
	for _, e := range s.Entries {
		for _, item := range e.Items() {
			if err := w.Write(statementRow(e, item)...); err != nil {
				return nil, err
			}
		}
	}
	err := w.Flush()
	return b.Bytes(), err
}

func statementRow(e ledger.Entry, item ledger.Item) []csvexport.Cell {
	number := ""
	if item.Number != 0 {
		number = item.Number.String()
	}
	text, exact := csvexport.Text, csvexport.Exact
	return []csvexport.Cell{
		csvTime(e.At), exact(strconv.Itoa(e.Seq)), text(string(e.Kind)), text(string(item.Kind)), text(number),
		text(item.Package),
		csvTime(item.From), csvTime(item.To), exact(item.Amount.Number()), text(item.Amount.Currency()),
		exact(e.BalanceAfter.Number()),
		text(e.OrderID), text(e.InvoiceID), text(e.Note),
	}
}

func csvTime(t time.Time) csvexport.Cell {
	if t.IsZero() {
		return ""
	}
	return csvexport.Exact(t.UTC().Format(time.RFC3339))
}

func wireEntry(e ledger.Entry) LedgerEntry {
	entry := LedgerEntry{
		Seq: e.Seq, Kind: string(e.Kind), Amount: httpapi.WireMoney(e.Amount),
		BalanceAfter: httpapi.WireMoney(e.BalanceAfter),
		At:           e.At.UTC(), OrderID: httpapi.Optional(e.OrderID), InvoiceID: httpapi.Optional(e.InvoiceID),
		Note:  httpapi.Optional(e.Note),
		Lines: httpapi.Each(e.Items(), wireLine),
	}
	if n := e.Number(); n != 0 {
		entry.DID = &httpapi.DID{Number: n}
	}
	return entry
}

func wireLine(i ledger.Item) LedgerLine {
	line := LedgerLine{
		Kind: string(i.Kind), Amount: httpapi.WireMoney(i.Amount), Package: httpapi.Optional(i.Package),
		PeriodFrom: httpapi.OptionalTime(i.From), PeriodTo: httpapi.OptionalTime(i.To),
	}
	if i.Number != 0 {
		line.DID = &httpapi.DID{Number: i.Number}
	}
	return line
}
