package com.amazonaws.services.lambda.runtime;

/**
 * A handler whose event and result are objects. This package holds what Lambda's Java runtimes offer to
 * every function in place of its own copy of aws-lambda-java-core (AWS Lambda Java libraries, core).
 */
@FunctionalInterface
public interface RequestHandler<I, O> {
    O handleRequest(I input, Context context);
}
