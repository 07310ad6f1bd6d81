package main

import (
	"context"
	"fmt"
)

// rebuild has the running system's operate function rebuild the catalogue and the
// sums of revenue of a carrier or of all.
func rebuild(ctx context.Context, args []string) error {
	return operate(ctx, "rebuild", args, func(answer []byte) error {
		fmt.Println(string(answer))
		return nil
	})
}
