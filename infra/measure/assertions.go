package main

import (
	"go/ast"
	"go/token"
	"strings"
)

// addAssertions counts the conditions that fail a test, and notes those that
// join three or more: their failure does not say which expectation failed.
func (m *measures) addAssertions(positions *token.FileSet, function *ast.FuncDecl) {
	ast.Inspect(function, func(node ast.Node) bool {
		condition, ok := node.(*ast.IfStmt)
		if !ok || !failsTest(condition.Body) {
			return true
		}
		m.assertions++
		if joined(condition.Cond) >= 3 {
			m.compound = append(m.compound, positions.Position(condition.Pos()).String())
		}
		return true
	})
}

// failsTest reports whether the block itself calls Error, Errorf, Fatal or
// Fatalf of something, as tests do of t.
func failsTest(block *ast.BlockStmt) bool {
	for _, statement := range block.List {
		expression, ok := statement.(*ast.ExprStmt)
		if !ok {
			continue
		}
		call, ok := expression.X.(*ast.CallExpr)
		if !ok {
			continue
		}
		name, ok := call.Fun.(*ast.SelectorExpr)
		if ok && (strings.HasPrefix(name.Sel.Name, "Error") || strings.HasPrefix(name.Sel.Name, "Fatal")) {
			return true
		}
	}
	return false
}

// joined counts the operands of the outermost ||: a || b || c has three.
func joined(condition ast.Expr) int {
	switch e := condition.(type) {
	case *ast.ParenExpr:
		return joined(e.X)
	case *ast.BinaryExpr:
		if e.Op == token.LOR {
			return joined(e.X) + joined(e.Y)
		}
	}
	return 1
}

// addExports counts exported functions, methods, types, variables and constants
// outside of tests, and those with a doc comment; one on the group counts.
func (m *measures) addExports(declaration ast.Decl, test bool) {
	if test {
		return
	}
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		m.addExport(d.Name, d.Doc != nil)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			m.addSpec(spec, d.Doc != nil)
		}
	}
}

// addSpec counts the names of a type, constant or variable; documented means
// that the group has a comment.
func (m *measures) addSpec(spec ast.Spec, documented bool) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		m.addExport(s.Name, documented || s.Doc != nil || s.Comment != nil)
	case *ast.ValueSpec:
		for _, name := range s.Names {
			m.addExport(name, documented || s.Doc != nil || s.Comment != nil)
		}
	}
}

func (m *measures) addExport(name *ast.Ident, documented bool) {
	if !name.IsExported() {
		return
	}
	m.exports++
	if documented {
		m.documented++
	}
}
