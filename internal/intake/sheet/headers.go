package sheet

import (
	"didpurchase/internal/csvexport"
	"slices"
	"strings"
	"unicode"
)

// Role is the meaning of a column.
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
	RoleInterval // interval of the recurring price
	RoleNPANXX   // NPA-NXX or NPA-NXX-X in one cell
	// Of rentals.
	RoleCustomer
	RolePaidUntil
	RoleLabel
	RoleDestination
	// Parts that are joined with others.
	RoleNPA
	RoleNXX
	RoleThousands // the digit of a block of a thousand after NPA and NXX
	RoleLine      // the last four digits after NPA and NXX
	RoleAreaCode  // in front of every number of the row
	RoleCode      // Russia's area code, in front of every number of the row
	roles         = iota
)

// roleNames are the roles' names in profiles, jobs and reports.
var roleNames = [roles]string{
	"start", "end", "prefix", "size", "number", "range", "national_length", "package", "area", "type", "features",
	"status", "country", "setup", "monthly", "currency", "interval", "npa_nxx", "customer", "paid_until", "label",
	"destination", "npa", "nxx", "thousands_block", "line", "area_code", "abc_def",
}

func (r Role) String() string { return roleNames[r] }

// synonyms are the headers that carriers use, in the form of Normal. The first ones
// are ours.
var synonyms = [roles][]string{
	RoleStart: {"start", "from", "first", "begin", "range start", "start range", "start number", "first number",
		"number from", "from number", "start of range",
		"anfang", "anfangsnummer", "startnummer", "erste nummer", "numero de debut", "premier numero", "primer numero",
		"numero inicial", "tranche debut", "debut", "debut de tranche", "du", "von", "beginn", "desde", "inicio", "da", "от",
		"с", "начало", "начало диапазона", "начальный номер", "первый номер"},
	RoleEnd: {"end", "to", "last", "till", "until", "stop", "range end", "end range", "end number", "last number",
		"number to", "to number", "end of range",
		"endnummer", "letzte nummer", "numero de fin", "dernier numero", "ultimo numero", "numero final", "tranche fin",
		"fin", "fin de tranche", "au", "bis", "ende", "hasta", "до", "по", "конец", "конец диапазона", "конечный номер",
		"последний номер"},
	RolePrefix: {"prefix", "block", "number block", "nms number block", "nms number block number block", "number prefix",
		"range prefix",
		"vorwahl", "prefixe", "prefijo", "префикс", "блок"},
	RoleSize: {"size", "quantity", "qty", "count", "block size", "range size", "number count", "numbers", "capacity",
		"anzahl", "nombre", "quantite", "cantidad",
		"no of numbers", "number of numbers", "number of dids", "count of numbers", "number quantity", "did count",
		"quantity of numbers", "menge", "stuckzahl", "anzahl nummern", "anzahl rufnummern", "nombre de numeros",
		"quantite de numeros", "cantidad de numeros", "numero de numeros", "емкость", "количество", "кол во",
		"число номеров"},
	RoleNumber: {"number", "did", "dids", "ddi", "e164", "e 164", "tn", "phone", "msisdn", "phone number", "telephone",
		"telephone number", "did number", "tel",
		"nummer", "rufnummer", "telefonnummer", "numero", "номер", "телефон", "номер телефона"},
	RoleRange:  {"range", "number range", "did range", "диапазон", "plage", "rango"},
	RoleLength: {"national length", "number length", "non geo number length", "digits", "длина номера"},
	RolePackage: {"package", "plan", "price plan", "rate plan", "tariff", "package id", "tarif", "paket", "forfait",
		"пакет", "тариф", "тарифный план"},
	RoleArea: {"area", "rate center", "rate centre", "ratecenter", "ratecentre", "city", "locality", "region",
		"location", "area name", "territoire", "ville", "ort", "stadt", "ciudad", "город", "регион"},
	RoleType:     {"type", "number type", "did type", "тип", "тип номера"},
	RoleFeatures: {"features", "feature", "capabilities", "capability", "services", "функции", "услуги"},
	RoleStatus: {"status", "availability", "available", "did status", "ddi status", "tn status", "line status",
		"inventory status", "sales status", "number state", "status des numeros", "verfugbarkeit", "verfugbar",
		"disponibilite", "disponibilidad", "disponible", "nummernstatus", "stato", "number status", "code status",
		"service status", "use", "statut", "estado", "статус", "состояние"},
	RoleCountry: {"country", "country code", "iso", "iso country", "iso code", "country iso", "country name",
		"calling code", "dial code", "dialing code", "dialling code", "country prefix", "cc", "landesvorwahl",
		"landervorwahl", "indicatif pays", "code pays", "prefijo pais", "codigo de pais", "codigo pais", "pays", "land",
		"pais", "страна", "код страны"},
	RoleSetup: {"setup", "set up", "nrc", "otc", "one time", "one off", "non recurring", "activation", "installation",
		"install", "connection", "provisioning", "initial",
		"einrichtung", "einrichtungsgebuhr", "einrichtungspreis", "einmalig", "einmalige", "einmaliger", "bereitstellung",
		"bereitstellungspreis", "bereitstellungsgebuhr", "aktivierung", "aktivierungsgebuhr", "anschlussgebuhr",
		"mise en service", "mise service", "unique", "alta", "activacion", "instalacion", "pago unico", "attivazione",
		"установка", "подключение", "инсталляция", "единовременно", "единовременная"},
	RoleMonthly: {"monthly", "mrc", "recurring", "recurring price", "recurring charge", "recurring charges",
		"recurring fee", "recurring cost", "monthly fee", "monthly price", "monthly recurring", "monthly rate", "per month",
		"price per month", "абонентская плата", "абонплата", "в месяц", "ежемесячно", "mensuel", "monatlich"},
	RoleInterval: {"interval", "billing interval", "billing period", "billing cycle", "billing frequency", "frequency",
		"charge interval", "charging interval", "payment interval", "recurrence", "periodicity", "intervall",
		"abrechnungsintervall", "abrechnungszeitraum", "zahlungsintervall", "turnus", "periodicite", "frequence",
		"intervalle", "frequence de facturation", "periodicidad", "frecuencia", "intervalo", "периодичность", "период оплаты",
		"интервал"},
	RoleNPANXX:   {"npa nxx", "npanxx", "npa nxx x", "npanxxx", "npa nxx code"},
	RoleCurrency: {"currency", "devise", "wahrung", "moneda", "валюта"},

	RoleCustomer:    {"customer", "customer id", "account", "client", "kunde", "клиент"},
	RolePaidUntil:   {"paid until", "paid to", "paid through", "paid up to", "bezahlt bis", "оплачен до"},
	RoleLabel:       {"label", "name", "description", "метка"},
	RoleDestination: {"destination", "forward to", "route", "направление"},

	RoleNPA:       {"npa"},
	RoleNXX:       {"nxx", "co code", "central office code"},
	RoleThousands: {"x", "thousands block", "thousand block", "block id"},
	RoleLine: {"line", "line number", "xxxx", "station", "station number", "last 4", "last four", "last 4 digits",
		"line no"},
	RoleAreaCode: {"area code", "city code", "std code", "ndc", "ortsvorwahl", "ortskennzahl", "ortsnetzkennzahl", "onkz",
		"codigo de area", "codigo area", "codigo de ciudad", "indicatif regional", "prefisso", "код города"},
	// ABC/DEF, the Latin or the Cyrillic letters, as in Rossvyaz's registers.
	RoleCode: {"abc def", "авс def", "авс дef", "авс", "def"},
}

