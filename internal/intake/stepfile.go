package intake

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"didpurchase/internal/intake/plan"
)

// eachStep streams the steps of the job's plan.
func (r *attempt) eachStep(ctx context.Context, visit func(n uint64, s plan.Step) error) error {
	body, _, err := r.files.Open(ctx, Object{Bucket: r.job.Object.Bucket, Key: r.job.file(stepsFile)})
	if err != nil {
		return err
	}
	defer body.Close()
	from := json.NewDecoder(bufio.NewReaderSize(body, 64<<10))
	for n := uint64(0); ; n++ {
		var s plan.Step
		switch err := from.Decode(&s); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := visit(n, s); err != nil {
			return err
		}
	}
}
