package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// measures are the counts over all Go files of the project, generated ones left
// out. Functions and files of tests count apart: a table makes them long.
type measures struct {
	functions, complexity []int    // of each function that is no test's
	files, testFiles      []int    // lines of each file
	complex               []string // positions and names of the functions of complexity over 10
	exports, documented   int
	assertions            int
	compound              []string // positions of the assertions that join three or more conditions
	lines                 int
	long                  []string // positions of the lines over longLine that can be broken
}

const longLine = 120 // characters

// structTag matches a line that ends with the tag of a struct's field, which has
// to be one literal without a line break.
var structTag = regexp.MustCompile("`(json|query|header|path):\".*\"`( *//.*)?$")

func measure(root string) (m measures, err error) {
	for _, folder := range []string{"functions", "internal", "infra", "events"} {
		err = filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if entry != nil && entry.IsDir() && entry.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if err != nil || filepath.Ext(path) != ".go" {
				return err
			}
			return m.addFile(path)
		})
		if err != nil {
			return measures{}, err
		}
	}
	return m, nil
}

func (m *measures) addFile(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(file) {
		return err
	}
	m.addLines(path, text)
	test := strings.HasSuffix(path, "_test.go")
	for _, declaration := range file.Decls {
		m.addExports(declaration, test)
		if function, ok := declaration.(*ast.FuncDecl); ok {
			m.addFunction(positions, function, test)
		}
	}
	return nil
}

func (m *measures) addLines(path string, text []byte) {
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	for i, line := range lines {
		if utf8.RuneCount(line) > longLine && !structTag.Match(line) {
			m.long = append(m.long, fmt.Sprintf("%s:%d", path, i+1))
		}
	}
	m.lines += len(lines)
	if strings.HasSuffix(path, "_test.go") {
		m.testFiles = append(m.testFiles, len(lines))
		return
	}
	m.files = append(m.files, len(lines))
}

func (m *measures) addFunction(positions *token.FileSet, function *ast.FuncDecl, test bool) {
	if test {
		m.addAssertions(positions, function)
		return
	}
	length := positions.Position(function.End()).Line - positions.Position(function.Pos()).Line + 1
	m.functions = append(m.functions, length)
	complexity := complexityOf(function)
	m.complexity = append(m.complexity, complexity)
	if complexity > 10 {
		m.complex = append(m.complex, fmt.Sprintf("%s: %s has %d", positions.Position(function.Pos()), function.Name.Name,
			complexity))
	}
}

// complexityOf is McCabe's number: one, and one more for each branch.
func complexityOf(function *ast.FuncDecl) int {
	n := 1
	ast.Inspect(function, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		case *ast.CaseClause:
			if node.List != nil {
				n++
			}
		case *ast.CommClause:
			if node.Comm != nil {
				n++
			}
		case *ast.BinaryExpr:
			if node.Op == token.LAND || node.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

// quantile returns the smallest value that at least the share of the values
// does not exceed; 0 for no values.
func quantile(values []int, share float64) int {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

func percent(part, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(part) / float64(of)
}
