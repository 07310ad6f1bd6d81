package main

import (
	"context"
	"fmt"
	"maps"
	"strings"
)

// tried are the sections of the runbook whose blocks this step runs. Other steps
// run the blocks of Deploy, Roll back, Redrive dead letters, Restore the table and
// Rotate keys.
var tried = []string{"Onboard a carrier", "Failed stream batches", "Rebuild the catalogue", "Reconcile"}

// untried are parts of blocks that the emulator can't run, with their reasons.
var untried = map[string]string{
	"/KEY": "it needs a batch that was given up, and the emulator gives none up",
}

// examples are the texts that an operator replaces.
var examples = strings.NewReplacer(`"sub": "SUB"`, `"sub": "an-operators-test"`, `"id": "acme", "name"`,
	`"id": "umbrella", "name"`,
	`"command": "admit", "carrier": "acme"`, `"command": "admit", "carrier": "umbrella"`,
	`, "customer": "shop", "roles": ["buyer"]`, `, "roles": ["viewer"]`)

// runbookCommands runs the blocks of the runbook from the document.
func (w *deployment) runbookCommands(ctx context.Context) (string, error) {
	book := w.book
	ran, left := 0, maps.Clone(untried)
	for _, section := range tried {
		if len(book.sections[section]) == 0 {
			return "", fmt.Errorf("the runbook has no commands in %q", section)
		}
		for _, block := range book.sections[section] {
			if part := cannotRun(block); part != "" {
				delete(left, part)
				continue
			}
			if err := w.runBlock(ctx, withoutCursor(examples.Replace(block))); err != nil {
				return "", fmt.Errorf("%s: %w", section, err)
			}
			ran++
		}
	}
	if len(left) > 0 {
		return "", fmt.Errorf("these exceptions fit no block of the runbook: %v", left)
	}
	_, err := w.test(ctx, sound)
	return fmt.Sprintf("%d blocks of the runbook", ran), err
}

// cannotRun returns the part of untried that the block has, or "".
func cannotRun(block string) string {
	for part := range untried {
		if strings.Contains(block, part) {
			return part
		}
	}
	return ""
}

// withoutCursor removes the commands that continue an earlier answer, because the
// test's carriers are done at once.
func withoutCursor(block string) string {
	var kept strings.Builder
	for line := range strings.Lines(block) {
		if !strings.Contains(line, "CURSOR") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
