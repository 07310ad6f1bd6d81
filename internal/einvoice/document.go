package einvoice

import "encoding/xml"

// The elements of UBL 2.1 that a document has, in the order of its schema.
type (
	document struct {
		XMLName          xml.Name
		Namespace        string        `xml:"xmlns,attr"`
		Aggregates       string        `xml:"xmlns:cac,attr"`
		Basics           string        `xml:"xmlns:cbc,attr"`
		Customization    string        `xml:"cbc:CustomizationID"`
		ID               string        `xml:"cbc:ID"`
		IssueDate        string        `xml:"cbc:IssueDate"`
		DueDate          string        `xml:"cbc:DueDate,omitempty"`
		InvoiceType      string        `xml:"cbc:InvoiceTypeCode,omitempty"`
		CreditNoteType   string        `xml:"cbc:CreditNoteTypeCode,omitempty"`
		Note             string        `xml:"cbc:Note,omitempty"`
		Currency         string        `xml:"cbc:DocumentCurrencyCode"`
		OrderReference   *reference    `xml:"cac:OrderReference"`
		BillingReference *billingRef   `xml:"cac:BillingReference"`
		Supplier         role          `xml:"cac:AccountingSupplierParty"`
		Customer         role          `xml:"cac:AccountingCustomerParty"`
		PaymentTerms     *terms        `xml:"cac:PaymentTerms"`
		TaxTotal         taxTotal      `xml:"cac:TaxTotal"`
		Total            monetaryTotal `xml:"cac:LegalMonetaryTotal"`
		InvoiceLines     []line        `xml:"cac:InvoiceLine"`
		CreditNoteLines  []line        `xml:"cac:CreditNoteLine"`
	}
	reference struct {
		ID string `xml:"cbc:ID"`
	}
	billingRef struct {
		Invoice reference `xml:"cac:InvoiceDocumentReference"`
	}
	terms struct {
		Note string `xml:"cbc:Note"`
	}
	role struct {
		Party partyOf `xml:"cac:Party"`
	}
	partyOf struct {
		Address address      `xml:"cac:PostalAddress"`
		Tax     *taxScheme   `xml:"cac:PartyTaxScheme"`
		Legal   registration `xml:"cac:PartyLegalEntity"`
	}
	address struct {
		Street  string  `xml:"cbc:StreetName,omitempty"`
		City    string  `xml:"cbc:CityName,omitempty"`
		Postal  string  `xml:"cbc:PostalZone,omitempty"`
		Region  string  `xml:"cbc:CountrySubentity,omitempty"`
		Country country `xml:"cac:Country"`
	}
	country struct {
		Code string `xml:"cbc:IdentificationCode"`
	}
	taxScheme struct {
		Number string    `xml:"cbc:CompanyID"`
		Scheme reference `xml:"cac:TaxScheme"`
	}
	registration struct {
		Name string `xml:"cbc:RegistrationName"`
	}
	amount struct {
		Currency string `xml:"currencyID,attr"`
		Number   string `xml:",chardata"`
	}
	quantity struct {
		Unit   string `xml:"unitCode,attr"`
		Number int    `xml:",chardata"`
	}
	taxTotal struct {
		Tax       amount     `xml:"cbc:TaxAmount"`
		Subtotals []subtotal `xml:"cac:TaxSubtotal"`
	}
	subtotal struct {
		Net      amount   `xml:"cbc:TaxableAmount"`
		Tax      amount   `xml:"cbc:TaxAmount"`
		Category category `xml:"cac:TaxCategory"`
	}
	category struct {
		ID      string    `xml:"cbc:ID"`
		Percent string    `xml:"cbc:Percent"`
		Reason  string    `xml:"cbc:TaxExemptionReason,omitempty"`
		Scheme  reference `xml:"cac:TaxScheme"`
	}
	monetaryTotal struct {
		Lines   amount `xml:"cbc:LineExtensionAmount"`
		Net     amount `xml:"cbc:TaxExclusiveAmount"`
		Gross   amount `xml:"cbc:TaxInclusiveAmount"`
		Payable amount `xml:"cbc:PayableAmount"`
	}
	line struct {
		ID       int       `xml:"cbc:ID"`
		Invoiced *quantity `xml:"cbc:InvoicedQuantity"`
		Credited *quantity `xml:"cbc:CreditedQuantity"`
		Net      amount    `xml:"cbc:LineExtensionAmount"`
		Period   *period   `xml:"cac:InvoicePeriod"`
		Item     item      `xml:"cac:Item"`
		Price    price     `xml:"cac:Price"`
	}
	period struct {
		From string `xml:"cbc:StartDate"`
		To   string `xml:"cbc:EndDate"`
	}
	item struct {
		Name     string   `xml:"cbc:Name"`
		Category category `xml:"cac:ClassifiedTaxCategory"`
	}
	price struct {
		Amount amount   `xml:"cbc:PriceAmount"`
		Base   quantity `xml:"cbc:BaseQuantity"`
	}
)
