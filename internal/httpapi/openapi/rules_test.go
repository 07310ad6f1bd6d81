package openapi

import (
	"fmt"
	"testing"

	"didpurchase/internal/auth"
)

// An operation without a rule would be closed to everybody; a rule without an
// operation, or with a role that no user has, is a mistake.
func TestEveryOperationHasItsRule(t *testing.T) {
	operations := map[string]bool{}
	for path, item := range Document().Paths {
		for method, op := range map[string]any{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if fmt.Sprint(op) != "<nil>" {
				operations[method+" "+path] = true
			}
		}
	}
	for name := range operations {
		if _, ok := auth.Rules[name]; !ok {
			t.Errorf("%s has no rule in auth.Rules", name)
		}
	}
	for name := range auth.Rules {
		if !operations[name] {
			t.Errorf("auth.Rules has %s, which is no operation", name)
		}
	}
}
