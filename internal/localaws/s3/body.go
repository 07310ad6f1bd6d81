package s3

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/johannesboyne/gofakes3"
)

// checksumHeader is the start of the names of headers and trailers with a
// checksum of the contents in base64.
const checksumHeader = "X-Amz-Checksum-"

var checksums = map[string]func() hash.Hash{
	checksumHeader + "Crc32":     func() hash.Hash { return crc32.NewIEEE() },
	checksumHeader + "Crc32c":    func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
	checksumHeader + "Crc64nvme": func() hash.Hash { return crc64.New(crc64.MakeTable(0x9a6c9329ac4bc9b5)) },
	checksumHeader + "Sha1":      sha1.New,
	checksumHeader + "Sha256":    sha256.New,
}

// routes adds the features that gofakes3 lacks: bodies in aws-chunked encoding
// of every kind, checksums, and HEAD of a version.
func (s *Server) routes() http.Handler {
	fake := gofakes3.New(backend{s},
		gofakes3.WithTimeSource(clock(s.now)),
		gofakes3.WithTimeSkewLimit(0), // the local clock may be moved
		gofakes3.WithInsecureCORS(),
	).Server()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			if err := decodeBody(r); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		if r.Method == http.MethodHead && r.URL.Query().Has("versionId") {
			r = r.WithContext(r.Context()) // a copy: by the original net/http knows to send no body
			r.Method = http.MethodGet      // gofakes3 looks for the version here alone
		}
		fake.ServeHTTP(w, r)
	})
}

// clock is the server's time for gofakes3.
type clock func() time.Time

func (c clock) Now() time.Time                  { return c().UTC() }
func (c clock) Since(t time.Time) time.Duration { return c().Sub(t) }

// decodeBody makes the body plain. If the contents differ from the client's
// checksum, the body ends in gofakes3.ErrBadDigest.
func decodeBody(r *http.Request) error {
	body := &checked{inner: r.Body, closer: r.Body, announced: r.Header}
	names := r.Header.Values("X-Amz-Trailer")
	if strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		size, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64)
		if err != nil {
			return fmt.Errorf("X-Amz-Decoded-Content-Length: %w", err)
		}
		chunks := &chunked{inner: bufio.NewReader(r.Body), trailer: http.Header{}}
		body.inner, body.announced = chunks, chunks.trailer
		asPlain(r, size)
	}
	for name := range r.Header {
		names = append(names, name)
		if _, ok := checksums[name]; ok {
			body.announced = r.Header
		}
	}
	for _, name := range names {
		name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
		if sum, ok := checksums[name]; ok {
			body.name, body.sum = name, sum()
		}
	}
	r.Body = body
	return nil
}

// asPlain rewrites the headers of a chunked request into those of a plain one.
func asPlain(r *http.Request, size int64) {
	r.ContentLength = size
	r.Header.Set("Content-Length", strconv.FormatInt(size, 10))
	r.Header.Del("X-Amz-Content-Sha256")
	var encodings []string
	for e := range strings.SplitSeq(r.Header.Get("Content-Encoding"), ",") {
		if e = strings.TrimSpace(e); e != "" && e != "aws-chunked" {
			encodings = append(encodings, e)
		}
	}
	r.Header.Del("Content-Encoding")
	if len(encodings) > 0 {
		r.Header.Set("Content-Encoding", strings.Join(encodings, ","))
	}
}

// checked compares the contents with the announced checksum.
type checked struct {
	inner     io.Reader
	closer    io.Closer
	announced http.Header // headers, or the trailers once the contents ended
	name      string      // the header that carries the checksum; "" for none
	sum       hash.Hash
}

func (c *checked) Close() error { return c.closer.Close() }

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.inner.Read(p)
	if c.sum == nil {
		return n, err
	}
	c.sum.Write(p[:n])
	if errors.Is(err, io.EOF) {
		if want := c.announced.Get(c.name); want != base64.StdEncoding.EncodeToString(c.sum.Sum(nil)) {
			return n, gofakes3.ErrorMessagef(gofakes3.ErrBadDigest, "the contents do not have the %s %s", c.name, want)
		}
	}
	return n, err
}

// chunked decodes aws-chunked contents, signed or not, with trailers or not:
// size in hexadecimal [;chunk-signature=…] CRLF, data, CRLF; a chunk of size
// zero ends it, trailers follow.
type chunked struct {
	inner   *bufio.Reader
	left    int64 // of the chunk being read
	started bool
	ended   bool
	trailer http.Header
}

func (c *chunked) Read(p []byte) (int, error) {
	if c.ended {
		return 0, io.EOF
	}
	if c.left == 0 {
		if err := c.nextChunk(); err != nil {
			return 0, unexpected(err)
		}
		if c.left == 0 {
			c.ended = true
			return 0, unexpected(c.readTrailer())
		}
	}
	n, err := c.inner.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, unexpected(err)
}

// unexpected turns an end within the data into an error.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (c *chunked) nextChunk() error {
	if c.started {
		if _, err := c.inner.Discard(2); err != nil {
			return err
		}
	}
	c.started = true
	line, err := c.line()
	if err != nil {
		return err
	}
	size, _, _ := bytes.Cut(line, []byte(";"))
	c.left, err = strconv.ParseInt(string(size), 16, 64)
	if err == nil && c.left < 0 {
		err = fmt.Errorf("a chunk of size %d", c.left)
	}
	return err
}

func (c *chunked) readTrailer() error {
	for {
		line, err := c.line()
		if len(line) == 0 || err != nil {
			if errors.Is(err, io.EOF) { // some clients leave out the last CRLF
				return nil
			}
			return err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		c.trailer.Set(string(name), string(bytes.TrimSpace(value)))
	}
}

func (c *chunked) line() ([]byte, error) {
	line, err := c.inner.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}
