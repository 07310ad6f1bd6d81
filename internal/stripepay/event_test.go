package stripepay

import (
	"errors"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v82/webhook"

	"didpurchase/internal/topup"
	"didpurchase/internal/wanttest"
)

// With an empty secret, anybody could sign.
func TestAnEmptySecretSignsNothing(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_764_500_000, 0)
	body := []byte(`{"id":"evt_1","type":"x"}`)
	for secret, valid := range map[string]bool{"": false, "whsec_1": true} {
		signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: now})
		_, err := New("").Read(topup.Secret{Signing: secret}, func(string) string { return signed.Header }, body, now)
		wanttest.Equal(t, "signed by "+secret+": refused", errors.Is(err, topup.ErrForged), !valid)
	}
}
