package renewal

import (
	"context"

	"didpurchase/internal/ledger"
)

// Carts gives back what customers did not buy in time.
type Carts interface {
	LapseCart(context.Context, ledger.Customer) error
}

// Worker makes the moves that are due.
type Worker struct{ carts Carts }

// NewWorker is a worker that lapses these carts.
func NewWorker(carts Carts) *Worker { return &Worker{carts: carts} }

// Work does what a message asks for. What is no longer due is left; again does
// nothing.
func (w *Worker) Work(ctx context.Context, m Message) error {
	if !m.Cart {
		return nil
	}
	return w.carts.LapseCart(ctx, m.customer())
}
