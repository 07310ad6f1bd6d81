package sheet

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/validate"
)

// Profile has the settings for reading files with a carrier's own headers. Its
// JSON is the wire form and the stored one.
type Profile struct {
	Delimiter string   `json:"delimiter,omitempty"` // "" = detected
	Encoding  Encoding `json:"encoding,omitempty"`  // "" = detected
	// sheet of a workbook, "" = the first that is not hidden
	Sheet       string `json:"sheet,omitempty"`
	CountryCode string `json:"country_code"` // calling code of national numbers, "44"
	TrunkPrefix string `json:"trunk_prefix,omitempty"`
	// notation of numbers without a plus, "" = the numbering plan decides
	Notation       numberformat.Notation `json:"notation,omitempty"`
	Review         Review                `json:"review,omitempty"` // "" = Uncertain
	Columns        Columns               `json:"columns"`
	AcceptStatus   []string              `json:"accept_status,omitempty"` // none = every status
	DefaultPackage string                `json:"default_package,omitempty"`
	Currency       string                `json:"currency,omitempty"`      // currency of prices, "" = the carrier's
	MakePackages   bool                  `json:"make_packages,omitempty"` // make a package for prices that no package has
}

// maxSheetName is the largest length of a sheet's name in bytes: Excel allows 31
// characters.
const maxSheetName = 128

// Review decides when a plan waits for a person to check it.
type Review string

// The reviews.
const (
	Uncertain Review = "uncertain" // if a reading of the file is not certain
	Never     Review = "never"
)

// delimiters are the possible separators of columns.
var delimiters = []string{",", ";", "\t", "|"}

// Columns has the columns of a row's values. Number, or Prefix, or Start with End
// or Size, or Range, decide the row's shape. If none of them is named, all columns
// are found by known headers.
type Columns struct {
	Start          Joined  `json:"start,omitempty"`
	End            Joined  `json:"end,omitempty"`
	Prefix         Joined  `json:"prefix,omitempty"`
	Size           *Column `json:"size,omitempty"` // count of numbers
	Number         Joined  `json:"number,omitempty"`
	Range          *Column `json:"range,omitempty"`           // first and last number in one cell
	NationalLength *Column `json:"national_length,omitempty"` // digits of a national number: the first integer of the text
	Package        *Column `json:"package,omitempty"`
	Area           *Column `json:"area,omitempty"`
	Type           *Column `json:"type,omitempty"`
	Features       *Column `json:"features,omitempty"`
	Status         *Column `json:"status,omitempty"`
	Country        *Column `json:"country,omitempty"` // ISO 3166-1 alpha-2, or a calling code
	Setup          *Column `json:"setup,omitempty"`
	Monthly        *Column `json:"monthly,omitempty"`
	Currency       *Column `json:"currency,omitempty"`
	Interval       *Column `json:"interval,omitempty"` // interval of the recurring price
}

// Column is a header's text, or a position from 1. In JSON it is a string or a
// number.
type Column struct {
	Header   string
	Position int
}

// MarshalJSON writes a position as a number, a header as a string.
func (c Column) MarshalJSON() ([]byte, error) {
	if c.Position > 0 {
		return strconv.AppendInt(nil, int64(c.Position), 10), nil
	}
	return json.Marshal(c.Header)
}

// UnmarshalJSON reads a header's text or a position from 1.
func (c *Column) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &c.Position); err == nil {
		if c.Position < 1 {
			return fmt.Errorf("column %d: positions count from 1", c.Position)
		}
		return nil
	}
	if err := json.Unmarshal(text, &c.Header); err != nil {
		return fmt.Errorf("column %s: neither a header's text nor a position from 1", text)
	}
	return nil
}

func (c Column) String() string {
	if c.Position > 0 {
		return strconv.Itoa(c.Position)
	}
	return strconv.Quote(c.Header)
}

// Joined is one or more columns with joined texts, such as NPA and NXX. In JSON
// it is one column or a list.
type Joined []Column

// MarshalJSON writes a single column without a list around it.
func (j Joined) MarshalJSON() ([]byte, error) {
	if len(j) == 1 {
		return j[0].MarshalJSON()
	}
	return json.Marshal([]Column(j))
}

