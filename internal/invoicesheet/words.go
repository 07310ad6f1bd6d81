package invoicesheet

import "didpurchase/internal/party"

// word names a text of the sheet.
type word int

const (
	invoiceWord word = iota
	draftWord
	fromWord
	toWord
	referenceWord
	dateWord
	dueWord
	purchaseOrderWord
	chargesWord
	taxNumberWord
	numberWord
	packageWord
	whatWord
	periodWord
	netWord
	taxWord
	grossWord
	totalWord
	setupWord
	recurringWord
	prorationWord
	roundingWord
	rateWord
	reverseChargeWord
	exemptWord
	orderWord
	renewalsWord
	elsewhereWord
	creditNoteWord
	correctsWord
	reasonWord
	creditWord
	words // how many
)

// texts has the words of each locale, in the order of the constants.
var texts = map[string][words]string{
	"en": {
		"Invoice", "Draft of invoice", "From", "To", "Reference", "Date", "Due", "Purchase order", "For", "Tax number",
		"Number", "Package", "Charge", "Period", "Net", "Tax", "Gross", "Total", "Setup", "Recurring",
		"First period, in part",
		"Rounding of the tax", "Tax rate", "Reverse charge: the customer owes the tax.", "Exempt from tax:", "Order",
		"Renewals of",
		"The invoice has more lines than this document: they are on its page.",
		"Credit note", "Corrects invoice", "Reason", "Credit",
	},
	"de": {
		"Rechnung", "Entwurf der Rechnung", "Von", "An", "Referenz", "Datum", "Fällig", "Bestellnummer", "Für",
		"Steuernummer",
		"Rufnummer", "Paket", "Entgelt", "Zeitraum", "Netto", "Steuer", "Brutto", "Summe", "Einrichtung", "Laufend",
		"Erster Zeitraum, anteilig", "Rundung der Steuer", "Steuersatz",
		"Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).",
		"Steuerfrei:", "Bestellung", "Verlängerungen vom",
		"Die Rechnung hat mehr Zeilen als dieses Dokument: sie stehen auf ihrer Seite.",
		"Gutschrift (Rechnungskorrektur)", "Korrigiert Rechnung", "Grund", "Gutschrift",
	},
	"fr": {
		"Facture", "Projet de facture", "De", "À", "Référence", "Date", "Échéance", "Bon de commande", "Objet",
		"Numéro fiscal",
		"Numéro", "Forfait", "Frais", "Période", "Net", "Taxe", "Brut", "Total", "Mise en service", "Abonnement",
		"Première période, au prorata", "Arrondi de la taxe", "Taux", "Autoliquidation : la taxe est due par le client.",
		"Exonéré de taxe :", "Commande", "Renouvellements du",
		"La facture a plus de lignes que ce document : elles sont sur sa page.",
		"Avoir", "Rectifie la facture", "Motif", "Avoir",
	},
	"es": {
		"Factura", "Borrador de factura", "De", "Para", "Referencia", "Fecha", "Vencimiento", "Pedido de compra", "Concepto",
		"NIF",
		"Número", "Paquete", "Cargo", "Período", "Neto", "Impuesto", "Bruto", "Total", "Alta", "Recurrente",
		"Primer período, proporcional", "Redondeo del impuesto", "Tipo",
		"Inversión del sujeto pasivo: el cliente debe el impuesto.",
		"Exento de impuesto:", "Pedido", "Renovaciones del",
		"La factura tiene más líneas que este documento: están en su página.",
		"Factura rectificativa", "Rectifica la factura", "Motivo", "Abono",
	},
}

// lexicon returns the words of a locale; for an unknown locale the words of the
// first one.
func lexicon(locale string) [words]string {
	if found, ok := texts[locale]; ok {
		return found
	}
	return texts[party.Locales[0]]
}
