package history

import (
	"context"
	"errors"

	"didpurchase/internal/routing"
)

// routeChange is an entry of the feed, and the record that it comes from.
type routeChange struct {
	carrier string
	entry   routing.Entry
	record  int
}

// routeChangesOf returns the written steps that matter to switches.
func routeChangesOf(steps []numberStep, errs []error) (changes []routeChange) {
	for i, s := range steps {
		if s.carrier == "" || errs[i] != nil {
			continue
		}
		if entry, matters := routing.Changed(s.before, s.after); matters {
			changes = append(changes, routeChange{s.carrier, entry, i})
		}
	}
	return changes
}

// alike reports whether the feed can have both in one item, like the entries of an
// order.
func (c routeChange) alike(other routeChange) bool {
	a, b := c.entry, other.entry
	return c.carrier == other.carrier && a.Status == b.Status && a.Customer == b.Customer && a.At.Equal(b.At) &&
		a.Route.Equal(b.Route)
}

// feed appends the changes of routes whose steps are written. A step that is
// delivered twice is appended twice.
func (h history) feed(ctx context.Context, changes []routeChange, errs []error) {
	for len(changes) > 0 {
		var group []routing.Entry
		var records []int
		var others []routeChange
		for _, c := range changes {
			if !c.alike(changes[0]) {
				others = append(others, c)
				continue
			}
			group, records = append(group, c.entry), append(records, c.record)
		}
		if err := h.store.PutFeed(ctx, changes[0].carrier, h.env.Now(), group...); err != nil {
			for _, i := range records {
				errs[i] = errors.Join(errs[i], err)
			}
		}
		changes = others
	}
}
