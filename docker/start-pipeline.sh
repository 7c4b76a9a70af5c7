#!/bin/sh
# Posts connectors of config/ to the worker of docker-compose.yml, as they have to be there: its brokers, one replica,
# key and URLs from the worker's environment. Those that are named, or else the two of docs/pipeline.md.
set -eu
cd "$(dirname "$0")/../config"

connect=${CONNECT_URL:-http://localhost:8083}
brokers=${BOOTSTRAP_SERVERS:-kafka:9092}
urls='"fal.queue.url": "${env:FAL_QUEUE_URL}", "fal.run.url": "${env:FAL_RUN_URL}", "fal.rest.url": "${env:FAL_REST_URL}"'

[ $# -gt 0 ] || set -- fal-queue-sink fal-status-source
for name in "$@"; do
  # What stands under "config", which takes up all but the first two lines and the last.
  sed -e '1,2d' -e '$d' -e 's/"config": //' \
    -e "s/localhost:9092/$brokers/" \
    -e 's/replication.factor": "3"/replication.factor": "1"/' \
    -e 's|"fal.api.key": "[^"]*"|'"$urls"', "fal.api.key": "${env:FAL_KEY}"|' "$name.json" |
    # The worker answers 409 for as long as its group rebalances.
    curl -fsS --retry 20 --retry-delay 1 --retry-all-errors -o /dev/null \
      -X PUT -H 'Content-Type: application/json' -d @- "$connect/connectors/$name/config"
  echo "$name is posted: $connect/connectors/$name/status"
done
