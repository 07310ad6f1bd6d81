package intake

import (
	"slices"
	"strings"
	"unicode"

	"didpurchase/internal/csvexport"
)

// role is what a column of a file says.
type role uint8

// The roles.
const (
	roleStart role = iota
	roleEnd
	rolePrefix
	roleSize
	roleNumber
	roleRange // first and last number in one cell
	roleLength
	rolePackage
	roleArea
	roleType
	roleFeatures
	roleStatus
	roleCountry
	roleSetup
	roleMonthly
	roleCurrency
	// Of rentals.
	roleCustomer
	rolePaidUntil
	roleLabel
	roleDestination
	// Parts, which are joined to others.
	roleNPA
	roleNXX
	roleThousands // the digit of a block of a thousand behind NPA and NXX
	roleCode      // Russia's area code, in front of every number of the row
	roles         = iota
)

// roleNames are the roles' names in profiles, jobs and reports.
var roleNames = [roles]string{
	"start", "end", "prefix", "size", "number", "range", "national_length", "package", "area", "type", "features",
	"status", "country", "setup", "monthly", "currency", "customer", "paid_until", "label", "destination", "npa", "nxx", "thousands_block", "area_code",
}

func (r role) String() string { return roleNames[r] }

// synonyms are the headers that carriers use, as normal writes them. The first
// ones are ours.
var synonyms = [roles][]string{
	roleStart: {"start", "from", "first", "begin", "range start", "start range", "start number", "first number", "number from", "from number", "start of range",
		"tranche debut", "debut", "debut de tranche", "von", "beginn", "desde", "inicio", "da", "от", "с", "начало", "начало диапазона", "начальный номер", "первый номер"},
	roleEnd: {"end", "to", "last", "till", "until", "stop", "range end", "end range", "end number", "last number", "number to", "to number", "end of range",
		"tranche fin", "fin", "fin de tranche", "bis", "ende", "hasta", "до", "по", "конец", "конец диапазона", "конечный номер", "последний номер"},
	rolePrefix: {"prefix", "block", "number block", "nms number block", "nms number block number block", "number prefix", "range prefix", "npa nxx", "npanxx", "npa nxx x",
		"vorwahl", "prefixe", "prefijo", "префикс", "блок"},
	roleSize: {"size", "quantity", "qty", "count", "block size", "range size", "number count", "numbers", "capacity", "anzahl", "nombre", "quantite", "cantidad",
		"емкость", "количество", "кол во", "число номеров"},
	roleNumber: {"number", "did", "dids", "ddi", "e164", "e 164", "tn", "phone", "msisdn", "phone number", "telephone", "telephone number", "did number", "tel",
		"nummer", "rufnummer", "telefonnummer", "numero", "номер", "телефон", "номер телефона"},
	roleRange:    {"range", "number range", "did range", "диапазон", "plage", "rango"},
	roleLength:   {"national length", "number length", "non geo number length", "digits", "длина номера"},
	rolePackage:  {"package", "plan", "price plan", "rate plan", "tariff", "package id", "tarif", "paket", "forfait", "пакет", "тариф", "тарифный план"},
	roleArea:     {"area", "rate center", "rate centre", "ratecenter", "ratecentre", "city", "locality", "region", "location", "area name", "territoire", "ville", "ort", "stadt", "ciudad", "город", "регион"},
	roleType:     {"type", "number type", "did type", "тип", "тип номера"},
	roleFeatures: {"features", "feature", "capabilities", "capability", "services", "функции", "услуги"},
	roleStatus:   {"status", "number status", "code status", "service status", "use", "statut", "estado", "статус", "состояние"},
	roleCountry:  {"country", "country code", "iso", "iso country", "cc", "pays", "land", "pais", "страна", "код страны"},
	roleSetup:    {"setup", "set up", "setup fee", "setup price", "nrc", "one time", "one time fee", "activation", "activation fee", "установка", "подключение"},
	roleMonthly:  {"monthly", "mrc", "recurring", "monthly fee", "monthly price", "monthly recurring", "monthly rate", "per month", "price per month", "абонентская плата", "в месяц", "ежемесячно", "mensuel", "monatlich"},
	roleCurrency: {"currency", "devise", "wahrung", "moneda", "валюта"},

	roleCustomer:    {"customer", "customer id", "account", "client", "kunde", "клиент"},
	rolePaidUntil:   {"paid until", "paid to", "paid through", "paid up to", "bezahlt bis", "оплачен до"},
	roleLabel:       {"label", "name", "description", "метка"},
	roleDestination: {"destination", "forward to", "route", "направление"},

	roleNPA:       {"npa"},
	roleNXX:       {"nxx", "co code", "central office code"},
	roleThousands: {"x", "thousands block", "block id"},
	// ABC/DEF, the Latin or the Cyrillic letters, as in Rossvyaz's registers.
	roleCode: {"abc def", "авс def", "авс дef", "авс", "def"},
}

// normal writes a header plainly: lower case, letters and digits, single spaces,
// without accents.
func normal(header string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(csvexport.Unguard(header)) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(plain(r))
	}
	return b.String()
}

// plain is a letter without its accent, of those that headers have.
func plain(r rune) rune {
	if i := strings.IndexRune(accented, r); i >= 0 {
		return []rune(unaccented)[len([]rune(accented[:i]))]
	}
	return r
}

const (
	accented   = "àáâãäåçèéêëìíîïñòóôõöùúûüё"
	unaccented = "aaaaaaceeeeiiiinooooouuuuе"
)

// roleOf is what a header means by itself.
func roleOf(header string) (role, bool) {
	name := normal(header)
	for r := range role(roles) {
		if slices.Contains(synonyms[r], name) {
			return r, true
		}
	}
	return 0, false
}