// UnmarshalJSON reads a column or a list of columns.
func (j *Joined) UnmarshalJSON(text []byte) error {
	if strings.HasPrefix(strings.TrimSpace(string(text)), "[") {
		if err := json.Unmarshal(text, (*[]Column)(j)); err != nil || len(*j) > 0 {
			return err
		}
		return errors.New("a list of no columns")
	}
	var one Column
	if err := one.UnmarshalJSON(text); err != nil {
		return err
	}
	*j = Joined{one}
	return nil
}

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// Check adds to f each field that is well-formed but invalid.
func (p Profile) Check(f *validate.Faults, name string) {
	if !slug.MatchString(name) {
		f.Add("", "the profile's name %q is not made of a-z, 0-9, - and _ (at most 64)", name)
	}
	if p.Delimiter != "" && !slices.Contains(delimiters, p.Delimiter) {
		f.Add("/delimiter", "%q is not one of: comma, semicolon, tab, |", p.Delimiter)
	}
	if p.Encoding != "" && !slices.Contains(said, p.Encoding) {
		f.Add("/encoding", "%q is not one of %v", p.Encoding, said)
	}
	if len(p.Sheet) > maxSheetName {
		f.Add("/sheet", "the name has %d bytes, more than %d", len(p.Sheet), maxSheetName)
	}
	p.checkNumbers(f)
	if p.Review != "" && p.Review != Uncertain && p.Review != Never {
		f.Add("/review", "%q is neither %s nor %s", p.Review, Uncertain, Never)
	}
	p.Columns.check(f)
	if len(p.AcceptStatus) > 0 && p.Columns.named() && p.Columns.Status == nil {
		f.Add("/columns/status", "is needed by accept_status")
	}
	if p.Columns.named() && !p.namesPackages() {
		f.Add("/default_package", "is needed, as no column names the package or its price")
	}
}

// namesPackages reports whether each row has a package or a price.
func (p Profile) namesPackages() bool {
	return p.Columns.Package != nil || p.Columns.Monthly != nil || p.DefaultPackage != ""
}

// checkNumbers checks the settings for telephone numbers and amounts.
func (p Profile) checkNumbers(f *validate.Faults) {
	if p.Notation != "" && !slices.Contains([]numberformat.Notation{numberformat.Auto, numberformat.International,
		numberformat.National}, p.Notation) {
		f.Add("/notation", "%q is not one of: auto, international, national", p.Notation)
	}
	if calling, err := strconv.Atoi(p.CountryCode); err != nil || len(e164.NationalLengths(calling)) == 0 {
		f.Add("/country_code", "%q is not a country's calling code, such as \"44\"", p.CountryCode)
	}
	if strings.Trim(p.TrunkPrefix, "0123456789") != "" {
		f.Add("/trunk_prefix", "%q is not digits", p.TrunkPrefix)
	}
	if _, err := money.Parse("0", p.Currency); p.Currency != "" && err != nil {
		f.Add("/currency", "%q is not a currency in use, such as \"USD\"", p.Currency)
	}
}

// named reports whether the profile names the columns that decide a row's shape.
func (c Columns) named() bool { return c.shapes() > 0 }

// byPosition reports whether all columns are found by their positions, so that a
// file may have no header.
func (c Columns) byPosition() bool {
	by := true
	c.each(func(_ Role, _ string, col Column) { by = by && col.Position > 0 })
	return by
}

// shapes counts the ways in which the columns name a row's numbers.
func (c Columns) shapes() (n int) {
	for _, is := range []bool{len(c.Start) > 0, len(c.Prefix) > 0, len(c.Number) > 0, c.Range != nil} {
		if is {
			n++
		}
	}
	return n
}

func (c Columns) check(f *validate.Faults) {
	if c.shapes() > 1 {
		f.Add("/columns", "start, prefix, number and range exclude each other")
	}
	if len(c.Start) > 0 && len(c.End) == 0 && c.Size == nil {
		f.Add("/columns/end", "is needed with start, or size is")
	}
	if len(c.Start) == 0 && len(c.End) > 0 {
		f.Add("/columns/start", "is needed with end")
	}
	if !c.named() && len(c.End) == 0 {
		c.each(func(_ Role, pointer string, _ Column) {
			f.Add(pointer, "needs start, prefix, number or range to be named too")
		})
	}
	c.each(func(_ Role, pointer string, col Column) {
		if col.Position < 1 && strings.TrimSpace(col.Header) == "" {
			f.Add(pointer, "is neither a header's text nor a position from 1")
		}
	})
}

// each visits every named column with its role and its JSON pointer.
func (c Columns) each(visit func(r Role, pointer string, col Column)) {
	for _, several := range []struct {
		role Role
		cols Joined
	}{{RoleStart, c.Start}, {RoleEnd, c.End}, {RolePrefix, c.Prefix}, {RoleNumber, c.Number}} {
		for i, col := range several.cols {
			visit(several.role, "/columns/"+several.role.String()+"/"+strconv.Itoa(i), col)
		}
	}
	for _, single := range []struct {
		role Role
		col  *Column
	}{
		{RoleSize, c.Size}, {RoleRange, c.Range}, {RoleLength, c.NationalLength}, {RolePackage, c.Package},
		{RoleArea, c.Area},
		{RoleType, c.Type}, {RoleFeatures, c.Features}, {RoleStatus, c.Status}, {RoleCountry, c.Country},
		{RoleSetup, c.Setup}, {RoleMonthly, c.Monthly}, {RoleCurrency, c.Currency}, {RoleInterval, c.Interval},
	} {
		if single.col != nil {
			visit(single.role, "/columns/"+single.role.String(), *single.col)
		}
	}
}
