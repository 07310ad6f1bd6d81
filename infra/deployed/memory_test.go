package main

import (
	"os"
	"syscall"
	"testing"

	"didpurchase/internal/wanttest"
)

func TestTheGroupAndPagesOfAProcess(t *testing.T) {
	const line = "4711 (a (strange) name) S 1 4700 4700 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 99 123456 2048 18446744"
	group, pages := groupAndPages(line)
	wanttest.Equal(t, "group", group, 4700)
	wanttest.Equal(t, "resident pages", pages, 2048)
	group, _ = groupAndPages("")
	wanttest.Equal(t, "group of an empty line", group, 0)
}

func TestTheMemoryOfAGroup(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("there is no /proc")
	}
	wanttest.True(t, "this test's group has memory", residentIn(syscall.Getpgrp()) > 0)
}
