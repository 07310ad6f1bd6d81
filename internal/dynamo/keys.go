package dynamo

import (
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/auth"
	"didpurchase/internal/desk"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/repricing"
	"didpurchase/internal/timer"
	"didpurchase/internal/topup"
)

// The key of every item. Ids are slugs or ULIDs and digits, so that no part but
// the last of a key can hold a '#'; numbers that must sort are padded. <first 4
// digits> is e164.Partition, which has fewer of numbers under eight digits.
//
//	pk                              sk                                 item
//	CAT#<carrier>                   P#<4 digits>                       a partition of the catalogue exists
//	CAT#<carrier>#<first 4 digits>  R#<length 2 digits>#<start>        range, a span
//	                                S#<length>#<block>#<package>       range, a set; block = number less 4 digits
//	                                T#<length>#<block>                 block: the taken numbers
//	LOG#<carrier>                   <time>#<n>                         change log of the catalogue
//	RENTALS#<carrier>#<customer>    <time>#<n>                         log of a customer's changed rentals
//	DID#<carrier>#<block>           <digits>                           DID
//	HIST#<carrier>#<digits>         S#<stream's sequence, 40 digits>   a step of the DID's history
//	                                <incarnation>#<ver>#<time>         the same, in the earlier form
//	FEED#<carrier>#<2026-11-29T06>  <time>#<digits>#<version>#<others> entries of the feed of routes, by their writing
//	CUSTOMER#<carrier>#<customer>   ACCOUNT                            account
//	                                BILLING                            billing details
//	                                CART                               cart
//	                                ORDER#<ulid>                       order
//	                                PART#<order ulid>#<n 4 digits>     part of a large order
//	                                EDIT#<ulid>                        edit of many rentals
//	                                EDITS                              running edits of many rentals
//	                                EDITPART#<edit ulid>#<n 5 digits>  part of one
//	                                IDEM#<key>                         idempotency record
//	                                ENTRY#<seq 10 digits>              ledger entry
//	                                INVOICE#<n 10 digits>              invoice
//	                                TOPUP#<ulid>                       top-up by the payment provider
//	                                PRICE#<ulid>                       announcement of a price change
//	                                APIKEY#<id>                        API key of the customer
//	                                RECEIPT#<reference>                receipt, before references were the carrier's
//	                                COUNTED                            position up to which its ledger is counted
//	                                EARNED#<2026-11>                   its revenue of a month
//	RECEIPT#<carrier>#<reference>   RECEIPT                            receipt of a payment's reference
//	EARNED#<carrier>                <2026-11>                          the carrier's sums of a month
//	CARRIER#<carrier>               SETTINGS                           the carrier and its settings
//	                                CUSTOMER#<customer>                the customer exists
//	                                PACKAGE#<id>#<version 6 digits>    package version
//	                                PROFILE#<name>                     import profile
//	                                AHEAD                              coming renewals, as they were added up last
//	                                APIKEY#<id>                        API key
//	                                USERS                              version of the list of the carrier's users
//	                                USER#<id>                          user of the carrier; a customer's are in its partition
//	APIKEY#<hash>                   APIKEY                             the same, for the authorizer
//	KEYUSE#<carrier>                <id>                               hour in which the API key was last used
//	PRICES#<carrier>                <package>#<ulid>                   price change of running rentals
//	PRICES#<carrier>#<ulid>         <n 6 digits>                       part of its report
//	JOB#<carrier>                   <import id>                        import job
//	INTAKE#<carrier>                LANE                               the running job, and the waiting ones
//	                                FILE#<digest of object key>        newest version of a file that was seen
//	USER#<issuer>#<subject>         USER                               the user that a token belongs to
//	INVITATION#<hash>               INVITATION                         the user that an invitation is for
//	AUDIT#<carrier>#<2026-11>       <time>#<id>                        act of a person, a program or an operator
//	HOOK#<carrier>#<customer>       <ulid>                             webhook; the carrier's own without a customer
//	HOOKSLOT#<carrier>#<webhook>    <n>                                place of a delivery that is running
//	                                CHECK                              when the check of its backlog is due
//	BACKLOG#<carrier>#<webhook>     <time>#<delivery>                  delivery that waits until the webhook works
//	DELIVERY#<carrier>#<webhook>    <ulid>                             an event on its way to a webhook
//	USAGE#<carrier>#<block>         <digits>                           calls and minutes of a number, by day and switch
//	USAGE#<carrier>                 COVERAGE                           first and last day of the carrier's reports of usage
//	RELEASED#<carrier>#<2026-11>    <time>#<digits>                    end of a rental
//	RATE#<carrier>                  OWNER#<customer>                   turns for requests of a customer; the carrier's own without one
//	                                KEY#<id>                           the same, of an API key
//	PAYMENT#<carrier>#<provider>    <the provider's id>                payment at a provider, and what was taken back
//	FINDING#<carrier>               <time>#<notification>              payment that was not entered
//	SERIES#<carrier>                <prefix>#<year>                    last number of a series of invoices or credit notes
//	WAITING#<carrier>               <customer>#<order ulid>            order that waits for an approval
//	NOTICE#<carrier>#<customer>     <event, or kind and day>           sending of a notice; to the carrier's staff without a customer
//	REPORTS#<carrier>               R#<ulid>                           report
//	                                SCHEDULE#<name>                    audit schedule
//	RECONCILE                       PASS                               position of the automatic reconciliation
//
// Indexes: due (duePK = DUE#<shard 2 digits>, nextAt) and rentals
// (owner = OWNER#<carrier>#<customer>, sk); schema.go has them.
type key struct{ pk, sk string }

