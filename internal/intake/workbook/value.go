package workbook

import (
	"math"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/intake/sheet"
)

// textOf returns a cell's value in the form in which a person would write it into a
// CSV file, independent of the reader's country.
func (r *rows) textOf(c *cell) (string, error) {
	value := string(c.value)
	switch c.kind {
	case "s":
		at, err := strconv.Atoi(strings.TrimSpace(value))
		text, known := r.texts.at(at)
		if err != nil || !known {
			return "", sheet.Unreadablef("row %d, column %d of the sheet refers to a text that is not in the workbook", r.line,
				c.at+1)
		}
		return text, nil
	case "b":
		return map[bool]string{true: "TRUE", false: "FALSE"}[isTrue(value)], nil
	case "d":
		return strings.TrimSuffix(strings.TrimSuffix(value, "Z"), "T00:00:00"), nil
	case "", "n":
		return r.number(c, strings.TrimSpace(value)), nil
	}
	return value, nil // a text, or an error such as #N/A
}

// number returns a number by its format: a date, a percentage, an amount with
// its currency, digits with the signs between them, or plain.
func (r *rows) number(c *cell, value string) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return value
	}
	var f form
	if c.style >= 0 && c.style < len(r.forms) {
		f = r.forms[c.style]
	}
	plain := plainNumber(n)
	switch {
	case f.date:
		return r.day(n, plain)
	case f.percent:
		return plainNumber(n*100) + "%"
	case f.mask != "" && n >= 0 && n == math.Trunc(n):
		return masked(plain, f.mask)
	case f.sign != "" && n < 0:
		return "-" + f.sign + plain[1:] + f.words
	}
	return f.sign + plain + f.words
}

// plainNumber writes a number with the 15 digits that a spreadsheet keeps, and no
// exponent. Three decimals get one more zero: 1.234 alone could be 1,234; 1.2340
// can't.
func plainNumber(n float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'e', 14, 64), 64)
	if err != nil {
		rounded = n
	}
	text := strconv.FormatFloat(rounded, 'f', -1, 64)
	if at := strings.IndexByte(text, '.'); at >= 0 && len(text)-at == 4 {
		text += "0"
	}
	return text
}

// lastDay is 31 December 9999 as a spreadsheet counts.
const lastDay = 2_958_465

// day returns the date for a count of days, with the time of day if it has one. The
// count includes 29 February 1900, which did not exist: days before it are not
// read.
func (r *rows) day(n float64, plain string) string {
	first, least := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC), 61.0
	if r.since1904 {
		first, least = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC), 0
	}
	if n < least || n > lastDay {
		return plain
	}
	at := first.AddDate(0, 0, int(n)).Add(time.Duration(math.Round((n-math.Trunc(n))*86400)) * time.Second)
	if at.Hour()+at.Minute()+at.Second() == 0 {
		return at.Format(time.DateOnly)
	}
	return at.Format(time.DateTime)
}
