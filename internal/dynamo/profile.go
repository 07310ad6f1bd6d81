package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"didpurchase/internal/commit"
	"didpurchase/internal/intake"
)

// profileItem is an import profile, in its wire form: its parts are never
// queried.
type profileItem struct {
	JSON string `dynamodbav:"json"`
}

// Profile returns one of the carrier's import profiles. Errors:
// commit.ErrNotFound.
func (s *Store) Profile(ctx context.Context, carrier, name string) (p intake.Profile, err error) {
	i, err := s.get(ctx, profileKey(carrier, name))
	if err != nil {
		return p, err
	}
	if i == nil {
		return p, fmt.Errorf("%w: import profile %s of %s", commit.ErrNotFound, name, carrier)
	}
	named, err := readProfile(i)
	return named.Profile, err
}

// Profiles returns a page of the carrier's import profiles, ascending by name.
func (s *Store) Profiles(ctx context.Context, carrier string, limit int,
	after string) (profiles []intake.NamedProfile, next string, err error) {
	l := listing{pk: carrierPK(carrier), prefix: prefixProfile}
	if after != "" {
		l.after = prefixProfile + after
	}
	items, next, err := s.page(ctx, l, limit)
	if err != nil {
		return nil, "", err
	}
	profiles, err = readEach(items, readProfile)
	return profiles, strings.TrimPrefix(next, prefixProfile), err
}

func readProfile(i item) (p intake.NamedProfile, err error) {
	var v profileItem
	if err := decode(i, &v); err != nil {
		return p, err
	}
	p.Name = text(i, "sk")[len(prefixProfile):]
	if err := json.Unmarshal([]byte(v.JSON), &p.Profile); err != nil {
		return p, fmt.Errorf("dynamo: import profile %s of %s: %w", p.Name, text(i, "pk"), err)
	}
	return p, nil
}

// PutProfile writes or replaces an import profile, together with more.
func (s *Store) PutProfile(ctx context.Context, carrier, name string, p intake.Profile, more ...commit.Change) error {
	wire, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("dynamo: import profile %s: %w", name, err)
	}
	action, err := s.put(profileKey(carrier, name), profileItem{JSON: string(wire)}, always())
	if err != nil {
		return err
	}
	return s.createWith(ctx, fmt.Sprintf("import profile %s of %s", name, carrier), []write{{action: action}}, more)
}
