package graph

import "testing"

func TestEntraError_code(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body entraError
		want int
	}{
		{entraError{Codes: []int{7000215}}, 7000215},
		{entraError{Description: "AADSTS90002: Tenant"}, 90002},
		{entraError{Description: "nothing"}, 0},
	} {
		if got := test.body.code(); got != test.want {
			t.Errorf("code of %+v = %d; want %d", test.body, got, test.want)
		}
	}
}
