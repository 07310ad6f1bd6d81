package planted

import (
	"fmt"
	"strings"
)

// hunk is one change of a file: the old lines and the new ones, both with the
// unchanged lines around them.
type hunk struct{ file, old, new string }

// readPatch reads a unified diff. Its line numbers are left out, so that a patch
// still applies after its lines have moved:
//
//	A sentence about the bug.
//	--- a/internal/dynamo/did.go
//	+++ b/internal/dynamo/did.go
//	@@ @@
//	 func itsHold(…
//	-	the old line
//	+	the new line
func readPatch(text string) (does string, hunks []hunk, err error) {
	file := ""
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "--- "):
		case strings.HasPrefix(line, "+++ b/"):
			file = strings.TrimPrefix(line, "+++ b/")
		case strings.HasPrefix(line, "@@"):
			hunks = append(hunks, hunk{file: file})
		case len(hunks) == 0:
			does += line
		default:
			if err := hunks[len(hunks)-1].add(line); err != nil {
				return "", nil, fmt.Errorf("line %d: %w", n+1, err)
			}
		}
	}
	return does, hunks, nil
}

// add adds a line of the diff.
func (h *hunk) add(line string) error {
	if line == "" {
		return fmt.Errorf("an empty line: one that stays begins with a blank")
	}
	mark, text := line[0], line[1:]+"\n"
	switch mark {
	case ' ':
		h.old, h.new = h.old+text, h.new+text
	case '-':
		h.old += text
	case '+':
		h.new += text
	default:
		return fmt.Errorf("%q begins with neither a blank, a minus nor a plus", line)
	}
	return nil
}

// apply returns the source with the hunk's change. The old lines must occur exactly
// once: otherwise the patch no longer fits the source.
func (h hunk) apply(source string) (string, error) {
	if times := strings.Count(source, h.old); times != 1 {
		return "", fmt.Errorf("%s has these lines %d times, not once; write the patch anew for today's source:\n%s", h.file,
			times, h.old)
	}
	return strings.Replace(source, h.old, h.new, 1), nil
}
