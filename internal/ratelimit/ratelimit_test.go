package ratelimit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/auth"
	"didpurchase/internal/ratelimit"
	"didpurchase/internal/wanttest"
)

// buckets are buckets in memory, as ratelimit.Buckets describes them.
type buckets struct {
	full  map[string]time.Time
	asked int
	err   error
}

func (b *buckets) Take(_ context.Context, carrier string, t ratelimit.Taking) (time.Time, bool, error) {
	b.asked++
	at := b.full[carrier+t.Bucket]
	from := at
	if from.Before(t.Now) {
		from = t.Now
	}
	if b.err != nil || from.Add(t.On).After(t.Latest) {
		return at, false, b.err
	}
	b.full[carrier+t.Bucket] = from.Add(t.On)
	return from.Add(t.On), true, nil
}

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

var (
	alice = auth.Principal{Carrier: "acme", Customer: "alice", User: "a"}
	bob   = auth.Principal{Carrier: "acme", Customer: "bob", User: "b"}
	key   = auth.Principal{Carrier: "acme", Customer: "alice", User: "key:01K"}
)

// With any number of instances and requests, a customer gets at most the saved
// turns of its bucket and those added since; another customer gets all of its own.
func TestNobodyGetsMoreThanTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, shared := noon, &buckets{full: map[string]time.Time{}}
		perSecond := rapid.SampledFrom([]int{5, 10, 25}).Draw(t, "per second")
		instances := make([]*ratelimit.Limiter, rapid.IntRange(1, 20).Draw(t, "instances"))
		for i := range instances {
			instances[i] = ratelimit.New(shared, perSecond, func() time.Time { return now }, func(err error) { t.Error(err) })
		}
		admitted := 0
		for range 300 {
			now = now.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, "pause")) * time.Millisecond)
			who := rapid.SampledFrom([]auth.Principal{alice, alice, key}).Draw(t, "who")
			err := rapid.SampledFrom(instances).Draw(t, "instance").Admit(t.Context(), who)
			var exceeded *ratelimit.Exceeded
			if err == nil {
				admitted++
			} else if !errors.As(err, &exceeded) || exceeded.Wait <= 0 || exceeded.Wait > time.Second {
				t.Errorf("after %v: %+v", now.Sub(noon), err)
			}
		}
		most := float64(perSecond) * (4 + now.Sub(noon).Seconds())
		wanttest.True(t, "admitted at most what was there", float64(admitted) <= most)
		wanttest.Equal(t, "another customer's error", instances[0].Admit(t.Context(), bob), nil)
	})
}

// A caller who waits for the named pause is admitted.
func TestWaitingHelps(t *testing.T) {
	now, shared := noon, &buckets{full: map[string]time.Time{}}
	limiter := ratelimit.New(shared, 10, func() time.Time { return now }, func(err error) { t.Error(err) })
	refused := 0
	for range 500 {
		var exceeded *ratelimit.Exceeded
		if errors.As(limiter.Admit(t.Context(), key), &exceeded) {
			refused++
			wanttest.Equal(t, "refused", exceeded.Of, "this API key")
			now = now.Add(exceeded.Wait)
			wanttest.Equal(t, "after the pause", limiter.Admit(t.Context(), key), nil)
		}
	}
	wanttest.True(t, "the limit was reached", refused > 0)
}

// A busy instance asks the buckets once for eight requests, and an instance that
// can't ask them lets requests pass.
func TestWhatAsksTheBuckets(t *testing.T) {
	now, shared, failures := noon, &buckets{full: map[string]time.Time{}}, 0
	limiter := ratelimit.New(shared, 25, func() time.Time { return now }, func(error) { failures++ })
	for range 80 {
		now = now.Add(50 * time.Millisecond)
		wanttest.Equal(t, "busy", limiter.Admit(t.Context(), alice), nil)
	}
	wanttest.Equal(t, "asked for 80 requests", shared.asked, 13) // 1, 2, 4, and then 8 each
	shared.err = errors.New("away")
	now = now.Add(time.Minute)
	wanttest.Equal(t, "while the buckets are away", limiter.Admit(t.Context(), alice), nil)
	wanttest.Equal(t, "failures", failures, 1)
}
