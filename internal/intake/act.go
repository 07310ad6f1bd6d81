package intake

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"didpurchase/internal/audit"
)

// maxShownSpans is the most characters of a job's spans in the audit.
const maxShownSpans = 1000

// act returns the audit entry for an act on the job.
func (j Job) act(ctx context.Context, now time.Time, act audit.Action) audit.Entry {
	v := audit.Values{
		"action": string(j.Action), "mode": string(j.Mode), "strategy": string(j.Strategy), "package": j.Package,
		"profile": j.ProfileName,
	}
	if j.DryRun {
		v["dry_run"] = "true"
	}
	if j.Inline == "" {
		v["filename"] = j.Filename()
	} else {
		spans := strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(j.Inline, "start,end\n")), "\n", " ")
		v["spans"] = spans[:min(len(spans), maxShownSpans)]
	}
	return audit.New(ctx, now, audit.Entry{Carrier: j.Carrier, Action: act, Subject: j.ID, New: v})
}

// values returns the profile as its owner wrote it.
func (p Profile) values() audit.Values {
	wire, err := json.Marshal(p)
	if err != nil {
		return nil // it was read from JSON
	}
	return audit.Values{"profile": string(wire)}
}
