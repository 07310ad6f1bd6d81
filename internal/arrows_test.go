// Package internal_test checks the rules of imports that the compiler does not
// check. README.md in this folder explains them.
package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "didpurchase/"

// layers lists the packages of internal/ from the inside out. A package imports
// only packages of lower layers, never of its own. The test fails for a package
// that is missing here.
var layers = [...][]string{
	{"auth", "commit", "correlation", "csvexport", "e164", "money", "validate", "wanttest", "xlsxexport"},
	{"party"},
	{"audit", "carrier", "ledger", "numberformat", "pricing", "ratelimit"},
	{"catalogue", "destination", "timer"},
	{"did", "projection", "searchcache"},
	{"billing", "einvoice", "invoicesheet", "rentals", "revenue", "routing", "usage"},
	{"intake", "invoicing", "pricerules", "renewal", "repricing", "shop"},
	{"crediting", "desk", "edits", "event", "reconcile"},
	{"notice", "report", "topup", "webhook"},
	{"awscall", "emf", "faults", "invoicepdf", "localaws", "oidc", "outage", "s3presign"},
	{"awsenv", "cognito", "dynamo", "eventbus", "httpapi", "invoicearchive", "mailsend", "parameters", "s3store", "sqsqueue",
		"stripepay", "webhooksend"},
	{"lambdahttp"},
	{"lambdas"},
}

// lastDomainLayer is the last that knows neither AWS nor HTTP: that of webhook.
const lastDomainLayer = 8

// only has the one package that may import a library with this prefix.
var only = map[string]string{
	"github.com/aws/aws-sdk-go-v2/service/dynamodb": "dynamo",
	"github.com/awslabs/aws-lambda-go-api-proxy":    "lambdahttp",
	"github.com/danielgtaylor/huma":                 "httpapi",
}

type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Deps                               []string // of the package without its tests
}

// list runs go list once for the whole project.
var list = sync.OnceValues(func() (all []listed, err error) {
	command := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports,Deps", "./...")
	command.Dir = ".."
	output, err := command.Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return nil, fmt.Errorf("go list: %s", failed.Stderr)
	}
	for decoder := json.NewDecoder(bytes.NewReader(output)); err == nil; {
		var p listed
		if err = decoder.Decode(&p); err == nil {
			all = append(all, p)
		}
	}
	if err == io.EOF {
		err = nil
	}
	return all, err
})

func packages(t *testing.T) []listed {
	t.Helper()
	all, err := list()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// nameOf is the package's path below internal/; ok is false for others.
func nameOf(path string) (name string, ok bool) { return strings.CutPrefix(path, module+"internal/") }

// forTests reports whether a package exists for tests only. It may import any
// package of internal; only tests and other such packages may import it.
func forTests(path string) bool {
	return strings.HasPrefix(path, module) && strings.HasSuffix(path, "test") || path == module+"internal/faults"
}

// layerOf is the layer of a package of internal/, by the first part of its name.
func layerOf(t *testing.T, name string) int {
	t.Helper()
	top, _, _ := strings.Cut(name, "/")
	at := slices.IndexFunc(layers[:], func(packages []string) bool { return slices.Contains(packages, top) })
	if at < 0 {
		t.Errorf("internal/%s has no layer: add it to layers in arrows_test.go", top)
	}
	return at
}

// parts lists the parts of packages that have several, from the inside out; the
// same rule holds for them.
var parts = [...][]string{
	{"catalogue/bitset", "httpapi", "intake/sheet"},
	{"catalogue", "httpapi/books", "intake/plan", "intake/workbook"},
	{"catalogue/search", "httpapi/customer", "httpapi/payments", "httpapi/staff", "httpapi/switches", "intake"},
	{"httpapi/openapi"},
}

// partOf is the layer of a part in its package; ok is false for a package that
// parts does not list.
func partOf(name string) (layer int, ok bool) {
	layer = slices.IndexFunc(parts[:], func(names []string) bool { return slices.Contains(names, name) })
	return layer, layer >= 0
}

// routesOf has the groups of routes that a function may link, by its package.
var routesOf = map[string][]string{
	"lambdas/access":  {"books", "staff"},
	"lambdas/account": {"books"}, "lambdas/cart": {"books", "customer"}, "lambdas/checkout": {"books", "customer"},
	"lambdas/desk": {"books", "staff"}, "lambdas/inventory": {"books", "staff"}, "lambdas/routing": {"switches"},
	"lambdas/packages": {"books", "staff"},
	"lambdas/payments": {"books", "payments"}, "lambdas/reports": {"books", "staff"}, "lambdas/rentals": {"books"},
	"lambdas/search": {"books", "customer"},
}

// sameTop reports whether two packages are parts of one, such as intake/sheet
// and intake/plan.
func sameTop(a, b string) bool {
	a, _, _ = strings.Cut(a, "/")
	b, _, _ = strings.Cut(b, "/")
	return a == b
}

func TestArrowsPointInward(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, internal := nameOf(p.ImportPath)
		for _, imported := range p.Imports {
			other, ours := nameOf(imported)
			switch {
			case internal && strings.HasPrefix(imported, module+"infra/"):
				t.Errorf("internal/%s imports %s: internal may not know infra", name, imported)
			case forTests(p.ImportPath):
			case forTests(imported):
				t.Errorf("%s imports %s, which is for tests", p.ImportPath, imported)
			case internal && strings.HasPrefix(imported, module) && !ours:
				t.Errorf("internal/%s imports %s", name, imported)
			case internal && ours && !sameTop(name, other) && layerOf(t, other) >= layerOf(t, name):
				t.Errorf("internal/%s imports internal/%s, which is not further in", name, other)
			}
		}
	}
}

