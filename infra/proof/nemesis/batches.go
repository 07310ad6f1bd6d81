package nemesis

import (
	"strconv"
	"strings"
	"time"
)

func (a *attack) rebuild() {
	a.system.Proxy.Follow(a.lateBlocks())
	a.say("rebuilt %d times", a.often(2, func() {
		a.invoke("operate", map[string]string{"command": "rebuild", "carrier": "acme"})
	}))
}

// invoke invokes a function, and pauses after an error.
func (a *attack) invoke(function string, event any) {
	if _, err := a.system.Invoke(function, event); err != nil {
		a.pause(100*time.Millisecond, 300*time.Millisecond)
	}
}

// batch returns Lambda's event of a table's stream about changes of these numbers.
// It has no images: the projection doesn't read them.
func batch(dids []string) map[string]any {
	var records []any
	for i, did := range dids {
		digits := strings.TrimPrefix(did, "+")
		records = append(records, map[string]any{
			"eventID": strconv.Itoa(i), "eventName": "MODIFY", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
			"awsRegion": "us-east-1",
			"dynamodb": map[string]any{
				"ApproximateCreationDateTime": time.Now().Unix(), "SequenceNumber": strconv.Itoa(1000 + i), "SizeBytes": 10,
				"StreamViewType": "NEW_AND_OLD_IMAGES",
				"Keys": map[string]any{"pk": map[string]string{"S": "DID#acme#" + digits[:len(digits)-4]},
					"sk": map[string]string{"S": digits}},
			},
		})
	}
	return map[string]any{"Records": records}
}
