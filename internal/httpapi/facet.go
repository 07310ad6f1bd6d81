package httpapi

// Others sums up the values that an answer does not name.
type Others struct {
	Values int    `json:"values" doc:"The number of values that are not named." example:"0"`
	Count  uint64 `json:"count" doc:"The sum of their counts." example:"0"`
}

// Facet is the number of matches with a value.
type Facet struct {
	Value string `json:"value" example:"GB"`
	Count uint64 `json:"count" example:"1000"`
}
