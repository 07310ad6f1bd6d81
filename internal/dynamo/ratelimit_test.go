package dynamo_test

import (
	"testing"
	"time"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/ratelimit"
	"didpurchase/internal/wanttest"
)

// A bucket gives turns up to its latest moment: from now if it is idle, from its
// moment if it is in use, and none beyond.
func TestTake(t *testing.T) {
	t.Parallel()
	_, table := dynamotest.New(t)
	store := dynamo.New(dynamotest.Config(t), table)
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		what     string
		after    time.Duration // since the first
		on       time.Duration
		taken    bool
		fullOnly time.Duration // when it is not taken
	}{
		{"a new bucket", 0, 3 * time.Second, true, 0},
		{"a used one", 0, time.Second, true, 0},
		{"one too many", 0, time.Millisecond, false, 4 * time.Second},
		{"more than was added", time.Second, 1001 * time.Millisecond, false, 4 * time.Second},
		{"what was added", time.Second, time.Second, true, 0},
		{"an idle one", time.Minute, 4 * time.Second, true, 0},
		{"one too many again", time.Minute, time.Microsecond, false, time.Minute + 4*time.Second},
	} {
		at := now.Add(step.after)
		full, taken, err := store.Take(t.Context(), "acme", ratelimit.Taking{Bucket: "OWNER#alice", Now: at,
			Latest: at.Add(4 * time.Second), On: step.on})
		wanttest.Equal(t, step.what+": error", err, nil)
		wanttest.Equal(t, step.what+": taken", taken, step.taken)
		if !step.taken {
			wanttest.Equal(t, step.what+": full", full, now.Add(step.fullOnly))
		}
	}
	_, taken, err := store.Take(t.Context(), "acme", ratelimit.Taking{Bucket: "OWNER#bob", Now: now,
		Latest: now.Add(time.Second), On: time.Second})
	wanttest.Equal(t, "another bucket: error", err, nil)
	wanttest.True(t, "another bucket: taken", taken)
}
