package inventoryimport

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/faults"
	"didpurchase/internal/intake"
	"didpurchase/internal/wanttest"
)

// tenTries is more tries than a job has before it is given up for its own fault.
const tenTries = 10

// While S3 can't be read, or can't be written, a file waits; it is not given up,
// after any number of tries by the sweep. Afterwards it is imported.
func TestAnOutageOfS3LosesNoFile(t *testing.T) {
	t.Parallel()
	for name, operations := range map[string][]string{"reading": {"GetObject"},
		"writing": {"PutObject", "CreateMultipartUpload"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newImporter(t)
			w.env.AWS.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
			away := true
			w.breakable(func(c faults.Call) faults.Fault {
				if away && slices.Contains(operations, c.Operation) {
					return faults.Throttle
				}
				return faults.None
			})
			event := w.put("inventory/acme/a.csv", "number,package\n+442071230000,gold\n")
			_, err := w.send(t.Context(), event)
			wanttest.True(t, "S3's event fails, so it comes again", err != nil)
			for range tenTries {
				job := w.jobOf("acme", event)
				wanttest.True(t, "the sweep finds the job", slices.Contains(w.due(job.NextAt), job.ID))
				w.clock.Add(int64(time.Minute))
				_, err := w.send(t.Context(), resume(job))
				w.must(err)
			}
			away = false
			w.deliver(resume(w.jobOf("acme", event)))
			job := w.jobOf("acme", event)
			wanttest.Equal(t, "status ("+job.Error+")", job.Status, intake.Completed)
			wanttest.Equal(t, "rows applied", job.Applied, 1)
		})
	}
}
