package main

import (
	"embed"
	"io/fs"
)

// assets holds the built page under dist, which `npm run build` makes and nobody
// commits: without it the program builds all the same, and says so when asked
// for the page.
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
