package inventoryimport

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"didpurchase/internal/faults"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

// versions counts the stored versions of an object.
func (w *importer) versions(key string) int {
	w.Helper()
	out, err := w.objects.ListObjectVersions(w.Context(),
		&s3.ListObjectVersionsInput{Bucket: aws.String(bucket), Prefix: &key})
	w.must(err)
	return len(out.Versions)
}

// tooLarge returns the event, with the size of an object that is too large.
func tooLarge(event events.S3Event) events.S3Event {
	event.Records[0].S3.Object.Size = sheet.MaxObject + 1
	return event
}

// The URL of an upload without a size accepts up to 5 GB. A file that is too large
// is deleted at once, even if the import has its file already, and the import
// reports it. A dropped file of that size belongs to the carrier, and is not
// deleted.
func TestTooLargeUploadsAreDeleted(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	const file = "number,package\n+442071230000,gold\n"
	event := tooLarge(w.upload(intake.Request{Filename: "a.csv"}, file))
	key := event.Records[0].S3.Object.URLDecodedKey
	for range 2 { // S3 may send an event twice
		w.deliver(event)
		wanttest.Equal(t, "stored versions of the upload", w.versions(key), 0)
	}
	job := w.jobOf("acme", event)
	wanttest.Equal(t, "status of its import", job.Status, intake.Failed)
	wanttest.Contains(t, "error of its import", job.Error, "has 536870913 bytes, more than 536870912, and was deleted")
	w.wantRanges()

	good := w.upload(intake.Request{Filename: "b.csv"}, file)
	w.deliver(good)
	key = good.Records[0].S3.Object.URLDecodedKey
	w.deliver(tooLarge(w.put(key, file)))
	wanttest.Equal(t, "stored versions of an upload with a second, too large one", w.versions(key), 1)
	w.wantRanges("44207123 set [0] gold")

	dropped := tooLarge(w.put("inventory/acme/c.csv", file))
	w.deliver(dropped)
	wanttest.Equal(t, "stored versions of a dropped file", w.versions("inventory/acme/c.csv"), 1)
}

// While S3 refuses the deletion, the event fails and comes again, so that no large
// file is left.
func TestATooLargeUploadIsDeletedAfterAnOutage(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.env.AWS.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	w.breakable(faults.NthOf("DeleteObject", 1, faults.Throttle))
	event := tooLarge(w.upload(intake.Request{Filename: "a.csv"}, "number,package\n+442071230000,gold\n"))
	_, err := w.send(t.Context(), event)
	wanttest.True(t, "S3's event fails, so it comes again", err != nil)
	wanttest.Equal(t, "status of the import meanwhile", w.jobs("acme")[0].Status, intake.AwaitingUpload)
	w.deliver(event)
	wanttest.Equal(t, "stored versions of the upload", w.versions(event.Records[0].S3.Object.URLDecodedKey), 0)
	wanttest.Equal(t, "status of the import", w.jobs("acme")[0].Status, intake.Failed)
}
