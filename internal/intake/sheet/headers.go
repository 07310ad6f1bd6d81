package sheet

import (
	"didpurchase/internal/csvexport"
	"slices"
	"strings"
	"unicode"
)

// Role is what a column of a file says.
type Role uint8

// The roles.
const (
	RoleStart Role = iota
	RoleEnd
	RolePrefix
	RoleSize
	RoleNumber
	RoleRange // first and last number in one cell
	RoleLength
	RolePackage
	RoleArea
	RoleType
	RoleFeatures
	RoleStatus
	RoleCountry
	RoleSetup
	RoleMonthly
	RoleCurrency
	// Of rentals.
	RoleCustomer
	RolePaidUntil
	RoleLabel
	RoleDestination
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

func (r Role) String() string { return roleNames[r] }

// synonyms are the headers that carriers use, as normal writes them. The first
// ones are ours.
var synonyms = [roles][]string{
	RoleStart: {"start", "from", "first", "begin", "range start", "start range", "start number", "first number", "number from", "from number", "start of range",
		"tranche debut", "debut", "debut de tranche", "von", "beginn", "desde", "inicio", "da", "от", "с", "начало", "начало диапазона", "начальный номер", "первый номер"},
	RoleEnd: {"end", "to", "last", "till", "until", "stop", "range end", "end range", "end number", "last number", "number to", "to number", "end of range",
		"tranche fin", "fin", "fin de tranche", "bis", "ende", "hasta", "до", "по", "конец", "конец диапазона", "конечный номер", "последний номер"},
	RolePrefix: {"prefix", "block", "number block", "nms number block", "nms number block number block", "number prefix", "range prefix", "npa nxx", "npanxx", "npa nxx x",
		"vorwahl", "prefixe", "prefijo", "префикс", "блок"},
	RoleSize: {"size", "quantity", "qty", "count", "block size", "range size", "number count", "numbers", "capacity", "anzahl", "nombre", "quantite", "cantidad",
		"емкость", "количество", "кол во", "число номеров"},
	RoleNumber: {"number", "did", "dids", "ddi", "e164", "e 164", "tn", "phone", "msisdn", "phone number", "telephone", "telephone number", "did number", "tel",
		"nummer", "rufnummer", "telefonnummer", "numero", "номер", "телефон", "номер телефона"},
	RoleRange:    {"range", "number range", "did range", "диапазон", "plage", "rango"},
	RoleLength:   {"national length", "number length", "non geo number length", "digits", "длина номера"},
	RolePackage:  {"package", "plan", "price plan", "rate plan", "tariff", "package id", "tarif", "paket", "forfait", "пакет", "тариф", "тарифный план"},
	RoleArea:     {"area", "rate center", "rate centre", "ratecenter", "ratecentre", "city", "locality", "region", "location", "area name", "territoire", "ville", "ort", "stadt", "ciudad", "город", "регион"},
	RoleType:     {"type", "number type", "did type", "тип", "тип номера"},
	RoleFeatures: {"features", "feature", "capabilities", "capability", "services", "функции", "услуги"},
	RoleStatus:   {"status", "number status", "code status", "service status", "use", "statut", "estado", "статус", "состояние"},
	RoleCountry:  {"country", "country code", "iso", "iso country", "cc", "pays", "land", "pais", "страна", "код страны"},
	RoleSetup:    {"setup", "set up", "setup fee", "setup price", "nrc", "one time", "one time fee", "activation", "activation fee", "установка", "подключение"},
	RoleMonthly:  {"monthly", "mrc", "recurring", "monthly fee", "monthly price", "monthly recurring", "monthly rate", "per month", "price per month", "абонентская плата", "в месяц", "ежемесячно", "mensuel", "monatlich"},
	RoleCurrency: {"currency", "devise", "wahrung", "moneda", "валюта"},

	RoleCustomer:    {"customer", "customer id", "account", "client", "kunde", "клиент"},
	RolePaidUntil:   {"paid until", "paid to", "paid through", "paid up to", "bezahlt bis", "оплачен до"},
	RoleLabel:       {"label", "name", "description", "метка"},
	RoleDestination: {"destination", "forward to", "route", "направление"},

	roleNPA:       {"npa"},
	roleNXX:       {"nxx", "co code", "central office code"},
	roleThousands: {"x", "thousands block", "block id"},
	// ABC/DEF, the Latin or the Cyrillic letters, as in Rossvyaz's registers.
	roleCode: {"abc def", "авс def", "авс дef", "авс", "def"},
}

// Normal writes a header plainly: lower case, letters and digits, single spaces,
// without accents.
func Normal(header string) string {
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
func roleOf(header string) (Role, bool) {
	name := Normal(header)
	for r := range Role(roles) {
		if slices.Contains(synonyms[r], name) {
			return r, true
		}
	}
	return 0, false
}
