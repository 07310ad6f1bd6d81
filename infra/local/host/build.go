package host

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"didpurchase/infra/local/template"
)

// Build compiles every function of the module in root into dir, each under its
// name, with the flags of a deploy. It is fast if nothing changed, because the go
// command leaves the binaries. arch is Go's name of the processor; runtime.GOARCH
// is this machine's.
func Build(ctx context.Context, root, dir, arch string, functions []template.Function) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	args := []string{"build", "-trimpath", "-tags=lambda.norpc", "-ldflags=-s -w", "-o", dir + string(filepath.Separator)}
	for _, f := range functions {
		args = append(args, "./"+filepath.ToSlash(f.CodeURI))
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH="+arch)
	var complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &complaints, &complaints
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build the functions: %w\n%s", err, complaints.Bytes())
	}
	return nil
}
