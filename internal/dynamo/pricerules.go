package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/commit"
)

// priceRulesItem has all price rules of a carrier. It is among the packages, so that a
// read of these returns the rules too.
type priceRulesItem struct {
	Rules []priceRuleItem `dynamodbav:"rules"`
	Ver   int64           `dynamodbav:"ver"`
}

type priceRuleItem struct {
	Pattern  string `dynamodbav:"m"`
	Package  string `dynamodbav:"p"`
	Currency string `dynamodbav:"c"`
}

// PriceList returns the carrier's packages and price rules.
func (s *Store) PriceList(ctx context.Context, carrier string) (search.PriceList, error) {
	return s.priceList(ctx, carrier, false)
}

// LatePriceList is PriceList at half the cost: it may miss the changes of about the last
// second.
func (s *Store) LatePriceList(ctx context.Context, carrier string) (search.PriceList, error) {
	return s.priceList(ctx, carrier, true)
}

func (s *Store) priceList(ctx context.Context, carrier string, stale bool) (list search.PriceList, err error) {
	items, err := s.list(ctx, listing{pk: carrierPK(carrier), prefix: prefixPackage, stale: stale})
	if err != nil {
		return list, err
	}
	if len(items) > 0 && text(items[0], "sk") == priceRulesKey(carrier).sk { // it sorts before the packages
		if list.Rules, err = readPriceRules(items[0]); err != nil {
			return list, err
		}
		items = items[1:]
	}
	list.Versions, err = readEach(items, readPackage)
	return list, err
}

func readPriceRules(i item) (rules catalogue.PriceRules, err error) {
	var stored priceRulesItem
	if err := decode(i, &stored); err != nil {
		return rules, err
	}
	rules.Ver = stored.Ver
	for _, r := range stored.Rules {
		rules.Rules = append(rules.Rules, catalogue.PriceRule(r))
	}
	return rules, nil
}

// PutPriceRules replaces the carrier's rules if they have the version before, together
// with more. Errors: commit.ErrMovedOn.
func (s *Store) PutPriceRules(ctx context.Context, carrier string, rules catalogue.PriceRules,
	more ...commit.Change) error {
	stored := priceRulesItem{Rules: make([]priceRuleItem, len(rules.Rules)), Ver: rules.Ver}
	for i, r := range rules.Rules {
		stored.Rules[i] = priceRuleItem(r)
	}
	action, err := s.put(priceRulesKey(carrier), stored, unmoved(int(rules.Ver-1)))
	if err != nil {
		return err
	}
	err = s.createWith(ctx, "price rules of "+carrier, []write{{action: action}}, more)
	if errors.Is(err, commit.ErrExists) {
		err = fmt.Errorf("%w: price rules of %s", commit.ErrMovedOn, carrier)
	}
	return err
}

// LogPriceRules tells the caches of the catalogue of changed rules; call it after
// PutPriceRules.
func (s *Store) LogPriceRules(ctx context.Context, carrier string, ver int64, at time.Time) error {
	k := priceRulesKey(carrier)
	return s.logChanges(ctx, carrier, []changedItem{{PK: k.pk, SK: k.sk, Ver: ver}}, at)
}
