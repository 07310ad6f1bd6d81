package documents_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// phrases are turns that readers stumbled over, each with what to write instead.
var phrases = []struct{ words, instead string }{
	{`(says|tells) whether`, "reports whether"},
	{`says (which|what|how|who|when|where)`, "name the thing: \"names the function\", \"reports the count\""},
	{`stands`, "is, has, or the verb that you mean"},
	{`behind (it|them|the|its|a|each)|(has|have|had) behind`, "after"},
	{`so many`, "name the number"},
	{`(those|that|these) of the`, "name the thing"},
	{`of those (that|which|of)`, "name the thing"},
	{`by (itself|himself|themselves)`, "automatically, or alone"},
	{`can(no|')t be meant`, "well-formed but invalid"},
	{`what is`, "name the thing: \"the stored value\", \"the held numbers\""},
	{`who may`, "name the role: \"staff who are allowed to\""},
	{`for who(m)?`, "for the person or role that you mean"},
	{`whoever`, "name the role"},
	{`of what`, "name the thing"},
	{`is no (request|import|number|amount|list|json)`, "is not a …"},
	{`(becomes|became) of`, "the outcome of, the result of"},
	{`(is|are) told`, "name the message: \"the answer names\", \"the log has\""},
	{`what they`, "name the thing"},
	{`whom`, "for the person or role that you mean"},
	{`who asks`, "the caller"},
	{`hinders?`, "affect: \"does not affect the others\""},
	{`lags? behind`, "is late"},
	{`made good`, "completed, corrected"},
	{`as it stands`, "the current item"},
	{`side by side`, "in parallel, together"},
	{`once and for all`, "it never changes"},
	{`(been|be) told`, "name the message: \"the answer shows\", \"the stream reports\""},
	{`who watches|who runs`, "name the role"},
	{`runs wild`, "sends too many requests, or the fault that you mean"},
	{`gets? on`, "makes progress"},
	{`so many-th`, "every n-th"},
	{`without a hand`, "automatically"},
	{`(hears?|heard) of it`, "gets the answer"},
	{`which they say`, "with a reason"},
	{`in whatever case`, "ignoring case"},
}

// anyPhrase matches each of the phrases as whole words, in lower case, also over
// the end of a comment's line. Group n+1 is phrase n.
var anyPhrase = func() *regexp.Regexp {
	var all []string
	for _, p := range phrases {
		all = append(all, "("+strings.NewReplacer(" ", `[\s/*#>]+`, "(", "(?:").Replace(p.words)+")")
	}
	return regexp.MustCompile(`\b(?:` + strings.Join(all, "|") + `)\b`)
}()

func TestPlainEnglish(t *testing.T) {
	t.Parallel()
	w := newVocabulary(t)
	for _, path := range w.files {
		if !isProse(path) {
			continue
		}
		for _, fault := range phrasesIn(w.text(path)) {
			t.Errorf("%s:%s", path, fault)
		}
	}
}

func TestPhrasesAreFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"isSet reports whether it is set":              0,
		"isSet says whether it is set":                 1,
		"// It says\n// whether it is set":             1,
		"The outstanding amount understands":           0,
		"what is held stands by itself":                3,
		"to the person it was given, what it contains": 0,
		"it says which rows, so many of them":          2,
	} {
		if got := phrasesIn(text); len(got) != want {
			t.Errorf("%q: found %q, want %d", text, got, want)
		}
	}
}

// phrasesIn names each phrase of the text as "line: words: what to write instead".
func phrasesIn(text string) (faults []string) {
	for _, at := range anyPhrase.FindAllStringSubmatchIndex(strings.ToLower(text), -1) {
		line := 1 + strings.Count(text[:at[0]], "\n")
		words := strings.Join(strings.Fields(text[at[0]:at[1]]), " ")
		for i, p := range phrases {
			if at[2*i+2] >= 0 {
				faults = append(faults, fmt.Sprintf("%d: %q: write %s", line, words, p.instead))
			}
		}
	}
	return faults
}

// isProse reports whether people read sentences of ours in the file. This test
// names the phrases; the generated document repeats the code's.
func isProse(path string) bool {
	switch filepath.Ext(path) {
	case ".go", ".md", ".ts", ".tsx", ".yaml", ".yml", ".toml", ".sh", ".html":
		return !strings.HasSuffix(path, "phrases_test.go") && !strings.HasSuffix(path, "schema.d.ts")
	}
	return strings.HasPrefix(path, ".ci/")
}
