package httpapi

import (
	"encoding/base64"
	"strings"
)

// A cursor is opaque to callers: it has its list and the place of the last row. It
// contains no tenant; the place is looked up only among the caller's own rows.

// EncodeCursor returns nil at the end of a list (after is "").
func EncodeCursor(list, after string) *string {
	if after == "" {
		return nil
	}
	cursor := base64.RawURLEncoding.EncodeToString([]byte(list + ":" + after))
	return &cursor
}

// DecodeCursor returns "" for the first page. A broken cursor, or one of
// another list, is a 400.
func DecodeCursor(list, cursor string) (after string, err error) {
	if cursor == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	after, ok := strings.CutPrefix(string(text), list+":")
	if err != nil || !ok || after == "" {
		return "", BadCursor()
	}
	return after, nil
}

func BadCursor() error {
	return BadParameter("cursor", "this is not a cursor of this list; leave it out for the first page")
}
