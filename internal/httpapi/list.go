package httpapi

import (
	"encoding/json"
	"slices"

	"didpurchase/internal/shop"
)

// maxPageBytes is the largest size of the rows of one page; a Lambda's answer has
// at most 6 MB. A row has at most some 60 kB: an order of 90 DIDs.
const maxPageBytes = 512 << 10

// AnswerPage answers one page: it opens the cursor, reads, and makes the next one. A
// page with rows larger than maxPageBytes is read again with as many rows as
// fit: it is short, and its cursor continues after them.
func AnswerPage[Item, Wire any](name string, page Page, wire func(Item) Wire,
	read func(shop.Page) ([]Item, string, error)) (*Out[List[Wire]], error) {
	after, err := DecodeCursor(name, page.Cursor)
	if err != nil {
		return nil, err
	}
	for limit := page.Limit; ; {
		items, next, err := read(shop.Page{Limit: limit, After: after})
		if err != nil {
			return nil, err
		}
		rows := Each(items, wire)
		fit, err := fitting(rows)
		if err != nil {
			return nil, err
		}
		if fit == len(rows) {
			return &Out[List[Wire]]{List[Wire]{Data: rows, NextCursor: EncodeCursor(name, next)}}, nil
		}
		limit = fit
	}
}

// fitting counts the first rows that fit into a page, at least one.
func fitting[Wire any](rows []Wire) (n int, err error) {
	size := 0
	for i, row := range rows {
		text, err := json.Marshal(row)
		if err != nil {
			return 0, err
		}
		if size += len(text); size > maxPageBytes && i > 0 {
			return i, nil
		}
	}
	return len(rows), nil
}

// PageOf reads a page of a list that is in memory, in the order of its places.
func PageOf[Item any](all []Item, place func(Item) string) func(shop.Page) ([]Item, string, error) {
	return func(p shop.Page) ([]Item, string, error) {
		rest := slices.DeleteFunc(slices.Clone(all), func(i Item) bool { return p.After != "" && place(i) <= p.After })
		if len(rest) <= p.Limit {
			return rest, "", nil
		}
		return rest[:p.Limit], place(rest[p.Limit-1]), nil
	}
}

// Each returns a list's items on the wire, [] for none.
func Each[Item, Wire any](items []Item, wire func(Item) Wire) []Wire {
	data := make([]Wire, len(items))
	for i, item := range items {
		data[i] = wire(item)
	}
	return data
}