// Sort keys and the prefixes of sort keys.
const (
	skAccount    = "ACCOUNT"
	skBilling    = "BILLING"
	skCart       = "CART"
	skEdits      = "EDITS"
	skSettings   = "SETTINGS"
	skUser       = "USER"
	skLane       = "LANE"
	skAPIKey     = "APIKEY"
	skUsers      = "USERS"
	skInvitation = "INVITATION"
	skCounted    = "COUNTED"
	skAhead      = "AHEAD"
	skPass       = "PASS"
	skReceipt    = "RECEIPT"

	prefixPartition   = "P#"
	prefixSpan        = "R#"
	prefixSet         = "S#"
	prefixBlock       = "T#"
	prefixOrder       = "ORDER#"
	prefixPart        = "PART#"
	prefixEdit        = "EDIT#"
	prefixEditPart    = "EDITPART#"
	prefixIdempotency = "IDEM#"
	prefixEntry       = "ENTRY#"
	prefixInvoice     = "INVOICE#"
	prefixCustomer    = "CUSTOMER#"
	prefixPackage     = "PACKAGE#"
	prefixProfile     = "PROFILE#"
	prefixAPIKey      = "APIKEY#"
	prefixReceipt     = "RECEIPT#"
	prefixFile        = "FILE#"
	prefixEarned      = "EARNED#"
	prefixStep        = "S#"
	prefixUser        = "USER#"
	prefixTopUp       = "TOPUP#"
	prefixPrice       = "PRICE#"
)

func (k key) attributes() item {
	return item{"pk": &types.AttributeValueMemberS{Value: k.pk}, "sk": &types.AttributeValueMemberS{Value: k.sk}}
}

func catalogueKey(carrier string) string { return "CAT#" + carrier }

func partitionKey(carrier string, p e164.Partition) string {
	return fmt.Sprintf("CAT#%s#%d", carrier, p)
}

// partitionEntryKey returns the key of a partition in the carrier's list.
func partitionEntryKey(carrier string, p e164.Partition) key {
	return key{catalogueKey(carrier), fmt.Sprintf("%s%d", prefixPartition, p)}
}

// asideKey returns the key of a record that a consumer of the stream can never
// process.
func asideKey(consumer, sequence string) key { return key{"ASIDE#" + consumer, sequence} }

func spanPrefix(length int) string { return fmt.Sprintf("%s%02d#", prefixSpan, length) }

func spanKey(carrier string, start e164.Number) key {
	return key{partitionKey(carrier, start.Partition()), spanPrefix(start.Len()) + start.Digits()}
}

