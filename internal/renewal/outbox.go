package renewal

import (
	"context"
	"sync"
)

// outbox collects messages for a queue and sends them in batches, as many as
// the queue has room for. All shards of a sweep share it.
type outbox struct {
	queue Queue

	mu      sync.Mutex
	room    int      // messages that may still be added
	waiting []string // bodies not sent yet
	sent    int
}

// newOutbox looks how much room the queue has.
func newOutbox(ctx context.Context, q Queue) (*outbox, error) {
	depth, err := q.Depth(ctx)
	return &outbox{queue: q, room: MaxDepth - depth}, err
}

// full says whether the queue is deep enough.
func (o *outbox) full() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.room <= 0
}

// add takes a message, unless the queue is deep.
func (o *outbox) add(ctx context.Context, message any) error {
	body, err := encode(message)
	if err != nil {
		return err
	}
	return o.send(ctx, o.take(body))
}

// take adds the body to those that wait, and gives a batch once it is whole.
func (o *outbox) take(body string) (batch []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.room <= 0 {
		return nil
	}
	o.room--
	o.waiting = append(o.waiting, body)
	if len(o.waiting) < sendAtOnce {
		return nil
	}
	batch, o.waiting = o.waiting, nil
	return batch
}

// flush sends what waits.
func (o *outbox) flush(ctx context.Context) error {
	o.mu.Lock()
	batch := o.waiting
	o.waiting = nil
	o.mu.Unlock()
	return o.send(ctx, batch)
}

func (o *outbox) send(ctx context.Context, batch []string) error {
	if len(batch) == 0 {
		return nil
	}
	if err := o.queue.Send(ctx, batch); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent += len(batch)
	return nil
}
