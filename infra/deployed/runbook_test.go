package main

import (
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

// The steps find their commands in the runbook, and every exception belongs to one.
func TestTheRunbookHasTheCommandsOfTheSteps(t *testing.T) {
	book, err := readRunbook("../RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Contains(t, "the first block", book.functions, "operate()")
	wanttest.Equal(t, "blocks of a restore", len(book.sections[restoring]), 8)
	wanttest.Contains(t, "the blocks of a restore", strings.Join(book.sections[restoring], ""), exampleMoment)
	for _, b := range []struct{ section, part string }{
		{"Deploy", "sam deploy"}, {"Deploy", "PortalUrl="}, {"Deploy", "delete-stack"},
		{"Roll back", "DeploymentAlarms=IGNORED"},
		{"Redrive dead letters", "start-message-move-task"}, {"Rotate keys", "/rotate"}, {"Rotate keys", "-X DELETE"},
	} {
		if _, err := book.block(b.section, b.part); err != nil {
			t.Error(err)
		}
	}
	excepted := map[string]bool{}
	for _, section := range tried {
		wanttest.True(t, section+" has commands", len(book.sections[section]) > 0)
		for _, block := range book.sections[section] {
			excepted[cannotRun(block)] = true
		}
	}
	for part := range untried {
		wanttest.True(t, "a block has "+part, excepted[part])
	}
}

// The emulator's copy of the template can be made: each change finds its place.
func TestTheTemplateCanBePrepared(t *testing.T) {
	if err := prepare("../../template.yaml", t.TempDir()+"/copy.yaml"); err != nil {
		t.Error(err)
	}
}
