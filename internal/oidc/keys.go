package oidc

import (
	"context"
	"crypto"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// fetchTimeout limits a fetch of the keys.
	fetchTimeout = 5 * time.Second
	// fetchEvery is the shortest time between fetches that unknown key ids cause.
	// Anybody can send such tokens, so it also limits the time that they cost: at
	// most unknownKeyWait of every fetchEvery.
	fetchEvery = 2 * time.Second
	fetchBurst = 2 // a rotation just after the start is found at once
	// unknownKeyWait is the longest wait for a fetch while older keys are loaded;
	// firstKeysWait is the longest wait before any are loaded.
	unknownKeyWait = 300 * time.Millisecond
	firstKeysWait  = 3 * time.Second
	// keysAge is the age at which keys are fetched again even if none is missing,
	// so that a withdrawn key is dropped.
	keysAge = time.Hour
)

// errUnknownKey means that the issuer has not published a key.
var errUnknownKey = errors.New("unknown key")

// keySet has the issuer's keys of the last fetch. A known key is found without
// a lock or a wait. For an unknown one:
//
//   - There is one fetch at a time, of all keys, for all waiting tokens. So
//     made-up key ids can't use up the pace that a rotated key needs: the
//     fetch that they cause brings the rotated key too.
//   - A request waits for that fetch for a moment. It must: API Gateway caches
//     the answer to a token for a minute, so a good token that is refused at the
//     moment of a rotation stays refused for a minute. And Lambda freezes the
//     process after the answer, so a fetch without a waiting request may not go
//     on. The wait is counted from the start of the fetch, so that many tokens with
//     unknown keys delay us no longer than one does.
//   - While the pace allows no fetch, the token is refused at once, and wanted
//     records that a fetch is due: the next token of any kind begins it, and
//     doesn't wait.
//   - A fetch has its own deadline. One that was frozen too long fails, and is
//     wanted again.
type keySet struct {
	source source
	now    func() time.Time
	log    *slog.Logger
	pace   *rate.Limiter

	held   atomic.Pointer[keys] // nil until the issuer answered
	wanted atomic.Bool

	mu     sync.Mutex
	flight *flight // guarded by mu; nil while nothing is fetched
}

// flight is a fetch in progress.
type flight struct {
	landed    chan struct{}   // closed at its end
	impatient <-chan struct{} // closed when the waiting time is over
}

// keys are the result of one fetch.
type keys struct {
	byID map[string]publicKey
	at   time.Time
}

type publicKey struct {
	key crypto.PublicKey
	alg string
}

func newKeySet(issuer string, now func() time.Time, log *slog.Logger) *keySet {
	return &keySet{source: source{issuer: issuer}, now: now, log: log,
		pace: rate.NewLimiter(rate.Every(fetchEvery), fetchBurst)}
}

// key returns the public key of an id for an algorithm.
//
// Errors: errUnknownKey; ErrNoKeys if the issuer has never answered.
func (s *keySet) key(ctx context.Context, id, alg string) (crypto.PublicKey, error) {
	held := s.held.Load()
	if key, found := held.find(id, alg); found {
		if s.wanted.Load() || s.now().Sub(held.at) > keysAge {
			s.fetch(ctx)
		}
		return key, nil
	}
	if id == "" && held != nil { // no fetch can bring a key without an id
		return nil, errUnknownKey
	}
	s.await(ctx, s.fetch(ctx))
	held = s.held.Load()
	if key, found := held.find(id, alg); found {
		return key, nil
	}
	if held == nil {
		return nil, ErrNoKeys
	}
	return nil, errUnknownKey
}

func (k *keys) find(id, alg string) (crypto.PublicKey, bool) {
	if k == nil {
		return nil, false
	}
	found, ok := k.byID[id]
	return found.key, ok && found.alg == alg
}

// fetch returns the fetch in progress, or begins one if the pace allows it, or
// returns nil and remembers that one is wanted.
func (s *keySet) fetch(ctx context.Context) *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flight != nil {
		return s.flight
	}
	if !s.pace.Allow() {
		s.wanted.Store(true)
		return nil
	}
	s.wanted.Store(false)
	patience := unknownKeyWait
	if s.held.Load() == nil {
		patience = firstKeysWait
	}
	waiting, done := context.WithTimeout(context.Background(), patience)
	f := &flight{landed: make(chan struct{}), impatient: waiting.Done()}
	s.flight = f
	go func() {
		defer done()
		s.land(context.WithoutCancel(ctx), f)
	}()
	return f
}

// land runs the fetch and ends the flight. It uses the request's context without
// its end, because the fetch is for all requests.
func (s *keySet) land(ctx context.Context, f *flight) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	byID, err := s.source.keys(ctx)
	if err != nil {
		s.wanted.Store(true)
		s.log.WarnContext(ctx, "issuer's keys not fetched", "error", err)
	} else {
		s.held.Store(&keys{byID, s.now()})
	}
	s.mu.Lock()
	s.flight = nil
	s.mu.Unlock()
	close(f.landed)
}

func (s *keySet) await(ctx context.Context, f *flight) {
	if f == nil {
		return
	}
	select {
	case <-f.landed:
	case <-f.impatient:
	case <-ctx.Done():
	}
}
