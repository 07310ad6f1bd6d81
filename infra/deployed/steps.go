package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// steps follow the first deploy; each continues with the state that the earlier
// ones left.
var steps = []step{
	{"flows", (*deployment).flows},
	{"commands of the runbook", (*deployment).runbookCommands},
	{"redrive", (*deployment).redrive},
	{"rotate keys", (*deployment).rotateKeys},
	{"changed binary", (*deployment).changedBinary},
	{"roll back", (*deployment).rollBack},
	{"restore", (*deployment).restore},
	{"delete and make again", (*deployment).makeAgain},
}

// sound are the tests after each step: a purchase, and a reconciliation without
// a finding.
const sound = "^(TestABuyerBuysANumber|TestReconcileFindsNothing)$"

func (w *deployment) flows(ctx context.Context) (string, error) {
	passed, err := w.test(ctx, ".")
	if err != nil {
		return "", err
	}
	_, err = w.test(ctx, sound)
	return fmt.Sprintf("%d tests passed", passed), err
}

// live returns the version of a function that the alias live has.
func (s *stack) live(ctx context.Context, function string) (version string, err error) {
	var alias struct{ FunctionVersion string }
	err = s.access.REST(ctx, "lambda", http.MethodGet,
		"/2015-03-31/functions/"+s.resources[function]+"/aliases/live", nil, &alias)
	return alias.FunctionVersion, err
}

// code returns the checksum of the code that the alias live runs.
func (s *stack) code(ctx context.Context, function string) (sum string, err error) {
	var got struct{ Configuration struct{ CodeSha256 string } }
	err = s.access.REST(ctx, "lambda", http.MethodGet, "/2015-03-31/functions/"+s.resources[function]+"?Qualifier=live",
		nil, &got)
	return got.Configuration.CodeSha256, err
}

// changed is the function whose binary the update changes.
const changed = "SearchFunction"

// extend writes some bytes to the end of a file.
func extend(name string) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString("changed")
	return errors.Join(err, file.Close())
}

// changedBinary deploys a binary with other bytes at its end, which no program
// reads, and the portal's address. Only the alias of its function moves.
func (w *deployment) changedBinary(ctx context.Context) (string, error) {
	before, err := w.stack.code(ctx, changed)
	if err != nil {
		return "", err
	}
	other, err := w.stack.live(ctx, "CartFunction")
	if err != nil {
		return "", err
	}
	if err := w.stack.packageAll(ctx); err != nil {
		return "", err
	}
	if err := extend(filepath.Join(w.stack.build(), changed, "bootstrap")); err != nil {
		return "", err
	}
	w.stack.access.Portal = w.stack.outputs["ApiUrl"]
	if err := w.deployAndCheck(ctx, "Deploy", "PortalUrl="); err != nil {
		return "", err
	}
	after, err := w.stack.code(ctx, changed)
	if err != nil {
		return "", err
	}
	if after == before {
		return "", errors.New("the alias live still has the old code")
	}
	now, err := w.stack.live(ctx, "CartFunction")
	if err != nil {
		return "", err
	}
	if now != other {
		return "", fmt.Errorf("a function that did not change moved from version %s to %s", other, now)
	}
	return "the alias has the new code", nil
}

// deployAndCheck deploys by a block of the runbook, and tests that the stack is
// sound.
func (w *deployment) deployAndCheck(ctx context.Context, section, part string) error {
	block, err := w.book.block(section, part)
	if err != nil {
		return err
	}
	if err := w.runBlock(ctx, block); err != nil {
		return err
	}
	_, err = w.test(ctx, sound)
	return err
}

// answers waits until the API answers a user with a status. API Gateway caches an
// authorization for a minute, so each try uses a new token.
func (w *deployment) answers(ctx context.Context, want int) error {
	var got int
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(time.Second) {
		token, err := w.stack.access.SignIn(ctx, "alice")
		if err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.stack.outputs["ApiUrl"]+"/v1/me", nil)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := w.stack.access.Client.Do(r)
		if err != nil {
			return err
		}
		answer.Body.Close()
		if got = answer.StatusCode; got == want {
			return nil
		}
	}
	return fmt.Errorf("the API answers %d, want %d", got, want)
}

// rollBack deploys the previous code again, by the runbook's commands for a
// completed deployment.
func (w *deployment) rollBack(ctx context.Context) (string, error) {
	binary := filepath.Join(w.stack.build(), changed, "bootstrap")
	text, err := os.ReadFile(binary)
	if err != nil {
		return "", err
	}
	previous, found := strings.CutSuffix(string(text), "changed")
	if !found {
		return "", errors.New("nothing was changed before")
	}
	before, err := w.stack.code(ctx, changed)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(binary, []byte(previous), 0o700); err != nil {
		return "", err
	}
	if err := w.deployAndCheck(ctx, "Roll back", "DeploymentAlarms=IGNORED"); err != nil {
		return "", err
	}
	after, err := w.stack.code(ctx, changed)
	if err == nil && after == before {
		err = errors.New("the alias live still has the bad code")
	}
	return "the alias has the previous code", err
}
