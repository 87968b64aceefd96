package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Name string `json:"name"`
}

type greeting struct {
	Message   string `json:"message"`
	RequestID string `json:"requestId"`
}

// handle answers with a greeting.
func handle(ctx context.Context, e event) (greeting, error) {
	name := e.Name
	if name == "" {
		name = "World"
	}
	word := os.Getenv("GREETING")
	if word == "" {
		word = "Hello"
	}
	log.Printf("greeting %s", name)
	answer := greeting{Message: word + ", " + name + "!"}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		answer.RequestID = lc.AwsRequestID
	}
	return answer, nil
}

func main() {
	lambda.Start(handle)
}
