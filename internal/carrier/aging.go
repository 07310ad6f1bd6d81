package carrier

import "time"

// Minimum is the least time that a country's rules keep a released number from
// its next customer.
type Minimum struct {
	Country string // ISO 3166-1 alpha-2
	Days    int
}

// Minimums are the countries with such a rule, as far as we found it in a
// regulator's text. Other countries have none here; this is not legal advice.
//
// The United States and their territories: 45 days, 47 CFR 52.15(f)(1)(ii) as of
// FCC 18-177 (Federal Register, 26 March 2019, page 11226). The same rule has a
// maximum, 90 days after residential and 365 after business customers, which is not
// enforced here: only the carrier knows which customers are businesses.
var Minimums = []Minimum{{"AS", 45}, {"GU", 45}, {"MP", 45}, {"PR", 45}, {"US", 45}, {"VI", 45}}

// AgingIn returns how long a released number of the country is in quarantine: the
// carrier's days, and never less than the country's minimum.
func (d Dunning) AgingIn(country string) time.Duration {
	for _, m := range Minimums {
		if m.Country == country {
			return days(max(d.AgingDays, m.Days))
		}
	}
	return days(d.AgingDays)
}

// LongerMinimums returns the countries whose minimum is longer than the carrier's
// days, ascending by country.
func (d Dunning) LongerMinimums() (longer []Minimum) {
	for _, m := range Minimums {
		if m.Days > d.AgingDays {
			longer = append(longer, m)
		}
	}
	return longer
}

// LongestAging returns the longest quarantine of any country.
func (d Dunning) LongestAging() time.Duration {
	longest := d.AgingDays
	for _, m := range Minimums {
		longest = max(longest, m.Days)
	}
	return days(longest)
}
