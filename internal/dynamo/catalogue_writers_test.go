package dynamo_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// loggedWriters are the functions that write items which a warm search keeps,
// each with the use case of TestWarmSearchFollowsEveryChange
// (lambdas/inventoryimport) that proves that the change log names its writes.
var loggedWriters = map[string]string{
	"AddPartition":  "a file in a new partition",
	"PutBlock":      "a hold",
	"PutPackage":    "a package that staff make, a package that a file makes",
	"PutPriceRules": "price rules",
	"writePlaced":   "a file, an assignment of a package",
	"writeRemoved":  "a withdrawal",
}

// A new function that writes an item of the catalogue, or a package, must be
// listed above with the proof that it is logged: otherwise warm searches miss
// its writes.
func TestWritersOfTheCatalogueAreKnown(t *testing.T) {
	t.Parallel()
	uses := usesOfFunctions(t)
	catalogued := map[string]bool{"catalogueKey": true, "partitionKey": true, "prefixPackage": true}
	for range 3 { // keys are made of keys
		for name, used := range uses {
			if strings.HasSuffix(name, "Key") && used.containsAny(catalogued) {
				catalogued[name] = true
			}
		}
	}
	writing := map[string]bool{}
	for _, call := range []string{"put", "update", "remove", "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems",
		"BatchWriteItem"} {
		writing[call] = true
	}
	var writers []string
	for name, used := range uses {
		if used.containsAny(catalogued) && used.containsAny(writing) {
			writers = append(writers, name)
		}
	}
	slices.Sort(writers)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(loggedWriters)), writers); diff != "" {
		t.Errorf("writers of the catalogue, known (-) and in the code (+):\n%s", diff)
	}
}

// identifiers are the identifiers that a function uses.
type identifiers map[string]bool

func (i identifiers) containsAny(of map[string]bool) bool {
	for name := range of {
		if i[name] {
			return true
		}
	}
	return false
}

// usesOfFunctions returns the identifiers that each function of the package uses.
func usesOfFunctions(t *testing.T) map[string]identifiers {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string]identifiers{}
	for _, file := range files {
		if name := file.Name(); !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range parsed.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok {
				uses[function.Name.Name] = namesIn(function.Body)
			}
		}
	}
	return uses
}

func namesIn(body ast.Node) identifiers {
	names := identifiers{}
	ast.Inspect(body, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			names[name.Name] = true
		}
		return true
	})
	return names
}
