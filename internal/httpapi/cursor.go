package httpapi

import (
	"encoding/base64"
	"strings"
)

// A cursor is opaque to callers: the list that it belongs to and the place to
// go on after. It carries no tenant; the place is only ever looked for among
// the caller's own.

// encodeCursor is nil at the end of a list (after is "").
func encodeCursor(list, after string) *string {
	if after == "" {
		return nil
	}
	cursor := base64.RawURLEncoding.EncodeToString([]byte(list + ":" + after))
	return &cursor
}

// decodeCursor is "" for the first page. A cursor that is broken, or of another
// list, is a 400.
func decodeCursor(list, cursor string) (after string, err error) {
	if cursor == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	after, ok := strings.CutPrefix(string(text), list+":")
	if err != nil || !ok || after == "" {
		return "", badCursor()
	}
	return after, nil
}

func badCursor() error {
	return badParameter("cursor", "this is not a cursor of this list; leave it out for the first page")
}
