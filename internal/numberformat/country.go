package numberformat

import (
	"regexp"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// CountryOf reads a country in a file or a request: an ISO 3166-1 code of two or
// three letters, a calling code with or without its plus, or a usual name.
func CountryOf(text string) (Country, bool) {
	text = strings.TrimSpace(text)
	name := strings.ReplaceAll(text, ".", "")
	if calling := e164.CallingCode(strings.ToUpper(name)); calling > 0 {
		return Country{ISO: strings.ToUpper(name), Calling: calling}, true
	}
	if iso, known := countryNames[strings.ToLower(name)]; known {
		return Country{ISO: iso, Calling: e164.CallingCode(iso)}, true
	}
	calling, err := strconv.Atoi(callingZeros.ReplaceAllString(text, ""))
	if err != nil || len(e164.NationalLengths(calling)) == 0 {
		return Country{}, false
	}
	return Country{Calling: calling}, true
}

// callingZeros are written around a calling code: the plus, 00, and decimals of a
// spreadsheet.
var callingZeros = regexp.MustCompile(`^(?:\+|00)|[.,]0+$`)

// countryNames are other names of countries, in lower case without dots.
var countryNames = func() map[string]string {
	names := map[string]string{}
	for iso, list := range map[string]string{
		"GB": "uk|gbr|united kingdom|great britain|britain|england|großbritannien|vereinigtes königreich|royaume-uni|reino " +
			"unido|великобритания|regno unito",
		"US": "usa|u s a|united states|united states of america|vereinigte staaten|états-unis|estados " +
			"unidos|eeuu|сша|stati uniti",
		"DE": "deu|germany|deutschland|allemagne|alemania|германия|germania", "FR": "fra|france|frankreich|francia|франция",
		"IT": "ita|italy|italien|italie|italia|италия", "ES": "esp|spain|spanien|espagne|españa|испания|spagna",
		"RU": "rus|russia|russian federation|russland|russie|rusia|россия|рф", "CA": "can|canada|kanada|canadá|канада",
		"MX": "mex|mexico|mexiko|mexique|méxico|мексика", "AR": "arg|argentina|argentinien|argentine|аргентина",
		"BR": "bra|brazil|brasilien|brésil|brasil|бразилия", "CL": "chl|chile|chili|чили",
		"CO": "col|colombia|kolumbien|colombie|колумбия",
		"PE": "per|peru|perú|pérou|перу", "CI": "civ|ivory coast|cote d'ivoire|côte d'ivoire|elfenbeinküste|costa de marfil",
		"AT": "aut|austria|österreich|autriche|австрия", "CH": "che|switzerland|schweiz|suisse|svizzera|suiza|швейцария",
		"NL": "nld|netherlands|the netherlands|holland|niederlande|pays-bas|países bajos|нидерланды|nederland",
		"BE": "bel|belgium|belgien|belgique|belgië|bélgica|бельгия", "LU": "lux|luxembourg|luxemburg|luxemburgo",
		"PT": "prt|portugal|португалия", "IE": "irl|ireland|irland|irlande|irlanda|ирландия",
		"PL": "pol|poland|polen|pologne|polonia|polska|польша",
		"CZ": "cze|czechia|czech republic|tschechien|tchéquie|chequia|чехия|česko",
		"SE": "swe|sweden|schweden|suède|suecia|швеция|sverige",
		"NO": "nor|norway|norwegen|norvège|noruega|норвегия|norge",
		"DK": "dnk|denmark|dänemark|danemark|dinamarca|дания|danmark",
		"FI": "fin|finland|finnland|finlande|finlandia|финляндия|suomi", "GR": "grc|greece|griechenland|grèce|grecia|греция",
		"RO": "rou|romania|rumänien|roumanie|rumania|румыния", "HU": "hun|hungary|ungarn|hongrie|hungría|венгрия",
		"TR": "tur|turkey|türkiye|türkei|turquie|turquía|турция", "UA": "ukr|ukraine|ucrania|украина",
		"KZ": "kaz|kazakhstan|kasachstan|казахстан",
		"AU": "aus|australia|australien|australie|австралия",
		"NZ": "nzl|new zealand|neuseeland|nouvelle-zélande|nueva zelanda",
		"JP": "jpn|japan|japon|japón|япония", "CN": "chn|china|chine|китай", "IN": "ind|india|indien|inde|индия",
		"HK": "hkg|hong kong",
		"SG": "sgp|singapore|singapur|singapour|сингапур", "ZA": "zaf|south africa|südafrika|afrique du sud|sudáfrica",
		"IL": "isr|israel|israël|израиль",
		"AE": "are|uae|united arab emirates|vereinigte arabische emirate", "MA": "mar|morocco|marokko|maroc|marruecos",
	} {
		for name := range strings.SplitSeq(list, "|") {
			names[name] = iso
		}
	}
	return names
}()
