package plan

import (
	"strings"

	"didpurchase/internal/intake/sheet"
)

// standing is the meaning of a status.
type standing string

// The standings.
const (
	forSale  standing = "for sale"
	inUse    standing = "in use"
	reserved standing = "reserved"
	aging    standing = "aging"
	// open is a register's word for a block: its holder may give the numbers out.
	// Of single numbers it means that they are in use.
	open standing = "in service"
)

// standings are the words of the five languages for statuses, as sheet.Normal
// writes them.
var standings = func() map[string]standing {
	words := map[string]standing{}
	for s, list := range map[standing]string{
		forSale: "available|free|for sale|on sale|unassigned|unallocated|unused|vacant|idle|spare|not in use|not assigned|ready|new|yes|open|" +
			"verfugbar|frei|unbenutzt|nicht vergeben|disponible|disponibles|libre|libres|non attribue|no asignado|vacante|" +
			"свободен|свободный|свободна|свободно|доступен|доступно|не используется|не занят|в продаже",
		inUse: "in use|used|assigned to customer|active customer|busy|occupied|taken|rented|sold|subscribed|connected|ported|ported in|ported out|unavailable|not available|no|" +
			"in benutzung|benutzt|belegt|vergeben|vermietet|verkauft|zugewiesen|in gebrauch|nicht verfugbar|" +
			"utilise|en utilisation|attribue client|occupe|vendu|loue|indisponible|en uso|ocupado|usado|vendido|alquilado|no disponible|" +
			"используется|занят|занято|занята|продан|сдан|недоступен|назначен",
		reserved: "reserved|on hold|held|hold|blocked|pending|protected|withheld|reserviert|gesperrt|vorgemerkt|reserve|bloque|reservado|bloqueado|зарезервирован|резерв|в резерве|заблокирован",
		aging:    "aging|ageing|quarantine|quarantined|cooling|cooling off|cooldown|recently released|karenz|karenzzeit|quarantane|gealtert|vieillissement|quarantaine|en quarantaine|envejecimiento|cuarentena|en cuarentena|карантин|на карантине|остывание",
		open: "in service|active|allocated|assigned|as|live|working|operational|effectif|effective|actif|active depuis|attribue|aktiv|in betrieb|zugeteilt|activo|activa|asignado|en servicio|en service|" +
			"действует|активен|действующий|в эксплуатации|выделен",
	} {
		for word := range strings.SplitSeq(list, "|") {
			words[word] = s
		}
	}
	return words
}()

// accepted judges a row's status: one of the profile's, else one that means for
// sale.
func accepted(l *sheet.Layout, cells []string) *sheet.Fault {
	if !l.Has(sheet.RoleStatus) && l.Accept == nil {
		return nil
	}
	status := l.Cell(cells, sheet.RoleStatus)
	if l.Accept != nil {
		if l.Accept[strings.ToLower(status)] {
			return nil
		}
		return sheet.Faultf(CodeStatusNotAccepted, "status %q is not one that the profile accepts", status)
	}
	s, known := standings[sheet.Normal(status)]
	switch {
	case status == "":
		return sheet.Faultf(CodeStatusNotAccepted, "the status is empty")
	case !known:
		return sheet.Faultf(CodeStatusNotAccepted, "status %q is not known; accept_status of a profile can name it", status)
	case s == forSale, s == open && (l.Has(sheet.RolePrefix) || l.Has(sheet.RoleNPANXX)):
		return nil
	case s == open:
		s = inUse
	}
	return sheet.Faultf(CodeStatusNotAccepted, "status %q means %s; accept_status of a profile can say that such numbers are for sale", status, s)
}
