package follow

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"didpurchase/internal/wanttest"
)

// The API's clock is a year ahead of the switch's: the delay of the copy is
// computed from the API's two times, and from the time that passes here.
func TestBehindComparesNoTwoClocks(t *testing.T) {
	t.Parallel()
	ahead := time.Date(2027, 11, 29, 12, 0, 0, 0, time.UTC)
	answer := Changes{NextCursor: "next", ReadUntil: ahead.Add(-90 * time.Second), AnsweredAt: ahead}
	api := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(out).Encode(answer)
	}))
	defer api.Close()
	kept, err := Open(filepath.Join(t.TempDir(), "copy.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if err := kept.Keep(nil, "begin"); err != nil {
		t.Fatal(err)
	}
	now := ahead.AddDate(-1, 0, 0)
	f := Follower{
		API: API{URL: api.URL}, Copy: kept, Switch: Nowhere{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Now: func() time.Time { return now },
	}
	wanttest.Equal(t, "behind before the first answer", f.behind(), 0)
	if err := f.step(t.Context()); err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "behind after an answer that left 90 seconds out", f.behind(), 90*time.Second)
	api.Close()
	now = now.Add(10 * time.Second)
	wanttest.True(t, "the API is away", f.step(t.Context()) != nil)
	wanttest.Equal(t, "behind after 10 seconds without an answer", f.behind(), 100*time.Second)
}
