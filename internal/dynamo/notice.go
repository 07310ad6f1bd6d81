package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/ledger"
)

// noticeItem is the sending of a notice. Until the time Until, one sender has it;
// once Sent is set, it is over.
type noticeItem struct {
	Until time.Time `dynamodbav:"until"`
	Sent  bool      `dynamodbav:"sent,omitempty"`

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// noticeLife is the time for which a sent notice is remembered. Its event may be
// repeated for 14 days at most; a shortfall may last longer.
const noticeLife = 400 * 24 * time.Hour

// TakeNotice reserves the sending of a notice until a time. taken is false if the
// notice was sent, or if another sender has it; then busy is true.
func (s *Store) TakeNotice(ctx context.Context, c ledger.Customer, k string, now, until time.Time) (taken, busy bool,
	err error) {
	died := expression.Name("sent").AttributeNotExists().And(
		expression.Name("until").LessThan(expression.Value(stamp(now))))
	action, err := s.put(noticeKey(c, k), noticeItem{Until: until, TTL: attributevalue.UnixTime(until.Add(noticeLife))},
		absent().Or(died))
	if err != nil {
		return false, false, err
	}
	if taken, err = s.writeOne(ctx, "notice "+k, action); taken || err != nil {
		return taken, false, err
	}
	i, err := s.get(ctx, noticeKey(c, k))
	if err != nil || i == nil {
		return false, true, err
	}
	var there noticeItem
	err = decode(i, &there)
	return false, !there.Sent, err
}

// NoticeSent records that a notice was sent.
func (s *Store) NoticeSent(ctx context.Context, c ledger.Customer, k string, now time.Time) error {
	action, err := s.put(noticeKey(c, k), noticeItem{Until: now, Sent: true,
		TTL: attributevalue.UnixTime(now.Add(noticeLife))},
		expression.AttributeExists(expression.Name("pk")))
	if err != nil {
		return err
	}
	_, err = s.writeOne(ctx, "notice "+k, action)
	return err
}

// ForgetNotice lets a notice be sent again; it is idempotent.
func (s *Store) ForgetNotice(ctx context.Context, c ledger.Customer, k string) error {
	action, err := s.remove(noticeKey(c, k), expression.AttributeExists(expression.Name("pk")))
	if err != nil {
		return err
	}
	_, err = s.writeOne(ctx, "notice "+k, action)
	return err
}
