package main

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

func TestHandle(t *testing.T) {
	t.Setenv("GREETING", "")
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "3b1f0d3e"})
	for name, want := range map[string]string{"Ada": "Hello, Ada!", "": "Hello, World!"} {
		got, err := handle(ctx, event{Name: name})
		if err != nil || got.Message != want || got.RequestID != "3b1f0d3e" {
			t.Errorf("handle(%q) = %+v, %v; want %q", name, got, err, want)
		}
	}
}
