package notice

import "didpurchase/internal/party"

// text is a notice in one language, with its blanks in braces.
type text struct {
	subject string
	body    []string // paragraphs
	link    string   // the text of the link
}

// texts has each notice to customers in every language, and those to staff in the
// first. A test checks that none is missing, and that all have the same blanks.
var texts = map[party.Notice]map[string]text{
	balanceShort: {
		"en": {"Your balance is low", []string{"After a charge of {charged}, {available} is left for you to spend. The " +
			"same charge again can’t be paid.",
			"Numbers whose charges stay unpaid are suspended, and later released. Please top up."}, "Your account"},
		"de": {"Ihr Guthaben ist niedrig", []string{"Nach einer Abbuchung von {charged} sind noch {available} verfügbar. " +
			"Derselbe Betrag kann nicht noch einmal abgebucht werden.",
			"Nummern mit offenen Beträgen werden gesperrt und später freigegeben. Bitte laden Sie Ihr Guthaben auf."},
			"Ihr Konto"},
		"fr": {"Votre solde est faible", []string{"Après un débit de {charged}, il reste {available} disponibles. Le même " +
			"montant ne pourra pas être débité à nouveau.",
			"Les numéros impayés sont suspendus, puis libérés. Veuillez recharger votre compte."}, "Votre compte"},
		"es": {"Su saldo es bajo", []string{"Tras un cargo de {charged} quedan {available} disponibles. El mismo importe " +
			"no se podrá cobrar de nuevo.",
			"Los números con importes pendientes se suspenden y después se liberan. Recargue su saldo."}, "Su cuenta"},
	},
	paymentReceived: {
		"en": {"Payment received: {amount}", []string{"We received your payment of {amount} on {date}.",
			"Your balance right after it was {balance}."}, "Your account"},
		"de": {"Zahlung erhalten: {amount}", []string{"Wir haben Ihre Zahlung von {amount} am {date} erhalten.",
			"Ihr Guthaben unmittelbar danach: {balance}."}, "Ihr Konto"},
		"fr": {"Paiement reçu : {amount}", []string{"Nous avons reçu votre paiement de {amount} le {date}.",
			"Votre solde juste après : {balance}."}, "Votre compte"},
		"es": {"Pago recibido: {amount}", []string{"Recibimos su pago de {amount} el {date}.",
			"Su saldo justo después: {balance}."}, "Su cuenta"},
	},
	orderReceipt: {
		"en": {"Order {order}", []string{"Thank you for your order {order}.",
			"Numbers: {count}. Total with tax, paid from your balance: {amount}."}, "The order and its invoice"},
		"de": {"Bestellung {order}", []string{"Vielen Dank für Ihre Bestellung {order}.",
			"Nummern: {count}. Summe mit Steuer, aus Ihrem Guthaben bezahlt: {amount}."}, "Die Bestellung und ihre Rechnung"},
		"fr": {"Commande {order}", []string{"Merci pour votre commande {order}.",
			"Numéros : {count}. Total taxes comprises, payé avec votre solde : {amount}."}, "La commande et sa facture"},
		"es": {"Pedido {order}", []string{"Gracias por su pedido {order}.",
			"Números: {count}. Total con impuestos, pagado con su saldo: {amount}."}, "El pedido y su factura"},
	},
	orderWaits: {
		"en": {"Order {order} waits for an approval", []string{"Order {order} for {amount} waits for an approval. Its " +
			"numbers are reserved, and nothing is charged.",
			"Approve or decline it by {date}, or it will be rejected and its numbers will be free."}, "The order"},
		"de": {"Bestellung {order} wartet auf Freigabe", []string{"Die Bestellung {order} über {amount} wartet auf eine " +
			"Freigabe. Ihre Nummern sind reserviert, abgebucht wird nichts.",
			"Geben Sie die Bestellung bis zum {date} frei oder lehnen Sie sie ab. Danach verfällt sie, und die Nummern " +
				"werden frei."}, "Die Bestellung"},
		"fr": {"La commande {order} attend une approbation", []string{"La commande {order} de {amount} attend une " +
			"approbation. Ses numéros sont réservés et rien n’est débité.",
			"Approuvez-la ou refusez-la avant le {date}. Sinon, elle sera rejetée et ses numéros seront libérés."},
			"La commande"},
		"es": {"El pedido {order} espera una aprobación", []string{"El pedido {order} por {amount} espera una " +
			"aprobación. Sus números están reservados y no se cobra nada.",
			"Apruébelo o rechácelo antes del {date}. Si no, se rechazará y sus números quedarán libres."}, "El pedido"},
	},
	pastDue: {
		"en": {"Payment due: {number}", []string{"The charge for {number} could not be paid from your balance. More of " +
			"your numbers may be affected; the list shows all of them.",
			"They still work. If the charges stay unpaid, the numbers will be suspended."}, "Numbers that are past due"},
		"de": {"Zahlung fällig: {number}", []string{"Der Betrag für {number} konnte nicht von Ihrem Guthaben abgebucht " +
			"werden. Weitere Nummern können betroffen sein; die Liste zeigt alle.",
			"Die Nummern funktionieren noch. Bleiben die Beträge offen, werden sie gesperrt."}, "Überfällige Nummern"},
		"fr": {"Paiement dû : {number}", []string{"Le montant dû pour {number} n’a pas pu être débité de votre solde. " +
			"D’autres numéros peuvent être concernés ; la liste les montre tous.",
			"Ils fonctionnent encore. S’ils restent impayés, ils seront suspendus."}, "Numéros en retard de paiement"},
		"es": {"Pago pendiente: {number}", []string{"El cargo de {number} no se pudo cobrar de su saldo. Puede haber otros " +
			"números afectados; la lista los muestra todos.",
			"Aún funcionan. Si siguen sin pagarse, se suspenderán."}, "Números con pago vencido"},
	},
	suspended: {
		"en": {"Suspended: {number}", []string{"{number} is suspended, because its charges are unpaid: it no longer works. " +
			"More of your numbers may be affected; the list shows all of them.",
			"When the balance covers the charges, the numbers work again. If they stay unpaid, you will lose them."},
			"Suspended numbers"},
		"de": {"Gesperrt: {number}", []string{"{number} ist gesperrt, weil Beträge offen sind: Die Nummer funktioniert " +
			"nicht mehr. Weitere Nummern können betroffen sein; die Liste zeigt alle.",
			"Deckt das Guthaben die Beträge, funktionieren die Nummern wieder. Bleiben sie offen, verlieren Sie die Nummern."},
			"Gesperrte Nummern"},
		"fr": {"Suspendu : {number}", []string{"{number} est suspendu pour impayé : il ne fonctionne plus. D’autres " +
			"numéros peuvent être concernés ; la liste les montre tous.",
			"Dès que le solde couvre les montants, les numéros fonctionnent à nouveau. S’ils restent impayés, vous les " +
				"perdrez."}, "Numéros suspendus"},
		"es": {"Suspendido: {number}", []string{"{number} está suspendido por falta de pago: ya no funciona. Puede haber " +
			"otros números afectados; la lista los muestra todos.",
			"Cuando el saldo cubra los cargos, los números volverán a funcionar. Si siguen sin pagarse, los perderá."},
			"Números suspendidos"},
	},
	cancelled: {
		"en": {"Cancelled: {number}", []string{"{number} is cancelled. It is yours until {date}. If you cancelled more " +
			"numbers today, the list shows all of them.",
			"Until then you can take the cancellation back."}, "Numbers that end soon"},
		"de": {"Gekündigt: {number}", []string{"{number} ist gekündigt. Die Nummer gehört Ihnen bis zum {date}. Haben Sie " +
			"heute weitere Nummern gekündigt, zeigt die Liste alle.",
			"Bis dahin können Sie die Kündigung zurücknehmen."}, "Nummern, die bald enden"},
		"fr": {"Résilié : {number}", []string{"{number} est résilié. Il est à vous jusqu’au {date}. Si vous avez résilié " +
			"d’autres numéros aujourd’hui, la liste les montre tous.",
			"D’ici là, vous pouvez annuler la résiliation."}, "Numéros qui se terminent bientôt"},
		"es": {"Cancelado: {number}", []string{"{number} está cancelado. Es suyo hasta el {date}. Si hoy canceló más " +
			"números, la lista los muestra todos.",
			"Hasta entonces puede anular la cancelación."}, "Números que terminan pronto"},
	},
	invoice: {
		"en": {"Invoice {invoice}: {amount}", []string{"Your invoice {invoice} of {amount} is ready. It is due on {date}; " +
			"charges that your balance covered are paid already."}, "The invoice"},
		"de": {"Rechnung {invoice}: {amount}", []string{"Ihre Rechnung {invoice} über {amount} ist da. Sie ist am {date} " +
			"fällig; was Ihr Guthaben gedeckt hat, ist schon bezahlt."}, "Die Rechnung"},
		"fr": {"Facture {invoice} : {amount}", []string{"Votre facture {invoice} de {amount} est disponible. Elle est due " +
			"le {date} ; ce que votre solde couvrait est déjà payé."}, "La facture"},
		"es": {"Factura {invoice}: {amount}", []string{
			"Su factura {invoice} de {amount} está lista. Vence el {date}; lo que cubría su saldo ya está pagado."},
			"La factura"},
	},
	creditNote: {
		"en": {"Credit note {note}: {amount}", []string{"Your invoice {invoice} was corrected by the credit note {note} of " +
			"{amount}. The amount was added to your balance.", "Reason: {reason}"}, "The credit note"},
		"de": {"Gutschrift {note}: {amount}", []string{"Ihre Rechnung {invoice} wurde durch die Gutschrift {note} über " +
			"{amount} korrigiert. Der Betrag wurde Ihrem Guthaben gutgeschrieben.", "Grund: {reason}"}, "Die Gutschrift"},
		"fr": {"Avoir {note} : {amount}", []string{"Votre facture {invoice} a été rectifiée par l’avoir {note} de " +
			"{amount}. Le montant a été ajouté à votre solde.", "Motif : {reason}"}, "L’avoir"},
		"es": {"Factura rectificativa {note}: {amount}", []string{"Su factura {invoice} se corrigió con la factura " +
			"rectificativa {note} de {amount}. El importe se añadió a su saldo.", "Motivo: {reason}"},
			"La factura rectificativa"},
	},
	priceChanged: newPrice,
	priceKept:    keptPrice,
	planReady: {"en": {"Plan ready: {file}",
		[]string{"The plan of {file} is ready. Nothing was changed. Rejected rows: {rejected}."}, "The plan"}},
	importFinished: {"en": {"Imported: {file}",
		[]string{"{file} was imported. Applied rows: {applied}. Rejected rows: {rejected}."}, "The import and its report"}},
	importFailed: {"en": {"Not imported: {file}", []string{"{file} could not be imported: {error}"}, "The import"}},
	reportDone: {"en": {"Report: {report}", []string{"The report is ready, with {rows} rows. Sign in to download it."},
		"Audits and reports"}},
	reportFailed: {"en": {"Report failed: {report}", []string{"The report could not be made: {error}."},
		"Audits and reports"}},
	hookDisabled: {"en": {"A webhook was disabled", []string{"The webhook {url} was disabled: {reason}.",
		"Correct the receiver, enable the webhook again and send the deliveries that failed."}, "The webhook"}},
}

// choices has, in each language, the text of the link to the choice of notices.
var choices = map[string]string{
	"en": "Choose your notices and their language", "de": "Mitteilungen und Sprache wählen",
	"fr": "Choisir vos avis et leur langue", "es": "Elegir sus avisos y su idioma",
}
