package follow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ErrExpired means that the feed does not reach back to the cursor.
var ErrExpired = errors.New("the cursor has expired")

// API reads the routes from the API.
type API struct {
	URL string
	Key string
}

// Changes is an answer of the feed.
type Changes struct {
	Data       []Route   `json:"data"`
	NextCursor string    `json:"next_cursor"`
	More       bool      `json:"more"`
	ReadUntil  time.Time `json:"read_until"`
	AnsweredAt time.Time `json:"answered_at"`
}

// lag returns the part of the feed that the answer leaves out, as a time; both
// times are by the API's clock.
func (c Changes) lag() time.Duration { return max(0, c.AnsweredAt.Sub(c.ReadUntil)) }

// slack is the time that an answer may take beyond the requested wait.
const slack = 10 * time.Second

// Changes reads the feed from a cursor on. Errors: ErrExpired.
func (a API) Changes(ctx context.Context, cursor string, wait int) (c Changes, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(wait)*time.Second+slack)
	defer cancel()
	err = a.get(ctx, "/v1/routes/changes", url.Values{"after": {cursor}, "wait": {strconv.Itoa(wait)}}, &c)
	return c, err
}

// All loads all routes, and the cursor from which the feed has the later changes.
func (a API) All(ctx context.Context) (routes []Route, feed string, err error) {
	for cursor := ""; ; {
		query := url.Values{"limit": {"200"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		var page struct {
			Data       []Route `json:"data"`
			NextCursor string  `json:"next_cursor"`
			FeedCursor string  `json:"feed_cursor"`
		}
		if err := a.get(ctx, "/v1/routes", query, &page); err != nil {
			return nil, "", err
		}
		if cursor == "" {
			feed = page.FeedCursor
		}
		routes = append(routes, page.Data...)
		if cursor = page.NextCursor; cursor == "" {
			return routes, feed, nil
		}
	}
}

func (a API) get(ctx context.Context, path string, query url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet,
		strings.TrimSuffix(a.URL, "/")+path+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+a.Key)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
		return json.NewDecoder(answer.Body).Decode(into)
	case http.StatusGone:
		return ErrExpired
	}
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 1000)) // the received part is shown
	return fmt.Errorf("%s answers %s: %s", path, answer.Status, said)
}
