package report

import "didpurchase/internal/event"

// Finished returns the event of a report that was completed or failed by this
// write.
func Finished(before, after Report) (event.Event, bool) {
	if before.Status.Finished() || after.Status != Completed && after.Status != Failed {
		return event.Event{}, false
	}
	return event.OfReport(after.Carrier, after.FinishedAt, after.By, event.Report{
		ID: after.ID, Version: after.Ver, Report: string(after.Kind), Format: string(after.Format), Schedule: after.Schedule,
		Rows: after.Rows, Error: after.Error,
	}), true
}
