package openapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/wanttest"
)

// Every number in a path is read by httpapi.DID, in every notation.
func TestNumbersInPathsHaveOneReader(t *testing.T) {
	want := httpapi.DID{}.Schema(nil).Description
	found := 0
	for path, item := range Document().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil || !strings.Contains(path, "{did}") {
				continue
			}
			for _, p := range op.Parameters {
				if p.In == "path" && p.Name == "did" {
					found++
					wanttest.Equal(t, op.OperationID+": did", p.Schema.Description, want)
				}
			}
		}
	}
	wanttest.Equal(t, "numbers in paths", found, strings.Count(fmt.Sprint(auth.Rules), "{did}"))
}

// An operation without a rule would be closed to everybody; a rule without an
// operation, or with a role that no user has, is a mistake.
func TestEveryOperationHasItsRule(t *testing.T) {
	operations := map[string]bool{}
	for path, item := range Document().Paths {
		for method, op := range map[string]any{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch,
			"DELETE": item.Delete} {
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
