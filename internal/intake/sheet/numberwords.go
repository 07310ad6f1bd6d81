package sheet

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Words in headers of columns with numbers, in the form of Normal: words for
// numbers, for the first and the last one, and words without a meaning.
var (
	numberWords = wordSet("number|numbers|no|nr|nos|num|did|dids|ddi|ddis|tn|tns|phone|phones|telephone|telephones|tel|" +
		"msisdn|msisdns|dn|cli|ani|e164|sda|rufnummer|rufnummern|telefonnummer|telefonnummern|" +
		"nummer|nummern|telefon|ruf|numero|numeros|telefono|telefonos|telefone|telefones|telefoonnummer|telefoonnummers|" +
		"numer|numery|telefonu|номер|номера|телефон|телефона|телефонный|line|n")
	rangeWords = wordSet("range|ranges|block|rufnummernblock|nummernblock|rufnummernbereich|nummernbereich|" +
		"nummernkreis|plage|plages|tranche|rango|rangos|bloque|диапазон|диапазона")
	firstWords = wordSet("start|starting|starts|from|first|begin|beginning|begins|low|lowest|lower|min|anfang|anfangs|" +
		"von|erste|erster|beginn|debut|du|premier|premiere|desde|inicio|inicial|primer|primero|da|dal|inizio|" +
		"primo|van|od|начало|начальный|от|с|первый")
	lastWords = wordSet("end|ending|ends|to|last|till|until|stop|high|highest|upper|max|bis|ende|letzte|letzter|fin|au|" +
		"dernier|derniere|hasta|final|ultimo|fine|tot|do|конец|конечный|до|по|последний")
	noWords = wordSet("of|the|de|del|d|di|des|der|the|e|164|in|full|inbound|virtual|geographic|directory|direct|dial|" +
		"hosted|available|international|national|telefonico|for|sale|local|subscriber")
)

// numberRole returns the role of a header of several words:
//
//	DDI from, first number of block  RoleStart
//	Start/End, DDI range             RoleRange
//	full telephone number            RoleNumber
func numberRole(name string) (Role, bool) {
	has := map[string]int{}
	for word := range strings.FieldsSeq(name) {
		kind := kindOf(word)
		if kind == "" {
			return 0, false
		}
		has[kind]++
	}
	numbers := has["number"]+has["range"] > 0
	switch {
	case has["first"] == 1 && has["last"] == 1:
		return RoleRange, true
	case has["first"] == 1 && has["last"] == 0 && numbers:
		return RoleStart, true
	case has["last"] == 1 && has["first"] == 0 && numbers:
		return RoleEnd, true
	case has["first"]+has["last"] > 0:
		return 0, false
	case has["range"] > 0:
		return RoleRange, rangeNamed.MatchString(name)
	}
	return RoleNumber, has["number"] > 0 &&
		!slices.Contains([]string{"no", "nr", "n", "nos", "num", "line", "ruf", "direct line"}, name)
}

// rangeNamed is a name of a range, not of its own number or id: "number range",
// "range of numbers", but not "block number".
var rangeNamed = regexp.MustCompile(`(?:^|.* ` +
	`)(?:range|block|rufnummernblock|nummernblock|rufnummernbereich|nummernbereich|nummernkreis|plage|tranche|rango|` +
	`bloque|диапазон)s?(?: (?:of|de|di) .*)?$|^диапазон номеров$`)

// kindOf returns the kind of a word in a header, "" for none.
func kindOf(word string) string {
	for _, kind := range []struct {
		name  string
		words map[string]bool
	}{{"number", numberWords}, {"range", rangeWords}, {"first", firstWords}, {"last", lastWords}, {"none", noWords}} {
		if kind.words[word] {
			return kind.name
		}
	}
	return ""
}

// powers of ten in brackets: Block (10k), Range (100 numbers).
var countInBrackets = regexp.MustCompile(`(?i)[(\[]\s*(?:of\s+)?(10*)\s*(k?)\s*(?:numbers|dids|nos|tns|er)?\s*[)\]]`)

// countIn returns the count of numbers in each row of a column from its header, 0
// if the header has none.
func countIn(header string, r Role) uint64 {
	if r != RoleRange && r != RolePrefix && r != RoleStart {
		return 0
	}
	m := countInBrackets.FindStringSubmatch(header)
	if m == nil {
		return 0
	}
	count, err := strconv.ParseUint(m[1], 10, 32)
	if err != nil {
		return 0
	}
	if m[2] != "" {
		count *= 1000
	}
	if count < 10 { // Range (1) is the first of two columns
		return 0
	}
	return count
}
