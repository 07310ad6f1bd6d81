package seed

import (
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// packages are the packages of both carriers.
var packages = []pricing.Package{
	price("standard", "Standard", "Any number, by the month.", "1.00", "2.00", pricing.Month),
	price("daily", "Daily", "For a campaign of some days.", "0.00", "0.10", pricing.Day),
	price("weekly", "Weekly", "For a campaign of some weeks.", "0.50", "0.60", pricing.Week),
	price("gold", "Gold", "Numbers that are easy to remember, by the month.", "25.00", "10.00", pricing.Month),
}

func price(id, name, description, setup, recurring string, every pricing.Unit) pricing.Package {
	return pricing.Package{Description: description, Terms: pricing.Terms{
		Package: id, Version: 1, Name: name,
		Setup: money.MustParse(setup, "USD"), Recurring: money.MustParse(recurring, "USD"),
		Interval: pricing.Interval{Unit: every, Count: 1},
	}}
}
