package dynoxide

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// program is served by the test's registry in place of dynoxide.
const program = "#!/bin/sh\necho dynoxide " + Version + "\n"

// registry puts a fake npm on PATH. Its `pack` writes the tarball to the
// given folder, and notes each call in a file. registry returns that file.
func registry(t *testing.T, tarball []byte) string {
	t.Helper()
	folder := t.TempDir()
	calls := filepath.Join(folder, "calls")
	write(t, filepath.Join(folder, "pack.tgz"), string(tarball))
	write(t, filepath.Join(folder, "npm"), `#!/bin/sh
echo "$@" >> `+calls+`
cp `+folder+`/pack.tgz "$4/dynoxide.tgz"
`)
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	return calls
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func packed(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	for name, text := range files {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pinOf(tarball []byte) string {
	sum := sha512.Sum512(tarball)
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

func sourceFor(t *testing.T, pin string) source {
	return source{cache: filepath.Join(t.TempDir(), "cache"), platform: "test-x64",
		pins: map[string]string{"test-x64": pin}}
}

func TestFetchesOnceForAll(t *testing.T) {
	tarball := packed(t, map[string]string{"package/package.json": "{}", binaryInTarball: program})
	calls := registry(t, tarball)
	s := sourceFor(t, pinOf(tarball))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			path, err := s.find(t.Context())
			if err != nil {
				t.Error(err)
			} else if !hasVersion(t.Context(), path) {
				t.Errorf("%s is not the program of the tarball", path)
			}
		})
	}
	all.Wait()
	said, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(said), "@dynoxide/test-x64@"+Version); n != 1 {
		t.Errorf("npm was asked %d times, want once:\n%s", n, said)
	}
	left, err := filepath.Glob(filepath.Join(s.cache, "fetch-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("downloads left in the folder: %v, %v", left, err)
	}
}

func TestAFailedFetchSaysWhatToDo(t *testing.T) {
	good := packed(t, map[string]string{binaryInTarball: program})
	tests := []struct {
		name    string
		prepare func(t *testing.T) source
		want    string
	}{
		{"no npm", func(t *testing.T) source {
			t.Setenv("PATH", t.TempDir())
			return sourceFor(t, pinOf(good))
		}, "install Node.js"},
		{"npm fails", func(t *testing.T) source {
			folder := t.TempDir()
			write(t, filepath.Join(folder, "npm"), "#!/bin/sh\necho ENOTFOUND >&2\nexit 1\n")
			t.Setenv("PATH", folder+":/usr/bin:/bin")
			return sourceFor(t, pinOf(good))
		}, "ENOTFOUND\ncheck the network"},
		{"wrong checksum", func(t *testing.T) source {
			registry(t, packed(t, map[string]string{binaryInTarball: "something else"}))
			return sourceFor(t, pinOf(good))
		}, "wrong checksum"},
		{"not a tarball", func(t *testing.T) source {
			registry(t, []byte("<html>"))
			return sourceFor(t, pinOf([]byte("<html>")))
		}, "unpack dynoxide.tgz"},
		{"no program in it", func(t *testing.T) source {
			empty := packed(t, map[string]string{"package/package.json": "{}"})
			registry(t, empty)
			return sourceFor(t, pinOf(empty))
		}, "it holds no package/dynoxide"},
		{"unknown platform", func(t *testing.T) source {
			s := sourceFor(t, "")
			s.platform = "plan9-x64"
			return s
		}, "pass --dynamodb URL"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := test.prepare(t)
			path, err := s.find(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want one with %q", err, test.want)
			}
			if _, err := os.Stat(path); path != "" && err == nil {
				t.Errorf("%s is there after a failed fetch", path)
			}
		})
	}
}

func TestTheOneOnPathIsTakenWhenItIsTheTestedRelease(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	s := sourceFor(t, "sha512-none")
	write(t, filepath.Join(folder, "dynoxide"), program)
	if path, err := s.find(t.Context()); err != nil || path != filepath.Join(folder, "dynoxide") {
		t.Errorf("got %s, %v, want the one on PATH", path, err)
	}
	write(t, filepath.Join(folder, "dynoxide"), "#!/bin/sh\necho dynoxide 0.9.9\n")
	if path, err := s.find(t.Context()); err == nil {
		t.Errorf("got %s, an untested release", path)
	}
}
