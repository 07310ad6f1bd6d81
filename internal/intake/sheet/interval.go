package sheet

import (
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

// adverbs are single words for an interval, as normal writes them. "Biweekly"
// and "bimonthly" have two meanings each and are not among them.
var adverbs = wordsOf(map[pricing.Interval]string{
	aDay:                            "daily|taglich|quotidien|quotidienne|journalier|diario|diaria|ежедневно|ежедневный|ежедневная",
	aWeek:                           "weekly|wochentlich|hebdomadaire|semanal|еженедельно|еженедельный|еженедельная",
	{Unit: pricing.Week, Count: 2}:  "fortnightly|vierzehntaglich",
	aMonth:                          "monthly|monatlich|mtl|mensuel|mensuelle|mensual|ежемесячно|ежемесячный|ежемесячная",
	{Unit: pricing.Month, Count: 3}: "quarterly|vierteljahrlich|quartalsweise|trimestriel|trimestrielle|trimestral|ежеквартально|ежеквартальный|ежеквартальная",
	{Unit: pricing.Month, Count: 6}: "semiannual|semiannually|semi annual|semi annually|half yearly|halfyearly|halbjahrlich|semestriel|semestrielle|semestral|раз в полгода",
	aYear:                           "yearly|annual|annually|jahrlich|annuel|annuelle|anual|ежегодно|ежегодный|ежегодная|p a",
})

// nouns are words that a count or "per" comes before.
var nouns = wordsOf(map[pricing.Interval]string{
	aDay:                            "day|days|d|tag|tage|tagen|jour|jours|dia|dias|день|дня|дней",
	aWeek:                           "week|weeks|wk|woche|wochen|semaine|semaines|semana|semanas|неделя|неделю|недели|недель",
	aMonth:                          "month|months|mo|mth|monat|monate|monaten|mois|mes|meses|месяц|месяца|месяцев|мес",
	{Unit: pricing.Month, Count: 3}: "quarter|quarters|quartal|quartale|vierteljahr|trimestre|trimestres|квартал|квартала",
	{Unit: pricing.Month, Count: 6}: "half year|halbjahr|semestre|semestres|полгода|полугодие",
	aYear:                           "year|years|yr|annum|jahr|jahre|jahren|an|ans|annee|annees|ano|anos|год|года|лет",
})

var fillers = wordsOf(map[pricing.Interval]string{{}: "every|each|per|a|once|alle|jede|jeden|jedes|pro|je|im|tous|toutes|les|par|chaque|cada|por|al|каждые|каждый|каждую|каждое|в|раз|за|billed"})

func wordsOf(lists map[pricing.Interval]string) map[string]pricing.Interval {
	words := map[string]pricing.Interval{}
	for interval, list := range lists {
		for word := range strings.SplitSeq(list, "|") {
			words[word] = interval
		}
	}
	return words
}

// ReadInterval reads how often a price is charged: "yearly", "per year", "every
// 30 days", "30d". A number alone has no unit and is not read.
func ReadInterval(text string) (pricing.Interval, bool) {
	words := strings.Fields(partDigits(Normal(text)))
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
		}
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

// partDigits puts a blank between a count and its unit: "30d" is "30 d".
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
