package sheet

import (
	"slices"
	"strings"
)

// sounding are words, and beginnings and ends of words, that suggest money, an
// interval, a currency, a status or a rental. Columns with such headers must not be
// ignored.
var sounding = []struct {
	kind  string
	words map[string]bool
	stems []string // parts of words
}{
	{"money", wordSet("fee|fees|charge|charges|cost|costs|amount|mrc|nrc|otc|rate|rates|setup|alta|deposit|betrag|" +
		"frais|cout|montant|importe|cents|pence|usd|eur|gbp|euro|dollar|daily|wholesale|retail|unique|rental|rent|miete|cargo"),
		[]string{"pric", "preis", "prix", "precio", "prezzo", "preco", "prijs", "gebuhr", "entgelt", "kosten", "tarif",
			"abonn", "redevanc", "canone", "cuota", "coste", "плат", "стоимост", "сумм", "тариф",
			"month", "monat", "mensual", "mensuel", "mensal", "mensil", "месяч", "yearly", "annual", "annuel", "anual", "jahres",
			"jahrlich", "weekly", "quarterly", "hourly", "minute",
			"install", "instal", "einricht", "bereitstell", "einmalig", "recurring", "discount", "rabatt"}},
	{"an interval", wordSet("interval|billing|frequency|cycle|periodicity|recurrence|intervall|turnus|abrechnung|" +
		"periodicite|frequence|periodicidad|frecuencia|периодичность|интервал"), nil},
	{"a currency", wordSet("currency|wahrung|devise|moneda|valuta|валюта"), nil},
	{"a status", wordSet("status|availability|available|assigned|reserved|inuse|used|free|sold|ported|occupied|busy|" +
		"taken|blocked|lifecycle|disposition|usage|stock|active|statut|disponibilite|verfugbarkeit|verfugbar|estado|" +
		"disponibilidad|disponible|belegt|frei|vergeben|zustand|etat|occupe|libre|ocupado|stato|статус|состояние|занят|" +
		"свободен|продан"), nil},
	{"a rental", wordSet("paid|bezahlt|paye|pagado|оплачен|customer|client|cliente|assignee|subscriber|tenant|kunde|" +
		"kunden|kundennummer|abonne|клиент|абонент"), nil},
}

// harmless are words in headers that look like money or a status but mean a date, a
// place or a kind.
var harmless = wordSet("date|datum|fecha|дата|center|centre|toll|tollfree|freephone|centername")

// soundsLike returns the kind that an unknown header suggests, "" for none that
// matters.
func soundsLike(header string) string {
	if namesCurrency(header) {
		return "money"
	}
	name := Normal(header)
	words := strings.Fields(name)
	if slices.ContainsFunc(words, func(word string) bool { return harmless[word] }) {
		return ""
	}
	if kind := soundingWord(words); kind != "" {
		return kind
	}
	if strings.Contains(name, "in use") || strings.Contains(name, "en uso") || strings.Contains(name, "en service") {
		return "a status"
	}
	if strings.Contains(name, "one time") || strings.Contains(name, "one off") {
		return "money"
	}
	return ""
}

// soundingWord returns the kind of the first word that has one, "" for none.
func soundingWord(words []string) string {
	for _, word := range words {
		for _, s := range sounding {
			if s.words[word] || hasStem(word, s.stems) {
				return s.kind
			}
		}
	}
	return ""
}

// namesCurrency reports whether a header has a currency's sign, or a currency in
// brackets: Opłata (zł).
func namesCurrency(header string) bool {
	for _, s := range signs {
		if strings.ContainsAny(s.sign, "€£¥₽₹$") && strings.Contains(header, s.sign) {
			return true
		}
	}
	for _, m := range bracketed.FindAllStringSubmatch(header, -1) {
		if len(Currencies(m[1])) > 0 && !strings.EqualFold(m[1], "all") {
			return true
		}
	}
	return false
}

// hasStem reports whether a word contains one of the stems, or begins as a price
// in Russian.
func hasStem(word string, stems []string) bool {
	for _, stem := range stems {
		if strings.Contains(word, stem) {
			return true
		}
	}
	return len(stems) > 0 && strings.HasPrefix(word, "цен")
}
