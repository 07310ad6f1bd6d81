package sheet

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// String describes the reading of the file for its report.
func (r Recognised) String() string {
	parts := []string{"encoding " + string(r.Encoding)}
	if r.Workbook != "" {
		parts[0] = "sheet " + r.Workbook
		if len(r.OtherSheets) > 0 {
			parts = append(parts, "sheets not read: "+strings.Join(r.OtherSheets, ", "))
		}
	} else {
		parts = append(parts, "delimiter "+map[bool]string{true: "tab", false: r.Delimiter}[r.Delimiter == "\t"])
	}
	switch {
	case r.HeaderLine == 0:
		parts = append(parts, "no header")
	case r.TwoHeaders:
		parts = append(parts, fmt.Sprintf("header in lines %d and %d", r.HeaderLine-1, r.HeaderLine))
	default:
		parts = append(parts, fmt.Sprintf("header in line %d", r.HeaderLine))
	}
	for _, role := range slices.Sorted(maps.Keys(r.Columns)) {
		parts = append(parts, role+" from "+r.Columns[role])
	}
	parts = append(parts, "numbers without a plus: "+r.Notation+countryOf(r.CountryCode))
	if r.Decimal != "" {
		parts = append(parts, "decimals after "+r.Decimal)
	}
	ignored := "no column ignored"
	if len(r.Ignored) > 0 {
		ignored = "ignored columns: " + strings.Join(r.Ignored, ", ")
	}
	return strings.Join(append(append(parts, ignored), r.Sample...), "; ")
}

func countryOf(code string) string {
	if code == "" {
		return ""
	}
	return " of +" + code
}
