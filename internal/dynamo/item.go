package dynamo

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/commit"
	"didpurchase/internal/money"
)

// item is an item of the table: attributes by name.
type item = map[string]types.AttributeValue

// timeLayout is RFC 3339 in UTC with milliseconds, always with the same width,
// so that times sort and compare as texts.
const timeLayout = "2006-01-02T15:04:05.000Z"

// stamp returns a moment in its stored form: parts of a millisecond are cut.
func stamp(t time.Time) string { return t.UTC().Format(timeLayout) }

// ceiling returns the earliest storable moment that is not before t. A guard
// compares stored moments with the clock, which is finer: for stored moments,
// before t is the same as before ceiling(t).
func ceiling(t time.Time) string {
	if cut := t.Truncate(time.Millisecond); cut.Before(t) {
		return stamp(cut.Add(time.Millisecond))
	}
	return stamp(t)
}

// encode turns one of this package's item types into attributes; fields marked
// omitempty are left out if zero.
func encode(v any) (item, error) {
	i, err := attributevalue.MarshalMapWithOptions(v, func(o *attributevalue.EncoderOptions) {
		o.OmitEmptyTime, o.OmitNullAttributeValues = true, true
		o.EncodeTime = func(t time.Time) (types.AttributeValue, error) {
			return &types.AttributeValueMemberS{Value: stamp(t)}, nil
		}
	})
	if err != nil {
		return nil, fmt.Errorf("dynamo: encode %T: %w", v, err)
	}
	return i, nil
}

// decode reads attributes into one of this package's item types. Errors wrap
// commit.ErrDamaged.
func decode(i item, v any) error {
	if err := attributevalue.UnmarshalMap(i, v); err != nil {
		return damaged(i, err)
	}
	return nil
}

// damaged returns the error of an item that can't be read.
func damaged(i item, err error) error {
	return fmt.Errorf("dynamo: decode %s %s: %w: %w", text(i, "pk"), text(i, "sk"), commit.ErrDamaged, err)
}

// text returns a string attribute, "" if there is none.
func text(i item, name string) string {
	if s, ok := i[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// with adds the key's attributes.
func (k key) with(i item) item {
	for name, value := range k.attributes() {
		i[name] = value
	}
	return i
}

// amount stores money as one text, "10.00 USD".
type amount struct{ money.Amount }

// MarshalDynamoDBAttributeValue leaves out an amount without a currency.
func (a amount) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if a.Currency() == "" {
		return &types.AttributeValueMemberNULL{Value: true}, nil
	}
	return &types.AttributeValueMemberS{Value: a.String()}, nil
}

// optionalAmount returns nil for an amount without a currency.
func optionalAmount(a money.Amount) *amount {
	if a.Currency() == "" {
		return nil
	}
	return &amount{a}
}

// amount returns the amount without a currency for nil.
func (a *amount) amount() money.Amount {
	if a == nil {
		return money.Amount{}
	}
	return a.Amount
}

// UnmarshalDynamoDBAttributeValue reads the form that MarshalDynamoDBAttributeValue
// writes.
func (a *amount) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) (err error) {
	s, ok := av.(*types.AttributeValueMemberS)
	if !ok {
		return fmt.Errorf("an amount is a text, not %T", av)
	}
	number, currency, _ := strings.Cut(s.Value, " ")
	a.Amount, err = money.ParseSum(number, currency)
	return err
}
