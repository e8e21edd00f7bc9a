package approvals

import "context"

type behalfKey struct{}

// OnBehalf returns a context whose calls are made for a request, so that who
// makes them can give each request its turn.
func OnBehalf(ctx context.Context, id ID) context.Context {
	return context.WithValue(ctx, behalfKey{}, id)
}

// Behalf returns the request that calls are made for; zero for none.
func Behalf(ctx context.Context) ID {
	id, _ := ctx.Value(behalfKey{}).(ID)
	return id
}
