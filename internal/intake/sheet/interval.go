package sheet

import (
	"regexp"
	"strconv"
	"strings"

	"didpurchase/internal/pricing"
)

var (
	aDay   = pricing.Interval{Unit: pricing.Day, Count: 1}
	aWeek  = pricing.Interval{Unit: pricing.Week, Count: 1}
	aMonth = pricing.Interval{Unit: pricing.Month, Count: 1}
	aYear  = pricing.Interval{Unit: pricing.Year, Count: 1}
)

// adverbs are single words for an interval, in the form of Normal. "Biweekly" and
// "bimonthly" have two meanings each and are not among them.
var adverbs = wordsOf(map[pricing.Interval]string{
	aDay: "daily|taglich|tagliche|diariamente|quotidien|quotidienne|journalier|diario|" +
		"diaria|ежедневно|ежедневный|ежедневная",
	aWeek: "weekly|wochentlich|wochentliche|hebdomadaire|semanal|еженедельно|еженедельный|" +
		"еженедельная",
	{Unit: pricing.Week, Count: 2}: "fortnightly|vierzehntaglich|vierzehntagig|every other week",
	aMonth: "monthly|monatlich|monatliche|monatlicher|monatliches|mtl|mensuel|mensuelle|" +
		"mensual|mensualmente|mensile|mensal|mensalmente|maandelijks|pcm|p m|mrc|monthly " +
		"recurring|ежемесячно|ежемесячный|ежемесячная|месячная|помесячно",
	{Unit: pricing.Month, Count: 2}: "bimestral|bimestriel|bimestrielle|every other month|zweimonatlich",
	{Unit: pricing.Month, Count: 3}: "quarterly|vierteljahrlich|vierteljahrliche|quartalsweise|trimestralmente|" +
		"trimestriel|trimestrielle|trimestral|ежеквартально|ежеквартальный|ежеквартальная",
	{Unit: pricing.Month, Count: 6}: "semiannual|semiannually|semi annual|semi annually|half " +
		"yearly|halfyearly|halbjahrlich|semestriel|semestrielle|semestral|раз в полгода",
	aYear: "yearly|annual|annually|jahrlich|jahrliche|jahrlicher|jahrl|jahrliches|annuel|annuelle|anual|anualmente|" +
		"annuale|jaarlijks|ежегодно|ежегодный|ежегодная|p a",
})

// nouns are words that follow a count or "per".
var nouns = wordsOf(map[pricing.Interval]string{
	aDay:  "day|days|day s|d|tag|tage|tagen|jour|jours|dia|dias|день|дня|дней",
	aWeek: "week|weeks|week s|w|wk|wks|woche|wochen|semaine|semaines|semana|semanas|неделя|неделю|недели|недель",
	aMonth: "month|months|month s|calendar " +
		"month|m|mo|mon|mos|mth|mths|monat|monate|monaten|mois|mes|meses|месяц|месяца|месяцев|мес|mese|mesi|maand|maanden",
	{Unit: pricing.Month, Count: 3}: "quarter|quarters|q|qtr|quartal|quartale|vierteljahr|trimestre|trimestres|квартал|" +
		"квартала",
	{Unit: pricing.Month, Count: 6}: "half year|halbjahr|semestre|semestres|полгода|полугодие",
	aYear: "year|years|year " +
		"s|yr|yrs|annum|jahr|jahre|jahren|an|ans|annee|annees|ano|anos|год|года|лет|y|jaar|anno|anni",
})

var fillers = wordsOf(map[pricing.Interval]string{{}: "every|each|per|a|once|alle|jede|jeden|jedes|pro|je|im|tous|" +
	"toutes|les|par|chaque|cada|por|al|каждые|каждый|каждую|каждое|в|раз|за|billed|charged|paid|payable|jeder|chaque|" +
	"ogni|al|all"})

func wordsOf(lists map[pricing.Interval]string) map[string]pricing.Interval {
	words := map[string]pricing.Interval{}
	for interval, list := range lists {
		for word := range strings.SplitSeq(list, "|") {
			words[word] = interval
		}
	}
	return words
}

var (
	// iso8601 is a period such as P1M.
	iso8601 = regexp.MustCompile(`^P(\d{1,3})([DWMY])$`)
	// inAdvance is a remark that a period is paid at its beginning, as all periods
	// are.
	inAdvance = regexp.MustCompile(` (?:in advance|im voraus|d avance|por adelantado|upfront)$`)
)

var numerals = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "twelve": 12, "ein": 1, "eine": 1, "einen": 1, "zwei": 2,
	"drei": 3, "sechs": 6, "zwolf": 12,
	"un": 1, "deux": 2, "trois": 3, "douze": 12, "una": 1, "dos": 2, "tres": 3, "seis": 6, "doce": 12,
}

// ReadInterval reads the interval of a price: "yearly", "per year", "every 30
// days", "30d". A number alone has no unit and is not read.
func ReadInterval(text string) (pricing.Interval, bool) {
	if period := iso8601.FindStringSubmatch(strings.TrimSpace(text)); period != nil {
		text = period[1] + " " + period[2]
	}
	words := strings.Fields(inAdvance.ReplaceAllString(partDigits(Normal(text)), ""))
	if i, known := adverbs[strings.Join(words, " ")]; known {
		return i, true
	}
	for len(words) > 1 {
		if _, filler := fillers[words[0]]; !filler {
			break
		}
		words = words[1:]
	}
	count := 1
	if len(words) > 1 {
		if n, err := strconv.Atoi(words[0]); err == nil {
			count, words = n, words[1:]
		} else if n, known := numerals[words[0]]; known {
			count, words = n, words[1:]
		}
	}
	if i, known := adverbs[strings.Join(words, " ")]; known && count == 1 { // "billed annually"
		return i, true
	}
	i, known := nouns[strings.Join(words, " ")]
	if !known || count < 1 || count > 366 {
		return pricing.Interval{}, false
	}
	i.Count *= count
	if i.Unit == pricing.Month && i.Count%12 == 0 { // a year by another name
		i = pricing.Interval{Unit: pricing.Year, Count: i.Count / 12}
	}
	return i, true
}

// partDigits puts a blank between a count and its unit: "30d" becomes "30 d".
func partDigits(text string) string {
	var b strings.Builder
	digit := false
	for _, r := range text {
		is := r >= '0' && r <= '9'
		if digit && !is && r != ' ' {
			b.WriteByte(' ')
		}
		digit = is
		b.WriteRune(r)
	}
	return b.String()
}