func setPrefixOf(length int) string { return fmt.Sprintf("%s%02d#", prefixSet, length) }

func setPrefix(b e164.Block) string {
	return setPrefixOf(b.First().Len()) + b.Digits() + "#"
}

func setKey(carrier string, b e164.Block, packageID string) key {
	return key{partitionKey(carrier, b.Partition()), setPrefix(b) + packageID}
}

func blockKey(carrier string, b e164.Block) key {
	return key{partitionKey(carrier, b.Partition()), blockPrefix(b.First().Len()) + b.Digits()}
}

func blockPrefix(length int) string { return fmt.Sprintf("%s%02d#", prefixBlock, length) }

func didPartition(carrier string, b e164.Block) string { return "DID#" + carrier + "#" + b.Digits() }

func didKey(carrier string, n e164.Number) key {
	return key{didPartition(carrier, n.Block()), n.Digits()}
}

func customerPK(c ledger.Customer) string { return "CUSTOMER#" + c.Carrier + "#" + c.ID }

func accountKey(c ledger.Customer) key { return key{customerPK(c), skAccount} }

func billingKey(c ledger.Customer) key { return key{customerPK(c), skBilling} }

func cartKey(c ledger.Customer) key { return key{customerPK(c), skCart} }

func orderKey(c ledger.Customer, id string) key { return key{customerPK(c), prefixOrder + id} }

func partPrefix(orderID string) string { return prefixPart + orderID + "#" }

func partKey(c ledger.Customer, orderID string, index int) key {
	return key{customerPK(c), fmt.Sprintf("%s%04d", partPrefix(orderID), index)}
}

func editKey(c ledger.Customer, id string) key { return key{customerPK(c), prefixEdit + id} }

func runningEditsKey(c ledger.Customer) key { return key{customerPK(c), skEdits} }

func editPartPrefix(id string) string { return prefixEditPart + id + "#" }

func editPartKey(c ledger.Customer, id string, index int) key {
	return key{customerPK(c), fmt.Sprintf("%s%05d", editPartPrefix(id), index)}
}

func idempotencyKey(c ledger.Customer, k string) key {
	return key{customerPK(c), prefixIdempotency + k}
}

func topUpKey(c ledger.Customer, id string) key { return key{customerPK(c), prefixTopUp + id} }

func paymentKey(carrier, provider, id string) key {
	return key{"PAYMENT#" + carrier + "#" + provider, id}
}

func noticeKey(c ledger.Customer, k string) key { return key{"NOTICE#" + c.Carrier + "#" + c.ID, k} }

func findingPK(carrier string) string { return "FINDING#" + carrier }

func findingKey(f topup.Finding) key { return key{findingPK(f.Carrier), stamp(f.At) + "#" + f.ID} }

func passKey() key { return key{"RECONCILE", skPass} }

func entryKey(c ledger.Customer, seq int) key {
	return key{customerPK(c), fmt.Sprintf("%s%010d", prefixEntry, seq)}
}

// invoiceKey pads the number at the end of an invoice's id, <customer>-inv-<n>.
func invoiceKey(i ledger.Invoice) key {
	n := i.ID[strings.LastIndexByte(i.ID, '-')+1:]
	return key{customerPK(i.Customer), prefixInvoice + strings.Repeat("0", max(0, 10-len(n))) + n}
}

func seriesKey(s ledger.Series) key {
	return key{"SERIES#" + s.Carrier, fmt.Sprintf("%s#%d", s.Prefix, s.Year)}
}

// receiptKey is the same for all notations of a carrier's reference.
func receiptKey(carrier, reference string) key {
	return key{prefixReceipt + carrier + "#" + desk.SameReference(reference), skReceipt}
}

// customerReceiptKey returns the earlier key of a reference, as it was written,
// when references belonged to each customer. It is only read.
func customerReceiptKey(c ledger.Customer, reference string) key {
	return key{customerPK(c), prefixReceipt + reference}
}

func countedKey(c ledger.Customer) key { return key{customerPK(c), skCounted} }

