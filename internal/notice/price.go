package notice

import (
	"strconv"
	"strings"

	"didpurchase/internal/event"
	"didpurchase/internal/party"
)

// priceKept is the notice of a price change that was cancelled.
const priceKept party.Notice = "price_kept"

// readPriceChange returns the words of a price change, or of its cancellation.
func readPriceChange(e event.Event, w writing) (words, bool, error) {
	p, err := data[event.PriceChange](e)
	old := make([]string, len(p.Old))
	for i, o := range p.Old {
		old[i] = w.amount(o.Recurring)
	}
	return words{"package": p.Name, "date": w.day(p.From), "count": strconv.Itoa(p.Numbers),
		"old": strings.Join(old, ", "), "price": w.amount(p.Recurring), "kept": strconv.FormatBool(p.Cancelled),
		"path": "/dids?package=" + p.Package}, true, err
}

// newPrice and keptPrice are the texts about prices.
var (
	newPrice = map[string]text{
		"en": {"New price from {date}", []string{
			"The price of your numbers in the package {package} changes. Numbers: {count}. Price of a period until then, " +
				"before tax: {old}. New price: {price}.",
			"The first period at the new price begins on {date}. A number whose next period begins later pays the new price " +
				"from then on. Periods that are paid stay as they are.",
			"You don’t have to do anything to keep the numbers. If you don’t want a number at the new price, cancel it before " +
				"its first period at that price begins."}, "Numbers in this package"},
		"de": {"Neuer Preis ab {date}", []string{
			"Der Preis Ihrer Nummern im Paket {package} ändert sich. Nummern: {count}. Bisheriger Preis einer Periode, ohne " +
				"Steuer: {old}. Neuer Preis: {price}.",
			"Die erste Periode zum neuen Preis beginnt am {date}. Eine Nummer, deren nächste Periode später beginnt, kostet " +
				"ab dann den neuen Preis. Bezahlte Perioden bleiben unverändert.",
			"Um die Nummern zu behalten, müssen Sie nichts tun. Möchten Sie eine Nummer nicht zum neuen Preis, kündigen Sie " +
				"sie, bevor ihre erste Periode zu diesem Preis beginnt."}, "Nummern in diesem Paket"},
		"fr": {"Nouveau prix à partir du {date}", []string{
			"Le prix de vos numéros du forfait {package} change. Numéros : {count}. Prix actuel d’une période, hors taxes : " +
				"{old}. Nouveau prix : {price}.",
			"La première période au nouveau prix commence le {date}. Un numéro dont la prochaine période commence plus tard " +
				"paie le nouveau prix à partir de celle-ci. Les périodes payées ne changent pas.",
			"Vous n’avez rien à faire pour garder les numéros. Si vous ne voulez pas d’un numéro au nouveau prix, résiliez-le " +
				"avant le début de sa première période à ce prix."}, "Numéros de ce forfait"},
		"es": {"Nuevo precio a partir del {date}", []string{
			"Cambia el precio de sus números del paquete {package}. Números: {count}. Precio actual de un período, sin " +
				"impuestos: {old}. Precio nuevo: {price}.",
			"El primer período con el precio nuevo empieza el {date}. Un número cuyo próximo período empieza más tarde paga " +
				"el precio nuevo desde entonces. Los períodos pagados no cambian.",
			"No tiene que hacer nada para conservar los números. Si no quiere un número con el precio nuevo, cancélelo antes " +
				"de que empiece su primer período con ese precio."}, "Números de este paquete"},
	}
	keptPrice = map[string]text{
		"en": {"Price change cancelled", []string{"The announced price change of your numbers in the package {package} is " +
			"cancelled. Numbers: {count}. They keep their price: {old}."}, "Numbers in this package"},
		"de": {"Preisänderung zurückgenommen", []string{"Die angekündigte Preisänderung Ihrer Nummern im Paket {package} " +
			"ist zurückgenommen. Nummern: {count}. Sie behalten ihren Preis: {old}."}, "Nummern in diesem Paket"},
		"fr": {"Changement de prix annulé", []string{"Le changement de prix annoncé pour vos numéros du forfait {package} " +
			"est annulé. Numéros : {count}. Ils gardent leur prix : {old}."}, "Numéros de ce forfait"},
		"es": {"Cambio de precio anulado", []string{"Se anuló el cambio de precio anunciado de sus números del paquete " +
			"{package}. Números: {count}. Conservan su precio: {old}."}, "Números de este paquete"},
	}
)
