package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/pricing"
)

// Alignment has the calendar days of charges, in the carrier's time zone.
type Alignment struct {
	MonthDays []MonthDay `json:"month_days,omitempty" doc:"Days of the month, for the unit month: 1 to 31, or last. If a month lacks a day, its last day is used."`
	Weekdays  []string   `json:"weekdays,omitempty" enum:"sunday,monday,tuesday,wednesday,thursday,friday,saturday" doc:"Days of the week, for the unit week."`
	Prorated  bool       `json:"prorated,omitempty" doc:"The shortened first period costs its share of days."`
}

// WireAlignment returns nil for the anniversaries of a purchase.
func WireAlignment(a pricing.Alignment) *Alignment {
	if a == (pricing.Alignment{}) {
		return nil
	}
	wire := Alignment{Prorated: a.Prorated}
	for d := 1; d <= pricing.LastDay; d++ {
		if a.MonthDays&pricing.OnMonthDays(d) != 0 {
			wire.MonthDays = append(wire.MonthDays, MonthDay(d))
		}
	}
	for d, name := range weekdays {
		if a.Weekdays&pricing.OnWeekdays(time.Weekday(d)) != 0 {
			wire.Weekdays = append(wire.Weekdays, name)
		}
	}
	return &wire
}

// MonthDay is a day of the month: 1 to 31, or pricing.LastDay.
type MonthDay int

const lastDay = "last"

// Schema returns the OpenAPI schema for huma.
func (MonthDay) Schema(huma.Registry) *huma.Schema {
	first, last := 1.0, 31.0
	schema := &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeInteger, Minimum: &first, Maximum: &last},
		{Type: huma.TypeString, Enum: []any{lastDay}},
	}}
	for _, s := range schema.OneOf {
		s.PrecomputeMessages()
	}
	return schema
}

// MarshalJSON writes a number or "last".
func (d MonthDay) MarshalJSON() ([]byte, error) {
	if d == pricing.LastDay {
		return json.Marshal(lastDay)
	}
	return json.Marshal(int(d))
}

// UnmarshalJSON reads a number or "last".
func (d *MonthDay) UnmarshalJSON(data []byte) error {
	if string(data) == `"`+lastDay+`"` {
		*d = pricing.LastDay
		return nil
	}
	var n int
	if err := json.Unmarshal(data, &n); err != nil || n < 1 || n > 31 {
		return fmt.Errorf("%s is not a day of the month: send 1 to 31, or %q", data, lastDay)
	}
	*d = MonthDay(n)
	return nil
}

// weekdays are the names of time.Weekday on the wire.
var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Read returns the days for a package.
func (a Alignment) Read() pricing.Alignment {
	read := pricing.Alignment{Prorated: a.Prorated}
	for _, d := range a.MonthDays {
		read.MonthDays |= pricing.OnMonthDays(int(d))
	}
	for _, name := range a.Weekdays {
		read.Weekdays |= pricing.OnWeekdays(time.Weekday(slices.Index(weekdays, name)))
	}
	return read
}
