package lambdas_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// Every member of a patch of the settings is stored, sent alone.
func TestEverySettingIsChanged(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"name": `"Acme Telecom"`, "time_zone": `"Europe/London"`, "grace_days": `3`, "suspended_days": `5`,
		"aging_days": `60`,
		"catch_up":   `7`, "max_held": `50`, "hold_cooldown": `15`, "max_reserved": `500`, "approval_days": `3`, "invoicing": `"monthly"`,
		"tax_by":           `"total"`,
		"payment_provider": `"stripe"`,
		"issuer": `{"address":{"city":"Leeds","country":null,"postal_code":null,"region":null,"street":null},"colour":null,` +
			`"invoice_prefix":"INV","legal_name":"Acme Ltd","payment_days":0,"tax_id":null}`,
	}
	patch := reflect.TypeFor[staff.SettingsPatch]()
	w := newCarriers(t)
	for i := range patch.NumField() {
		name, _, _ := strings.Cut(patch.Field(i).Tag.Get("json"), ",")
		value, known := values[name]
		if !known {
			t.Errorf("%s has no value here", name)
			continue
		}
		got := w.as("ada", "PATCH", "/v1/settings", `{"`+name+`":`+value+`}`)
		wanttest.Equal(t, name+": status: "+got.Body, got.Status, 200)
		var settings map[string]json.RawMessage
		w.as("ada", "GET", "/v1/settings", "").read(t, &settings)
		wanttest.Equal(t, name, compact(t, settings[name]), value)
	}
}

// compact returns a JSON value with its members in the order of their names.
func compact(t *testing.T, value json.RawMessage) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(value, &v); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
