package e164

// Type is the kind of service of a number by the numbering plan, in its wire
// form.
type Type string

// The types of numbers. If a plan does not distinguish fixed lines from mobiles
// (the North American one), a number is geographic.
const (
	Unknown    Type = ""
	Geographic Type = "geographic"
	Mobile     Type = "mobile"
	TollFree   Type = "toll_free"
	SharedCost Type = "shared_cost"
	Premium    Type = "premium"
	VoIP       Type = "voip"
	Personal   Type = "personal"
	UAN        Type = "uan" // a company's number without a place
	Pager      Type = "pager"
	Voicemail  Type = "voicemail"
)

// Types lists the known types.
var Types = []Type{Geographic, Mobile, TollFree, SharedCost, Premium, VoIP, Personal, UAN, Pager, Voicemail}