// Normal writes a header in a plain form: lower case, letters and digits, single
// spaces, without accents. A capital after a small letter begins a word:
// rangeStart.
func Normal(header string) string {
	var b strings.Builder
	gap, low := false, false
	for _, r := range csvexport.Unguard(header) {
		if unicode.Is(unicode.Cf, r) {
			continue
		}
		gap, low, r = gap || low && unicode.IsUpper(r), unicode.IsLower(r) || unicode.IsDigit(r), unicode.ToLower(r)
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

// plain returns a letter without its accent, for the letters of known headers.
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

// exactRole returns the role that a header in plain form names.
func exactRole(name string) (Role, bool) {
	for r := range Role(roles) {
		if slices.Contains(synonyms[r], name) {
			return r, true
		}
	}
	return 0, false
}

// maxHeader is the length of the longest known header, in bytes.
const maxHeader = 120

// roleOf returns the meaning of a header, and the unit that it names.
func roleOf(header string) (Role, Unit, bool) {
	if header == "" || len(header) > maxHeader {
		return 0, Unit{}, false
	}
	if r, u, known := moneyMeaning(header); known { // before the exact words, which have no signs
		return r, u, true
	}
	if r, known := exactRole(Normal(header)); known && r != RoleSetup && r != RoleMonthly {
		return r, Unit{}, true
	}
	plain := Normal(bracketed.ReplaceAllString(header, " "))
	if r, known := exactRole(plain); known && r != RoleSetup && r != RoleMonthly {
		return r, Unit{Count: countIn(header, r)}, true // "Start (E.164)"
	}
	if r, known := numberRole(plain); known {
		return r, Unit{Count: countIn(header, r)}, true
	}
	return 0, Unit{}, false
}

// name is a column's header. If the header is two rows, it has both joined, and
// each alone.
type name struct{ whole, lower, upper string }

func named(row []string) []name {
	names := make([]name, len(row))
	for i, cell := range row {
		names[i] = name{whole: cell}
	}
	return names
}

// joinedNames joins two header rows: a cell of the upper row also covers the empty
// cells to its right.
func joinedNames(upper, lower []string) []name {
	names := make([]name, max(len(upper), len(lower)))
	group := ""
	for i := range names {
		n := &names[i]
		if i < len(upper) && upper[i] != "" {
			group, n.upper = upper[i], upper[i]
		}
		if i < len(lower) {
			n.lower = lower[i]
		}
		n.whole = strings.TrimSpace(group + " " + n.lower)
		if n.lower == "" {
			n.whole = n.upper
		}
	}
	return names
}

// areHeaders reports whether the lower of two rows is a header, too. It is data if
// only the upper cell has a meaning: "number" above "=1+1".
func areHeaders(names []name) bool {
	return !slices.ContainsFunc(names, func(n name) bool {
		_, _, upper := roleOf(n.upper)
		_, _, lower := roleOf(n.lower)
		_, _, whole := roleOf(n.whole)
		return n.lower != "" && upper && !lower && !whole
	})
}

func texts(names []name) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = n.whole
	}
	return list
}

// role returns the meaning of the header: of both rows together, else of the lower
// one, else of the upper one.
func (n name) role() (Role, Unit, bool) {
	for _, text := range []string{n.whole, n.lower, n.upper} {
		if r, u, known := roleOf(text); known {
			return r, u, true
		}
	}
	return 0, Unit{}, false
}
