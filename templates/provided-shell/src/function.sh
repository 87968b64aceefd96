# Answers with a greeting: the event comes as the first argument, the answer goes to stdout, logs to stderr.
handler() {
  name=$(printf '%s' "$1" | sed -n 's/.*"name"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p')
  echo "greeting ${name:-World}" >&2
  printf '{"message":"%s, %s!","requestId":"%s"}' "${GREETING:-Hello}" "${name:-World}" "$AWS_REQUEST_ID"
}
