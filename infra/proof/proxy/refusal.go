package proxy

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
)

// cut breaks the connection. It doesn't return.
func cut() { panic(http.ErrAbortHandler) }

// fail answers with an error of DynamoDB.
func fail(w http.ResponseWriter, status int, kind string, more map[string]any) {
	body := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + kind, "message": "broken on purpose"}
	for name, value := range more {
		body[name] = value
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// conflict answers that a transaction was in the way: a plain write gets an error
// of its own, a transaction one action's reason for the cancellation.
func conflict(w http.ResponseWriter, c Call) {
	if c.Operation != "TransactWriteItems" {
		fail(w, http.StatusBadRequest, "TransactionConflictException", nil)
		return
	}
	var in struct{ TransactItems []json.RawMessage }
	if err := json.Unmarshal(c.Body, &in); err != nil || len(in.TransactItems) == 0 {
		cut()
	}
	reasons := make([]map[string]string, len(in.TransactItems))
	for i := range reasons {
		reasons[i] = map[string]string{"Code": "None"}
	}
	reasons[rand.IntN(len(reasons))] = map[string]string{"Code": "TransactionConflict",
		"Message": "Transaction is ongoing for the item"}
	fail(w, http.StatusBadRequest, "TransactionCanceledException", map[string]any{"CancellationReasons": reasons})
}
