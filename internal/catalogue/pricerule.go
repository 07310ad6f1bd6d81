package catalogue

// PriceRule puts the numbers of a pattern under a package of its own, in place of
// their range's package. It holds for numbers whose range has a package in the same
// currency.
type PriceRule struct {
	Pattern  string // the whole number without its plus: digits, ? for a digit, * for any digits or none
	Package  string // package id
	Currency string // of the package
}

// PriceRules are all rules of a carrier. The first rule that holds for a number
// decides.
type PriceRules struct {
	Rules []PriceRule
	Ver   int64 // +1 at each write; 0 = never written
}

// MaxPriceRules is the most rules of a carrier.
const MaxPriceRules = 50
