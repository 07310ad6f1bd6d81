package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
)

// File announces that a version of an object was created. The same announcement may
// come more than once, and an older one after a newer one.
type File struct {
	Object
	Sequencer string // hexadecimal; grows with each version of one key
	Size      int64  // bytes, as stored
	At        time.Time
}

// ErrForeign means that a file is not for intake: it is in no carrier's folder,
// or no job waits for it. A repeat does not change that.
var ErrForeign = errors.New("intake: not a file to import")

// Arrival is the newest version of a dropped file that was announced.
type Arrival struct {
	Carrier, Key       string
	Ver                int // +1 at each write, 0 = none was announced
	Version, Sequencer string
	JobID              string
}

// ArrivalUpdate replaces an arrival that still has version SeenVer.
type ArrivalUpdate struct {
	SeenVer int
	To      Arrival
}

// Target names the arrival's item.
func (u ArrivalUpdate) Target() string { return "arrival of " + u.To.Key }

// Arrive makes a file a queued job of the carrier that it names, once for each
// version. Call Work for that carrier afterwards, even if nothing was new: the
// worker of the first time may have died. Errors: ErrForeign.
func (w *Worker) Arrive(ctx context.Context, f File) (carrier string, err error) {
	parts := strings.Split(f.Key, "/")
	if len(parts) < 3 || parts[len(parts)-1] == "" {
		return "", fmt.Errorf("%w: %s", ErrForeign, f.Key)
	}
	carrier = parts[1]
	exists, err := w.store.CarrierExists(ctx, carrier)
	if err != nil {
		return "", err
	}
	if !exists {
		return "", fmt.Errorf("%w: %s names no carrier", ErrForeign, f.Key)
	}
	switch parts[0] {
	case "inventory":
		return carrier, insist(ctx, func() error { return w.dropped(ctx, carrier, plan.Offer, parts[2:], f) })
	case "rentals":
		return carrier, insist(ctx, func() error { return w.dropped(ctx, carrier, plan.Adopt, parts[2:], f) })
	case "uploads":
		return carrier, insist(ctx, func() error { return w.uploaded(ctx, carrier, parts[2], f) })
	default:
		return "", fmt.Errorf("%w: %s", ErrForeign, f.Key)
	}
}

// dropped queues a file under inventory/<carrier>/[<profile>/], or rentals/….
func (w *Worker) dropped(ctx context.Context, carrier string, action plan.Action, rest []string, f File) error {
	seen, err := w.store.Arrival(ctx, carrier, f.Key)
	if err != nil || seen.Ver > 0 && seen.Version == f.Version && seen.Sequencer == f.Sequencer {
		return err
	}
	job := Job{ID: f.id(), Carrier: carrier, Action: action, Object: f.Object, Mode: Partial, Strategy: Add,
		CreatedAt: f.At, Cause: correlation.ID(ctx)}
	job.By = job.Actor()
	ctx = auth.ActingAs(ctx, job.By)
	if seen.Ver > 0 && older(f.Sequencer, seen.Sequencer) {
		failure := fmt.Sprintf("a newer version of %s came before this one, as import %s", f.Key, seen.JobID)
		return w.create(ctx, job.finished(w.now(), failure))
	}
	newest := ArrivalUpdate{SeenVer: seen.Ver, To: Arrival{
		Carrier: carrier, Key: f.Key, Ver: seen.Ver + 1, Version: f.Version, Sequencer: f.Sequencer, JobID: job.ID,
	}}
	if len(rest) > 2 {
		folder := strings.Join(strings.Split(f.Key, "/")[:2], "/")
		failure := fmt.Sprintf("files belong into %s/ or %s/<profile>/, not deeper", folder, folder)
		return w.create(ctx, job.finished(w.now(), failure), newest, job.act(ctx, f.At, audit.ImportRequested))
	}
	if len(rest) == 2 {
		job.ProfileName = rest[0]
	}
	return w.enqueue(ctx, job, newest, job.act(ctx, f.At, audit.ImportRequested))
}

// uploaded queues the file that a job awaits; of several versions the first that is
// announced. It deletes a version that is too large: the URL of an upload that was
// announced without its size takes 5 GB, as often as it is used.
func (w *Worker) uploaded(ctx context.Context, carrier, id string, f File) error {
	if f.Size > sheet.MaxObject {
		if err := w.files.Delete(ctx, f.Object); err != nil {
			return err
		}
	}
	job, err := w.store.Job(ctx, carrier, id)
	switch {
	case errors.Is(err, commit.ErrNotFound):
		return fmt.Errorf("%w: no import awaits %s", ErrForeign, f.Key)
	case err != nil:
		return err
	case job.Object.Key != f.Key, job.Status != AwaitingUpload && job.Object.Version != f.Version:
		return fmt.Errorf("%w: import %s has its file already, version %s is another", ErrForeign, id, f.Version)
	case job.Status != AwaitingUpload:
		return nil
	}
	job.Object = f.Object
	if f.Size > sheet.MaxObject {
		return w.create(ctx, job.finished(w.now(), fmt.Sprintf("the file has %d bytes, more than %d, and was deleted; "+
			"announce a file with its size, then no larger one is taken", f.Size, sheet.MaxObject)))
	}
	return w.enqueue(ctx, job)
}

// enqueue puts the job at the end of its carrier's lane, or fails it if its profile
// is missing.
func (w *Worker) enqueue(ctx context.Context, job Job, more ...commit.Change) error {
	if job.ProfileName != "" {
		profile, err := w.store.Profile(ctx, job.Carrier, job.ProfileName)
		if errors.Is(err, commit.ErrNotFound) {
			failure := fmt.Sprintf("import profile %q does not exist", job.ProfileName)
			return w.create(ctx, job.finished(w.now(), failure), more...)
		}
		if err != nil {
			return err
		}
		job.Profile = &profile
		job = job.asProfiled()
	}
	lane, err := w.store.Lane(ctx, job.Carrier)
	if err != nil {
		return err
	}
	return w.create(ctx, job.queued(w.now()), append(more, lane.push(job.ID).update())...)
}

// create writes a job together with more. A job that exists already was made by the
// same announcement: then create does nothing.
func (w *Worker) create(ctx context.Context, job Job, more ...commit.Change) error {
	u := job.update()
	err := commit.Write(ctx, w.store, w.now(), append([]commit.Change{u}, more...)...)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		for _, r := range refused.Refusals {
			if now, ok := r.Current.(Job); ok && now.Ver > 0 && r.Change.Target() == u.Target() && now.Object == job.Object {
				return nil
			}
		}
	}
	return err
}

// id returns the same id for each announcement of a version: its time, and a digest
// of the version.
func (f File) id() string {
	digest := sha256.Sum256([]byte(strings.Join([]string{f.Bucket, f.Key, f.Version, f.Sequencer}, "\x00")))
	var id ulid.ULID
	copy(id[6:], digest[:10])
	if err := id.SetTime(ulid.Timestamp(f.At)); err != nil { // a time before 1970 or after 10889
		panic(err)
	}
	return id.String()
}

// older compares sequencers as S3 prescribes: the shorter one is padded with zeros
// at its right, then they compare as texts.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func older(a, b string) bool {
	length := max(len(a), len(b))
	return padded(a, length) < padded(b, length)
}

func padded(sequencer string, length int) string {
	return strings.ToUpper(sequencer) + strings.Repeat("0", length-len(sequencer))
}
