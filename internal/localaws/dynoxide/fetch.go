package dynoxide

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// binaryInTarball is the path of the program in the platform packages.
const binaryInTarball = "package/dynoxide"

// fetch downloads the platform's package, checks it and unpacks the program
// into folder, which appears whole or not at all.
func (s source) fetch(ctx context.Context, folder, pin string) error {
	work, err := os.MkdirTemp(s.cache, "fetch-")
	if err != nil {
		return fmt.Errorf("make a folder for the download: %w", err)
	}
	defer os.RemoveAll(work)

	tarball, err := s.download(ctx, work)
	if err != nil {
		return err
	}
	if err := check(tarball, pin); err != nil {
		return err
	}
	whole := filepath.Join(work, "whole")
	if err := unpack(tarball, whole); err != nil {
		return fmt.Errorf("unpack %s: %w", filepath.Base(tarball), err)
	}
	if err := os.Rename(whole, folder); err != nil {
		return fmt.Errorf("put dynoxide into the cache: %w", err)
	}
	return nil
}

// download has npm fetch the tarball into work, so that the developer's
// registry, proxy and credentials are used.
func (s source) download(ctx context.Context, work string) (string, error) {
	spec := "@dynoxide/" + s.platform + "@" + Version
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("npm is not on PATH, and is needed once to fetch %s: install Node.js, or put dynoxide %s on "+
			"PATH, or pass --dynamodb URL", spec, Version)
	}
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "--pack-destination", work, spec)
	cmd.Dir = work
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stderr, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("npm pack %s failed: %w\n%s\ncheck the network and `npm ping`, then start again; or put "+
			"dynoxide %s on PATH, or pass --dynamodb URL",
			spec, err, strings.TrimSpace(stderr.String()), Version)
	}
	found, err := filepath.Glob(filepath.Join(work, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("npm pack %s left %d tarballs instead of one: run it by hand to see npm's message", spec,
			len(found))
	}
	return found[0], nil
}

// check compares the tarball with its pin, which has npm's form: the
// algorithm, a hyphen, the sum in base64.
func check(tarball, pin string) error {
	if pin == "" {
		return nil
	}
	f, err := os.Open(tarball)
	if err != nil {
		return fmt.Errorf("check the download: %w", err)
	}
	defer f.Close()
	sum := sha512.New()
	if _, err := io.Copy(sum, f); err != nil {
		return fmt.Errorf("check the download: %w", err)
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum.Sum(nil)); got != pin {
		return fmt.Errorf("%s has the wrong checksum:\n  got  %s\n  want %s\nthe registry or a proxy served another file: "+
			"don't use it; put dynoxide %s on PATH, or pass --dynamodb URL",
			filepath.Base(tarball), got, pin, Version)
	}
	return nil
}

// unpack takes only the program out of the tarball.
func unpack(tarball, folder string) error {
	f, err := os.Open(tarball)
	if err != nil {
		return err
	}
	defer f.Close()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	files := tar.NewReader(zipped)
	for {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("it holds no %s", binaryInTarball)
		}
		if err != nil {
			return err
		}
		if header.Name == binaryInTarball {
			return writeProgram(filepath.Join(folder, "dynoxide"), files)
		}
	}
}

func writeProgram(path string, from io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, from); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
