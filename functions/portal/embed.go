package main

import (
	"embed"
	"io/fs"
)

// assets has the built page under dist, which `npm run build` makes and which is
// not committed. Without it the program still builds, and answers requests for the
// page with an explanation.
//
//go:embed all:assets
var assets embed.FS

// page returns the built page; empty before it was built.
func page() fs.FS {
	dist, err := fs.Sub(assets, "assets/dist")
	if err != nil { // the name is a constant, and valid
		panic(err)
	}
	return dist
}
