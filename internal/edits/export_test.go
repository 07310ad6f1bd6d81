package edits

// WithParts returns the service with smaller parts.
func (s *Service) WithParts(most int) *Service {
	s.perPart = most
	return s
}
