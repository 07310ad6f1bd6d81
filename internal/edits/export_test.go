package edits

import "context"

// WithParts returns the service with smaller parts.
func (s *Service) WithParts(most int) *Service {
	s.perPart = most
	return s
}

// WriteParts writes new parts.
func (s *Service) WriteParts(ctx context.Context, parts []Part) error {
	return s.writeParts(ctx, parts)
}
