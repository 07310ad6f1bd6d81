package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"didpurchase/infra/deployed/access"
	"didpurchase/infra/local/seed"
)

// password of all users of the stack, by the rules of its pool.
const password = "Correct-Horse-9x"

// deployment is the emulator with the stack on it, and the tests.
type deployment struct {
	folder   string
	tests    string // the program with the tests of the whole system
	proxy    *proxy
	emulator *emulator
	stack    *stack
	book     runbook
}

// newDeployment starts the emulator and its proxy, in a folder of their own.
func newDeployment(ctx context.Context, o options) (w *deployment, err error) {
	w = &deployment{}
	if w.book, err = readRunbook("infra/RUNBOOK.md"); err != nil {
		return w, err
	}
	if w.folder, err = os.MkdirTemp("", "did-purchase-deployed-"); err != nil {
		return w, err
	}
	w.tests = filepath.Join(w.folder, "whole.test")
	if said, err := exec.CommandContext(ctx, "go", "test", "-c", "-o", w.tests,
		"didpurchase/infra/local/whole").CombinedOutput(); err != nil {
		return w, fmt.Errorf("build the tests: %w\n%s", err, said)
	}
	if w.emulator, err = newEmulator(); err != nil {
		return w, err
	}
	authorityFile := filepath.Join(w.folder, "authority.pem")
	signer, err := newAuthority(authorityFile)
	if err != nil {
		return w, err
	}
	refusals, err := os.Create(filepath.Join(w.folder, "refusals.log"))
	if err != nil {
		return w, err
	}
	if w.proxy, err = newProxy(w.emulator.url, signer, refusals); err != nil {
		return w, err
	}
	w.proxy.move = w.moveMessages
	go w.proxy.serve()
	environment := w.environment(authorityFile)
	if err := w.emulator.start(ctx, o.ministack, w.folder, environment); err != nil {
		return w, err
	}
	description := access.Description{
		Proxy: w.proxy.url(), Authority: authorityFile, Region: region, AccessKey: accessKey, SecretKey: secretKey,
		Password: password,
	}
	w.stack, err = newStack(w.folder, o.build, environment, description)
	return w, err
}

// environment is the environment of all programs: the addresses of AWS lead to the
// proxy.
func (w *deployment) environment(authorityFile string) []string {
	var own []string // without the user's accounts at AWS
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "AWS_") {
			own = append(own, v)
		}
	}
	return append(own,
		"HTTPS_PROXY="+w.proxy.url(), "NO_PROXY=127.0.0.1,localhost",
		"SSL_CERT_FILE="+authorityFile, "AWS_CA_BUNDLE="+authorityFile, "REQUESTS_CA_BUNDLE="+authorityFile,
		"CURL_CA_BUNDLE="+authorityFile,
		"AWS_ACCESS_KEY_ID="+accessKey, "AWS_SECRET_ACCESS_KEY="+secretKey, "AWS_CONFIG_FILE=/dev/null",
		"AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"AWS_DEFAULT_REGION="+region, "AWS_REGION="+region, "AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true",
		"SAM_CLI_TELEMETRY=0")
}

// close ends all processes. The folder stays if its logs may be needed.
func (w *deployment) close(keepFolder bool) error {
	var problems []error
	if w.emulator != nil {
		problems = append(problems, w.emulator.stop())
	}
	if w.proxy != nil {
		problems = append(problems, w.proxy.listener.Close())
	}
	if keepFolder {
		fmt.Println("logs:", w.folder)
	} else {
		problems = append(problems, os.RemoveAll(w.folder))
	}
	return errors.Join(problems...)
}

// fill makes the users of the local world's seed in Cognito, and its carriers,
// customers, packages and numbers.
func (w *deployment) fill(ctx context.Context) error {
	subjects := map[string]string{}
	for _, u := range seed.Users() {
		sub, err := w.stack.access.MakeUser(ctx, u.Sub)
		if err != nil {
			return err
		}
		subjects[u.Sub] = sub
	}
	return w.refill(ctx, subjects)
}

func (w *deployment) refill(ctx context.Context, subjects map[string]string) error {
	return seed.Run(ctx, seed.Config{
		DynamoDB: "https://dynamodb." + region + ".amazonaws.com", S3: "https://s3." + region + ".amazonaws.com",
		Table: w.stack.outputs["TableName"], Bucket: w.stack.outputs["InventoryBucketName"],
		Issuer: w.stack.outputs["OidcIssuer"],
		Base:   w.stack.access.AWS, Subject: func(user string) string { return subjects[user] },
		Now: time.Now, Ranges: true,
	})
}

// describe writes the file by which the tests find the stack.
func (w *deployment) describe() (file string, err error) {
	text, err := json.Marshal(w.stack.access.Description)
	if err != nil {
		return "", err
	}
	file = filepath.Join(w.folder, "stack.json")
	return file, os.WriteFile(file, text, 0o600)
}

// test runs tests of the whole system on the stack, and returns the number that
// passed.
func (w *deployment) test(ctx context.Context, names string) (passed int, err error) {
	file, err := w.describe()
	if err != nil {
		return 0, err
	}
	said, err := exec.CommandContext(ctx, w.tests, "-test.v", "-test.count=1", "-test.timeout=15m", "-test.run="+names,
		"-deployed="+file).CombinedOutput()
	if failed := os.WriteFile(filepath.Join(w.folder, fmt.Sprintf("tests-%d.log", time.Now().Unix())), said,
		0o600); failed != nil {
		return 0, failed
	}
	passed = strings.Count(string(said), "--- PASS:")
	if err != nil {
		return passed, fmt.Errorf("tests %s: %w\n%s", names, err, failures(string(said)))
	}
	if passed == 0 {
		return 0, fmt.Errorf("tests %s: none ran", names)
	}
	return passed, nil
}

// failures returns the lines of a test's output that explain its failure.
func failures(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		if !strings.HasPrefix(line, "=== ") && !strings.Contains(line, "--- PASS") && !strings.Contains(line, "--- SKIP") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-60):], "")
}
