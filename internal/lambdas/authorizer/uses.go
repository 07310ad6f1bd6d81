package authorizer

import (
	"context"
	"sync"
	"time"

	"didpurchase/internal/auth"
)

// maxHours bounds the memory of uses; a forgotten key is written again.
const maxHours = 10_000

// uses records the hour in which each API key was last used. An instance writes
// once an hour for each key, so that calls don't wait for it.
type uses struct {
	store interface {
		NoteKeyUse(ctx context.Context, carrier, id string, hour time.Time) error
	}
	mu    sync.Mutex
	hours map[string]time.Time // by key id, as this instance wrote them
}

func (u *uses) note(ctx context.Context, k auth.APIKey, now time.Time) error {
	hour := now.UTC().Truncate(time.Hour)
	if u.written(k.ID, hour) {
		return nil
	}
	if err := u.store.NoteKeyUse(ctx, k.Carrier, k.ID, hour); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.hours) >= maxHours {
		clear(u.hours)
	}
	u.hours[k.ID] = hour
	return nil
}

func (u *uses) written(id string, hour time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.hours[id].Equal(hour)
}
