// Package follow keeps a copy of a carrier's routes: it loads them once, follows
// the feed from then on, and hands every change to a switch. It knows the API by
// its wire form only, as a carrier's own program would.
package follow

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Route is the routing of a number, as in the API's answer.
type Route struct {
	DID          string   `json:"did"`
	Status       string   `json:"status"`
	Destinations []Target `json:"destinations,omitempty"`
	Version      string   `json:"version"`
}

// Target is one destination of calls; those with the lowest priority are tried
// first.
type Target struct {
	URI      string `json:"uri"`
	Priority int    `json:"priority"`
}

// Rented reports whether the switch needs the number.
func (r Route) Rented() bool {
	switch r.Status {
	case "active", "past_due", "pending_release", "suspended":
		return true
	}
	return false
}

// Switch takes routes.
type Switch interface {
	// Apply makes the switch use these routes. It is idempotent.
	Apply(ctx context.Context, routes []Route) error
	// Fresh reports whether the switch has lost the routes that it received.
	Fresh(ctx context.Context) (bool, error)
	// Mark records in the switch that it has everything, for a later Fresh.
	Mark(ctx context.Context) error
}

// Nowhere is a switch that ignores everything: only the copy is kept.
type Nowhere struct{}

// Apply does nothing.
func (Nowhere) Apply(context.Context, []Route) error { return nil }

// Fresh reports false.
func (Nowhere) Fresh(context.Context) (bool, error) { return false, nil }

// Mark does nothing.
func (Nowhere) Mark(context.Context) error { return nil }

// Follower supplies a switch.
type Follower struct {
	API    API
	Copy   *Copy
	Switch Switch
	Log    *slog.Logger
	Now    func() time.Time // of this machine; only the time that passes counts
	Wait   int              // seconds that one request for changes may wait

	// current is the moment, by this machine's clock, up to which the copy is
	// complete; zero before the first answer.
	current time.Time
}

// behind returns the age of the copy: the changes that the last answer left
// out, and the time since. A clock that differs from the API's does not matter.
func (f *Follower) behind() time.Duration {
	if f.current.IsZero() {
		return 0
	}
	return f.Now().Sub(f.current).Round(time.Millisecond)
}

// pause is the time after a failure.
const pause = time.Second

// Run follows until the context ends. A step that fails is tried again.
func (f *Follower) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := f.step(ctx); err != nil && ctx.Err() == nil {
			f.Log.Error("following failed", "error", err, "behind", f.behind())
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
	return ctx.Err()
}

// step supplies a fresh switch, then reads the feed once. The switch comes first,
// so that it is supplied while the API can't be reached.
func (f *Follower) step(ctx context.Context) error {
	if err := f.supply(ctx); err != nil {
		return err
	}
	cursor, err := f.Copy.Cursor()
	if err != nil {
		return err
	}
	if cursor == "" {
		return f.load(ctx)
	}
	changes, err := f.API.Changes(ctx, cursor, f.Wait)
	if errors.Is(err, ErrExpired) {
		f.Log.Warn("cursor expired", "next", "all routes are loaded again")
		return f.load(ctx)
	}
	if err != nil {
		return err
	}
	if err := f.apply(ctx, changes.Data, changes.NextCursor); err != nil {
		return err
	}
	f.current = f.Now().Add(-changes.lag())
	f.Log.Info("changes read", "count", len(changes.Data), "behind", f.behind(), "more", changes.More)
	return nil
}

// supply gives a fresh switch the whole copy.
func (f *Follower) supply(ctx context.Context) error {
	fresh, err := f.Switch.Fresh(ctx)
	if err != nil || !fresh {
		return err
	}
	all, err := f.Copy.All()
	if err != nil {
		return err
	}
	if err := f.Switch.Apply(ctx, all); err != nil {
		return err
	}
	f.Log.Info("switch supplied", "routes", len(all))
	return f.Switch.Mark(ctx)
}

// load replaces the copy by all routes. Numbers of the copy that are not among them
// are not rented any more, unless the feed has a later entry.
func (f *Follower) load(ctx context.Context) error {
	routes, cursor, err := f.API.All(ctx)
	if err != nil {
		return err
	}
	gone, err := f.Copy.Missing(routes)
	if err != nil {
		return err
	}
	if err := f.Switch.Apply(ctx, append(routes, gone...)); err != nil {
		return err
	}
	if err := f.Copy.Replace(routes, cursor); err != nil {
		return err
	}
	f.current = f.Now()
	f.Log.Info("routes loaded", "count", len(routes), "gone", len(gone))
	return nil
}

// apply passes the newest route of each number to the switch, and stores them with
// the cursor in one step: after a crash between the two, both are repeated.
func (f *Follower) apply(ctx context.Context, routes []Route, cursor string) error {
	newer, err := f.Copy.Newer(routes)
	if err != nil {
		return err
	}
	if err := f.Switch.Apply(ctx, newer); err != nil {
		return err
	}
	return f.Copy.Keep(newer, cursor)
}
