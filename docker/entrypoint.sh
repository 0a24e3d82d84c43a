#!/bin/sh
# The roles of the image. Each is one process in the foreground, so that the engine sees it end.
#   serve    bring the schema up to date, then serve the data folder
#   witness  a witness: own key, own state, cosigns what it has checked
#   backups  a backup of the data folder into /backups at once and then every day; one that failed, in a quarter of an hour
#   anything else is handed to the command line: `docker run … greentrace verify FILE`
set -eu
app="$(cd "$(dirname "$0")/.." && pwd)"
port="${GREENTRACE_PORT:-8000}"
# The address holds a password, so it comes as a file of the engine's secrets, not as an open setting.
if [ -n "${GREENTRACE_DATABASE_URL_FILE:-}" ]; then
  GREENTRACE_DATABASE="$(cat "$GREENTRACE_DATABASE_URL_FILE")"
  export GREENTRACE_DATABASE
fi
if [ -n "${GREENTRACE_TOKEN_FILE:-}" ]; then
  GREENTRACE_TOKEN="$(cat "$GREENTRACE_TOKEN_FILE")"
  export GREENTRACE_TOKEN
fi
case "${1:-serve}" in
  serve)
    shift || true
    python "$app/greentrace" migrate --data "$GREENTRACE_DATA"
    exec python "$app/greentrace" serve --data "$GREENTRACE_DATA" --address 0.0.0.0 --port "$port" \
      ${GREENTRACE_TRUSTED_PROXIES:+--trusted-proxy "$GREENTRACE_TRUSTED_PROXIES"} \
      ${GREENTRACE_PUBLIC_URL:+--public-url "$GREENTRACE_PUBLIC_URL"} "$@"
    ;;
  witness)
    shift
    exec python "$app/greentrace" witness --data "$GREENTRACE_DATA" --address 0.0.0.0 --port "$port" "$@"
    ;;
  backups)
    trap 'exit 0' TERM INT
    while :; do
      wait_seconds=86400
      python "$app/greentrace" backup --data "$GREENTRACE_DATA" --to "${GREENTRACE_BACKUPS:-/backups}" \
        || wait_seconds=900
      sleep "$wait_seconds" &
      wait "$!" || true
    done
    ;;
  *)
    exec python "$app/greentrace" "$@"
    ;;
esac
