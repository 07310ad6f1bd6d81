package sheet

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"

	"didpurchase/internal/wanttest"
)

// The code pages decode each byte as the library does, also one byte at a time and
// into buffers that fill up in the middle of a text.
func TestCodePagesAreTheLibrarys(t *testing.T) {
	t.Parallel()
	var all []byte
	for range 100 {
		for b := range 256 {
			all = append(all, byte(b))
		}
	}
	for _, page := range []struct {
		name string
		got  codePage
		want *charmap.Charmap
	}{{"Windows-1252", windows1252, charmap.Windows1252}, {"Windows-1251", windows1251, charmap.Windows1251}} {
		want, err := page.want.NewDecoder().Bytes(all)
		if err != nil {
			t.Fatal(err)
		}
		for name, reader := range map[string]io.Reader{
			"at once": bytes.NewReader(all), "byte by byte": iotest.OneByteReader(bytes.NewReader(all)),
		} {
			got, err := io.ReadAll(transform.NewReader(reader, page.got))
			if err != nil {
				t.Fatal(err)
			}
			wanttest.Diff(t, page.name+" "+name, string(got), string(want))
		}
	}
}
