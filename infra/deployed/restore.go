package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const restoring = "Restore the table"

// exampleMoment is the moment of the runbook's example, which the test replaces.
const exampleMoment = "2026-11-24T12:00:00Z"

// restore runs the runbook's section on restoring, block by block. The moment is
// the only change.
func (w *deployment) restore(ctx context.Context) (string, error) {
	blocks := w.book.sections[restoring]
	if len(blocks) < 8 {
		return "", fmt.Errorf("the section %q has %d blocks, want at least 8", restoring, len(blocks))
	}
	for i, block := range blocks {
		moment := time.Now().UTC().Format(time.RFC3339)
		if err := w.runBlock(ctx, strings.ReplaceAll(block, exampleMoment, moment)); err != nil {
			return "", fmt.Errorf("block %d of %d: %w", i+1, len(blocks), err)
		}
		if i == 0 { // closed
			if err := w.answers(ctx, http.StatusServiceUnavailable); err != nil {
				return "", err
			}
		}
	}
	if err := w.answers(ctx, http.StatusOK); err != nil {
		return "", err
	}
	if w.stack.outputs["TableName"] != stackName+"-restored" {
		return "", errors.New("the stack does not use the restored table: " + w.stack.outputs["TableName"])
	}
	_, err := w.test(ctx, sound)
	return fmt.Sprintf("%d blocks of the runbook; the API answered 503, then 200", len(blocks)), err
}

// runBlock runs a block of the runbook. A rebuild and a reconciliation must be
// completed at once, without a difference.
func (w *deployment) runBlock(ctx context.Context, block string) error {
	script := w.book.functions + block
	if strings.Contains(block, "sam deploy") {
		return w.stack.deploy(ctx, script)
	}
	said, err := w.stack.shell(ctx, script)
	walks := strings.Contains(block, `"rebuild"`) || strings.Contains(block, `"reconcile"`)
	if err != nil || !walks {
		return err
	}
	var answer struct {
		Done        bool
		Differences []any
	}
	if err := json.NewDecoder(strings.NewReader(string(said))).Decode(&answer); err != nil {
		return err
	}
	if !answer.Done || len(answer.Differences) > 0 {
		return fmt.Errorf("%s answers %s", strings.TrimSpace(block), said)
	}
	return nil
}
