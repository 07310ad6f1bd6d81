package notice

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/event"
	"didpurchase/internal/party"
	"didpurchase/internal/wanttest"
)

var blank = regexp.MustCompile(`{[a-z]+}`)

// blanksOf lists the blanks of a text, each once.
func blanksOf(t text) []string {
	all := blank.FindAllString(strings.Join(append(t.body, t.subject), " "), -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// Each notice that a customer can choose exists in each language, with the blanks
// of the first one, and each notice to staff in the first language.
func TestEveryNoticeIsInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		languages := party.Locales
		if k.staff {
			languages = languages[:1]
		}
		first := texts[k.kind][party.Locales[0]]
		for _, language := range languages {
			at := string(k.kind) + " in " + language
			found := texts[k.kind][language]
			wanttest.True(t, at+" has a subject", found.subject != "")
			wanttest.True(t, at+" has a link", found.link != "")
			wanttest.Equal(t, at+": paragraphs", len(found.body), len(first.body))
			wanttest.Diff(t, at+": blanks", blanksOf(found), blanksOf(first))
		}
		wanttest.True(t, "a customer can refuse "+string(k.kind), k.staff || slices.Contains(party.Notices, k.kind))
	}
	for _, language := range party.Locales {
		wanttest.Equal(t, "months in "+language, len(strings.Fields(notations[language].months)), 12)
		wanttest.True(t, "the choice in "+language, choices[language] != "")
	}
}

func TestAmountsAndDaysAreThoseOfTheLanguage(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	for language, want := range map[string]string{
		"en": "-1,234,567.50 USD, 2 March 2026", "de": "-1.234.567,50 USD, 2. März 2026",
		"fr": "-1\u202f234\u202f567,50 USD, 2 mars 2026", "es": "-1.234.567,50 USD, 2 de marzo de 2026",
	} {
		w := writing{language: language, zone: time.FixedZone("east", 3600)}
		got := w.amount(event.Amount{Amount: "-1234567.50", Currency: "USD"}) + ", " + w.day(at)
		wanttest.Equal(t, language, got, want)
	}
	wanttest.Equal(t, "a short amount", writing{language: "en", zone: time.UTC}.amount(event.Amount{Amount: "999", Currency: "JPY"}),
		"999 JPY")
}

// A blank that a text repeats, or a word that looks like one, is filled only once.
func TestWordsAreNotFilledAgain(t *testing.T) {
	t.Parallel()
	got := fill("{file}: {error}", words{"file": "{error}.csv", "error": "no {file}"})
	wanttest.Equal(t, "the text", got, "{error}.csv: no {file}")
}
