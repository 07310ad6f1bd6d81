package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"didpurchase/infra/deployed/access"
)

// stackName is the name in samconfig.toml's prod.
const stackName = "did-purchase"

// stack is the deployed stack, and the folder from which it is deployed: like the
// repository's, with the same samconfig.toml and a build of its own.
type stack struct {
	access      *access.Access // as the operator
	environment []string       // of SAM and the AWS CLI
	folder      string         // for logs
	checkout    string         // the folder from which it is deployed
	source      string         // template.yaml
	outputs     map[string]string
	resources   map[string]string // physical id by logical id
}

// newStack copies the files that a deploy reads. The copy of the template has no
// feature that the emulator lacks.
func newStack(folder, build string, environment []string, d access.Description) (*stack, error) {
	opened, err := access.Open(d)
	if err != nil {
		return nil, err
	}
	s := &stack{access: opened, environment: environment, folder: folder, checkout: filepath.Join(folder, "checkout"),
		source: "template.yaml"}
	if err := os.CopyFS(s.build(), os.DirFS(build)); err != nil {
		return nil, fmt.Errorf("%w; run sam build first", err)
	}
	config, err := os.ReadFile("samconfig.toml")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(s.checkout, "samconfig.toml"), config, 0o600); err != nil {
		return nil, err
	}
	template := filepath.Join(s.build(), "template.yaml")
	return s, prepare(template, template)
}

// build returns the folder that SAM deploys.
func (s *stack) build() string { return filepath.Join(s.checkout, ".aws-sam", "build") }

// shell runs commands as an operator types them, in the folder of the deployment,
// and answers every question with "y". Their output is added to a log.
func (s *stack) shell(ctx context.Context, script string) (output []byte, err error) {
	log, err := os.OpenFile(filepath.Join(s.folder, "commands.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", script)
	command.Dir, command.Env = s.checkout, s.environment
	command.Stdin = strings.NewReader(strings.Repeat("y\n", 10))
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	err = command.Run()
	fmt.Fprintf(log, "$ %s\n%s%s\n", script, out.Bytes(), problems.Bytes())
	if err != nil {
		return nil, fmt.Errorf("%s\n%w\n%s", script, err, tail(append(out.Bytes(), problems.Bytes()...)))
	}
	return out.Bytes(), nil
}

// tail returns the last lines of a program's output.
func tail(output []byte) string {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// deploy runs commands that deploy, then reads the stack and makes its routes.
func (s *stack) deploy(ctx context.Context, commands string) error {
	if _, err := s.shell(ctx, commands); err != nil {
		return err
	}
	if err := s.describe(ctx); err != nil {
		return err
	}
	return s.makeRoutes(ctx)
}

// describe reads the outputs and the resources of the stack.
func (s *stack) describe(ctx context.Context) error {
	var stacks struct {
		Stacks []struct {
			Outputs []struct{ OutputKey, OutputValue string }
		}
	}
	if err := s.cloudformation(ctx, &stacks, "describe-stacks"); err != nil {
		return err
	}
	s.outputs, s.resources = map[string]string{}, map[string]string{}
	for _, o := range stacks.Stacks[0].Outputs {
		s.outputs[o.OutputKey] = o.OutputValue
	}
	var list struct {
		StackResources []struct{ LogicalResourceID, PhysicalResourceID string }
	}
	if err := s.cloudformation(ctx, &list, "describe-stack-resources"); err != nil {
		return err
	}
	for _, r := range list.StackResources {
		s.resources[r.LogicalResourceID] = r.PhysicalResourceID
	}
	s.access.Outputs = s.outputs
	return nil
}

func (s *stack) cloudformation(ctx context.Context, into any, command string) error {
	said, err := s.shell(ctx, "aws cloudformation "+command+" --stack-name "+stackName+" --output json")
	if err != nil {
		return err
	}
	return json.Unmarshal(said, into)
}
