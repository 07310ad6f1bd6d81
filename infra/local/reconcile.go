package main

import (
	"context"
	"encoding/json"
	"fmt"
)

// reconcile compares balances, charges, rentals and the catalogue of one
// carrier or all, by the running system's operate function. It prints the
// differences; a difference is an error.
func reconcile(ctx context.Context, args []string) error {
	var customers, blocks, differences int
	err := operate(ctx, "reconcile", args, func(answer []byte) error {
		var part struct {
			Customers, Blocks int
			Differences       []struct{ Kind, Carrier, Customer, Detail string }
		}
		if err := json.Unmarshal(answer, &part); err != nil {
			return err
		}
		for _, d := range part.Differences {
			fmt.Printf("%-8s %s %s: %s\n", d.Kind, d.Carrier, d.Customer, d.Detail)
		}
		customers, blocks, differences = customers+part.Customers, blocks+part.Blocks, differences+len(part.Differences)
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Printf("compared the books of %d customers and %d blocks\n", customers, blocks)
	if differences > 0 {
		return fmt.Errorf("differences: %d", differences)
	}
	return nil
}
