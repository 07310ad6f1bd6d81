package shop

// InPartsOf makes parts of n numbers, so that a small order has several.
func (l *LargeOrders) InPartsOf(n int) *LargeOrders {
	l.perPart = n
	return l
}
