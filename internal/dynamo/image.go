package dynamo

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"didpurchase/internal/did"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/report"
	"didpurchase/internal/repricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/webhook"
)

// Kind is the kind of an item of the table's stream.
type Kind int

// The kinds that consumers of the stream read.
const (
	OtherItem Kind = iota
	DIDItem
	AccountItem
	OrderItem
	EditItem
	EntryItem
	InvoiceItem
	JobItem
	WebhookItem
	AuditItem
	ReportItem
	PriceChangeItem
	AnnouncementItem
)

// KindOf returns the kind of the item at a key.
func KindOf(pk, sk string) Kind {
	switch {
	case strings.HasPrefix(pk, "DID#"):
		return DIDItem
	case strings.HasPrefix(pk, "JOB#"):
		return JobItem
	case strings.HasPrefix(pk, "HOOK#"):
		return WebhookItem
	case strings.HasPrefix(pk, "PRICES#") && strings.Count(pk, "#") == 1:
		return PriceChangeItem
	case strings.HasPrefix(pk, "AUDIT#"):
		return AuditItem
	case strings.HasPrefix(pk, "REPORTS#") && strings.HasPrefix(sk, prefixReport):
		return ReportItem
	case !strings.HasPrefix(pk, "CUSTOMER#"):
		return OtherItem
	case sk == skAccount:
		return AccountItem
	case strings.HasPrefix(sk, prefixOrder):
		return OrderItem
	case strings.HasPrefix(sk, prefixEdit):
		return EditItem
	case strings.HasPrefix(sk, prefixPrice):
		return AnnouncementItem
	case strings.HasPrefix(sk, prefixEntry):
		return EntryItem
	case strings.HasPrefix(sk, prefixInvoice):
		return InvoiceItem
	default:
		return OtherItem
	}
}

// ReadDIDImage reads an item of a DID from an image of the table's stream, in
// DynamoDB's JSON, like the other functions of this file.
func ReadDIDImage(image []byte) (did.DID, error) { return readImage(image, readDID) }

// ReadAccountImage reads an account.
func ReadAccountImage(image []byte) (ledger.Account, error) { return readImage(image, readAccount) }

// ReadOrderImage reads an order.
func ReadOrderImage(image []byte) (shop.Order, error) { return readImage(image, readOrder) }

// ReadEntryImage reads a ledger entry.
func ReadEntryImage(image []byte) (ledger.Entry, error) { return readImage(image, readEntry) }

// ReadInvoiceImage reads an invoice.
func ReadInvoiceImage(image []byte) (ledger.Invoice, error) { return readImage(image, readInvoice) }

// ReadJobImage reads an import job.
func ReadJobImage(image []byte) (intake.Job, error) { return readImage(image, readJob) }

// ReadWebhookImage reads a webhook.
func ReadWebhookImage(image []byte) (webhook.Webhook, error) { return readImage(image, readWebhook) }

// ReadReportImage reads a report.
func ReadReportImage(image []byte) (report.Report, error) { return readImage(image, readReport) }

// ReadPriceChangeImage reads a price change.
func ReadPriceChangeImage(image []byte) (repricing.Change, error) {
	return readImage(image, readPriceChange)
}

// ReadAnnouncementImage reads the announcement of a price change.
func ReadAnnouncementImage(image []byte) (repricing.Announcement, error) {
	return readImage(image, readAnnouncement)
}

func readImage[T any](image []byte, read func(item) (T, error)) (T, error) {
	var value T
	i, err := attributevalue.UnmarshalMapJSON(image)
	if err != nil {
		return value, fmt.Errorf("dynamo: image of a %T: %w", value, err)
	}
	return read(i)
}
