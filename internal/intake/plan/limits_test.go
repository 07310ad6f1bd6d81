package plan

import (
	"errors"
	"strings"
	"testing"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

// A file with one row too many is refused when that row is read.
func TestRowsAreBounded(t *testing.T) {
	t.Parallel()
	s, err := opened("number,package\n"+strings.Repeat("+442072000001,gold\n", sheet.MaxRows+1), nil)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for err == nil {
		if _, err = s.Next(); err == nil {
			read++
		}
	}
	wanttest.Equal(t, "rows that are read", read, sheet.MaxRows)
	var unreadable *sheet.Unreadable
	if !errors.As(err, &unreadable) || !strings.Contains(unreadable.Reason, "more than 1000000 rows") {
		t.Errorf("the next row: %v", err)
	}
}
