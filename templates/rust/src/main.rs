use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

/// Answers with a greeting.
async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let name = event.payload["name"].as_str().unwrap_or("World");
    let greeting = std::env::var("GREETING").unwrap_or_else(|_| "Hello".into());
    println!("greeting {name}");
    Ok(json!({ "message": format!("{greeting}, {name}!"), "requestId": event.context.request_id }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_runtime::Context;

    #[tokio::test(flavor = "current_thread")]
    async fn greets_by_name_or_the_world() {
        for (event, message) in [(json!({ "name": "Ada" }), "Hello, Ada!"), (json!({}), "Hello, World!")] {
            let answer = handle(LambdaEvent::new(event, Context::default())).await.unwrap();
            assert_eq!(answer["message"], message);
        }
    }
}
