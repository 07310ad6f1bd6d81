// Package switches has the routes that carriers' switches call: the route of a
// number, all routes, and the feed of changes.
package switches

import (
	"context"
	"errors"
	"net/http"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/routing"
	"didpurchase/internal/shop"
)

// RouteRecords reads the routes of the table.
type RouteRecords interface {
	// DID reads one number's item; the zero DID if there is none.
	DID(ctx context.Context, carrier string, n e164.Number) (did.DID, error)
	// Routes lists the routing of the carrier's rented numbers.
	Routes(ctx context.Context, carrier string, p shop.Page) ([]routing.Entry, string, error)
}

// Route is a number with the data that a switch needs.
type Route struct {
	DID          httpapi.DID      `json:"did"`
	Status       string           `json:"status" enum:"active,past_due,suspended,pending_release,ported_out,not_rented" doc:"Calls to numbers that are active, past_due or pending_release are put through; those to suspended ones are refused; all others are not known."`
	Destination  *string          `json:"destination" doc:"The target that is tried first; null for nowhere."`
	Destinations []httpapi.Target `json:"destinations" doc:"All targets, those with the lowest priority first."`
	MaxChannels  *int             `json:"max_channels" doc:"How many calls may be up at once; null for no limit."`
	Customer     *string          `json:"customer"`
	Version      *string          `json:"version" doc:"Of one number, a text that sorts later is newer. null if nothing is stored about it."`
	ChangedAt    *time.Time       `json:"changed_at" doc:"When the number last changed."`
}

// RouteList is a page of all routes.
type RouteList struct {
	httpapi.List[Route]
	FeedCursor *string `json:"feed_cursor,omitempty" doc:"On the first page: go on from here with GET /v1/routes/changes when all pages are loaded."`
}

// RouteChanges are entries of the feed.
type RouteChanges struct {
	Data       []Route   `json:"data" doc:"Oldest first, at least once. Keep the greatest version of each number."`
	NextCursor string    `json:"next_cursor" doc:"Where to go on, always."`
	More       bool      `json:"more" doc:"There is more to read at once."`
	ReadUntil  time.Time `json:"read_until" doc:"Every change that was written to the feed before this moment is in this answer or an earlier one."`
	AnsweredAt time.Time `json:"answered_at" doc:"The time of this answer. A reader is behind by the difference to read_until, whatever its own clock shows."`
}

// RouteFeedFilter has the position to continue from.
type RouteFeedFilter struct {
	After string `query:"after" required:"true" maxLength:"1024" doc:"The feed_cursor of GET /v1/routes, or the next_cursor of the answer before."`
	Wait  int    `query:"wait" minimum:"0" maximum:"20" default:"0" doc:"For how many seconds to wait for a change."`
}

// cursors of the lists.
const (
	listRoutes = "routes"
	listFeed   = "feed"
)

// feedMargin is the time before the snapshot at which its feed begins: the snapshot
// reads an index that is late.
const feedMargin = 15 * time.Minute

// feedPause is the time between two reads of the feed while a request waits.
const feedPause = 300 * time.Millisecond

// Routes has the routes that carriers' switches call.
type Routes struct {
	Records RouteRecords
	Feed    routing.Feed
}

// Register implements httpapi.Group.
func (s Routes) Register(r *httpapi.Routes) {
	records, feed := s.Records, s.Feed
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/routes/{did}", "get-route", httpapi.TagRoutes,
		"Look up a route", "Where calls to a number go now. A number that is not rented has the status not_rented. A "+
			"customer looks up its own numbers.",
		http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *httpapi.DIDPath) (*httpapi.Out[Route], error) {
			by := httpapi.Caller(ctx)
			d, err := records.DID(ctx, by.Carrier, in.DID.Number)
			if err == nil && by.Customer != "" && d.Customer != by.Customer {
				err = commit.ErrNotFound
			}
			d.Number = in.DID.Number
			return httpapi.Answer(wireRoute(routing.EntryOf(d)), err)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/routes", "list-routes", httpapi.TagRoutes,
		"List all routes", "The routes of all rented numbers, to begin a copy with. The feed has the numbers that change "+
			"in the meantime, from feed_cursor on.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[RouteList], error) {
			page, err := httpapi.AnswerPage(listRoutes, *in, wireRoute, func(p shop.Page) ([]routing.Entry, string, error) {
				return records.Routes(ctx, httpapi.Caller(ctx).Carrier, p)
			})
			if err != nil {
				return nil, err
			}
			all := RouteList{List: page.Body}
			if in.Cursor == "" {
				all.FeedCursor = httpapi.EncodeCursor(listFeed, routing.StartAt(feed.Now().Add(-feedMargin)))
			}
			return httpapi.Answer(all, nil)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/routes/changes", "list-route-changes", httpapi.TagRoutes,
		"Follow the routes", "The changes since a cursor: numbers that were rented, suspended, released or ported out, or "+
			"whose destination changed. A cursor is valid for 7 days.",
		http.StatusBadRequest, http.StatusGone),
		func(ctx context.Context, in *RouteFeedFilter) (*httpapi.Out[RouteChanges], error) {
			return routeChanges(ctx, feed, in)
		})
}

// routeChanges reads the feed until it has a change or the wait is over.
func routeChanges(ctx context.Context, feed routing.Feed, in *RouteFeedFilter) (*httpapi.Out[RouteChanges], error) {
	after, err := httpapi.DecodeCursor(listFeed, in.After)
	if err != nil {
		return nil, badFeedCursor()
	}
	for looks := time.Duration(in.Wait) * time.Second / feedPause; ; looks-- {
		changes, err := feed.Read(ctx, httpapi.Caller(ctx).Carrier, after)
		if errors.Is(err, routing.ErrCursor) {
			return nil, badFeedCursor()
		}
		if err != nil {
			return nil, err
		}
		if len(changes.Entries) > 0 || changes.More || looks <= 0 {
			return httpapi.Answer(RouteChanges{
				Data: httpapi.Each(changes.Entries, wireRoute), NextCursor: *httpapi.EncodeCursor(listFeed, changes.Next),
				More:      changes.More,
				ReadUntil: changes.Until.UTC(), AnsweredAt: feed.Now().UTC(),
			}, nil)
		}
		after = changes.Next
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(feedPause):
		}
	}
}

func badFeedCursor() error {
	return httpapi.BadParameter("after", "this is not a cursor of the feed; take feed_cursor of GET /v1/routes, or "+
		"next_cursor of the answer before")
}

func wireRoute(e routing.Entry) Route {
	route := Route{
		DID: httpapi.DID{Number: e.Number}, Status: string(e.Status),
		Destination: httpapi.Optional(e.Route.First()), Destinations: httpapi.Each(e.Route.Targets, httpapi.WireTarget),
		MaxChannels: httpapi.OptionalCount(e.Route.MaxChannels), Customer: httpapi.Optional(e.Customer),
		Version:   httpapi.Optional(e.Version),
		ChangedAt: httpapi.OptionalTime(e.At),
	}
	return route
}