// usesTheLocalWorld are packages whose tests run several functions together, with
// the queues, streams and files that the local world has for them.
var usesTheLocalWorld = []string{"lambdas", "lambdas/courier", "lambdas/inventoryimport", "lambdas/payments",
	"lambdas/renewalworker"}

func TestTestsKnowNoInfra(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, internal := nameOf(p.ImportPath)
		if !internal || slices.Contains(usesTheLocalWorld, name) {
			continue
		}
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if strings.HasPrefix(imported, module+"infra/") {
				t.Errorf("a test of internal/%s imports %s: internal may not know infra", name, imported)
			}
		}
	}
}

// Parts of one package keep to their layers, too.
func TestArrowsBetweenPartsPointInward(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, _ := nameOf(p.ImportPath)
		if forTests(p.ImportPath) {
			continue
		}
		for _, imported := range p.Imports {
			other, ours := nameOf(imported)
			if !ours || !sameTop(name, other) {
				continue
			}
			from, known := partOf(name)
			to, listed := partOf(other)
			if known && listed && to >= from {
				t.Errorf("internal/%s imports internal/%s, which is not further in", name, other)
			}
			if known != listed {
				t.Errorf("internal/%s imports internal/%s: add both to parts in arrows_test.go", name, other)
			}
		}
	}
}

// A function links only the routes that it serves.
func TestFunctionsLinkOnlyTheirRoutes(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, _ := nameOf(p.ImportPath)
		if !strings.HasPrefix(name, "lambdas/") {
			continue
		}
		for _, dep := range p.Deps {
			group, isGroup := strings.CutPrefix(dep, module+"internal/httpapi/")
			if isGroup && !slices.Contains(routesOf[name], group) {
				t.Errorf("internal/%s depends on httpapi/%s, which it does not serve", name, group)
			}
		}
	}
}

func TestDomainKnowsNeitherAWSNorHTTP(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, internal := nameOf(p.ImportPath)
		if !internal || layerOf(t, name) > lastDomainLayer || strings.HasSuffix(name, "/gen") {
			continue
		}
		for _, dep := range p.Deps {
			for _, outside := range []string{"net/http", "github.com/aws/", "github.com/awslabs/"} {
				if strings.HasPrefix(dep, outside) {
					t.Errorf("internal/%s depends on %s", name, dep)
				}
			}
		}
	}
}

func TestLibrariesWithOneImporter(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, internal := nameOf(p.ImportPath)
		if !internal || forTests(p.ImportPath) {
			continue
		}
		for _, imported := range p.Imports {
			for library, owner := range only {
				within := imported == library || strings.HasPrefix(imported, library+"/")
				if within && name != owner && !strings.HasPrefix(name, owner+"/") {
					t.Errorf("internal/%s imports %s, which only internal/%s may", name, imported, owner)
				}
			}
		}
	}
}

func TestLocalWorldKnowsNoDomain(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		place, local := strings.CutPrefix(p.ImportPath, module+"infra/local/")
		if !local || place == "seed" || strings.HasPrefix(place, "seed/") {
			continue
		}
		for _, imported := range p.Imports {
			if name, ours := nameOf(imported); ours && layerOf(t, name) <= lastDomainLayer {
				t.Errorf("infra/local/%s imports internal/%s; only seed may", place, name)
			}
		}
	}
}

// The clock is passed in: only awsenv, from which mains read it, calls time.Now.
func TestNobodyLooksAtTheClock(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.HasPrefix(path, "awsenv/") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && isClock(s) {
				t.Errorf("%s calls time.%s; take now func() time.Time instead", files.Position(s.Pos()), s.Sel.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every library has its reason in README.md.
func TestDependenciesAreJustified(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, p := range packages(t) {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if library := libraryOf(imported); library != "" && !strings.Contains(string(readme), library) {
				missing[library] = true
			}
		}
	}
	for library := range missing {
		t.Errorf("README.md does not say why we use %s", library)
	}
}

// libraryOf is a foreign package's library as README.md names it: "owner/name"
// on GitHub, the first two parts elsewhere; "" for the standard library and ours.
func libraryOf(path string) string {
	parts := strings.Split(strings.TrimPrefix(path, "github.com/"), "/")
	if !strings.Contains(strings.Split(path, "/")[0], ".") {
		return ""
	}
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func isClock(s *ast.SelectorExpr) bool {
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name)
}
