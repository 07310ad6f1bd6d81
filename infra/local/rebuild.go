package main

import (
	"context"
	"fmt"
)

// rebuild rebuilds the catalogue and the sums of revenue of one carrier or all,
// by the running system's operate function.
func rebuild(ctx context.Context, args []string) error {
	return operate(ctx, "rebuild", args, func(answer []byte) error {
		fmt.Println(string(answer))
		return nil
	})
}
