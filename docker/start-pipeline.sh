#!/bin/sh
# Posts connectors of config/ to the worker of docker-compose.yml, as they have to be there: its brokers, one replica,
# key and URLs from the worker's environment. Those that are named, or else the two of docs/pipeline.md.
set -eu
cd "$(dirname "$0")/../config"

connect=${CONNECT_URL:-http://localhost:8083}
brokers=${BOOTSTRAP_SERVERS:-kafka:9092}
urls='"fal.queue.url": "${env:FAL_QUEUE_URL}", "fal.run.url": "${env:FAL_RUN_URL}", "fal.rest.url": "${env:FAL_REST_URL}"'
tries=20
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# What stands under "config", which takes up all but the first two lines and the last.
config() {
  sed -e '1,2d' -e '$d' -e 's/"config": //' \
    -e "s/localhost:9092/$brokers/" \
    -e 's/replication.factor": "3"/replication.factor": "1"/' \
    -e 's|"fal.api.key": "[^"]*"|'"$urls"', "fal.api.key": "${env:FAL_KEY}"|' "$1.json"
}

# The HTTP status, or 000 where nobody listens; what the worker says is in $answer.
put() {
  : > "$answer"
  config "$1" | curl -s -o "$answer" -w '%{http_code}' -X PUT -H 'Content-Type: application/json' -d @- \
    "$connect/connectors/$1/config" || true
}

[ $# -gt 0 ] || set -- fal-queue-sink fal-status-source
for name in "$@"; do
  [ -f "$name.json" ] || { echo "There is no config/$name.json" >&2; exit 1; }
  left=$tries
  while status=$(put "$name"); do
    left=$((left - 1))
    case $status in
      2??) break ;;
      # It starts, or its group rebalances (409).
      000 | 409 | 5??) [ "$left" -eq 0 ] || { sleep 1; continue; } ;;
    esac
    echo "$name is refused by $connect with status $status:" >&2
    cat "$answer" >&2
    echo >&2
    exit 1
  done
  echo "$name is posted: $connect/connectors/$name/status"
done
