package plan

import (
	"slices"
	"strings"

	"didpurchase/internal/intake/sheet"
)

// standing is the meaning of a status.
type standing string

// The meanings.
const (
	forSale  standing = "for sale"
	inUse    standing = "in use"
	reserved standing = "reserved"
	aging    standing = "aging"
	// open is a register's word for a block: its holder may assign the numbers. For
	// single numbers it means that they are in use.
	open standing = "in service"
)

// standings are the words for statuses in five languages, as sheet.Normal writes
// them.
var standings = func() map[string]standing {
	words := map[string]standing{}
	for s, list := range map[standing]string{
		forSale: "available|free|for sale|on sale|unassigned|unallocated|unused|vacant|idle|spare|not in use|not " +
			"used|never used|not assigned|not allocated|ready|ready for sale|new|yes|y|true|open|avail|avl|available for " +
			"sale|available now|in stock|on stock|instock|sellable|" +
			"frei verfugbar|nicht belegt|unbelegt|disponible a la vente|disponible a la venta|libre d affectation|non " +
			"affecte|inutilise|sin asignar|sin uso|libre de uso|libero|disponibile|livre|disponivel|vrij|beschikbaar|wolny|" +
			"verfugbar|frei|unbenutzt|nicht vergeben|disponible|disponibles|libre|libres|non attribue|no asignado|vacante|" +
			"свободен|свободный|свободна|свободно|доступен|доступно|не используется|не занят|в продаже",
		inUse: "in use|inuse|used|leased|customer|provisioned|out of stock|sold out|false|n|port in|port " +
			"out|porting|ported away|porting out|portiert|geschaltet|nicht frei|portado|porte|affecte|pas disponible|non " +
			"disponible|pas libre|occupato|bezet|zajety|перенесен|портирован|не свободен|не доступен|assigned to " +
			"customer|active customer|busy|occupied|taken|rented|sold|subscribed|connected|ported|ported in|ported " +
			"out|unavailable|not available|no|" +
			"in benutzung|benutzt|belegt|vergeben|vermietet|verkauft|zugewiesen|in gebrauch|nicht verfugbar|" +
			"utilise|en utilisation|attribue client|occupe|vendu|loue|indisponible|en uso|ocupado|usado|vendido|alquilado|no " +
			"disponible|" +
			"используется|занят|занято|занята|продан|сдан|недоступен|назначен",
		reserved: "reserved|reserved for customer|locked|test|test " +
			"number|internal|administrative|admin|intermediate|suspended|inactive|inaktiv|deactivated|disabled|hors " +
			"service|gele|retired|отключен|on " +
			"hold|held|hold|blocked|pending|protected|withheld|reserviert|gesperrt|vorgemerkt|reserve|bloque|reservado|" +
			"bloqueado|зарезервирован|резерв|в резерве|заблокирован",
		aging: "aging|aged|disconnected|disconnect|cancelled|canceled|terminated|expired|released|recycled|recycling|" +
			"returned|gekundigt|in karenz|in quarantine|in quarantane|cool down|cooling " +
			"down|resilie|ageing|quarantine|quarantined|cooling|cooling off|cooldown|recently " +
			"released|karenz|karenzzeit|quarantane|gealtert|vieillissement|quarantaine|en " +
			"quarantaine|envejecimiento|cuarentena|en cuarentena|карантин|на карантине|остывание",
		open: "in service|active|allocated|assigned|as|live|working|operational|effectif|effective|actif|active " +
			"depuis|attribue|aktiv|in betrieb|zugeteilt|activo|activa|asignado|en servicio|en service|" +
			"действует|активен|действующий|в эксплуатации|выделен",
	} {
		for word := range strings.SplitSeq(list, "|") {
			words[word] = s
		}
	}
	return words
}()

// affirmed are the affirmative answers to the header's question.
var affirmed = []string{"yes", "y", "true"}

// accepted judges a row's status: it is one of the profile's, or else one that
// means for sale.
func accepted(l *sheet.Layout, cells []string) *sheet.Fault {
	if !l.Has(sheet.RoleStatus) && l.Accept == nil {
		return nil
	}
	status := l.Cell(cells, sheet.RoleStatus)
	switch {
	case l.Accept == nil:
		return isForSale(l, status)
	case l.Accept[strings.ToLower(status)]:
		return nil
	}
	return sheet.Faultf(CodeStatusNotAccepted, "status %q is not one that the profile accepts", status)
}

// isForSale judges a status by its words.
func isForSale(l *sheet.Layout, status string) *sheet.Fault {
	s, known := standings[sheet.Normal(status)]
	switch {
	case status == "":
		return sheet.Faultf(CodeStatusNotAccepted, "the status is empty")
	case !known:
		return sheet.Faultf(CodeStatusNotAccepted, "status %q is not known; accept_status of a profile can name it", status)
	case s == forSale && l.Heads(sheet.RoleStatus, "use") && slices.Contains(affirmed, sheet.Normal(status)):
		return sheet.Faultf(CodeStatusNotAccepted, "status %q of %q can mean that the number is used", status, "use")
	case s == forSale, s == open && (l.Has(sheet.RolePrefix) || l.Has(sheet.RoleNPANXX)):
		return nil
	case s == open:
		s = inUse
	}
	return sheet.Faultf(CodeStatusNotAccepted,
		"status %q means %s; accept_status of a profile can say that such numbers are for sale", status, s)
}
