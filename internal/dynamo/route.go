package dynamo

import "didpurchase/internal/destination"

// routeAttributes are a route within a DID's item. Most routes have one target,
// which has an attribute of its own: items of earlier releases have only this one,
// and an index may project it. Targets is written too if one attribute is not
// enough.
type routeAttributes struct {
	Destination string       `dynamodbav:"dest,omitempty"` // the target that is tried first
	Targets     []targetItem `dynamodbav:"targets,omitempty"`
	MaxChannels int          `dynamodbav:"channels,omitempty"`
}

type targetItem struct {
	URI      string `dynamodbav:"uri"`
	Priority int    `dynamodbav:"p"`
}

// routeNames are the attributes of a route.
var routeNames = []string{"dest", "targets", "channels"}

func routeAttributesOf(r destination.Route) routeAttributes {
	a := routeAttributes{Destination: r.First(), MaxChannels: r.MaxChannels}
	if destination.To(a.Destination).Equal(destination.Route{Targets: r.Targets}) {
		return a
	}
	for _, t := range r.Targets {
		a.Targets = append(a.Targets, targetItem(t))
	}
	return a
}

func (a routeAttributes) route() destination.Route {
	r := destination.To(a.Destination)
	r.MaxChannels = a.MaxChannels
	if len(a.Targets) == 0 {
		return r
	}
	r.Targets = nil
	for _, t := range a.Targets {
		r.Targets = append(r.Targets, destination.Target(t))
	}
	return r
}
