package httpapi

import "didpurchase/internal/shop"

// list answers one page: it opens the cursor, reads, and seals the next one.
func list[Item, Wire any](name string, page Page, wire func(Item) Wire, read func(shop.Page) ([]Item, string, error)) (*out[List[Wire]], error) {
	after, err := decodeCursor(name, page.Cursor)
	if err != nil {
		return nil, err
	}
	items, next, err := read(shop.Page{Limit: page.Limit, After: after})
	if err != nil {
		return nil, err
	}
	return &out[List[Wire]]{List[Wire]{Data: each(items, wire), NextCursor: encodeCursor(name, next)}}, nil
}

// each is a list's items on the wire, [] for none.
func each[Item, Wire any](items []Item, wire func(Item) Wire) []Wire {
	data := make([]Wire, len(items))
	for i, item := range items {
		data[i] = wire(item)
	}
	return data
}
