package dynamo

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/intake"
)

// profileItem is an import profile, in its wire form: nothing is asked of its
// parts but all together.
type profileItem struct {
	JSON string `dynamodbav:"json"`
}

// Profile is one of the carrier's import profiles. Errors: intake.ErrNotFound.
func (s *Store) Profile(ctx context.Context, carrier, name string) (p intake.Profile, err error) {
	i, err := s.get(ctx, profileKey(carrier, name))
	if err != nil {
		return p, err
	}
	if i == nil {
		return p, fmt.Errorf("%w: import profile %s of %s", intake.ErrNotFound, name, carrier)
	}
	var v profileItem
	if err := decode(i, &v); err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(v.JSON), &p); err != nil {
		return p, fmt.Errorf("dynamo: import profile %s of %s: %w", name, carrier, err)
	}
	return p, nil
}

// PutProfile writes or replaces an import profile.
func (s *Store) PutProfile(ctx context.Context, carrier, name string, p intake.Profile) error {
	wire, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("dynamo: import profile %s: %w", name, err)
	}
	attributes, err := encode(profileItem{JSON: string(wire)})
	if err != nil {
		return err
	}
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: profileKey(carrier, name).with(attributes)})
	if err != nil {
		return fmt.Errorf("dynamo: put import profile %s of %s: %w", name, carrier, err)
	}
	return nil
}