// earnedKey returns the key of the sums of a month: a customer's, or the
// carrier's.
func earnedKey(c ledger.Customer, month string) key {
	if c.ID == "" {
		return key{earnedPK(c.Carrier), month}
	}
	return key{customerPK(c), prefixEarned + month}
}

func aheadKey(carrier string) key { return key{carrierPK(carrier), skAhead} }

func earnedPK(carrier string) string { return prefixEarned + carrier }

// accessPK returns the partition of the users and API keys of a customer, or of
// the carrier itself.
func accessPK(owner ledger.Customer) string {
	if owner.ID == "" {
		return carrierPK(owner.Carrier)
	}
	return customerPK(owner)
}

func apiKeyKey(k auth.APIKey) key {
	return key{accessPK(ledger.Customer{Carrier: k.Carrier, ID: k.Customer}), prefixAPIKey + k.ID}
}

func keyUseKey(carrier, id string) key { return key{"KEYUSE#" + carrier, id} }

func apiKeyHashKey(hash string) key { return key{prefixAPIKey + hash, skAPIKey} }

func carrierPK(carrier string) string { return "CARRIER#" + carrier }

func settingsKey(carrier string) key { return key{carrierPK(carrier), skSettings} }

func customerKey(c ledger.Customer) key { return key{carrierPK(c.Carrier), prefixCustomer + c.ID} }

func packageKey(carrier, id string, version int) key {
	return key{carrierPK(carrier), fmt.Sprintf("%s%s#%06d", prefixPackage, id, version)}
}

// priceRulesKey sorts before the packages, whose ids are slugs.
func priceRulesKey(carrier string) key { return key{carrierPK(carrier), prefixPackage + "#rules"} }

func profileKey(carrier, name string) key { return key{carrierPK(carrier), prefixProfile + name} }

func pricesPK(carrier string) string { return "PRICES#" + carrier }

func priceChangeKey(r repricing.Ref) key { return key{pricesPK(r.Carrier), r.Package + "#" + r.ID} }

func pricePartKey(r repricing.Ref, index int) key {
	return key{pricesPK(r.Carrier) + "#" + r.ID, fmt.Sprintf("%06d", index)}
}

func announcementKey(c ledger.Customer, change string) key {
	return key{customerPK(c), prefixPrice + change}
}

func jobKey(carrier, id string) key { return key{jobPK(carrier), id} }

func jobPK(carrier string) string { return "JOB#" + carrier }

func laneKey(carrier string) key { return key{intakePK(carrier), skLane} }

// arrivalKey digests the object's key, which may be longer than a sort key.
func arrivalKey(carrier, objectKey string) key {
	return key{intakePK(carrier), fmt.Sprintf("%s%x", prefixFile, sha256.Sum256([]byte(objectKey)))}
}

func intakePK(carrier string) string { return "INTAKE#" + carrier }

func usersKey(owner ledger.Customer) key { return key{accessPK(owner), skUsers} }

func userEntryKey(u auth.User) key {
	return key{accessPK(ledger.Customer{Carrier: u.Carrier, ID: u.Customer}), prefixUser + u.ID}
}

func invitationKey(hash string) key { return key{"INVITATION#" + hash, skInvitation} }

func userKey(issuer, subject string) key { return key{"USER#" + issuer + "#" + subject, skUser} }

// rentalLogPK returns the partition of the log of a customer's rentals.
func rentalLogPK(c ledger.Customer) string { return "RENTALS#" + c.Carrier + "#" + c.ID }

// ownerPK returns a customer's partition in the index rentals.
func ownerPK(c ledger.Customer) string { return "OWNER#" + c.Carrier + "#" + c.ID }

// duePK returns the partition in the index due with a customer's timers.
func duePK(c ledger.Customer) string { return dueShard(dueShardOf(c)) }

func dueShardOf(c ledger.Customer) int {
	h := fnv.New32a()
	h.Write([]byte(c.String()))
	return int(h.Sum32() % timer.Shards)
}

func dueShard(n int) string { return fmt.Sprintf("DUE#%02d", n) }
